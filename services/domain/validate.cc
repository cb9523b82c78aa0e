#include "services/domain/validate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/base/countries.h"
#include "services/base/status_macros.h"

namespace qiangji::domain {
namespace {

using Parsed = absl::StatusOr<Value>;

absl::Status Wrong(const Column& column, absl::string_view text,
                   absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " ", what, "; accepted: ", Accepted(column)));
}

// Full-width digits, point and signs (U+FF0B..FF19) as ASCII.
std::string Narrow(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + 2 < text.size() && text[i] == '\xEF' && text[i + 1] == '\xBC') {
      const auto low = static_cast<unsigned char>(text[i + 2]);
      if (low >= 0x8B && low <= 0x99) {
        out.push_back(static_cast<char>(low - 0x8B + '+'));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

Parsed ParseNumber(const Column& column, absl::string_view given) {
  const std::string text = Narrow(given);
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (text.front() == '+') ++begin;
  double number = 0;
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error == std::errc::result_out_of_range) {
    return Wrong(column, given, "is beyond what a double holds");
  }
  if (error != std::errc() || stop != end ||
      (begin[0] == '-' && begin != text.data())) {
    return Wrong(column, given,
                 absl::StrContains(text, ',')
                     ? "has a thousands separator or a decimal comma"
                     : "is not a number");
  }
  if (!std::isfinite(number)) {
    return Wrong(column, given, "is not a finite number");
  }
  if (number < column.min || number > column.max) {
    return Wrong(column, given, "is out of range");
  }
  const double magnitude = std::fabs(number);
  if (magnitude > kMaxMagnitude || (number != 0 && magnitude < kMinMagnitude)) {
    return Wrong(column, given,
                 absl::StrCat("cannot be reckoned with: it is not 0 and not of "
                              "a magnitude from ",
                              kMinMagnitude, " to ", kMaxMagnitude));
  }
  return Value(number == 0 ? 0.0 : number);  // -0 is stored as 0
}

Parsed ParseInteger(const Column& column, absl::string_view given) {
  const std::string text = Narrow(given);
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) {
    return Wrong(column, given, "is not a whole number");
  }
  if (static_cast<double>(number) < column.min ||
      static_cast<double>(number) > column.max) {
    return Wrong(column, given, "is out of range");
  }
  return Value(number);
}

Parsed ParseBool(const Column& column, absl::string_view text) {
  if (absl::EqualsIgnoreCase(text, "true")) return Value(std::int64_t{1});
  if (absl::EqualsIgnoreCase(text, "false")) return Value(std::int64_t{0});
  return Wrong(column, text, "is not a boolean");
}

