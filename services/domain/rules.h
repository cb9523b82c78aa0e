// The rules of METHOD 5 as data: what fires when, how hard, and by how much a
// condition must fail before its alert closes; and rules that users make of
// conditions on columns. ALLIANCE_FLAG has no clauses: flag_evaluate.h says
// when it fires.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/domain/condition.h"

namespace qiangji::domain {

// Numbers are in no file: stored alerts name their rule by RuleName.
enum class RuleId : std::uint8_t {
  kImportDependence,
  kLowAssurance,
  kSingleForeignOrigin,
  kConcentratedSupply,
  kSoleDomesticSupplier,
  kForeignControl,
  kNotQualified,
  kHiddenDependence,
  kChokepoint,
  kDeclining,
  kProjectLate,
  kStalled,
  kBehindTarget,
  kNoData,
  kStaleData,
  kUnmetNeed,
  kAllianceFlag,
  kCustom,  // made by users: named by Rule::custom_name
};

enum class Severity : std::uint8_t { kLow = 1, kMedium, kHigh, kCritical };

enum class SubjectKind : std::uint8_t {
  kItem,
  kProject,
  kScope,  // with a target
  kRow,    // of the coverage table
};

// Figures a clause may test.
enum class Figure : std::uint8_t {
  kImportShare,
  kAssuredShare,
  kAssuredShareUpper,
  kTopForeignShare,
  kImportHhi,
  kNamedShare,
  kTopSupplierShare,
  kLocatedShare,
  kQualifiableShare,
  kAssuredContentUpper,
  kDecline,    // fall of the assured share since the previous data year
  kGap,        // target − share
  kYearsLate,  // evaluation year − completion year, without a milestone
  kStageAge,   // whole years since the stage, below `series`, changed
  kDataAge,    // assessed year − newest data year, where there is one
  kYearsWithoutData,  // the same; without any data infinite; leaf items only
  // METHOD 3.6, over the ten sectors: their means, the item left out.
  kChokepointScore,
  kThirdSectorLoss,  // at least 5 % in three sectors: the third largest is
  kLargestSectorLoss,
  kWholeScore,  // variant `whole`
  kUnmetDays,   // days since the oldest need without an offer was posted
  kColumn,      // a column by name: Clause::column
};
constexpr int kFigureCount = 21;  // without kColumn

enum class Comparison : std::uint8_t {
  kGreater,  // x > t   means x > t + 1e-9
  kAtLeast,  // x >= t  means x >= t − 1e-9
  kLess,     // x < t   means x < t − 1e-9
  kAtMost,   // x <= t  means x <= t + 1e-9
  kEqual,    // within 1e-9
};

// Hysteresis (METHOD 5): a share fails for good by 0.02, an HHI by 50.
constexpr double kShareMargin = 0.02;
constexpr double kHhiMargin = 50;

struct Clause {
  Figure figure;
  Comparison comparison;
  double threshold;
  // An open alert closes only when the clause fails by this or more; 0 = it
  // closes at once.
  double margin = kShareMargin;
  std::string column = {};  // of kColumn

  std::string name() const;  // of the figure or column
};

// A severity above the rule's lowest, while its clause holds.
struct SeverityLevel {
  Severity severity;
  Clause clause;
};

struct Rule;

// Other thresholds for some subjects of a rule; what is empty is any.
struct RuleVariant {
  std::vector<std::string> item_ids;
  std::vector<std::string> sectors;
  std::vector<std::string> categories;
  std::shared_ptr<const Rule> rule;  // nullptr: no alerts for them
};

// Which rows of the coverage table.
enum class RowScope : std::uint8_t { kTotal, kSector, kCategory, kBoth };

struct Rule {
  RuleId id;
  SubjectKind subject = SubjectKind::kItem;
  std::vector<Clause> clauses;
  bool any = false;  // one clause suffices; else all must hold
  Severity severity = Severity::kMedium;
  std::vector<SeverityLevel> levels;  // hardest first
  // Does not fire where this rule's alert of the same subject is open. That
  // rule stands before this one in any list.
  std::optional<RuleId> unless;
  bool enabled = true;

  // Subjects in one of these sectors and of one of these categories; empty =
  // any.
  std::vector<std::string> sectors = {};
  std::vector<std::string> categories = {};
  // The first that names the item counts, else the first that matches.
  std::vector<RuleVariant> variants = {};

  std::string custom_name = {};       // of kCustom
  RowScope scope = RowScope::kTotal;  // of kRow
  // Must hold too, over the columns `filter_columns`, in that order; a filter
  // has no margin.
  std::vector<std::string> filter_columns = {};
  std::optional<Condition> filter = {};

  std::string name() const;
};

// METHOD 5's defaults, in the order of its table but with each rule after the
// one it excludes itself by.
const std::vector<Rule>& DefaultRules();

// "IMPORT_DEPENDENCE"; and back, nullopt where there is no such rule.
absl::string_view RuleName(RuleId id);
std::optional<RuleId> ParseRule(absl::string_view name);

// "low" … "critical".
absl::string_view SeverityName(Severity severity);
std::optional<Severity> ParseSeverity(absl::string_view name);

// The column or figure name: "foreign_share".
absl::string_view FigureName(Figure figure);

// The clause as it opens an alert.
bool Holds(const Clause& clause, double x);
// The clause as it keeps one open: false when it fails by its margin or more.
bool Stands(const Clause& clause, double x);

}  // namespace qiangji::domain
