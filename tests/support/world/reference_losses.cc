#include "tests/support/world/reference_losses.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace qiangji::test {
namespace {

// l_i = lost_i + carried_i · max over requirements of min over members of e·l.
struct Shock {
  std::vector<Real> lost;     // of Q_i; 1 = the item itself is lost
  std::vector<Real> carried;  // surviving home-origin volume / Q_i
};

using Network = std::vector<std::vector<RefRequirement>>;

// The requirement that decides an item's loss, its best member, and what that
// passes on.
struct Active {
  Real loss = 0;
  std::size_t group = 0, input = 0;
  Real essentiality = 0;
};

Active MemberOf(const RefRequirement& group, std::size_t number,
                const std::vector<Real>& l, std::size_t preferred) {
  Active best;
  for (std::size_t k = 0; k < group.inputs.size(); ++k) {
    const Real e = group.essentialities[k];
    const Real loss = e * l[group.inputs[k]];
    const bool as_good = loss == best.loss && group.inputs[k] == preferred;
    if (k == 0 || loss < best.loss || as_good) {
      best = {loss, number, group.inputs[k], e};
    }
  }
  return best;
}

// Of equals `before` stays: what decided first did not come around a loop.
Active ActiveOf(const std::vector<RefRequirement>& requirements,
                const std::vector<Real>& l, const Active& before) {
  Active worst;
  for (std::size_t g = 0; g < requirements.size(); ++g) {
    const Active best = MemberOf(requirements[g], g, l, before.input);
    const bool as_bad = best.loss == worst.loss && g == before.group;
    if (best.loss > worst.loss || as_bad) worst = best;
  }
  return worst;
}

// The least solution if every item kept the input that decides now: each has
// one successor, so there are only paths into ends and into single cycles.
std::vector<Real> Settle(const Shock& shock, const std::vector<Active>& of) {
  const std::size_t n = of.size();
  std::vector<Real> l(n, -1);
  const auto weight = [&](std::size_t i) {
    return shock.carried[i] * of[i].essentiality;
  };
  for (std::size_t start = 0; start < n; ++start) {
    std::vector<std::size_t> path;
    std::size_t i = start;
    while (l[i] < 0 && std::find(path.begin(), path.end(), i) == path.end()) {
      path.push_back(i);
      if (weight(i) == 0) break;
      i = of[i].input;
    }
    const auto loop = std::find(path.begin(), path.end(), i);
    if (weight(i) != 0 && l[i] < 0) {  // closes a cycle at i
      Real sum = 0, factor = 1;
      for (auto k = loop; k != path.end(); ++k) {
        sum += factor * shock.lost[*k];
        factor *= weight(*k);
      }
      l[i] = sum == 0 ? 0 : sum / (1 - factor);
    }
    while (!path.empty()) {
      const std::size_t k = path.back();
      path.pop_back();
      if (l[k] >= 0) continue;
      l[k] = shock.lost[k];
      if (weight(k) != 0) l[k] += weight(k) * l[of[k].input];
    }
  }
  return l;
}

// Whether losses run around some cycle of the deciding requirements
// undiminished. Elsewhere they have one solution only, as every cycle makes
// two solutions' difference smaller.
bool HasLosslessLoop(const Network& network, const Shock& shock,
                     const std::vector<Active>& of,
                     const std::vector<Real>& l) {
  // Items are taken off that no lossless input leads on from.
  std::vector<bool> on;
  for (std::size_t i = 0; i < network.size(); ++i) {
    on.push_back(l[i] > 0 && !network[i].empty());
  }
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < network.size(); ++i) {
      if (!on[i]) continue;
      const RefRequirement& group = network[i][of[i].group];
      bool keeps = false;
      for (std::size_t k = 0; k < group.inputs.size(); ++k) {
        keeps |= on[group.inputs[k]] &&
                 shock.carried[i] * group.essentialities[k] >= 1;
      }
      if (keeps) continue;
      on[i] = false;
      more = true;
    }
  }
  return std::find(on.begin(), on.end(), true) != on.end();
}

