#include "tests/support/world/reference_tiers.h"

#include <algorithm>
#include <utility>

namespace qiangji::test {
namespace {

constexpr Real kTie = 1e-14L;  // of chains, relative

// x of m·x = b for every column of b, by elimination with row exchanges.
void Eliminate(RefMatrix& m, RefMatrix& b) {
  const std::size_t n = m.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k + 1; i < n; ++i) {
      if (std::abs(m[i][k]) > std::abs(m[best][k])) best = i;
    }
    std::swap(m[k], m[best]);
    std::swap(b[k], b[best]);
    for (std::size_t i = 0; i < n; ++i) {
      if (i == k || m[i][k] == 0) continue;
      const Real factor = m[i][k] / m[k][k];
      for (std::size_t c = k; c < n; ++c) m[i][c] -= factor * m[k][c];
      for (std::size_t c = 0; c < b[i].size(); ++c) b[i][c] -= factor * b[k][c];
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (Real& x : b[k]) x /= m[k][k];
  }
}

// I − diag(a)·C of some items.
RefMatrix Leontief(const RefTiers& t, const std::vector<Real>& a,
                   const std::vector<std::size_t>& of) {
  RefMatrix m(of.size(), std::vector<Real>(of.size(), 0));
  for (std::size_t i = 0; i < of.size(); ++i) {
    for (std::size_t j = 0; j < of.size(); ++j) {
      m[i][j] = (i == j ? 1 : 0) - a[of[i]] * t.cost[of[i]][of[j]];
    }
  }
  return m;
}

// Spreads `marked` to every item that reaches a marked one by a·c ≠ 0.
void SpreadToUsers(const RefTiers& t, const std::vector<Real>& a,
                   std::vector<bool>& marked) {
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < t.size(); ++i) {
      if (marked[i] || a[i] == 0) continue;
      for (std::size_t j = 0; j < t.size() && !marked[i]; ++j) {
        if (t.cost[i][j] > 0 && marked[j]) more = marked[i] = true;
      }
    }
  }
}

std::vector<std::size_t> Where(const std::vector<bool>& marked) {
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < marked.size(); ++i) {
    if (marked[i]) of.push_back(i);
  }
  return of;
}

void FillCosts(RefTiers& t) {
  const std::size_t n = t.size();
  t.cost.assign(n, std::vector<Real>(n, 0));
  t.own.assign(n, 1);
  for (const RefInput& input : t.world->inputs) {
    if (t.year < input.first || t.year > input.last) continue;
    t.cost[t.at[input.item]][t.at[input.input]] = input.cost.value_or(0);
  }
  for (std::size_t i = 0; i < n; ++i) {
    Real sum = 0;
    for (Real c : t.cost[i]) sum += c;
    t.own[i] = 1 - sum;
    if (std::abs(t.own[i]) > 1e-9L) continue;
    t.own[i] = 0;  // decimals that are to be 1 in full
    for (Real& c : t.cost[i]) c /= sum;
  }
}

void FillRequirements(RefTiers& t) {
  t.requirements.resize(t.size());
  t.apart.resize(t.size());
  std::map<std::pair<std::size_t, std::string>, RefRequirement> groups;
  for (const RefInput& input : t.world->inputs) {
    if (t.year < input.first || t.year > input.last) continue;
    const std::size_t item = t.at[input.item];
    // "/" is in no group's name.
    const std::string name =
        input.group.empty() ? "/" + input.input : input.group;
    RefRequirement& group = groups[{item, name}];
    const Real essentiality = input.essentiality.value_or(0.5);
    group.inputs.push_back(t.at[input.input]);
    group.essentialities.push_back(essentiality);
    t.apart[item].push_back({{t.at[input.input]}, {essentiality}});
  }
  for (auto& [key, group] : groups) {
    t.requirements[key.first].push_back(std::move(group));
  }
}

void FillLeaves(RefTiers& t) {
  const auto family = [](const RefItem& item) {
    return item.category == "material" ? "component" : item.category;
  };
  t.leaf.assign(t.size(), true);
  for (const auto& [id, item] : t.world->items) {
    if (item.parent.empty()) continue;
    if (family(item) == family(t.world->items.at(item.parent))) {
      t.leaf[t.at[item.parent]] = false;
    }
  }
}

