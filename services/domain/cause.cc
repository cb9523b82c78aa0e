#include "services/domain/cause.h"

namespace qiangji::domain {

absl::string_view ToText(Cause cause) {
  static constexpr absl::string_view kTexts[kCauses] = {
      "entered",     "left",   "weight",   "response",        "new_source",
      "lost_source", "volume", "demand",   "requalification", "control",
      "licence",     "test",   "criteria", "correction"};
  return kTexts[static_cast<std::size_t>(cause)];
}

std::vector<Cause> CausesIn(Causes causes) {
  std::vector<Cause> in;
  for (int c = 0; c < kCauses; ++c) {
    if (Has(causes, static_cast<Cause>(c))) in.push_back(static_cast<Cause>(c));
  }
  return in;
}

}  // namespace qiangji::domain
