#include "clients/cli/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cli/number_format.h"
#include "services/base/clock.h"

namespace qiangji::cli {
namespace {

constexpr int kBarWidth = 30;
constexpr absl::Duration kRedraw = absl::Milliseconds(100);

}  // namespace

std::string ProgressLine(const std::string& label, std::int64_t done,
                         std::int64_t total) {
  const std::string count = Quantity(static_cast<double>(done));
  if (total <= 0) return absl::StrCat(label, "  ", count);
  const double part = std::clamp(
      static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
  const int filled = static_cast<int>(part * kBarWidth);
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) {
    absl::StrAppend(&bar, i < filled ? "█" : "░");
  }
  return absl::StrCat(label, "  ", bar, "  ", static_cast<int>(part * 100),
                      "%  ", count, "/", Quantity(static_cast<double>(total)));
}

void Progress::Show(const std::string& label, std::int64_t done,
                    std::int64_t total) {
  if (!console_.err_terminal) return;
  MutexLock lock(mutex_);
  const absl::Time now = Clock::System().Now();
  if (label == label_ && now - last_ < kRedraw && done != total) return;
  label_ = label;
  last_ = now;
  drawn_ = true;
  console_.err << "\r\x1b[K" << ProgressLine(label, done, total) << std::flush;
}

void Progress::Clear() {
  MutexLock lock(mutex_);
  if (!drawn_) return;
  console_.err << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace qiangji::cli
