#include "services/domain/rules_subject.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace qiangji::domain {
namespace {

constexpr int kDeclineYears = 3;  // METHOD 5, DECLINING
constexpr std::size_t kMostNeeds = 10;

void Set(RuleSubject& subject, Figure figure, std::optional<double> value) {
  subject.figures[static_cast<std::size_t>(figure)] = value;
}

// A figure that is undefined is not known, where `known` does not hold.
void Set(RuleSubject& subject, Figure figure, std::optional<double> value,
         bool known) {
  Set(subject, figure, value);
  subject.unknown[static_cast<std::size_t>(figure)] = !known && !value;
}

int WholeYears(absl::CivilDay from, absl::CivilDay to) {
  const bool before_the_day = absl::CivilDay(2000, to.month(), to.day()) <
                              absl::CivilDay(2000, from.month(), from.day());
  return static_cast<int>(to.year() - from.year()) - (before_the_day ? 1 : 0);
}

bool BelowSeries(absl::string_view stage) {
  return stage == "research" || stage == "prototype" || stage == "first_batch";
}

std::optional<double> Decline(const RuleItem& item) {
  if (!item.assured_share || !item.previous_assured_share || !item.data_year ||
      !item.previous_data_year ||
      *item.data_year - *item.previous_data_year > kDeclineYears) {
    return std::nullopt;
  }
  return *item.previous_assured_share - *item.assured_share;
}

std::optional<double> DataAge(const RuleItem& item, const RuleFigures& all) {
  if (!all.year || !item.newest_data_year) return std::nullopt;
  return *all.year - *item.newest_data_year;
}

std::optional<double> YearsWithoutData(const RuleItem& item,
                                       const RuleFigures& all) {
  if (!all.year || !item.in_scope) return std::nullopt;
  if (!item.newest_data_year) return std::numeric_limits<double>::infinity();
  return *all.year - *item.newest_data_year;
}

// At the end of the assessed year.
std::optional<double> StageAge(const RuleItem& item, const RuleFigures& all) {
  if (!all.year || !BelowSeries(item.stage) || !item.stage_since) {
    return std::nullopt;
  }
  const absl::CivilDay end(*all.year, 12, 31);
  if (*item.stage_since > end) return std::nullopt;
  return WholeYears(*item.stage_since, end);
}

std::optional<double> UnmetDays(const RuleItem& item, const RuleFigures& all) {
  if (!all.day || item.unmet_needs.empty()) return std::nullopt;
  return static_cast<double>(*all.day - item.unmet_needs.front().since);
}

// The oldest; "…" for what is left out.
std::string UnmetIds(const RuleItem& item) {
  std::vector<absl::string_view> ids;
  for (const UnmetNeed& need : item.unmet_needs) {
    if (ids.size() == kMostNeeds) {
      ids.emplace_back("…");
      break;
    }
    ids.emplace_back(need.need_id);
  }
  return absl::StrJoin(ids, ";");
}

void SetShares(RuleSubject& subject, const RuleItem& item) {
  const bool known = item.has_data;
  const auto set = [&](Figure figure, std::optional<double> value) {
    Set(subject, figure, known ? value : std::nullopt, known);
  };
  set(Figure::kImportShare, item.import_share);
  set(Figure::kAssuredShare, item.assured_share);
  set(Figure::kAssuredShareUpper, item.assured_share_upper);
  set(Figure::kTopForeignShare, item.top_foreign_share);
  set(Figure::kImportHhi, item.import_hhi);
  set(Figure::kNamedShare, item.named_share);
  set(Figure::kTopSupplierShare, item.top_supplier_share);
  set(Figure::kLocatedShare, item.located_share);
  set(Figure::kQualifiableShare, item.qualifiable_share);
  set(Figure::kAssuredContentUpper, item.assured_content_upper);
  set(Figure::kDecline, Decline(item));
}

void SetScores(RuleSubject& subject, const RuleItem& item) {
  const bool known = item.scores_known;
  Set(subject, Figure::kChokepointScore, item.score, known);
  Set(subject, Figure::kThirdSectorLoss, item.third_sector_loss, known);
  Set(subject, Figure::kLargestSectorLoss, item.largest_sector_loss, known);
  Set(subject, Figure::kWholeScore, item.whole_score, known);
}

using Found = std::optional<std::variant<double, std::string>>;

Found Number(std::optional<double> x) { return x ? Found(*x) : std::nullopt; }
Found Year(std::optional<int> x) {
  return x ? Found(static_cast<double>(*x)) : std::nullopt;
}
Found Text(const std::string& text) {
  return text.empty() ? std::nullopt : Found(text);
}

Found OfItem(const RuleItem& item, absl::string_view name) {
  if (name == "top_foreign_origin") return Text(item.top_foreign_origin);
  if (name == "largest_supplier_group") return Text(item.top_supplier_group);
  if (name == "supplied_quantity") return Number(item.market_volume);
  if (name == "demand_quantity") return Number(item.demand);
  if (name == "assured_content_lower")
    return Number(item.assured_content_lower);
  if (name == "previous_assured_share")
    return Number(item.previous_assured_share);
  if (name == "previous_year") return Year(item.previous_data_year);
  if (name == "newest_data_year") return Year(item.newest_data_year);
  if (name == "sectors_hit") return Number(item.sectors_hit);
  if (name == "stage") return Text(item.stage);
  if (name == "stage_since" && item.stage_since)
    return Text(absl::FormatCivilTime(*item.stage_since));
  if (name == "unmet_needs") return Text(UnmetIds(item));
  if (name == "unmet_since" && !item.unmet_needs.empty())
    return Text(absl::FormatCivilTime(item.unmet_needs.front().since));
  return std::nullopt;
}

Found OfProject(const ProjectFigures& project, absl::string_view name) {
  if (name == "item_id") return Text(project.item_id);
  if (name == "organization_id") return Text(project.organization_id);
  if (name == "completion_year") return Year(project.completion_year);
  return std::nullopt;
}

Found OfScope(const ScopeFigures& scope, absl::string_view name) {
  if (name == "share") return Number(scope.share);
  if (name == "share_upper") return Number(scope.share_upper);
  if (name == "target") return Number(scope.target);
  if (name == "items_short") return Year(scope.items_short);
  return std::nullopt;
}

Found OfColumns(const RuleSubject& subject, absl::string_view name) {
  const ColumnValues* columns = subject.columns();
  if (columns == nullptr) return std::nullopt;
  const auto found = columns->find(std::string(name));
  return found == columns->end() ? std::nullopt : Found(found->second);
}

// Empty lists are any.
bool Meet(const std::vector<std::string>& wanted,
          const std::vector<std::string>& has) {
  return wanted.empty() ||
         std::any_of(has.begin(), has.end(), [&](const std::string& each) {
           return std::find(wanted.begin(), wanted.end(), each) != wanted.end();
         });
}

Found Testable(const RuleSubject& subject, absl::string_view name) {
  for (int f = 0; f < kFigureCount; ++f) {
    if (FigureName(static_cast<Figure>(f)) != name) continue;
    const std::optional<double> x = subject.Get(static_cast<Figure>(f));
    // "Never any" has no number.
    if (!x || *x == std::numeric_limits<double>::infinity())
      return std::nullopt;
    return Found(*x);
  }
  return std::nullopt;
}

}  // namespace

