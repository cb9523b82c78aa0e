// A request to stop that long computations look at. The domain never sees the
// clock: whoever has a deadline or a cancelled call requests it.
#pragma once

#include <atomic>

namespace qiangji::domain {

// Thread-safe. Solvers take `const Stop*` (nullptr = never) and answer
// CANCELLED once they see it requested.
class Stop {
 public:
  void Request() { requested_.store(true, std::memory_order_relaxed); }
  bool requested() const { return requested_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
};

inline bool Stopped(const Stop* stop) {
  return stop != nullptr && stop->requested();
}

}  // namespace qiangji::domain
