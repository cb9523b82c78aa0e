#include "clients/cli/number_format.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace qiangji::cli {
namespace {

// "1234567.5" -> "1,234,567.5".
std::string WithSeparators(const std::string& digits) {
  std::size_t end = digits.find('.');
  if (end == std::string::npos) end = digits.size();
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  std::string text;
  for (std::size_t k = 0; k < digits.size(); ++k) {
    if (k > first && k < end && (end - k) % 3 == 0) text.push_back(',');
    text.push_back(digits[k]);
  }
  return text;
}

std::string Trimmed(std::string digits) {
  if (digits.find('.') == std::string::npos) return digits;
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return digits == "-0" ? "0" : digits;
}

// Three significant digits before the unit is named: 1.23, 12.3, 1,234.
std::string Scaled(double value) {
  const double size = std::fabs(value);
  const int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return WithSeparators(Trimmed(absl::StrFormat("%.*f", decimals, value)));
}

}  // namespace

std::string Percent(double share) {
  const double percent = share * 100;
  if (percent > 99.95 - 1e-9 && share < 1 - 1e-9) return "99.9%";
  if (percent < 0.05 && share > 1e-9) return "<0.1%";
  return absl::StrFormat("%.1f%%", percent == 0 ? 0.0 : percent);
}

std::string Points(double difference) {
  std::string text = absl::StrFormat("%.1f", difference * 100);
  return text == "-0.0" ? "0.0" : text;
}

std::string Money(double cny, Lang lang) {
  const double size = std::fabs(cny);
  if (lang == Lang::kZh) {
    if (size >= 1e8) return absl::StrCat(Scaled(cny / 1e8), " 亿元");
    if (size >= 1e4) return absl::StrCat(Scaled(cny / 1e4), " 万元");
    return absl::StrCat(Scaled(cny), " 元");
  }
  if (size >= 1e9) return absl::StrCat("CNY ", Scaled(cny / 1e9), " bn");
  if (size >= 1e6) return absl::StrCat("CNY ", Scaled(cny / 1e6), " m");
  if (size >= 1e3) return absl::StrCat("CNY ", Scaled(cny / 1e3), " k");
  return absl::StrCat("CNY ", Scaled(cny));
}

std::string Quantity(double value) {
  if (std::fabs(value) >= 1e15) return CsvNumber(value);
  return WithSeparators(Trimmed(absl::StrFormat("%.2f", value)));
}

std::string CsvShare(double share) {
  std::string text = absl::StrFormat("%.6f", share);
  return text == "-0.000000" ? "0.000000" : text;
}

std::string CsvNumber(double value) {
  if (value == 0) return "0";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  return std::string(buffer, end);
}

}  // namespace qiangji::cli
