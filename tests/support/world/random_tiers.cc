#include "tests/support/world/random_tiers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace qiangji::test {
namespace {

constexpr int kOrganizations = 6;

// "i07": ids sort as the numbers do.
std::string IdOf(int k) { return absl::StrCat(k < 10 ? "i0" : "i", k); }

}  // namespace

RandomTiers::RandomTiers(Choices choices, int max_items)
    : choices_(std::move(choices)) {
  shape_ = static_cast<Shape>(Below(5));
  costs_ = static_cast<Costs>(Below(3));
  supply_ = static_cast<Supply>(Below(4));
  exact = costs_ == Costs::kDyadic && supply_ == Supply::kShares;
  MakeOrganizations();
  MakeItems(max_items);
  // A loop without value added: cost shares of 1 around it.
  if (choices_.Chance(30)) {
    loop_ = 2 + Below(3);
    loop_start_ = Below(items_);
    loop_leaks_ = choices_.Chance(40);
  }
  for (int k = 0; k < items_; ++k) MakeInputs(k);
  const bool earlier = choices_.Chance(30);
  for (const auto& [id, item] : ref.items) {
    MakeSupply(id, kTiersYear);
    if (earlier) MakeSupply(id, kTiersYear - 1 - Below(3));
  }
}

TableRows RandomTiers::Rows(unsigned shuffle) const {
  TableRows rows;
  for (const std::string& id : sectors) {
    rows.push_back({"sectors",
                    {{"sector_id", id},
                     {"name_zh", id},
                     {"name_en", id},
                     {"ten", ten.contains(id) ? "true" : "false"}}});
  }
  for (auto& row : RowsOf(ref)) rows.push_back(std::move(row));
  if (shuffle != 0) {
    std::mt19937 order(shuffle);
    std::shuffle(rows.begin(), rows.end(), order);
  }
  return rows;
}

RefScenario RandomTiers::MakeScenario() {
  RefScenario scenario;
  const std::vector<double> fractions = {0, 0, 0, 0.25, 0.5, 0.999};
  if (choices_.Chance(75)) {
    for (const char* country : {"JPN", "DEU", "USA", "SWE"}) {
      if (choices_.Chance(40)) {
        scenario.countries[country] = choices_.Pick(fractions);
      }
    }
  }
  if (choices_.Chance(40)) {
    scenario.suppliers[absl::StrCat("o", 1 + Below(kOrganizations))] =
        choices_.Pick(fractions);
  }
  if (choices_.Chance(30)) scenario.items.insert(IdOf(Below(items_)));
  if (scenario.countries.empty() && scenario.suppliers.empty() &&
      scenario.items.empty()) {
    scenario.countries["JPN"] = 0;
  }
  scenario.substitution = choices_.Chance(75);
  return scenario;
}

void RandomTiers::MakeOrganizations() {
  for (int k = 1; k <= kOrganizations; ++k) {
    const std::string country =
        choices_.Pick<std::string>({"CHN", "CHN", "CHN", "JPN"});
    ref.organizations[absl::StrCat("o", k)] = {
        country, choices_.Pick<std::string>({"", "", "CHN", "CHN", "DEU"})};
  }
}

void RandomTiers::MakeItems(int max_items) {
  ten = {"s1", "s2", "s3", "s4"};
  sectors = {"s1", "s2", "s3", "s4", "s5"};
  const int size = Below(100);
  items_ = 5 + Below(size < 40 ? 10 : size < 75 ? 28 : 56);
  items_ = std::min(items_, max_items);
  for (int k = 0; k < items_; ++k) {
    RefItem item;
    item.category = choices_.Pick<std::string>(
        {"component", "component", "material", "material", "process",
         "equipment", "software", "foundation"});
    item.sectors = {absl::StrCat("s", 1 + Below(5))};
    if (choices_.Chance(20)) item.sectors.insert("s1");
    item.weight = choices_.Chance(70) ? 1 : Below(4);
    if (k > 0 && choices_.Chance(10)) item.parent = IdOf(Below(k));
    ref.items[IdOf(k)] = item;
  }
}

