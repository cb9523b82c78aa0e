// A progress bar on a terminal; nothing elsewhere.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "clients/cli/console.h"
#include "services/base/mutex.h"

namespace qiangji::cli {

// Thread-safe. Redraws one line at most ten times a second.
class Progress {
 public:
  explicit Progress(Console& console) : console_(console) {}
  ~Progress() { Clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `total` 0 = not known.
  void Show(const std::string& label, std::int64_t done, std::int64_t total);
  // Removes the line, so that what follows starts at its beginning.
  void Clear();

 private:
  Console& console_;
  Mutex mutex_;
  bool drawn_ ABSL_GUARDED_BY(mutex_) = false;
  std::string label_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

// "label  ████████░░░░  42%  1,234/2,900".
std::string ProgressLine(const std::string& label, std::int64_t done,
                         std::int64_t total);

}  // namespace qiangji::cli
