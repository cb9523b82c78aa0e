#include "tests/support/world/slow_reference.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace qiangji::test {
namespace {

bool Ge(double x, double t) { return x >= t - 1e-9; }

// Controller, licences, qualification.
using SplitKey = std::tuple<std::string, std::set<std::string>, std::string>;
struct Amounts {
  double volume = 0, documented = 0, value = 0;
};
using Splits = std::map<SplitKey, Amounts>;
// Market, origin, supplier.
using FlowKey = std::tuple<bool, std::string, std::string>;

struct Supply {
  bool error = false, by_share = false, domestic = false;
  bool home_stated = false, abroad_stated = false;
  bool valued = true, rest = false;
  std::map<FlowKey, Splits> flows;
};

double Amount(const RefRecord& r) {
  return r.quantity ? *r.quantity : r.share.value_or(0);
}

int Rank(const std::string& qualification) {
  const std::vector<std::string> order = {
      "none", "research", "prototype", "first_batch", "series", "promoted"};
  return static_cast<int>(std::find(order.begin(), order.end(), qualification) -
                          order.begin());
}

std::string ControllerOf(const RefWorld& world, const RefRecord& r,
                         bool& stated) {
  stated = true;
  if (!r.controller.empty()) return r.controller;
  if (r.supplier.empty()) {
    stated = false;
    return r.origin;
  }
  const RefOrganization& body = world.organizations.at(r.supplier);
  stated = !body.controller.empty();
  return stated ? body.controller : body.country;
}

// One flow of METHOD 2.1 before netting.
Splits FlowOf(const RefWorld& world, const std::vector<RefRecord>& reports,
              bool& valued) {
  double sums[3] = {0, 0, 0};
  for (const RefRecord& r : reports) sums[r.side] += Amount(r);
  const double volume = std::max({sums[0], sums[1], sums[2]});
  int side = 0;
  if (sums[0] <= 0) side = sums[1] >= sums[2] ? 1 : 2;
  Splits splits;
  if (volume <= 0) return splits;
  for (const RefRecord& r : reports) {
    if (r.side != side || Amount(r) <= 0) continue;
    bool stated = false;
    const std::string controller = ControllerOf(world, r, stated);
    const bool qualified = !r.qualification.empty();
    Amounts& at = splits[{controller, r.licences,
                          qualified ? r.qualification : "series"}];
    const double part = Amount(r) / sums[side] * volume;
    at.volume += part;
    if (stated && qualified && !r.supplier.empty()) at.documented += part;
    if (r.value) {
      at.value += *r.value * volume / sums[side];
    } else if (!r.exported) {
      valued = false;
    }
  }
  return splits;
}

// Takes `parts` off `totals` (METHOD 2.1); only the member `m`.
std::map<SplitKey, double> Netted(const Splits& totals, const Splits& parts,
                                  double Amounts::*m) {
  std::map<SplitKey, double> left;
  double over = 0, remaining = 0;
  for (const auto& [key, total] : totals) left[key] = total.*m;
  for (const auto& [key, part] : parts) {
    const double before = left.contains(key) ? left[key] : 0;
    const double taken = std::min(before, part.*m);
    over += part.*m - taken;
    if (left.contains(key)) left[key] -= taken;
  }
  for (const auto& [key, amount] : left) remaining += amount;
  for (auto& [key, amount] : left) {
    amount = remaining <= over ? 0 : amount - over * amount / remaining;
  }
  return left;
}

void NetTotals(Supply& supply) {
  std::map<std::pair<bool, std::string>, Splits> parts;
  for (const auto& [key, splits] : supply.flows) {
    const auto& [exported, origin, supplier] = key;
    if (supplier.empty()) continue;
    for (const auto& [split, amounts] : splits) {
      Amounts& sum = parts[{exported, origin}][split];
      sum.volume += amounts.volume;
      sum.value += amounts.value;
    }
  }
  for (auto& [key, splits] : supply.flows) {
    const auto& [exported, origin, supplier] = key;
    if (!supplier.empty()) continue;
    const Splits& off = parts[{exported, origin}];
    const auto volumes = Netted(splits, off, &Amounts::volume);
    const auto values = Netted(splits, off, &Amounts::value);
    for (auto& [split, amounts] : splits) {
      if (amounts.volume > 0) {
        amounts.documented *= volumes.at(split) / amounts.volume;
      }
      amounts.volume = volumes.at(split);
      amounts.value = values.at(split);
    }
  }
}

void ScaleShares(Supply& supply) {
  double sum = 0;
  for (const auto& [key, splits] : supply.flows) {
    if (std::get<0>(key)) continue;
    for (const auto& [split, amounts] : splits) sum += amounts.volume;
  }
  if (sum > 1.05 + 1e-9) {
    supply.error = true;
  } else if (sum > 1) {
    for (auto& [key, splits] : supply.flows) {
      if (std::get<0>(key)) continue;
      for (auto& [split, amounts] : splits) {
        amounts.volume /= sum;
        amounts.documented /= sum;
      }
    }
  } else if (1 - sum > 1e-9) {
    supply.rest = true;
    supply.flows[{false, "ZZZ", ""}][{"ZZZ", {}, "series"}].volume += 1 - sum;
  }
}

Supply SupplyOf(const RefWorld& world, const std::string& item, int year) {
  Supply supply;
  std::map<FlowKey, std::vector<RefRecord>> reports;
  bool quantity = false, share = false, neither = false;
  for (const RefRecord& r : world.records) {
    if (r.item != item || r.year != year) continue;
    reports[{r.exported, r.origin, r.supplier}].push_back(r);
    quantity |= r.quantity.has_value();
    share |= r.share.has_value();
    neither |= !r.quantity && !r.share;
    if (r.exported) continue;
    supply.domestic = true;
    supply.home_stated |= r.origin == "CHN";
    supply.abroad_stated |= r.origin != "CHN" && r.origin != "ZZZ";
  }
  supply.by_share = share;
  supply.error = neither || (quantity && share);
  if (supply.error) return supply;
  for (const auto& [key, list] : reports) {
    supply.flows[key] = FlowOf(world, list, supply.valued);
  }
  NetTotals(supply);
  if (share && supply.domestic) ScaleShares(supply);
  return supply;
}

bool Passes(const std::string& origin, const SplitKey& key) {
  const auto& [controller, licences, qualification] = key;
  return origin == "CHN" && controller == "CHN" &&
         (licences.empty() || licences == std::set<std::string>{"CHN"}) &&
         Rank(qualification) >= Rank("first_batch");
}

void Concentrate(const std::map<std::string, double>& origins,
                 const std::map<std::string, double>& suppliers,
                 RefFigures& f) {
  if (f.q <= 0) return;
  double all = 0, low = 0, loose = 0, best = 0, best_foreign = 0;
  for (const auto& [origin, volume] : origins) {
    const double percent = 100 * volume / f.q;
    all += percent * percent;
    if (origin == "XXF" || origin == "ZZZ") {
      loose += percent;
      continue;
    }
    low += percent * percent;
    best = std::max(best, percent);
    if (origin != "CHN" && volume > best_foreign) {
      best_foreign = volume;
      f.top_foreign = origin;
      f.top_foreign_share = volume / f.q;
    }
  }
  f.hhi = all;
  f.hhi_low = low;
  f.hhi_high = low - best * best + (best + loose) * (best + loose);
  double squares = 0;
  for (const auto& [supplier, volume] : suppliers) {
    squares += 1e4 * volume / f.q * volume / f.q;
  }
  f.hhi_supplier = squares;
}

void AddFao(const Supply& supply, RefFigures& f) {
  double p = 0, m = 0, u = 0, x = 0;
  for (const auto& [key, splits] : supply.flows) {
    const auto& [exported, origin, supplier] = key;
    for (const auto& [split, amounts] : splits) {
      (origin == "CHN" ? p : origin == "ZZZ" ? u : m) += amounts.volume;
      if (exported) x += amounts.volume;
    }
  }
  const double s = p + m + u - x;
  if (s <= 1e-9) return;
  f.ssr = p / s;
  f.ssr_upper = (p + u) / s;
  f.idr = m / s;
  f.idr_upper = (m + u) / s;
}

void FillFigures(const Supply& supply, const RefDemand* demand, RefFigures& f) {
  double home = 0, assured = 0, documented = 0, unknown = 0;
  double value = 0, assured_value = 0;
  std::map<std::string, double> origins, suppliers;
  for (const auto& [key, splits] : supply.flows) {
    const auto& [exported, origin, supplier] = key;
    if (exported) continue;
    for (const auto& [split, amounts] : splits) {
      origins[origin] += amounts.volume;
      suppliers[supplier.empty() ? "/" + origin : supplier] += amounts.volume;
      if (origin == "CHN") home += amounts.volume;
      if (origin == "ZZZ") unknown += amounts.volume;
      value += amounts.value;
      if (!Passes(origin, split)) continue;
      assured += amounts.volume;
      documented += amounts.documented;
      assured_value += amounts.value;
    }
  }
  f.located = home / f.d;
  f.assured = assured / f.d;
  f.documented = documented / f.d;
  f.upper = (assured + unknown) / f.d;
  Concentrate(origins, suppliers, f);
  AddFao(supply, f);
  if (demand != nullptr && demand->value) {
    f.value = demand->value;
  } else if (supply.valued) {
    f.value = value;
  }
  f.assured_value_part = f.assured;
  if (supply.valued && !supply.rest && f.value) {
    const double whole = std::max(*f.value, value);
    f.assured_value_part = whole > 0 ? assured_value / whole : 0;
  }
}

RefFigures OfYear(const RefWorld& world, const std::string& item, int year) {
  RefFigures f;
  const Supply supply = SupplyOf(world, item, year);
  auto it = world.demand.find({item, year});
  const RefDemand* demand = it == world.demand.end() ? nullptr : &it->second;
  if (demand != nullptr) f.value = demand->value;
  f.error = supply.error;
  if (supply.error || !supply.domestic) return f;
  for (const auto& [key, splits] : supply.flows) {
    if (std::get<0>(key)) continue;
    for (const auto& [split, amounts] : splits) f.q += amounts.volume;
  }
  if (supply.by_share) f.q = 1;
  f.d = f.q;
  if (!supply.by_share && demand != nullptr && demand->quantity) {
    f.d = std::max(f.d, *demand->quantity);
  }
  f.data = f.d > 0 &&
           (supply.by_share || (supply.home_stated && supply.abroad_stated) ||
            (demand != nullptr && (demand->quantity || demand->complete)));
  if (!f.data) return f;
  f.data_year = year;
  FillFigures(supply, demand, f);
  return f;
}

// d = a·(v + C·d) by iterates from zero.
std::map<std::string, double> Series(const RefWorld& world, int year,
                                     const std::map<std::string, double>& a) {
  std::vector<std::string> ids;
  for (const auto& [id, item] : world.items) ids.push_back(id);
  const std::size_t n = ids.size();
  const auto place = [&](const std::string& id) {
    return static_cast<std::size_t>(std::find(ids.begin(), ids.end(), id) -
                                    ids.begin());
  };
  std::vector<std::vector<double>> c(n, std::vector<double>(n, 0));
  for (const RefInput& input : world.inputs) {
    if (year < input.first || year > input.last) continue;
    c[place(input.item)][place(input.input)] = input.cost.value_or(0);
  }
  std::vector<double> d(n, 0), next(n, 0);
  for (int sweep = 0; sweep < 100000; ++sweep) {
    double change = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double inside = 1;
      for (std::size_t j = 0; j < n; ++j) inside += c[i][j] * (d[j] - 1);
      next[i] = a.at(ids[i]) * inside;
      change = std::max(change, std::abs(next[i] - d[i]));
    }
    std::swap(d, next);
    if (change < 1e-15) break;
  }
  std::map<std::string, double> result;
  for (std::size_t i = 0; i < n; ++i) result[ids[i]] = d[i];
  return result;
}

}  // namespace

