// How long to wait before the next attempt.
#pragma once

#include <random>

#include "absl/time/time.h"

namespace qiangji::client {

// Doubles from `first` to `most`, each with up to a quarter off at random, so
// that many clients do not return at once. Not thread-safe.
class Backoff {
 public:
  Backoff(absl::Duration first, absl::Duration most)
      : first_(first),
        most_(most),
        next_(first),
        random_(std::random_device{}()) {}

  absl::Duration Next();
  // After a success.
  void Reset() { next_ = first_; }

 private:
  absl::Duration first_;
  absl::Duration most_;
  absl::Duration next_;
  std::minstd_rand random_;
};

}  // namespace qiangji::client