// Whether `candidate` is the least solution. It is at least that as it is one.
// If only the deciding requirements counted, losses would be no greater; the
// candidate solves that too, and where that has one solution it is the least.
bool IsLeast(const Network& network, const Shock& shock,
             const std::vector<Real>& candidate,
             const std::vector<Active>& active) {
  std::vector<Active> deciding;
  for (std::size_t i = 0; i < network.size(); ++i) {
    deciding.push_back(ActiveOf(network[i], candidate, active[i]));
    const Real next = shock.lost[i] + shock.carried[i] * deciding[i].loss;
    if (std::abs(next - candidate[i]) > 1e-17L) return false;
  }
  return !HasLosslessLoop(network, shock, deciding, candidate);
}

// Choices of the moment, solved at once and chosen anew a few times: the least
// loss if they come to rest there.
std::optional<std::vector<Real>> Shortcut(const Network& network,
                                          const Shock& shock,
                                          std::vector<Active> active) {
  for (int round = 0; round < 10; ++round) {
    std::vector<Real> l = Settle(shock, active);
    if (IsLeast(network, shock, l, active)) return l;
    for (std::size_t i = 0; i < l.size(); ++i) {
      active[i] = ActiveOf(network[i], l, active[i]);
    }
  }
  return std::nullopt;
}

// Iterates from 0 rise to the least loss (the greatest κ).
std::vector<Real> LeastLoss(const Network& network, const Shock& shock) {
  const std::size_t n = network.size();
  std::vector<Real> l(n, 0);
  std::vector<Active> active(n);
  for (int sweep = 1; sweep <= 1000000; ++sweep) {
    Real change = 0;
    for (std::size_t i = 0; i < n; ++i) {
      active[i] = ActiveOf(network[i], l, active[i]);
      const Real next = shock.lost[i] + shock.carried[i] * active[i].loss;
      change = std::max(change, next - l[i]);
      l[i] = next;
    }
    if (change <= 0) return l;
    if (sweep % 8 != 0) continue;
    if (auto least = Shortcut(network, shock, active)) return *least;
  }
  std::fprintf(stderr, "reference: losses do not settle\n");
  std::abort();
}

// What the embargo leaves where its countries are the least harmless origins.
double WorstEmbargo(const RefScenario& s) {
  double left = 1;
  for (const auto& [country, fraction] : s.countries) {
    left = std::min(left, fraction);
  }
  return left;
}

// Several causes: the smallest fraction stands.
double Surviving(const RefPart& part, const RefScenario& s) {
  std::set<std::string> hangs = part.licences;
  hangs.insert(part.origin);
  hangs.insert(part.controller);
  double left = 1;
  for (const auto& [country, fraction] : s.countries) {
    if (hangs.contains(country)) left = std::min(left, fraction);
  }
  auto it = s.suppliers.find(part.supplier);
  if (it != s.suppliers.end()) left = std::min(left, it->second);
  const bool unknown = part.origin == "ZZZ" || part.origin == "XXF";
  return s.pessimistic && unknown ? std::min(left, WorstEmbargo(s)) : left;
}

Shock ShockOf(const RefTiers& t, const RefScenario& s) {
  Shock shock;
  for (std::size_t i = 0; i < t.size(); ++i) {
    Real all = 0, lost = 0, carried = 0;
    for (const RefPart& part : t.parts[i]) {
      const double left = Surviving(part, s);
      all += part.volume;
      lost += part.volume * (1 - left);
      if (part.origin == "CHN") carried += part.volume * left;
    }
    if (s.items.contains(t.ids[i])) {
      shock.lost.push_back(1);
      shock.carried.push_back(0);
    } else if (s.pessimistic && !t.figures[i].data) {
      shock.lost.push_back(1 - Real{WorstEmbargo(s)});
      shock.carried.push_back(WorstEmbargo(s));
    } else if (all > 0) {
      shock.lost.push_back(lost / all);
      // A sum of its own may miss 1 by its last bit.
      shock.carried.push_back(std::min<Real>(carried / all, 1 - lost / all));
    } else {
      shock.lost.push_back(0);
      shock.carried.push_back(1);
    }
  }
  return shock;
}

