// What registered projects may make of a scope's share (METHOD 4.4).
#pragma once

#include <optional>
#include <vector>

#include "services/domain/analysis.h"

namespace qiangji::domain {

// An item of the scope as its newest data year leaves it.
struct ProspectItem {
  ItemIndex item = -1;
  int data_year = 0;  // 0 = it never had data
  bool by_share = false;
  double assured_volume = 0, demand = 0;
  bool illustrative = false;  // some of that data is
};

// The expected share of later years, and the probability of a target, over the
// independent outcomes of the projects of home-controlled organizations. An
// item that never had data is not assured. That projects succeed independently
// understates the spread. A project without probability succeeds.
class ProjectForecast {
 public:
  // `items` are all of the scope. Projects completed after `through` are left
  // out.
  ProjectForecast(const Analysis& analysis, std::vector<ProspectItem> items,
                  int through);

  // Expected H; undefined in an empty scope and in one that never had data.
  std::optional<double> ExpectedIn(int year) const;
  // That H reaches the target; also undefined where the weights are too many
  // to sum exactly (kMostSums).
  std::optional<double> ProbabilityIn(int year, double target,
                                      Direction direction) const;

  int projects() const { return projects_; }
  // Those that state no addition in their item's measure: an error, they are
  // left out. Places in Facts::projects, ascending.
  const std::vector<std::size_t>& other_measure() const {
    return other_measure_;
  }

 private:
  struct Addition {
    int year = 0;
    double amount = 0, probability = 1;
  };
  // An item whose fate projects decide.
  struct Prospect {
    double weight = 0, needed = 0;
    std::vector<Addition> additions;
  };
  void AddItems(const Analysis& analysis, std::vector<ProspectItem> items,
                std::vector<std::vector<Addition>> additions);
  // π_i(t) of every prospect.
  std::optional<std::vector<double>> ProbabilitiesIn(int year) const;

  double whole_ = 0, assured_ = 0;  // weight of all; of those assured already
  bool any_data_ = false;
  std::vector<Prospect> prospects_;
  int projects_ = 0;
  std::vector<std::size_t> other_measure_;
};

}  // namespace qiangji::domain
