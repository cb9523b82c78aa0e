// The rules of METHOD 5 as data: what fires when, how hard, and by how much a
// condition must fail before its alert closes. UNMET_NEED and ALLIANCE_FLAG
// have no figures yet and no rule here.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

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
};

enum class Severity : std::uint8_t { kLow = 1, kMedium, kHigh, kCritical };

enum class SubjectKind : std::uint8_t { kItem, kProject, kScope };

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
};
constexpr int kFigureCount = 20;

enum class Comparison : std::uint8_t {
  kGreater,  // x > t   means x > t + 1e-9
  kAtLeast,  // x >= t  means x >= t − 1e-9
  kLess,     // x < t   means x < t − 1e-9
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
};

// A severity above the rule's lowest, while its clause holds.
struct SeverityLevel {
  Severity severity;
  Clause clause;
};

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