void FillShares(RefTiers& t) {
  for (std::size_t i = 0; i < t.size(); ++i) {
    Real all = 0, passing = 0, unknown = 0, home = 0;
    bool all_pass = true, all_may_pass = true, all_home = true;
    for (const RefPart& part : t.parts[i]) {
      const bool zzz = part.origin == "ZZZ", made = part.origin == "CHN";
      all += part.volume;
      if (part.passes) passing += part.volume;
      if (zzz) unknown += part.volume;
      if (made) home += part.volume;
      all_pass &= part.passes;
      all_may_pass &= part.passes || zzz;
      all_home &= made;
    }
    const bool any = all > 0;
    const auto share = [&](Real volume, bool whole) {
      return !any ? 0 : whole ? 1 : volume / all;
    };
    t.lower.push_back(share(passing, all_pass));
    t.upper.push_back(t.figures[i].data ? share(passing + unknown, all_may_pass)
                                        : 1);
    t.located.push_back(share(home, all_home));
  }
}

// Whom METHOD 3.2 charges with a part that does not pass.
std::string ChargedTo(const RefPart& part) {
  if (part.origin != "CHN") return part.origin;
  if (part.controller != "CHN") return part.controller;
  for (const std::string& country : part.licences) {
    if (country != "CHN") return country;
  }
  return "unqualified";
}

// Not-assured share by whom it is charged to.
std::map<std::string, Real> Charges(const RefTiers& t, std::size_t j) {
  if (!t.Bought(j)) return {{"ZZZ", 1}};
  std::map<std::string, Real> charges;
  Real all = 0;
  for (const RefPart& part : t.parts[j]) all += part.volume;
  for (const RefPart& part : t.parts[j]) {
    if (!part.passes) charges[ChargedTo(part)] += part.volume / all;
  }
  return charges;
}

struct Chain {
  Real product = 0;
  std::vector<std::size_t> path;
};

bool Better(const Chain& a, const Chain& b) {
  if (a.product > b.product * (1 + kTie)) return true;
  if (a.product < b.product * (1 - kTie)) return false;
  if (a.path.size() != b.path.size()) return a.path.size() < b.path.size();
  return a.path < b.path;  // by id: items are numbered so
}

bool OnPath(const std::vector<std::size_t>& path, std::size_t j) {
  return std::find(path.begin(), path.end(), j) != path.end();
}

std::vector<std::string> Named(const RefTiers& t,
                               const std::vector<std::size_t>& path) {
  std::vector<std::string> ids;
  ids.reserve(path.size());
  for (std::size_t i : path) ids.push_back(t.ids[i]);
  return ids;
}

// The best chain from `root` to each item: better ones until there is none.
std::vector<Chain> BestChains(const RefTiers& t, std::size_t root) {
  std::vector<Chain> best(t.size());
  best[root] = {1, {root}};
  for (bool more = true; more;) {
    more = false;
    for (std::size_t k = 0; k < t.size(); ++k) {
      if (best[k].path.empty() || t.lower[k] == 0) continue;
      for (std::size_t j = 0; j < t.size(); ++j) {
        if (t.cost[k][j] == 0 || OnPath(best[k].path, j)) continue;
        Chain next = best[k];
        next.product *= t.lower[k] * t.cost[k][j];
        next.path.push_back(j);
        if (!Better(next, best[j])) continue;
        best[j] = std::move(next);
        more = true;
      }
    }
  }
  return best;
}

void Try(const RefTiers& t, std::size_t end, const Chain& chain, Chain& best) {
  const std::size_t k = chain.path.back();
  if (k == end) {
    if (Better(chain, best)) best = chain;
    return;
  }
  for (std::size_t j = 0; j < t.size(); ++j) {
    if (t.lower[k] * t.cost[k][j] == 0 || OnPath(chain.path, j)) continue;
    Chain next = chain;
    next.product *= t.lower[k] * t.cost[k][j];
    next.path.push_back(j);
    Try(t, end, next, best);
  }
}

}  // namespace

RefTiers MakeRefTiers(const RefWorld& world, int year, int back) {
  RefTiers t;
  t.world = &world;
  t.year = year;
  for (const auto& [id, item] : world.items) {
    t.at[id] = t.ids.size();
    t.ids.push_back(id);
    t.figures.push_back(RefItemFigures(world, id, year, back));
    const RefFigures& f = t.figures.back();
    t.parts.push_back(f.data ? RefDomesticParts(world, id, f.data_year)
                             : std::vector<RefPart>());
  }
  FillCosts(t);
  FillRequirements(t);
  FillLeaves(t);
  FillShares(t);
  t.content = RefSolve(t, t.lower);
  return t;
}

std::vector<Real> RefSolve(const RefTiers& t, const std::vector<Real>& a) {
  // Whom no own value reaches is 0; the others end in a row below 1.
  std::vector<bool> fed(t.size());
  for (std::size_t i = 0; i < t.size(); ++i) {
    fed[i] = a[i] != 0 && t.own[i] != 0;
  }
  SpreadToUsers(t, a, fed);
  const std::vector<std::size_t> of = Where(fed);
  RefMatrix m = Leontief(t, a, of), b;
  for (std::size_t i : of) b.push_back({a[i] * t.own[i]});
  Eliminate(m, b);
  std::vector<Real> d(t.size(), 0);
  for (std::size_t k = 0; k < of.size(); ++k) d[of[k]] = b[k][0];
  return d;
}