// `count` digits at `at`; -1 if they are not.
int Digits(absl::string_view text, std::size_t at, std::size_t count) {
  int number = 0;
  if (at + count > text.size()) return -1;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// Seconds east of UTC that "Z" or "+hh:mm" states; false if it is neither.
bool ParseOffset(absl::string_view zone, int* seconds) {
  if (zone == "Z" || zone == "z") {
    *seconds = 0;
    return true;
  }
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') ||
      zone[3] != ':') {
    return false;
  }
  const int hours = Digits(zone, 1, 2);
  const int minutes = Digits(zone, 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  *seconds = (zone[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

Parsed ParseTime(const Column& column, absl::string_view text) {
  constexpr int kShanghai = 8 * 3600;  // no daylight saving since 1991
  const int year = Digits(text, 0, 4);
  const int month = Digits(text, 5, 2);
  const int day = Digits(text, 8, 2);
  const absl::CivilDay date(std::max(year, 1), month, day);
  if (text.size() < 10 || year < 1 || text[4] != '-' || text[7] != '-' ||
      date.month() != month || date.day() != day) {
    return Wrong(column, text, "is not a date of the calendar");
  }
  int offset = kShanghai;
  absl::CivilSecond second(year, month, day, 23, 59, 59);
  if (text.size() > 10) {
    const int h = Digits(text, 11, 2);
    const int m = Digits(text, 14, 2);
    const int s = Digits(text, 17, 2);
    absl::string_view zone =
        text.substr(std::min<std::size_t>(19, text.size()));
    if (absl::ConsumePrefix(&zone, ".")) {
      while (absl::ConsumePrefix(&zone, "0")) {
      }
    }
    if ((text[10] != 'T' && text[10] != 't') || text.size() < 20 ||
        text[13] != ':' || text[16] != ':' || h < 0 || h > 23 || m < 0 ||
        m > 59 || s < 0 || s > 59 || !ParseOffset(zone, &offset)) {
      return Wrong(column, text, "is not a time in whole seconds with a zone");
    }
    second = absl::CivilSecond(year, month, day, h, m, s);
  }
  return Value(
      absl::FormatTime("%E4Y-%m-%dT%H:%M:%SZ",
                       absl::FromCivil(second - offset, absl::UTCTimeZone()),
                       absl::UTCTimeZone()));
}

Parsed ParseCountry(const Column& column, absl::string_view text) {
  const Territory* country = FindCountry(text);
  if (country == nullptr) return Wrong(column, text, "is not a country code");
  if (country->alpha2.empty() && !AllowsUnstatedCountry(column)) {
    return Wrong(column, text, "is not a country");
  }
  return Value(std::string(country->alpha3));
}

bool IsRegion(absl::string_view text) {
  static constexpr std::array<int, 34> kProvinces = {
      11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42,
      43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82};
  return text.size() == 6 && AllDigits(text) &&
         std::binary_search(kProvinces.begin(), kProvinces.end(),
                            Digits(text, 0, 2));
}

bool IsIndustry(absl::string_view text) {
  return !text.empty() && text[0] >= 'A' && text[0] <= 'T' &&
         text.size() <= 5 && text.size() != 2 &&
         (text.size() == 1 || AllDigits(text.substr(1)));
}

bool IsHsCode(absl::string_view text) {
  return AllDigits(text) && (text.size() == 4 || text.size() == 6 ||
                             text.size() == 8 || text.size() == 10);
}

Parsed ParseText(const Column& column, absl::string_view text) {
  const std::size_t limit =
      column.name == "aliases" ? kMaxAliasCharacters : kMaxTextCharacters;
  if (CharactersOf(text) > limit) {
    return Wrong(column, text,
                 absl::StrCat("is longer than ", limit, " characters"));
  }
  return Value(std::string(text));
}

Parsed ParseId(const Column& column, absl::string_view text) {
  if (column.references == "organizations" && IsOrganizationReference(text)) {
    const bool uscc = absl::StartsWith(text, "uscc:");
    const std::string code = absl::AsciiStrToUpper(text.substr(uscc ? 5 : 4));
    if (uscc ? !IsUscc(code) : !IsLei(code)) {
      return Wrong(column, text, "has wrong check characters");
    }
    return Value(absl::StrCat(uscc ? "uscc:" : "lei:", code));
  }
  if (!IsId(text)) {
    const std::string lower = absl::AsciiStrToLower(text);
    return Wrong(column, text,
                 IsId(lower) ? absl::StrCat("is not an id: write ",
                                            Quoted(lower), ", in lower case")
                             : "is not an id");
  }
  return Value(std::string(text));
}

Parsed ParseEnum(const Column& column, absl::string_view text) {
  for (absl::string_view value : column.values) {
    if (value == text) return Value(std::string(text));
  }
  return Wrong(column, text, "is not one of the values");
}

Parsed ParseCode(const Column& column, absl::string_view given,
                 bool (*is)(absl::string_view), absl::string_view what) {
  std::string text = absl::AsciiStrToUpper(Narrow(given));
  if (!is(text)) return Wrong(column, given, what);
  return Value(std::move(text));
}

Parsed ParseEntry(const Column& column, absl::string_view text) {
  switch (column.kind) {
    case Kind::kIds:
      return ParseId(column, text);
    case Kind::kCountries:
      return ParseCountry(column, text);
    case Kind::kHsCodes:
      return ParseCode(column, text, IsHsCode, "is not an HS code");
    default:
      return ParseText(column, text);
  }
}

Parsed ParseList(const Column& column, absl::string_view text) {
  const std::string normal = absl::StrReplaceAll(text, {{"；", ";"}});
  std::vector<std::string> entries;
  for (absl::string_view entry : absl::StrSplit(normal, ';')) {
    entry = absl::StripAsciiWhitespace(entry);
    if (entry.empty()) continue;
    QJ_ASSIGN_OR_RETURN(Value value, ParseEntry(column, entry));
    entries.push_back(TextOf(value));
  }
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  if (entries.empty()) return Value();
  return Value(absl::StrJoin(entries, ";"));
}

}  // namespace

bool AllowsUnstatedCountry(const Column& column) {
  return column.kind == Kind::kCountry &&
         (column.name == "origin_country" ||
          column.name == "controller_country" ||
          (column.name == "country" && !column.key));
}

absl::StatusOr<Value> ParseCell(const Column& column, absl::string_view text) {
  if (text.empty()) return Value();
  switch (column.kind) {
    case Kind::kId:
      return ParseId(column, text);
    case Kind::kText:
      return ParseText(column, text);
    case Kind::kNumber:
      return ParseNumber(column, text);
    case Kind::kInteger:
    case Kind::kYear:
      return ParseInteger(column, text);
    case Kind::kBool:
      return ParseBool(column, text);
    case Kind::kTime:
      return ParseTime(column, text);
    case Kind::kCountry:
      return ParseCountry(column, text);
    case Kind::kEnum:
      return ParseEnum(column, text);
    case Kind::kUscc:
      return ParseCode(column, text, IsUscc,
                       "has a wrong length or check character");
    case Kind::kLei:
      return ParseCode(column, text, IsLei,
                       "has a wrong length or check digits");
    case Kind::kRegion:
      return ParseCode(column, text, IsRegion,
                       "is not an administrative division");
    case Kind::kIndustry:
      return ParseCode(column, text, IsIndustry, "is not an industry code");
    case Kind::kTexts:
    case Kind::kIds:
    case Kind::kCountries:
    case Kind::kHsCodes:
      return ParseList(column, text);
  }
  return absl::InternalError("unknown kind of column");
}

namespace {

template <typename Number>
void AppendNumber(Number number, std::string& out) {
  std::array<char, 32> buffer;
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  out.append(buffer.data(), result.ptr);
}

}  // namespace

std::string FormatNumber(double number) {
  std::string text;
  AppendNumber(number, text);
  return text;
}

void AppendCell(const Column& column, const Value& value, std::string& out) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    out += *text;
  } else if (const auto* number = std::get_if<double>(&value)) {
    AppendNumber(*number, out);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    if (column.kind == Kind::kBool) {
      out += *integer != 0 ? "true" : "false";
    } else {
      AppendNumber(*integer, out);
    }
  }
}

std::string FormatCell(const Column& column, const Value& value) {
  std::string text;
  AppendCell(column, value, text);
  return text;
}

std::size_t CharactersOf(absl::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string Quoted(absl::string_view text) {
  constexpr std::size_t kMost = 40;
  std::string out = "\"";
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && ++characters > kMost) {
      out += "…";
      break;
    }
    out.push_back(text[i] == '\n' ? ' ' : text[i]);
  }
  out += "\"";
  return out;
}

}  // namespace qiangji::domain
