// Codes of FORMATS as small numbers: customs territories and the
// enumerations. The order of enumerators is the order of the schema's values
// and, for grades and stages, of METHOD.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace qiangji::domain {

// An ISO 3166-1 alpha-3 code packed so that numbers sort like texts.
// Default-constructed = not stated.
class Country {
 public:
  constexpr Country() = default;
  // `alpha3` is three letters A–Z; anything else gives "not stated".
  static constexpr Country Of(absl::string_view alpha3) {
    if (alpha3.size() != 3) return Country();
    unsigned code = 0;
    for (char c : alpha3) {
      if (c < 'A' || c > 'Z') return Country();
      code = code * 26 + static_cast<unsigned>(c - 'A');
    }
    return Country(static_cast<std::uint16_t>(code + 1));
  }
  constexpr bool stated() const { return code_ != 0; }
  constexpr std::uint16_t code() const { return code_; }
  std::string ToString() const;  // "CHN"; "" when not stated
  friend constexpr auto operator<=>(Country, Country) = default;

 private:
  constexpr explicit Country(std::uint16_t code) : code_(code) {}
  std::uint16_t code_ = 0;
};

// METHOD 1: abroad, country not stated; and not known at all.
inline constexpr Country kOriginAbroad = Country::Of("XXF");
inline constexpr Country kOriginUnknown = Country::Of("ZZZ");

enum class Market : std::uint8_t { kDomestic, kExport };
enum class Side : std::uint8_t { kSeller, kBuyer, kThirdParty };
inline constexpr int kSides = 3;
enum class Qualification : std::uint8_t {
  kNone,
  kResearch,
  kPrototype,
  kFirstBatch,
  kSeries,
  kPromoted,
};
// Best first (METHOD 4.7).
enum class Grade : std::uint8_t {
  kAudited,
  kDeclared,
  kPublished,
  kEstimated,
  kIllustrative,
};
inline constexpr int kGrades = 5;
enum class Visibility : std::uint8_t { kPrivate, kSector, kPublic };
enum class Category : std::uint8_t {
  kComponent,
  kMaterial,
  kProcess,
  kFoundation,
  kSoftware,
  kEquipment,
};
inline constexpr int kCategories = 6;
enum class Stage : std::uint8_t {
  kResearch,
  kPrototype,
  kFirstBatch,
  kSeries,
  kPromoted,
};
enum class Direction : std::uint8_t { kAtLeast, kAtMost };

// The text of FORMATS ("first_batch"), and back; nullopt for other text.
absl::string_view ToText(Market);
absl::string_view ToText(Side);
absl::string_view ToText(Qualification);
absl::string_view ToText(Grade);
absl::string_view ToText(Visibility);
absl::string_view ToText(Category);
absl::string_view ToText(Stage);
absl::string_view ToText(Direction);
std::optional<Market> MarketOf(absl::string_view text);
std::optional<Side> SideOf(absl::string_view text);
std::optional<Qualification> QualificationOf(absl::string_view text);
std::optional<Grade> GradeOf(absl::string_view text);
std::optional<Visibility> VisibilityOf(absl::string_view text);
std::optional<Category> CategoryOf(absl::string_view text);
std::optional<Stage> StageOf(absl::string_view text);
std::optional<Direction> DirectionOf(absl::string_view text);

// Thresholds of METHOD: x >= t, x > t with their tolerance.
inline constexpr double kTolerance = 1e-9;
inline bool AtLeast(double x, double t) { return x >= t - kTolerance; }
inline bool Above(double x, double t) { return x > t + kTolerance; }

}  // namespace qiangji::domain