bool RandomTiers::Linked(int item, int input) {
  switch (shape_) {
    case Shape::kSparse:
      return Below(items_) < 3;
    case Shape::kTiers:
      return input > item && Below(items_) < 4;
    case Shape::kRing:
      return input == (item + 1) % items_ || Below(items_) < 2;
    case Shape::kHub:
      return input < 2 || item == 0 ? choices_.Chance(50) : Below(items_) < 2;
    case Shape::kDense:
      return choices_.Chance(items_ <= 16 ? 40 : 12);
  }
  return false;
}

// Of `left` units, 16 or 100 to 1.
double RandomTiers::CostOf(int& left) {
  int part = Below(left / 2 + 1);
  if (costs_ == Costs::kFull && choices_.Chance(30)) part = left;
  if (costs_ == Costs::kDyadic && choices_.Chance(10)) part = left;
  left -= part;
  return costs_ == Costs::kDecimal ? part / 100.0 : part / 16.0;
}

bool RandomTiers::InLoop(int item) const {
  return (item - loop_start_ + items_) % items_ < loop_;
}

void RandomTiers::MakeLoopInputs(int item) {
  const int place = (item - loop_start_ + items_) % items_;
  const auto member = [&](int k) {
    return IdOf((loop_start_ + k % loop_) % items_);
  };
  RefInput edge{IdOf(item), member(place + 1), 1.0, 0, 9999};
  edge.essentiality = choices_.Chance(70) ? 1 : 0.5;
  const bool twofold = loop_ > 2 && choices_.Chance(40);
  if (twofold) edge.cost = 0.5;
  ref.inputs.push_back(edge);
  if (!twofold) return;
  edge.input = member(place + 2);
  edge.group = choices_.Chance(50) ? "g1" : "";
  ref.inputs.push_back(edge);
}

void RandomTiers::MakeInputs(int item) {
  if (InLoop(item)) return MakeLoopInputs(item);
  const std::vector<double> essentialities = {1, 1, 1, 0.9, 0.5, 0.3, 0};
  int left = costs_ == Costs::kDecimal ? 100 : 16;
  for (int k = 1; k < items_; ++k) {
    const int input = (item + k) % items_;
    if (!Linked(item, input)) continue;
    RefInput edge{IdOf(item), IdOf(input), std::nullopt, 0, 9999};
    if (!choices_.Chance(8)) edge.cost = CostOf(left);
    if (!choices_.Chance(15)) edge.essentiality = choices_.Pick(essentialities);
    if (choices_.Chance(30)) edge.group = absl::StrCat("g", 1 + Below(2));
    if (choices_.Chance(4)) edge.first = kTiersYear - 1 + Below(3);
    if (choices_.Chance(4)) edge.last = kTiersYear - 1 + Below(2);
    if (edge.first > edge.last) edge.last = 9999;
    ref.inputs.push_back(edge);
  }
}

