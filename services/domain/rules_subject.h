// One thing that rules look at, with every testable figure of METHOD 5 told
// or undefined.
#pragma once

#include <array>
#include <bitset>
#include <limits>
#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "services/domain/rule_figures.h"
#include "services/domain/rules.h"

namespace qiangji::domain {

// A named value as alerts carry it: a number, or a text (an id, a code).
struct FigureValue {
  std::string name;
  std::variant<double, std::string> value;
  std::optional<double> threshold = std::nullopt;  // it was tested against
  bool operator==(const FigureValue&) const = default;
};

// Points into the RuleFigures it was made from; one of the four is set.
struct RuleSubject {
  std::string name;  // "items/ID" …
  SubjectKind kind = SubjectKind::kItem;
  const RuleItem* item = nullptr;
  const ProjectFigures* project = nullptr;
  const ScopeFigures* scope = nullptr;
  const CoverageFigures* row = nullptr;

  std::array<std::optional<double>, kFigureCount> figures;
  // Undefined figures that may come back, so that nothing may be concluded:
  // shares while the subject has no data, scores that were not found in time.
  std::bitset<kFigureCount> unknown;
  // Whether the shares are those of the assessed year (or carried forward).
  bool has_data = false;
  // Year of the shares, and the newest year with data. A scope without data
  // lost none: its newest year is without end.
  std::optional<int> data_year;
  std::optional<int> newest_data_year;

  bool Unknown(Figure figure) const {
    return unknown[static_cast<std::size_t>(figure)];
  }
  std::optional<double> Get(Figure figure) const {
    return figures[static_cast<std::size_t>(figure)];
  }
  // The same of what a clause tests.
  std::optional<double> Get(const Clause& clause) const;
  bool Unknown(const Clause& clause) const;
  // Columns that rules of users ask for; nullptr for projects and targets.
  const ColumnValues* columns() const;
  bool IsIn(const std::vector<std::string>& sectors,
            const std::vector<std::string>& categories) const;
};

RuleSubject SubjectOf(const RuleItem& item, const RuleFigures& all);
RuleSubject SubjectOf(const ProjectFigures& project, const RuleFigures& all);
RuleSubject SubjectOf(const ScopeFigures& scope, const RuleFigures& all);
RuleSubject SubjectOf(const CoverageFigures& row, const RuleFigures& all);

// A testable figure or one of the further values that alerts show
// ("top_foreign_origin", "supplied_quantity", …); nullopt where it is
// undefined.
std::optional<FigureValue> FindFigure(const RuleSubject& subject,
                                      absl::string_view name);

}  // namespace qiangji::domain
