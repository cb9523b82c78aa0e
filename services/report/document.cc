#include "services/report/document.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace qiangji::report {
namespace {

constexpr char kUndefined[] = "–";

// "12,345.6": thousands apart, `digits` after the point.
std::string Grouped(double number, int digits) {
  const std::string text = absl::StrFormat("%.*f", digits, std::abs(number));
  const std::size_t point = std::min(text.find('.'), text.size());
  // What rounds to nothing has no sign.
  const bool negative =
      number < 0 && text.find_first_not_of("0.") != std::string::npos;
  std::string grouped = negative ? "-" : "";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && at < point && (point - at) % 3 == 0) grouped.push_back(',');
    grouped.push_back(text[at]);
  }
  return grouped;
}

std::string MoneyText(double cny, Lang lang) {
  const double size = std::abs(cny);
  if (lang == Lang::kZh) {
    if (size >= 1e8) return absl::StrCat(Grouped(cny / 1e8, 2), " 亿元");
    if (size >= 1e4) return absl::StrCat(Grouped(cny / 1e4, 1), " 万元");
    return absl::StrCat(Grouped(cny, 0), " 元");
  }
  if (size >= 1e9) return absl::StrCat(Grouped(cny / 1e9, 2), " bn");
  if (size >= 1e6) return absl::StrCat(Grouped(cny / 1e6, 1), " m");
  return Grouped(cny, 0);
}

// Four significant digits, or all before the point.
std::string QuantityText(double number) {
  const double size = std::abs(number);
  if (size >= 1000 || number == std::floor(number)) return Grouped(number, 0);
  return absl::StrFormat("%.4g", number);
}

}  // namespace

absl::string_view Code(Lang lang) { return lang == Lang::kZh ? "zh" : "en"; }

std::string SectionNumber(std::size_t index, Lang lang) {
  static constexpr const char* kChinese[] = {"一", "二", "三", "四", "五",
                                             "六", "七", "八", "九", "十"};
  if (lang == Lang::kEn || index >= std::size(kChinese)) {
    return absl::StrCat(index + 1, lang == Lang::kEn ? ". " : "、");
  }
  return absl::StrCat(kChinese[index], "、");
}

std::string ShareText(double share) {
  return absl::StrCat(Grouped(100 * share, 1), "%");
}

std::string PointsText(double difference) {
  return Grouped(100 * difference, 1);
}

std::string ChangeText(double difference) {
  return absl::StrCat(difference > 0 ? "+" : "", PointsText(difference));
}

std::string NumberText(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), number).ptr;
  return std::string(text, end);
}

std::string CellText(const Cell& cell, CellKind kind, Lang lang) {
  if (std::holds_alternative<std::monostate>(cell)) return kUndefined;
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return text->empty() ? kUndefined : *text;
  }
  const double number = std::get<double>(cell);
  switch (kind) {
    case CellKind::kShare:
      return ShareText(number);
    case CellKind::kPoints:
      return PointsText(number);
    case CellKind::kChange:
      return ChangeText(number);
    case CellKind::kYear:
      return absl::StrFormat("%.0f", number);
    case CellKind::kCount:
      return Grouped(number, 0);
    case CellKind::kMoney:
      return MoneyText(number, lang);
    case CellKind::kText:
    case CellKind::kNumber:
      return QuantityText(number);
  }
  return kUndefined;
}

}  // namespace qiangji::report
