// Causes of a change of the assurance rate (docs/COMPARE.md).
#pragma once

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace qiangji::domain {

enum class Cause : std::uint8_t {
  // Of the scope.
  kEntered,  // the item entered it
  kLeft,
  kWeight,
  // Of an item that is in the scope in both states.
  kResponse,         // its data appeared or disappeared
  kNewSource,        // of home origin
  kLostSource,       //
  kVolume,           // of a source that stays
  kDemand,           // D_i
  kRequalification,  // of a source that stays, as the next three
  kControl,
  kLicence,
  kTest,
  kCriteria,    // the criteria themselves
  kCorrection,  // other records of the same year
};
inline constexpr int kCauses = 14;
absl::string_view ToText(Cause cause);  // "new_source"

// A set of causes, one bit each.
using Causes = std::uint32_t;
constexpr Causes Bit(Cause cause) {
  return Causes{1} << static_cast<unsigned>(cause);
}
constexpr bool Has(Causes causes, Cause cause) {
  return (causes & Bit(cause)) != 0;
}
// What records say, as against the rules that judge them.
inline constexpr Causes kOfFacts =
    Bit(Cause::kNewSource) | Bit(Cause::kLostSource) | Bit(Cause::kVolume) |
    Bit(Cause::kDemand) | Bit(Cause::kRequalification) | Bit(Cause::kControl) |
    Bit(Cause::kLicence) | Bit(Cause::kTest);
std::vector<Cause> CausesIn(Causes causes);  // ascending

}  // namespace qiangji::domain
