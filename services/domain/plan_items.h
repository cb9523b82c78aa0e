// The items and projects among which a plan chooses (METHOD 4.5).
#pragma once

#include <vector>

#include "services/domain/plan.h"
#include "services/domain/plan_bundles.h"
#include "services/domain/project_forecast.h"

namespace qiangji::domain {

// An item as the plan finds it.
struct PlanSubject {
  bool counted = false;  // by the objective
  int data_year = 0;     // 0 = it never had data
  bool by_share = false;
  bool assured = false;  // nothing is left to add
  double room = 0;       // what it is worth at most when projects succeed
};

// What a plan maximizes: a sum over items, each by the outcomes of its own
// projects.
class PlanGoal {
 public:
  virtual ~PlanGoal() = default;
  virtual PlanSubject SubjectOf(ItemIndex item) const = 0;
  // >= 0, at most the room; of an item that is counted and has data.
  virtual double Worth(ItemIndex item,
                       absl::Span<const Outcome> outcomes) const = 0;
};

// The share of the headline scope's weight that becomes assured.
class CountGoal : public PlanGoal {
 public:
  CountGoal(const Analysis& analysis, const std::vector<ProspectItem>& newest);
  PlanSubject SubjectOf(ItemIndex item) const override;
  double Worth(ItemIndex item,
               absl::Span<const Outcome> outcomes) const override;

  // H of the newest data; undefined in an empty scope and in one that never
  // had data.
  std::optional<double> share() const { return share_; }
  bool illustrative() const { return illustrative_; }  // some of that data is
  // Of the scope, not assured; ascending.
  std::vector<ItemIndex> Missing() const;

 private:
  struct Item {
    bool in_scope = false, by_share = false;
    int data_year = 0;
    double weight = 0;  // of the scope's
    double needed = 0;  // volume up to the threshold; <= 0 = assured
  };
  std::vector<Item> items_;
  std::optional<double> share_;
  bool illustrative_ = false;
};

struct PlanItems {
  std::vector<PlanItem> items;  // ascending
  // By place in Facts::projects. kOthersAddMore: it may be chosen.
  std::vector<PlanReason> why;
  // By place in `items`: what projects beyond kMostBundled may add at most.
  std::vector<double> slack;
};
// Bundles up to `most_cost`.
PlanItems CollectPlanItems(const Analysis& analysis, const PlanQuery& query,
                           const PlanGoal& goal, double most_cost);

// Of the scope, not assured, without a project that the year and its
// organization let count.
std::vector<ItemIndex> UnservedItems(const Analysis& analysis,
                                     const PlanQuery& query,
                                     const CountGoal& goal);

}  // namespace qiangji::domain
