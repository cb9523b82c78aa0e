#include "tests/bench/server_process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace qiangji::bench {
namespace {

constexpr absl::Duration kMost = absl::Seconds(60);

}  // namespace

void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

ServerProcess::ServerProcess(const std::string& program,
                             const std::string& data,
                             const std::vector<std::string>& arguments)
    : ready_(data + ".ready") {
  unlink(ready_.c_str());
  std::vector<std::string> words = {program,        "serve",    "--data",
                                    data,           "--listen", "127.0.0.1:0",
                                    "--ready-file", ready_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) Fail("fork");
  if (pid_ > 0) return;
  execv(program.c_str(), argv.data());
  _exit(127);
}

ServerProcess::~ServerProcess() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

std::string ServerProcess::Address() const {
  const absl::Time give_up = absl::Now() + kMost;
  for (std::string address; absl::Now() < give_up;) {
    std::ifstream in(ready_);
    if (in >> address) return address;
    if (waitpid(pid_, nullptr, WNOHANG) != 0) Fail("the server has ended");
    absl::SleepFor(absl::Milliseconds(1));
  }
  Fail("the server is not up");
}

double ServerProcess::Memory(const std::string& what) const {
  std::ifstream in(absl::StrCat("/proc/", pid_, "/status"));
  for (std::string name, value, rest; in >> name; std::getline(in, rest)) {
    double kib = 0;
    if (name == what + ":" && in >> value && absl::SimpleAtod(value, &kib)) {
      return kib / 1024;
    }
  }
  Fail("no " + what);
}

}  // namespace qiangji::bench
