#include "clients/cpp/backoff.h"

#include <algorithm>

namespace qiangji::client {

absl::Duration Backoff::Next() {
  std::uniform_real_distribution<double> share(0.75, 1.0);
  const absl::Duration wait = next_ * share(random_);
  next_ = std::min(next_ * 2, most_);
  return wait;
}

}  // namespace qiangji::client
