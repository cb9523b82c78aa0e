// What stops when flows, suppliers or items are lost (METHOD 3.4).
//
// Limits, to be said with every result: no stocks, no time to replace, plants
// abroad do not fail by their own inputs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/analysis.h"
#include "services/domain/stop.h"

namespace qiangji::domain {

// What is lost, by ids and codes as a caller states them. The numbers are
// surviving fractions in [0,1]; 0 = all of it is lost.
struct ScenarioSpec {
  std::vector<std::pair<std::string, double>> embargo = {};  // country codes
  std::vector<std::pair<std::string, double>> suppliers = {};
  std::vector<std::string> items = {};
  bool substitution = true;  // false: each input is a requirement
};

// The same with codes resolved.
//
// A flow that several causes hit keeps the smallest of their surviving
// fractions. The pessimistic variant belongs to the embargo: flows of origin
// ZZZ or XXF keep the smallest surviving fraction of the embargoed countries,
// and so does all that is made of an item without data. Without an embargo
// both variants are the same.
struct Scenario {
  std::vector<std::pair<Country, double>> embargo;   // by country
  std::vector<std::pair<Number, double>> suppliers;  // by number
  std::vector<ItemIndex> items;                      // ascending
  bool substitution = true;
};

// InvalidArgument that names it: a code or id that is not known, home
// territory, XXF or ZZZ as a country, a fraction outside [0,1], something
// stated twice, nothing lost at all.
absl::StatusOr<Scenario> ResolveScenario(const Analysis& analysis,
                                         const ScenarioSpec& spec);

// Over leaf items of every category (METHOD 3.5). nullopt: the scope is empty,
// weighs nothing, or has no value.
struct LossMeans {
  std::optional<double> mean_loss, mean_loss_pessimistic;  // by weight
  std::optional<double> mean_loss_value;                   // by value_i
  int items = 0;                                           // in scope
  int valued_items = 0;                                    // with value_i
  int stopped_items = 0, stopped_items_pessimistic = 0;
};

// How far a result may be from the exact one.
struct LossBound {
  double error = 0;  // proven, of every loss
  // The bound is above what was asked for: the result stands within `error`,
  // and an answer says so.
  bool wide = false;
};

// METHOD 3.4: not κ >= 0.5.
inline bool Stops(double loss) { return !AtLeast(1 - loss, 0.5); }

struct Disruption {
  // By ItemIndex.
  std::vector<double> loss, loss_pessimistic;  // 1 − κ
  // What a scenario takes of an item directly, of `loss`.
  std::vector<double> direct;
  // FORMATS limiting_input_id, optimistic variant: the input that sets the
  // minimum, in a group its best member, ties by id; -1 where no requirement
  // is below 1, or the item itself is lost.
  std::vector<ItemIndex> limiting;
  LossMeans total;
  std::vector<LossMeans> sectors;  // by SectorIndex
  LossBound bound;

  double capability(ItemIndex i) const {
    return 1 - loss[static_cast<std::size_t>(i)];
  }
  bool stopped(ItemIndex i) const {
    return Stops(loss[static_cast<std::size_t>(i)]);
  }
};

// Within 1e-9 of the greatest fixed point, or `bound.wide`.
absl::StatusOr<Disruption> ComputeDisruption(const Analysis& analysis,
                                             const Scenario& scenario,
                                             const Stop* stop = nullptr);

// Why `item` loses: from it over limiting inputs down to the item that is hit
// itself, at least as much as by its inputs. `item` alone where it is that
// one; empty where it loses nothing. No item twice.
std::vector<ItemIndex> ChainOfFailures(const Disruption& disruption,
                                       ItemIndex item);

}  // namespace qiangji::domain
