// What the rules of METHOD 5 look at beyond an item's own figures: how much its
// failure costs the others, what it stops, and on what its content hangs.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/analysis.h"
#include "services/domain/failure_reach.h"
#include "services/domain/stop.h"

namespace qiangji::coverage {

// CHOKEPOINT of one item, near a threshold at least.
struct RuleScore {
  double score = 0;
  // Of the mean losses of the ten sectors.
  double third_sector_loss = 0, largest_sector_loss = 0;
  int sectors_hit = 0;
};

struct RuleScores {
  // By item index: the equipment whose bill of materials reaches each.
  std::vector<std::vector<domain::ItemIndex>> equipment;
  std::map<domain::ItemIndex, RuleScore> scores;
  // Variant `whole`, of items without data of their own in the year.
  std::map<domain::ItemIndex, double> whole;
  // Scores are all there; else what is not found is not known.
  bool proven = true, whole_proven = true;
  std::map<domain::ItemIndex, domain::FailureReach> reach;
  // HIDDEN_DEPENDENCE: from the item to where most of its content is lost.
  std::map<domain::ItemIndex, std::vector<domain::ItemIndex>> content_chains;
};

// How much work it may be; the same on every machine.
struct RuleBudget {
  std::uint64_t searched = 2'000'000'000;  // ChokepointOptions::budget
  std::uint64_t followed = 200'000'000;    // inputs, by FailureSearch
  // Inputs and items read by contents that are taken apart.
  double solved = 5e7;
};

// CANCELLED when stopped.
absl::StatusOr<RuleScores> ComputeRuleScores(const domain::Analysis& analysis,
                                             const domain::Stop* stop,
                                             const RuleBudget& budget = {});

}  // namespace qiangji::coverage
