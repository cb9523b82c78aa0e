// Worlds of a few tiers with everything in them that METHOD 3 speaks of.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/support/world/choices.h"
#include "tests/support/world/reference_losses.h"
#include "tests/support/world/slow_reference.h"
#include "tests/support/world/world_rows.h"

namespace qiangji::test {

inline constexpr int kTiersYear = 2025;

class RandomTiers {
 public:
  // 5 to `max_items` items.
  explicit RandomTiers(Choices choices, int max_items = 60);

  RefWorld ref;
  std::set<std::string> ten, sectors;  // the ten's and all
  // Products of shares along eight links are exact in a double.
  bool exact = false;

  // Sectors and RowsOf(ref), in an order that `shuffle` decides (0 = as is).
  TableRows Rows(unsigned shuffle = 0) const;
  // Countries, suppliers and items lost, in part or in full.
  RefScenario MakeScenario();
  int Below(int n) { return choices_.Below(n); }

 private:
  enum class Shape { kSparse, kTiers, kRing, kHub, kDense };
  enum class Costs { kDyadic, kDecimal, kFull };
  enum class Supply { kMixed, kAssured, kShares, kPoor };

  void MakeOrganizations();
  void MakeItems(int max_items);
  void MakeInputs(int item);
  bool InLoop(int item) const;
  void MakeLoopInputs(int item);
  bool Linked(int item, int input);
  double CostOf(int& left);
  void MakeSupply(const std::string& id, int year);
  void MakeQuantities(const std::string& id, int year);
  void MakeShares(const std::string& id, int year);
  // Everything of a record but its amount.
  RefRecord MakeRecord(const std::string& id, int year);
  void Add(const RefRecord& record);

  Choices choices_;
  int items_ = 0;
  Shape shape_ = Shape::kSparse;
  Costs costs_ = Costs::kDyadic;
  Supply supply_ = Supply::kMixed;
  int loop_ = 0, loop_start_ = 0;  // items, the first
  bool loop_leaks_ = false;        // a little of it is bought elsewhere
  std::set<std::string> keys_;     // of supply records
};

}  // namespace qiangji::test
