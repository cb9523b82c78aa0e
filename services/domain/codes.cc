#include "services/domain/codes.h"

#include <cstddef>

#include "absl/types/span.h"

namespace qiangji::domain {
namespace {

using Names = absl::Span<const absl::string_view>;

constexpr absl::string_view kMarketNames[] = {"domestic", "export"};
constexpr absl::string_view kSideNames[] = {"seller", "buyer", "third_party"};
constexpr absl::string_view kQualificationNames[] = {
    "none", "research", "prototype", "first_batch", "series", "promoted"};
constexpr absl::string_view kEvidenceNames[] = {
    "audited", "declared", "published", "estimated", "illustrative"};
constexpr absl::string_view kVisibilityNames[] = {"private", "sector",
                                                  "public"};
constexpr absl::string_view kCategoryNames[] = {
    "component", "material", "process", "foundation", "software", "equipment"};
constexpr absl::string_view kStageNames[] = {
    "research", "prototype", "first_batch", "series", "promoted"};
constexpr absl::string_view kDirectionNames[] = {"at_least", "at_most"};

template <typename E>
std::optional<E> Parse(Names names, absl::string_view text) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}
template <typename E>
absl::string_view Name(Names names, E value) {
  return names[static_cast<std::size_t>(value)];
}

}  // namespace

std::string Country::ToString() const {
  if (!stated()) return "";
  unsigned code = code_ - 1u;
  std::string text(3, 'A');
  for (std::size_t i = 3; i-- > 0; code /= 26) {
    text[i] = static_cast<char>('A' + code % 26);
  }
  return text;
}

absl::string_view ToText(Market v) { return Name(kMarketNames, v); }
absl::string_view ToText(Side v) { return Name(kSideNames, v); }
absl::string_view ToText(Qualification v) {
  return Name(kQualificationNames, v);
}
absl::string_view ToText(Grade v) { return Name(kEvidenceNames, v); }
absl::string_view ToText(Visibility v) { return Name(kVisibilityNames, v); }
absl::string_view ToText(Category v) { return Name(kCategoryNames, v); }
absl::string_view ToText(Stage v) { return Name(kStageNames, v); }
absl::string_view ToText(Direction v) { return Name(kDirectionNames, v); }

std::optional<Market> MarketOf(absl::string_view text) {
  return Parse<Market>(kMarketNames, text);
}
std::optional<Side> SideOf(absl::string_view text) {
  return Parse<Side>(kSideNames, text);
}
std::optional<Qualification> QualificationOf(absl::string_view text) {
  return Parse<Qualification>(kQualificationNames, text);
}
std::optional<Grade> GradeOf(absl::string_view text) {
  return Parse<Grade>(kEvidenceNames, text);
}
std::optional<Visibility> VisibilityOf(absl::string_view text) {
  return Parse<Visibility>(kVisibilityNames, text);
}
std::optional<Category> CategoryOf(absl::string_view text) {
  return Parse<Category>(kCategoryNames, text);
}
std::optional<Stage> StageOf(absl::string_view text) {
  return Parse<Stage>(kStageNames, text);
}
std::optional<Direction> DirectionOf(absl::string_view text) {
  return Parse<Direction>(kDirectionNames, text);
}

}  // namespace qiangji::domain
