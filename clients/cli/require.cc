#include "clients/cli/require.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "services/base/nearest.h"

namespace qiangji::cli {
namespace {

constexpr double kTolerance = 1e-9;  // METHOD, first paragraph

constexpr Text kBadRequirement = {
    "--require：“$0” 看不懂；应写成 列名>=数值，例如 share>=0.70（可用 >= > <= "
    "< =，数值也可写成 70%）",
    "--require: cannot read '$0'; write COLUMN>=NUMBER, such as share>=0.70 "
    "(>= > <= < = and percentages such as 70% are accepted)"};
constexpr Text kUnknownColumn = {"--require：没有列 “$0”；可用的列：$1",
                                 "--require: no column '$0'; there are: $1"};
constexpr Text kDidYouMean = {"。是否想用 $0？", ". Did you mean $0?"};

struct Operator {
  absl::string_view sign;
  Comparison comparison;
};
// Longer signs first: ">=" is not ">" followed by "=0.7".
constexpr Operator kOperators[] = {
    {">=", Comparison::kAtLeast}, {"<=", Comparison::kAtMost},
    {"==", Comparison::kEqual},   {">", Comparison::kAbove},
    {"<", Comparison::kBelow},    {"=", Comparison::kEqual}};

std::optional<double> ParseNumber(absl::string_view text) {
  const bool percent = absl::ConsumeSuffix(&text, "%");
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) {
    return std::nullopt;
  }
  return percent ? value / 100 : value;
}

}  // namespace

absl::StatusOr<Requirement> ParseRequirement(
    absl::string_view text, absl::Span<const std::string> columns, Lang lang) {
  const absl::Status bad =
      absl::InvalidArgumentError(Say(lang, kBadRequirement, text));
  const std::size_t at = text.find_first_of("<>=");
  if (at == absl::string_view::npos) return bad;
  Requirement requirement;
  requirement.column =
      std::string(absl::StripAsciiWhitespace(text.substr(0, at)));
  absl::string_view rest = text.substr(at);
  for (const Operator& op : kOperators) {
    if (absl::ConsumePrefix(&rest, op.sign)) {
      requirement.comparison = op.comparison;
      break;
    }
  }
  const std::optional<double> value =
      ParseNumber(absl::StripAsciiWhitespace(rest));
  if (requirement.column.empty() || !value.has_value()) return bad;
  requirement.value = *value;
  if (std::find(columns.begin(), columns.end(), requirement.column) ==
      columns.end()) {
    std::string message = Say(lang, kUnknownColumn, requirement.column,
                              absl::StrJoin(columns, " "));
    const auto nearest = Nearest(requirement.column, columns);
    if (nearest) absl::StrAppend(&message, Say(lang, kDidYouMean, *nearest));
    return absl::InvalidArgumentError(message);
  }
  return requirement;
}

bool Meets(const Requirement& requirement, std::optional<double> actual) {
  if (!actual.has_value()) return false;
  const double difference = *actual - requirement.value;
  switch (requirement.comparison) {
    case Comparison::kAtLeast:
      return difference >= -kTolerance;
    case Comparison::kAbove:
      return difference > kTolerance;
    case Comparison::kAtMost:
      return difference <= kTolerance;
    case Comparison::kBelow:
      return difference < -kTolerance;
    case Comparison::kEqual:
      return std::fabs(difference) <= kTolerance;
  }
  return false;
}

}  // namespace qiangji::cli
