#include "clients/cli/read_point.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "clients/cli/command.h"
#include "services/base/shanghai.h"

namespace qiangji::cli {
namespace {

constexpr Text kBadPoint = {
    "$0：“$1” 看不懂；应为登记序号（如 1841）、RFC 3339 时刻（如 "
    "2025-06-30T08:00:00Z）或日期（如 2025-06-30，指当日北京时间终了）",
    "$0: cannot read '$1'; accepted are a sequence number (1841), an RFC 3339 "
    "time (2025-06-30T08:00:00Z) or a date (2025-06-30, the end of that day "
    "in Beijing)"};

bool IsDate(absl::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-';
}

}  // namespace

absl::StatusOr<ReadPoint> ParseReadPoint(absl::string_view option,
                                         absl::string_view text, Lang lang) {
  ReadPoint point;
  std::int64_t seq = 0;
  if (!text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isdigit(static_cast<unsigned char>(c));
      })) {
    if (absl::SimpleAtoi(text, &seq) && seq > 0) {
      point.seq = seq;
      return point;
    }
  }
  absl::Time time;
  std::string error;
  if (IsDate(text)) {
    if (absl::ParseTime("%Y-%m-%d", text, Shanghai(), &time, &error)) {
      point.time = time + absl::Hours(24) - absl::Seconds(1);
      return point;
    }
  } else if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    point.time = time;
    return point;
  }
  return UsageError(Say(lang, kBadPoint, option, text));
}

}  // namespace qiangji::cli