std::string SubjectOfItem(const std::string& item_id) {
  return absl::StrCat("items/", item_id);
}

std::string SubjectOfProject(const std::string& project_id) {
  return absl::StrCat("projects/", project_id);
}

std::string SubjectOfScope(const ScopeFigures& scope) {
  return absl::StrCat(
      "sectors/",
      scope.sectors.empty() ? "-" : absl::StrJoin(scope.sectors, "+"),
      scope.categories.empty() ? "" : "/categories/",
      absl::StrJoin(scope.categories, "+"));
}

std::string SubjectOfRow(const CoverageFigures& row) {
  return absl::StrCat("sectors/", row.sector.empty() ? "-" : row.sector,
                      row.category.empty() ? "" : "/categories/", row.category);
}

std::optional<double> RuleSubject::Get(const Clause& clause) const {
  if (clause.figure != Figure::kColumn) return Get(clause.figure);
  const Found found = OfColumns(*this, clause.column);
  const auto* number = found ? std::get_if<double>(&*found) : nullptr;
  return number == nullptr ? std::nullopt : std::optional(*number);
}

bool RuleSubject::Unknown(const Clause& clause) const {
  if (clause.figure != Figure::kColumn) return Unknown(clause.figure);
  return !has_data && !Get(clause);
}

const ColumnValues* RuleSubject::columns() const {
  if (item != nullptr) return &item->columns;
  return row == nullptr ? nullptr : &row->columns;
}

