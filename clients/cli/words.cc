#include "clients/cli/words.h"

#include "absl/strings/match.h"
#include "services/base/countries.h"
#include "services/base/glossary.h"

namespace qiangji::cli {
namespace {

struct Painting {
  absl::string_view column;
  absl::string_view value;
  Colour colour;
};
constexpr Painting kPaintings[] = {
    {"verdict", "met", Colour::kGreen},
    {"verdict", "missed", Colour::kRed},
    {"verdict", "undecided", Colour::kYellow},
    {"verdict", "no data", Colour::kDim},
    {"verdict", "pass", Colour::kGreen},
    {"verdict", "fail", Colour::kRed},
    {"severity", "critical", Colour::kRed},
    {"severity", "high", Colour::kYellow},
    {"severity", "low", Colour::kDim},
    {"state", "resolved", Colour::kGreen},
};

bool IsCountryColumn(absl::string_view column) {
  return column == "country" || column == "top_foreign_origin" ||
         absl::EndsWith(column, "_country");
}

}  // namespace

absl::string_view Code(Lang lang) { return lang == Lang::kZh ? "zh" : "en"; }

std::string WordFor(absl::string_view column, absl::string_view value,
                    Lang lang) {
  if (IsCountryColumn(column)) {
    const Territory* country = FindCountry(value);
    if (country == nullptr) {
      return std::string(WordIn("country", value, Code(lang)));
    }
    return std::string(lang == Lang::kZh ? country->name_zh : country->name_en);
  }
  return std::string(WordIn(column, value, Code(lang)));
}

Colour ColourOfWord(absl::string_view column, absl::string_view value) {
  for (const Painting& painting : kPaintings) {
    if (painting.column == column && painting.value == value) {
      return painting.colour;
    }
  }
  return Colour::kNone;
}

}  // namespace qiangji::cli
