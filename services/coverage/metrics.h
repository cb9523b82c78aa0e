// Item metrics and rule inputs as messages (METHOD 2, 3.1, 5).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "qiangji/coverage/v1/item_metrics.pb.h"
#include "qiangji/coverage/v1/project_status.pb.h"
#include "services/coverage/rule_scores.h"
#include "services/domain/analysis.h"
#include "services/domain/supply_risk.h"

namespace qiangji::coverage {

// A time of the registry as a message; left as it is where it cannot be read.
void SetTime(const std::string& rfc3339, google::protobuf::Timestamp* out);

// The first of the criteria that fail (domain::CriterionBits), in the order of
// the enumeration.
v1::FailedCriterion FirstFailed(std::uint8_t fails);

// Resource name of a record of `item` in `year`.
std::string RecordName(const domain::World& world, const domain::Item& item,
                       int year, const domain::SupplyRecord& record);

// Fills in one item after another. What concerns all items (leaves, equipment
// reached, earlier years) is computed once, at construction or before.
class MetricsWriter {
 public:
  // With `scores` also the inputs of the rules. `eu_original`: see
  // domain::SupplyRisks.
  explicit MetricsWriter(std::shared_ptr<const domain::Analysis> analysis,
                         std::shared_ptr<const RuleScores> scores = nullptr,
                         bool eu_original = false);

  void Fill(domain::ItemIndex item, v1::ItemMetrics* out) const;

  // Projects by id, as they stand in the year.
  void FillProject(const domain::Project& project,
                   v1::ProjectStatus* out) const;

 private:
  struct Earlier {
    int year = 0;
    domain::Balance balance;
  };
  void FillRuleInputs(domain::ItemIndex item, v1::RuleInputs* out) const;
  void FillMakers(domain::ItemIndex item, v1::RuleInputs* out) const;
  void FillYears(domain::ItemIndex item, v1::RuleInputs* out) const;
  void FillStage(domain::ItemIndex item, v1::RuleInputs* out) const;
  void FillProjects(domain::ItemIndex item, v1::RuleInputs* out) const;
  void FillScores(domain::ItemIndex item, v1::RuleInputs* out) const;
  void FillRecords(domain::ItemIndex item, v1::RuleInputs* out) const;
  const domain::Balance* BalanceOf(int year) const;

  const std::shared_ptr<const domain::Analysis> analysis_;
  const std::shared_ptr<const RuleScores> scores_;
  const domain::SupplyRisks risks_;
  std::vector<bool> leaves_;
  // Below with `scores` only.
  std::vector<std::pair<int, std::vector<bool>>> data_years_;  // ascending
  std::vector<Earlier> earlier_;                               // ascending
};

}  // namespace qiangji::coverage