bool RuleSubject::IsIn(
    const std::vector<std::string>& wanted_sectors,
    const std::vector<std::string>& wanted_categories) const {
  if (item != nullptr) {
    return Meet(wanted_sectors, item->sectors) &&
           Meet(wanted_categories, {item->category});
  }
  if (row != nullptr) {
    return Meet(wanted_sectors, {row->sector}) &&
           Meet(wanted_categories, {row->category});
  }
  if (scope != nullptr) {
    return Meet(wanted_sectors, scope->sectors) &&
           Meet(wanted_categories, scope->categories);
  }
  return true;
}

RuleSubject SubjectOf(const RuleItem& item, const RuleFigures& all) {
  RuleSubject subject;
  subject.name = SubjectOfItem(item.item_id);
  subject.kind = SubjectKind::kItem;
  subject.item = &item;
  subject.has_data = item.has_data;
  subject.data_year = item.data_year;
  subject.newest_data_year = item.newest_data_year;
  SetShares(subject, item);
  SetScores(subject, item);
  Set(subject, Figure::kStageAge, StageAge(item, all));
  Set(subject, Figure::kDataAge, DataAge(item, all));
  Set(subject, Figure::kYearsWithoutData, YearsWithoutData(item, all));
  Set(subject, Figure::kUnmetDays, UnmetDays(item, all));
  return subject;
}

RuleSubject SubjectOf(const ProjectFigures& project, const RuleFigures& all) {
  RuleSubject subject;
  subject.name = SubjectOfProject(project.project_id);
  subject.kind = SubjectKind::kProject;
  subject.project = &project;
  subject.has_data = true;
  if (all.year && !project.reached_first_batch) {
    Set(subject, Figure::kYearsLate,
        static_cast<double>(*all.year - project.completion_year));
  }
  return subject;
}

RuleSubject SubjectOf(const ScopeFigures& scope, const RuleFigures& all) {
  RuleSubject subject;
  subject.name = SubjectOfScope(scope);
  subject.kind = SubjectKind::kScope;
  subject.scope = &scope;
  subject.has_data = scope.gap.has_value();
  subject.data_year = all.year;
  subject.newest_data_year = std::numeric_limits<int>::max();
  Set(subject, Figure::kGap, scope.gap, /*known=*/false);
  return subject;
}

RuleSubject SubjectOf(const CoverageFigures& row, const RuleFigures& all) {
  RuleSubject subject;
  subject.name = SubjectOfRow(row);
  subject.kind = SubjectKind::kRow;
  subject.row = &row;
  // A row without items with data says nothing of shares.
  const auto with_data = row.columns.find("items_with_data");
  subject.has_data = with_data == row.columns.end() ||
                     std::get_if<double>(&with_data->second) == nullptr ||
                     std::get<double>(with_data->second) > 0;
  subject.data_year = all.year;
  subject.newest_data_year = std::numeric_limits<int>::max();
  return subject;
}

std::optional<FigureValue> FindFigure(const RuleSubject& subject,
                                      absl::string_view name) {
  Found found = Testable(subject, name);
  if (!found && subject.item != nullptr) found = OfItem(*subject.item, name);
  if (!found && subject.project != nullptr)
    found = OfProject(*subject.project, name);
  if (!found && subject.scope != nullptr) found = OfScope(*subject.scope, name);
  if (!found) found = OfColumns(subject, name);
  if (!found) return std::nullopt;
  return FigureValue{std::string(name), *std::move(found)};
}

}  // namespace qiangji::domain
