// A qiangjid that a benchmark starts and measures.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace qiangji::bench {

class ServerProcess {
 public:
  // Starts PROGRAM serve --data DATA --listen 127.0.0.1:0 ARGUMENTS; ends this
  // process where that fails.
  ServerProcess(const std::string& program, const std::string& data,
                const std::vector<std::string>& arguments = {});
  // SIGTERM, and waits.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // Waits until it listens.
  std::string Address() const;
  // "VmRSS" or "VmHWM" in MiB.
  double Memory(const std::string& what) const;

 private:
  std::string ready_;  // the file that says where it listens
  pid_t pid_ = 0;
};

// Ends this process with a message on standard error.
[[noreturn]] void Fail(const std::string& what);

}  // namespace qiangji::bench
