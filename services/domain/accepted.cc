// What a column accepts, in words (validate.h).
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/domain/validate.h"

namespace qiangji::domain {
namespace {

std::string Range(const Column& column) {
  const bool low = std::isfinite(column.min);
  const bool high = std::isfinite(column.max);
  if (low && high) {
    return absl::StrCat(" from ", FormatNumber(column.min), " to ",
                        FormatNumber(column.max));
  }
  if (low) return absl::StrCat(", at least ", FormatNumber(column.min));
  if (high) return absl::StrCat(", at most ", FormatNumber(column.max));
  return "";
}

constexpr absl::string_view kIdWords =
    "1 to 64 of a-z 0-9 - . _, starting with a letter or digit";

std::string AcceptedId(const Column& column) {
  if (column.references == "organizations") {
    return absl::StrCat("an organization id (", kIdWords,
                        "), or uscc:… or lei:… of a registered organization");
  }
  return std::string(kIdWords);
}

std::string AcceptedCountry(const Column& column) {
  std::string codes = "ISO 3166-1 alpha-2 or alpha-3 codes";
  if (AllowsUnstatedCountry(column)) {
    absl::StrAppend(&codes, ", XXF (abroad, not stated), ZZZ (not known)");
  }
  return codes;
}

}  // namespace

std::string Accepted(const Column& column) {
  switch (column.kind) {
    case Kind::kId:
      return AcceptedId(column);
    case Kind::kIds:
      return absl::StrCat("a list joined by ';' of ids (", kIdWords, ")");
    case Kind::kText:
      return absl::StrCat("1 to ", kMaxTextCharacters, " characters of text");
    case Kind::kTexts:
      return absl::StrCat(
          "texts joined by ';', each of 1 to ",
          column.name == "aliases" ? kMaxAliasCharacters : kMaxTextCharacters,
          " characters");
    case Kind::kNumber:
      return absl::StrCat("a number", Range(column),
                          " with a decimal point and no thousands separators");
    case Kind::kInteger:
      return absl::StrCat("a whole number", Range(column));
    case Kind::kYear:
      return absl::StrCat("a year", Range(column));
    case Kind::kBool:
      return "true or false";
    case Kind::kTime:
      return "RFC 3339 with a zone (2025-06-30T15:59:59Z), or a date "
             "(2025-06-30: the end of that day in Asia/Shanghai)";
    case Kind::kCountry:
      return AcceptedCountry(column);
    case Kind::kCountries:
      return "ISO 3166-1 alpha-2 or alpha-3 codes joined by ';'";
    case Kind::kEnum:
      return absl::StrJoin(column.values, ", ");
    case Kind::kHsCodes:
      return "HS codes of 4, 6, 8 or 10 digits joined by ';'";
    case Kind::kUscc:
      return "18 characters with the check character of GB 32100";
    case Kind::kLei:
      return "20 characters with the check digits of ISO 17442";
    case Kind::kRegion:
      return "6 digits of GB/T 2260";
    case Kind::kIndustry:
      return "a letter A to T of GB/T 4754, alone or with 2 to 4 digits";
  }
  return "";
}

}  // namespace qiangji::domain