void RandomTiers::MakeSupply(const std::string& id, int year) {
  const int number = std::stoi(id.substr(1));
  if (InLoop(number)) {
    RefRecord r{id, year, false, "CHN", "", "", {}, "", "", 2, 999.0, {}, {}};
    Add(r);
    if (loop_leaks_ && number == loop_start_) {
      r.origin = choices_.Chance(50) ? "JPN" : "ZZZ";
      r.quantity = choices_.Pick<double>({0, 0.001, 1, 333});
      Add(r);
    }
    ref.demand[{id, year}] = {std::nullopt, std::nullopt, true};
    return;
  }
  const int none = supply_ == Supply::kPoor ? 50 : 8;
  const int roll = Below(100);
  if (roll < none) return;
  if (roll < none + 4) {  // wanted, nothing bought
    RefRecord r{id, year, false, "CHN", "", "", {}, "", "", 2, 0.0, {}, {}};
    Add(r);
    ref.demand[{id, year}] = {50.0, std::nullopt, false};
    return;
  }
  if (roll < none + (supply_ == Supply::kAssured ? 50 : 14)) {  // all passes
    RefRecord r{id, year, false, "CHN", "", "", {}, "", "", 2, 10.0, {}, {}};
    if (choices_.Chance(50)) r.licences = {"CHN"};
    Add(r);
    ref.demand[{id, year}] = {std::nullopt, std::nullopt, !choices_.Chance(10)};
    return;
  }
  if (supply_ == Supply::kShares || choices_.Chance(25)) {
    MakeShares(id, year);
  } else {
    MakeQuantities(id, year);
  }
}

RefRecord RandomTiers::MakeRecord(const std::string& id, int year) {
  RefRecord r;
  r.item = id;
  r.year = year;
  r.exported = choices_.Chance(8);
  const bool plain = choices_.Chance(40);  // made at home, as it should be
  r.origin = plain ? "CHN"
                   : choices_.Pick<std::string>(
                         {"CHN", "CHN", "JPN", "DEU", "USA", "XXF", "ZZZ"});
  if (choices_.Chance(50)) {
    r.supplier = absl::StrCat("o", 1 + Below(kOrganizations));
  }
  if (!plain) {
    r.controller =
        choices_.Pick<std::string>({"", "", "", "", "CHN", "USA", "XXF"});
    r.qualification = choices_.Pick<std::string>(
        {"", "", "series", "promoted", "first_batch", "prototype", "none"});
  }
  if (!plain && choices_.Chance(20)) {
    r.licences = {choices_.Pick<std::string>({"CHN", "USA", "SWE"})};
    if (choices_.Chance(30)) r.licences.insert("DEU");
  }
  if (choices_.Chance(20)) r.reporter = "o1";
  r.side = choices_.Chance(70) ? 2 : Below(2);
  return r;
}

void RandomTiers::MakeQuantities(const std::string& id, int year) {
  const bool valued = choices_.Chance(60);
  const int n = 1 + Below(5);
  for (int k = 0; k < n; ++k) {
    RefRecord r = MakeRecord(id, year);
    r.quantity = choices_.Pick<double>({0, 1, 12.5, 25, 37.5, 40, 999});
    if (valued || choices_.Chance(10)) r.value = Below(9) * 10.0;
    Add(r);
  }
  if (!choices_.Chance(70)) return;
  RefDemand demand;
  demand.complete = true;
  if (choices_.Chance(20)) demand.quantity = Below(5) * 30.0;
  if (choices_.Chance(30)) demand.value = Below(5) * 50.0;
  ref.demand[{id, year}] = demand;
}

void RandomTiers::MakeShares(const std::string& id, int year) {
  int left = exact ? 4 : 20;
  const double unit = 1.0 / left;
  if (!exact && choices_.Chance(15)) ++left;     // scaled to 1
  if (!exact && choices_.Chance(5)) left += 10;  // too much: no figure
  const int n = 1 + Below(4);
  for (int k = 0; k < n; ++k) {
    RefRecord r = MakeRecord(id, year);
    r.side = 2;
    const int part = choices_.Chance(25) ? left : Below(left + 1);
    r.share = part * unit;
    if (!r.exported) left -= part;
    Add(r);
  }
}

void RandomTiers::Add(const RefRecord& r) {
  const std::string key = absl::StrCat(
      r.item, "|", r.year, "|", r.exported, "|", r.origin, "|", r.supplier, "|",
      r.controller, "|", absl::StrJoin(r.licences, ";"), "|", r.qualification,
      "|", r.reporter, "|", r.side);
  if (keys_.insert(key).second) ref.records.push_back(r);
}

}  // namespace qiangji::test