RefFigures RefItemFigures(const RefWorld& world, const std::string& item,
                          int year, int back) {
  RefFigures asked = OfYear(world, item, year);
  if (asked.data || asked.error) return asked;
  for (int y = year - 1; y >= year - back; --y) {
    RefFigures earlier = OfYear(world, item, y);
    if (earlier.data) return earlier;
  }
  return asked;
}

std::vector<RefPart> RefDomesticParts(const RefWorld& world,
                                      const std::string& item, int year) {
  std::vector<RefPart> parts;
  for (const auto& [key, splits] : SupplyOf(world, item, year).flows) {
    const auto& [exported, origin, supplier] = key;
    if (exported) continue;
    for (const auto& [split, amounts] : splits) {
      if (amounts.volume <= 0) continue;
      parts.push_back({origin, supplier, std::get<0>(split), std::get<1>(split),
                       Passes(origin, split), amounts.volume});
    }
  }
  return parts;
}

RefContent RefContents(const RefWorld& world, int year,
                       const std::map<std::string, RefFigures>& figures) {
  std::map<std::string, double> lower, upper, located;
  for (const auto& [id, f] : figures) {
    const double of_supply = f.data && f.q > 0 ? f.d / f.q : 0;
    lower[id] = f.data ? f.assured * of_supply : 0;
    upper[id] = f.data ? f.upper * of_supply : 1;
    located[id] = f.data ? f.located * of_supply : 0;
  }
  return {Series(world, year, lower), Series(world, year, upper),
          Series(world, year, located)};
}

