// Ctrl-C while something runs that can be cancelled.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace qiangji::cli {

// One at a time. The first SIGINT calls `cancel`, on a thread of its own; a
// second one ends the program as it always does.
class Interrupt {
 public:
  explicit Interrupt(std::function<void()> cancel);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool raised() const { return raised_; }

 private:
  void Listen();

  const std::function<void()> cancel_;
  std::atomic<bool> raised_{false};
  int ends_[2] = {-1, -1};  // of a pipe: a handler may do little else
  std::thread thread_;
};

}  // namespace qiangji::cli
