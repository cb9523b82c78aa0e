// A plan by content (METHOD 4.5; plan.h says what is proven).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/plan_items.h"

namespace qiangji::domain {

// Worth: by how much projects raise the item's expected assured share of what
// was bought. New volume takes the place of what failed the criteria.
class ContentGoal : public PlanGoal {
 public:
  explicit ContentGoal(const Analysis& analysis) : analysis_(analysis) {}
  PlanSubject SubjectOf(ItemIndex item) const override;
  double Worth(ItemIndex item,
               absl::Span<const Outcome> outcomes) const override;

 private:
  const Analysis& analysis_;
};

class ContentPlans {
 public:
  // All outlive it. `items` are of a ContentGoal.
  ContentPlans(const Analysis& analysis, const PlanItems& items);

  double from() const { return from_; }  // Σ w_i d_i without any project
  // The gradient without any project, by place in `items`.
  const std::vector<double>& factors() const { return factors_; }

  // Sets the exact worth of the choice: the rise of Σ w_i d_i.
  void SolveAnew(PlanChoice& choice) const;
  // Σ w_i d_i for assured shares that `raised` adds to the present ones, by
  // item index. CANCELLED when stopped.
  absl::StatusOr<std::vector<double>> ContentsOf(
      absl::Span<const std::vector<double>> raised, const Stop* stop) const;
  // The worth is exact, the bound that of every choice; within the limits in
  // all.
  absl::StatusOr<PlanChoice> Choose(double budget, PlanChoice start,
                                    const SearchLimits& all,
                                    const Stop* stop) const;

 private:
  std::vector<double> SharesOf(const PlanChoice& choice) const;
  double ContentOf(const std::vector<double>& a) const;
  std::vector<double> GradientAt(const std::vector<double>& a) const;
  absl::StatusOr<double> BoundOf(double budget, const PlanChoice& start,
                                 const SearchLimits& limits,
                                 const Stop* stop) const;

  const Analysis& analysis_;
  const PlanItems& items_;
  const std::vector<double> weights_, a_;
  double from_ = 0, everything_ = 0;  // the rise with every project
  std::vector<double> factors_, highest_;
};

}  // namespace qiangji::domain