RefPaths MakeRefPaths(const RefTiers& t) {
  // What can leak (own value, or supply that fails) ends.
  std::vector<bool> ends(t.size());
  for (std::size_t i = 0; i < t.size(); ++i) {
    ends[i] = t.lower[i] != 1 || t.own[i] != 0;
  }
  SpreadToUsers(t, t.lower, ends);
  const std::vector<std::size_t> of = Where(ends);
  RefMatrix m = Leontief(t, t.lower, of);
  RefMatrix b(of.size(), std::vector<Real>(of.size(), 0));
  for (std::size_t k = 0; k < of.size(); ++k) b[k][k] = 1;
  Eliminate(m, b);
  RefPaths paths;
  for (bool end : ends) paths.closed.push_back(!end);
  paths.l.assign(t.size(), std::vector<Real>(t.size(), 0));
  for (std::size_t i = 0; i < of.size(); ++i) {
    for (std::size_t j = 0; j < of.size(); ++j) {
      paths.l[of[i]][of[j]] = b[i][j];
    }
  }
  return paths;
}

std::vector<RefContribution> RefTrace(const RefTiers& t, const RefPaths& paths,
                                      std::size_t root) {
  const std::vector<Chain> chains = BestChains(t, root);
  std::vector<RefContribution> rows;
  Real rest = 1 - t.content[root];
  bool looped = false;
  for (std::size_t j = 0; j < t.size(); ++j) {
    looped |= paths.closed[j] && !chains[j].path.empty();
    if (paths.l[root][j] == 0) continue;
    for (const auto& [country, share] : Charges(t, j)) {
      const Real amount = paths.l[root][j] * share;
      rest -= amount;
      if (amount <= 1e-12L) continue;
      rows.push_back({t.ids[j], country, amount, Named(t, chains[j].path)});
    }
  }
  if (looped && rest > 1e-12L) {
    rows.push_back({"loop", "unqualified", rest, {}});
  }
  std::sort(rows.begin(), rows.end(),
            [](const RefContribution& a, const RefContribution& b) {
              if (a.amount != b.amount) return a.amount > b.amount;
              return std::pair(a.input, a.country) <
                     std::pair(b.input, b.country);
            });
  return rows;
}

Real RefChainProduct(const RefTiers& t, const std::vector<std::string>& chain) {
  Real product = 1;
  for (std::size_t k = 0; k + 1 < chain.size(); ++k) {
    const std::size_t i = t.at.at(chain[k]), j = t.at.at(chain[k + 1]);
    product *= t.lower[i] * t.cost[i][j];
  }
  return product;
}

std::vector<std::string> RefChainByTrial(const RefTiers& t, std::size_t root,
                                         std::size_t end) {
  Chain best;
  Try(t, end, {1, {root}}, best);
  return Named(t, best.path);
}

RefMarginal RefMarginalGains(const RefTiers& t, const RefPaths& paths,
                             const std::vector<Real>& weights) {
  RefMarginal gains;
  for (std::size_t j = 0; j < t.size(); ++j) {
    Real lambda = 0, inside = t.own[j];
    for (std::size_t i = 0; i < t.size(); ++i) {
      lambda += weights[i] * paths.l[i][j];
      inside += t.cost[j][i] * t.content[i];
    }
    gains.marginal.push_back(lambda * inside);
    gains.potential.push_back((1 - t.lower[j]) * lambda * inside);
  }
  return gains;
}

Real RefWeightedContent(const RefTiers& t, const std::vector<Real>& weights,
                        std::size_t j, Real share) {
  std::vector<Real> a = t.lower;
  a[j] = share;
  const std::vector<Real> d = RefSolve(t, a);
  Real sum = 0;
  for (std::size_t i = 0; i < d.size(); ++i) sum += weights[i] * d[i];
  return sum;
}

Real RefMarginalByDifference(const RefTiers& t,
                             const std::vector<Real>& weights, std::size_t j,
                             Real step) {
  const Real a = t.lower[j];
  const auto at = [&](Real share) {
    return RefWeightedContent(t, weights, j, share);
  };
  if (a + step > 1) {
    return (3 * at(a) - 4 * at(a - step) + at(a - 2 * step)) / (2 * step);
  }
  if (a - step < 0) {
    return (4 * at(a + step) - 3 * at(a) - at(a + 2 * step)) / (2 * step);
  }
  return (at(a + step) - at(a - step)) / (2 * step);
}

}  // namespace qiangji::test