// METHOD 3.4 and FORMATS, `limiting_input_id`, with ties within `near`.
std::set<std::string> LimitingInputs(const RefTiers& t,
                                     const std::vector<RefRequirement>& of,
                                     const std::vector<Real>& l, Real near) {
  Real worst = 0;
  std::vector<Real> best(of.size(), 2);
  for (std::size_t g = 0; g < of.size(); ++g) {
    for (std::size_t k = 0; k < of[g].inputs.size(); ++k) {
      best[g] = std::min(best[g], of[g].essentialities[k] * l[of[g].inputs[k]]);
    }
    worst = std::max(worst, best[g]);
  }
  std::set<std::string> ids;
  if (worst <= near) ids.insert("");
  if (worst == 0) return ids;
  for (std::size_t g = 0; g < of.size(); ++g) {
    if (best[g] < worst - near) continue;
    for (std::size_t k = 0; k < of[g].inputs.size(); ++k) {
      const Real loss = of[g].essentialities[k] * l[of[g].inputs[k]];
      if (loss <= best[g] + near) ids.insert(t.ids[of[g].inputs[k]]);
    }
  }
  return ids;
}

bool InScope(const RefTiers& t, std::size_t i, const std::string& sector) {
  if (!t.leaf[i]) return false;
  return sector.empty() || t.world->items.at(t.ids[i]).sectors.contains(sector);
}

// Mean loss of a scope without item `j`; none without weight.
std::optional<Real> MeanBeside(const RefTiers& t, const std::vector<Real>& loss,
                               const std::string& sector, std::size_t j) {
  Real weight = 0, sum = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (i == j || !InScope(t, i, sector)) continue;
    const Real w = t.world->items.at(t.ids[i]).weight;
    weight += w;
    sum += w * loss[i];
  }
  if (weight <= 0) return std::nullopt;
  return sum / weight;
}

}  // namespace

RefDisruption RefDisrupt(const RefTiers& t, const RefScenario& s) {
  const Network& network = s.substitution ? t.requirements : t.apart;
  RefDisruption result;
  result.loss = LeastLoss(network, ShockOf(t, s));
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (s.items.contains(t.ids[i])) {
      result.limiting.emplace_back();
      result.nearly.push_back({""});
      continue;
    }
    result.limiting.push_back(
        *LimitingInputs(t, network[i], result.loss, 1e-15L).begin());
    result.nearly.push_back(LimitingInputs(t, network[i], result.loss, 3e-9L));
  }
  return result;
}

std::set<std::string> RefExposureCountries(const RefTiers& t) {
  std::set<std::string> countries;
  for (const auto& parts : t.parts) {
    for (const RefPart& part : parts) {
      countries.insert({part.origin, part.controller});
      countries.insert(part.licences.begin(), part.licences.end());
    }
  }
  for (const char* none : {"CHN", "XXF", "ZZZ"}) countries.erase(none);
  return countries;
}

RefMeans RefMeansOf(const RefTiers& t, const std::vector<Real>& loss,
                    const std::string& sector) {
  RefMeans means;
  means.mean_loss = MeanBeside(t, loss, sector, t.size());
  Real value = 0, lost = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (!InScope(t, i, sector)) continue;
    if (loss[i] > 0.5L + 1e-9L) ++means.stopped;
    if (!t.figures[i].value) continue;
    ++means.valued;
    value += *t.figures[i].value;
    lost += *t.figures[i].value * loss[i];
  }
  if (value > 0) means.mean_loss_value = lost / value;
  return means;
}

RefChokepoint RefChokepointOf(const RefTiers& t,
                              const std::set<std::string>& ten, std::size_t j,
                              bool whole, bool substitution) {
  Shock shock = ShockOf(t, {});
  if (whole || !t.Bought(j)) {
    shock.lost[j] = 1;
    shock.carried[j] = 0;
  } else {
    Real all = 0, failing = 0;
    for (const RefPart& part : t.parts[j]) {
      all += part.volume;
      if (!part.passes) failing += part.volume;
    }
    shock.lost[j] = failing / all;
    shock.carried[j] = 1 - failing / all;
  }
  const std::vector<Real> loss =
      LeastLoss(substitution ? t.requirements : t.apart, shock);
  RefChokepoint result;
  result.score = MeanBeside(t, loss, "", j).value_or(0);
  for (const std::string& sector : ten) {
    const auto mean = MeanBeside(t, loss, sector, j);
    if (!mean) continue;
    result.sectors[sector] = *mean;
    if (*mean >= 0.05L - 1e-9L) ++result.sectors_hit;
  }
  return result;
}

}  // namespace qiangji::test
