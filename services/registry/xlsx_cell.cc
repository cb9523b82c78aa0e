#include "services/registry/xlsx_cell.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "services/domain/validate.h"

namespace qiangji::registry {
namespace {

using domain::Column;
using domain::Kind;

constexpr double kExactDigits = 1e15;  // more than 15 a workbook does not keep
constexpr std::size_t kEscapeBytes = 7;  // _x000A_

absl::Status Wrong(const Column& column, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, "; accepted: ", domain::Accepted(column)));
}

bool IsNumeric(Kind kind) {
  return kind == Kind::kNumber || kind == Kind::kInteger || kind == Kind::kYear;
}

absl::StatusOr<std::string> NumberText(double number, const Column& column) {
  if (!std::isfinite(number)) return Wrong(column, "is not a finite number");
  const bool whole = number == std::floor(number);
  if (whole && std::fabs(number) < kExactDigits) {
    return absl::StrCat(static_cast<std::int64_t>(number));
  }
  if (!IsNumeric(column.kind) && whole) {
    return Wrong(column, absl::StrCat("the cell holds the number ",
                                      domain::FormatNumber(number),
                                      ", which has lost digits, not a text"));
  }
  return domain::FormatNumber(number);
}

absl::StatusOr<std::string> DateText(const XlsxCell& cell, const Column& column,
                                     bool epoch_1904) {
  const std::optional<std::string> date = XlsxDate(cell.number, epoch_1904);
  if (column.kind != Kind::kTime) {
    return Wrong(
        column,
        absl::StrCat("the cell is a date or a time (",
                     date ? *date : domain::FormatNumber(cell.number), ")"));
  }
  if (!date) return Wrong(column, "the cell is no date of the calendar");
  if (cell.number != std::floor(cell.number)) {
    return Wrong(
        column, absl::StrCat("the cell is a time on ", *date,
                             " without a zone, which a workbook cannot state"));
  }
  return *date;
}

// The code point of "_xHHHH_" at `at`; -1 if it is none.
int EscapeAt(absl::string_view text, std::size_t at) {
  if (at + kEscapeBytes > text.size() || text[at] != '_' ||
      text[at + 1] != 'x' || text[at + 6] != '_') {
    return -1;
  }
  int point = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!absl::ascii_isxdigit(c)) return -1;
    const int digit =
        absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
    point = point * 16 + digit;
  }
  return point;
}

void AppendUtf8(int point, std::string& out) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (point >> 6)));
    out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xE0 | (point >> 12)));
    out.push_back(static_cast<char>(0x80 | ((point >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (point & 0x3F)));
  }
}

}  // namespace

absl::StatusOr<std::string> XlsxCellText(const XlsxCell& cell,
                                         const Column& column,
                                         bool epoch_1904) {
  switch (cell.type) {
    case XlsxCell::Type::kEmpty:
      return std::string();
    case XlsxCell::Type::kText:
      return cell.text;
    case XlsxCell::Type::kBool:
      return std::string(cell.number != 0 ? "true" : "false");
    case XlsxCell::Type::kNumber:
      return NumberText(cell.number, column);
    case XlsxCell::Type::kDate:
      return DateText(cell, column, epoch_1904);
    case XlsxCell::Type::kError:
      return Wrong(column, absl::StrCat("the cell is the error value ",
                                        domain::Quoted(cell.text)));
    case XlsxCell::Type::kNoValue:
      return Wrong(column,
                   "the cell is a formula without a saved result (open and "
                   "save the workbook in a spreadsheet program)");
  }
  return std::string();
}

std::optional<std::string> XlsxDate(double serial, bool epoch_1904) {
  constexpr double kLast = 2958465;  // 9999-12-31
  constexpr int kNoSuchDay = 60;     // 1900-02-29
  if (!(serial >= (epoch_1904 ? 0 : 1)) || serial >= kLast + 1) {
    return std::nullopt;
  }
  const auto days = static_cast<std::int64_t>(std::floor(serial));
  absl::CivilDay date(1904, 1, 1);
  if (epoch_1904) {
    date += days;
  } else {
    if (days == kNoSuchDay) return std::nullopt;
    date = absl::CivilDay(1899, 12, days < kNoSuchDay ? 31 : 30) + days;
  }
  if (date.year() > 9999) return std::nullopt;
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(),
                         date.day());
}

bool IsDateFormat(int id) {
  // ECMA-376 18.8.30: Western ones, then those of East Asian editions.
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) ||
         (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
}

bool IsDateFormat(absl::string_view code) {
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = absl::ascii_tolower(static_cast<unsigned char>(code[i]));
    if (c == '\\' || c == '_' || c == '*') {
      ++i;  // a literal, a space of its width, a fill
    } else if (c == '"' || c == '[') {
      const std::size_t end = code.find(c == '"' ? '"' : ']', i + 1);
      if (end == absl::string_view::npos) return false;
      // [h], [mm] and [ss] are elapsed times; [Red] and [$-804] are not.
      const absl::string_view inner = code.substr(i + 1, end - i - 1);
      const bool elapsed =
          c == '[' && !inner.empty() &&
          inner.find_first_not_of("hHmMsS") == absl::string_view::npos;
      if (elapsed) return true;
      i = end;
    } else if (c == 'y' || c == 'm' || c == 'd' || c == 'h' || c == 's') {
      return true;
    }
  }
  return false;
}

std::string UnescapeXlsx(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int point = text[i] == '_' ? EscapeAt(text, i) : -1;
    if (point < 0) {
      out.push_back(text[i]);
      continue;
    }
    AppendUtf8(point, out);
    i += kEscapeBytes - 1;
  }
  return out;
}

std::string EscapeXlsx(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && EscapeAt(text, i) >= 0) {
      out.append("_x005F");
    }
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace qiangji::registry