RefCoverage RefCover(const RefWorld& world, const std::string& sector,
                     double theta,
                     const std::map<std::string, RefFigures>& figures,
                     const RefContent& content) {
  RefCoverage c;
  double w = 0, known = 0, assured = 0, documented = 0, upper = 0;
  double deep = 0, deep_upper = 0, value = 0, assured_value = 0;
  const auto basic = [](const RefItem& item) {
    return item.category == "component" || item.category == "material";
  };
  for (const auto& [id, item] : world.items) {
    bool parent = false;
    for (const auto& [other, child] : world.items) {
      parent |= child.parent == id && basic(child);
    }
    if (!basic(item) || parent) continue;
    if (!sector.empty() && !item.sectors.contains(sector)) continue;
    const RefFigures& f = figures.at(id);
    ++c.items;
    w += item.weight;
    if (Ge(content.upper.at(id), theta)) deep_upper += item.weight;
    if (!f.data) {
      upper += item.weight;
      continue;
    }
    ++c.with_data;
    known += item.weight;
    if (Ge(f.assured, theta)) {
      ++c.assured;
      assured += item.weight;
    } else {
      ++(f.located <= 1e-9 ? c.blank : c.made);
    }
    if (Ge(f.documented, theta)) documented += item.weight;
    if (Ge(f.upper, theta)) upper += item.weight;
    if (Ge(content.lower.at(id), theta)) deep += item.weight;
    if (f.value) {
      value += *f.value;
      assured_value += *f.value * f.assured_value_part;
    }
  }
  if (w <= 0) return c;
  c.upper = upper / w;
  c.penetrated_upper = deep_upper / w;
  if (c.with_data == 0) return c;
  c.share = assured / w;
  c.documented = documented / w;
  c.penetrated = deep / w;
  if (known > 0) c.of_known = assured / known;
  if (value > 0) c.value = assured_value / value;
  return c;
}

}  // namespace qiangji::test
