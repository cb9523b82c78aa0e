// The rules as they are set: METHOD 5's, each as the table `rules` has it, and
// those of users after them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "db/store/store.h"
#include "qiangji/bottleneck/v1/rule.pb.h"
#include "services/domain/rules.h"

namespace qiangji::bottleneck {

const domain::TableSchema& RuleTable();

// What the rules look at beside the figures that coverage always gives.
struct FigureNeeds {
  std::set<std::string> item_columns;
  std::set<std::string> coverage_columns;
  std::set<domain::RowScope> scopes;  // of the coverage table
  bool unmet_needs = false;
};
FigureNeeds NeedsOf(const std::vector<domain::Rule>& rules);

// A rule as it is read.
struct BookedRule {
  v1::Rule message;
  bool set = false;  // it has a row
};

class RuleBook {
 public:
  explicit RuleBook(std::vector<domain::Rule> shipped)
      : shipped_(std::move(shipped)) {}

  const std::vector<domain::Rule>& shipped() const { return shipped_; }
  bool IsShipped(absl::string_view rule_id) const;

  // Those that are evaluated, in the order in which they are.
  absl::StatusOr<std::vector<domain::Rule>> Rules(
      store::Reader& reader, store::Seq at = store::kHead) const;

  // nullopt: there is none.
  absl::StatusOr<std::optional<BookedRule>> Find(
      store::Reader& reader, absl::string_view rule_id,
      store::Seq at = store::kHead) const;
  // By name.
  absl::StatusOr<std::vector<v1::Rule>> All(store::Reader& reader,
                                            store::Seq at = store::kHead) const;
  // A version of a rule as a message.
  absl::StatusOr<v1::Rule> ToMessage(store::Reader& reader,
                                     const store::Stored& stored) const;
  // The shipped rule as METHOD has it; nullopt: none is.
  std::optional<v1::Rule> Default(absl::string_view rule_id) const;

 private:
  const std::vector<domain::Rule> shipped_;
};

domain::Row ToRow(const v1::Rule& rule);

// Whether a change after `after` set or deleted a rule, or wrote a flag.
absl::StatusOr<bool> RulesChangedAfter(store::Reader& reader, store::Seq after);

}  // namespace qiangji::bottleneck
