#include "services/domain/rules.h"

#include <cmath>
#include <iterator>

namespace qiangji::domain {
namespace {

constexpr double kTolerance = 1e-9;  // METHOD, head
constexpr double kTheta = 0.5;       // METHOD 4.2
constexpr double kAtOnce = 0;

constexpr absl::string_view kRuleNames[] = {"IMPORT_DEPENDENCE",
                                            "LOW_ASSURANCE",
                                            "SINGLE_FOREIGN_ORIGIN",
                                            "CONCENTRATED_SUPPLY",
                                            "SOLE_DOMESTIC_SUPPLIER",
                                            "FOREIGN_CONTROL",
                                            "NOT_QUALIFIED",
                                            "HIDDEN_DEPENDENCE",
                                            "CHOKEPOINT",
                                            "DECLINING",
                                            "PROJECT_LATE",
                                            "STALLED",
                                            "BEHIND_TARGET",
                                            "NO_DATA",
                                            "STALE_DATA",
                                            "UNMET_NEED",
                                            "ALLIANCE_FLAG"};

constexpr absl::string_view kSeverityNames[] = {"low", "medium", "high",
                                                "critical"};

constexpr absl::string_view kFigureNames[] = {"foreign_share",
                                              "assured_share",
                                              "assured_share_upper",
                                              "top_foreign_share",
                                              "hhi_foreign",
                                              "named_supplier_assured_share",
                                              "largest_supplier_group_share",
                                              "located_share",
                                              "assured_share_if_qualified",
                                              "assured_content_upper",
                                              "decline",
                                              "gap",
                                              "years_late",
                                              "stage_age",
                                              "data_age",
                                              "years_without_data",
                                              "score",
                                              "third_sector_loss",
                                              "largest_sector_loss",
                                              "whole_score",
                                              "unmet_days"};
static_assert(std::size(kFigureNames) == kFigureCount);

Clause AtLeast(Figure figure, double threshold, double margin = kShareMargin) {
  return {figure, Comparison::kAtLeast, threshold, margin};
}
Clause Greater(Figure figure, double threshold, double margin = kShareMargin) {
  return {figure, Comparison::kGreater, threshold, margin};
}
Clause Less(Figure figure, double threshold) {
  return {figure, Comparison::kLess, threshold, kShareMargin};
}

Rule OnItem(RuleId id, Severity severity, std::vector<Clause> clauses,
            std::optional<RuleId> unless = std::nullopt) {
  Rule rule;
  rule.id = id;
  rule.severity = severity;
  rule.clauses = std::move(clauses);
  rule.unless = unless;
  return rule;
}

std::vector<Rule> SupplyRules() {
  std::vector<Rule> rules;
  rules.push_back(OnItem(RuleId::kImportDependence, Severity::kMedium,
                         {Greater(Figure::kImportShare, 0.70)}));
  rules.back().levels = {
      {Severity::kCritical, Greater(Figure::kImportShare, 0.95)},
      {Severity::kHigh, Greater(Figure::kImportShare, 0.85)}};
  rules.push_back(OnItem(RuleId::kLowAssurance, Severity::kMedium,
                         {Less(Figure::kAssuredShareUpper, 0.30)},
                         RuleId::kImportDependence));
  rules.push_back(OnItem(RuleId::kSingleForeignOrigin, Severity::kHigh,
                         {AtLeast(Figure::kTopForeignShare, 0.75)}));
  rules.push_back(OnItem(RuleId::kConcentratedSupply, Severity::kMedium,
                         {AtLeast(Figure::kImportShare, 0.50),
                          AtLeast(Figure::kImportHhi, 1800, kHhiMargin)}));
  rules.push_back(OnItem(RuleId::kSoleDomesticSupplier, Severity::kMedium,
                         {AtLeast(Figure::kAssuredShare, kTheta),
                          AtLeast(Figure::kNamedShare, 0.50),
                          AtLeast(Figure::kTopSupplierShare, 0.90)}));
  rules.push_back(OnItem(RuleId::kForeignControl, Severity::kHigh,
                         {AtLeast(Figure::kLocatedShare, kTheta),
                          Less(Figure::kQualifiableShare, kTheta)}));
  rules.push_back(OnItem(RuleId::kNotQualified, Severity::kMedium,
                         {AtLeast(Figure::kLocatedShare, kTheta),
                          Less(Figure::kAssuredShare, kTheta)},
                         RuleId::kForeignControl));
  rules.push_back(OnItem(RuleId::kHiddenDependence, Severity::kHigh,
                         {AtLeast(Figure::kAssuredShare, kTheta),
                          Less(Figure::kAssuredContentUpper, kTheta)}));
  rules.push_back(OnItem(RuleId::kChokepoint, Severity::kCritical,
                         {AtLeast(Figure::kChokepointScore, 0.05),
                          AtLeast(Figure::kThirdSectorLoss, 0.05),
                          AtLeast(Figure::kLargestSectorLoss, 0.20)}));
  rules.back().any = true;
  rules.push_back(OnItem(RuleId::kDeclining, Severity::kMedium,
                         {AtLeast(Figure::kDecline, 0.10)}));
  return rules;
}

void AddProgressRules(std::vector<Rule>& rules) {
  rules.push_back(OnItem(RuleId::kProjectLate, Severity::kHigh,
                         {Greater(Figure::kYearsLate, 0, kAtOnce)}));
  rules.back().subject = SubjectKind::kProject;
  rules.push_back(OnItem(RuleId::kStalled, Severity::kMedium,
                         {AtLeast(Figure::kStageAge, 3, kAtOnce)}));
  rules.push_back(OnItem(RuleId::kBehindTarget, Severity::kMedium,
                         {Greater(Figure::kGap, 0)}));
  rules.back().subject = SubjectKind::kScope;
  rules.back().levels = {{Severity::kHigh, AtLeast(Figure::kGap, 0.20)}};
  rules.push_back(OnItem(RuleId::kNoData, Severity::kLow,
                         {Greater(Figure::kYearsWithoutData, 2, kAtOnce)}));
  rules.back().levels = {{Severity::kHigh, AtLeast(Figure::kWholeScore, 0.05)}};
  rules.push_back(OnItem(RuleId::kStaleData, Severity::kLow,
                         {Greater(Figure::kDataAge, 2, kAtOnce)},
                         RuleId::kNoData));
  rules.push_back(OnItem(RuleId::kUnmetNeed, Severity::kMedium,
                         {AtLeast(Figure::kUnmetDays, 180, kAtOnce)}));
  // As severe as its flags.
  rules.push_back(OnItem(RuleId::kAllianceFlag, Severity::kMedium, {}));
}

}  // namespace

const std::vector<Rule>& DefaultRules() {
  static const auto* const rules = [] {
    auto* all = new std::vector<Rule>(SupplyRules());
    AddProgressRules(*all);
    return all;
  }();
  return *rules;
}

absl::string_view RuleName(RuleId id) {
  if (id == RuleId::kCustom) return "CUSTOM";
  return kRuleNames[static_cast<std::size_t>(id)];
}

std::string Rule::name() const {
  return id == RuleId::kCustom ? custom_name : std::string(RuleName(id));
}

std::string Clause::name() const {
  return figure == Figure::kColumn ? column : std::string(FigureName(figure));
}

std::optional<RuleId> ParseRule(absl::string_view name) {
  for (std::size_t i = 0; i < std::size(kRuleNames); ++i) {
    if (kRuleNames[i] == name) return static_cast<RuleId>(i);
  }
  return std::nullopt;
}

absl::string_view SeverityName(Severity severity) {
  return kSeverityNames[static_cast<std::size_t>(severity) - 1];
}

std::optional<Severity> ParseSeverity(absl::string_view name) {
  for (std::size_t i = 0; i < std::size(kSeverityNames); ++i) {
    if (kSeverityNames[i] == name) return static_cast<Severity>(i + 1);
  }
  return std::nullopt;
}

absl::string_view FigureName(Figure figure) {
  if (figure == Figure::kColumn) return "column";
  return kFigureNames[static_cast<std::size_t>(figure)];
}

bool Holds(const Clause& clause, double x) {
  switch (clause.comparison) {
    case Comparison::kGreater:
      return x > clause.threshold + kTolerance;
    case Comparison::kAtLeast:
      return x >= clause.threshold - kTolerance;
    case Comparison::kLess:
      return x < clause.threshold - kTolerance;
    case Comparison::kAtMost:
      return x <= clause.threshold + kTolerance;
    case Comparison::kEqual:
      return std::abs(x - clause.threshold) <= kTolerance;
  }
  return false;
}

bool Stands(const Clause& clause, double x) {
  if (Holds(clause, x)) return true;
  if (clause.comparison == Comparison::kEqual) {
    return std::abs(x - clause.threshold) < clause.margin - kTolerance;
  }
  const bool below = clause.comparison == Comparison::kLess ||
                     clause.comparison == Comparison::kAtMost;
  const double failed_by = below ? x - clause.threshold : clause.threshold - x;
  return failed_by < clause.margin - kTolerance;
}

}  // namespace qiangji::domain
