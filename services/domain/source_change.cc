#include "services/domain/source_change.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "services/domain/source_links.h"

namespace qiangji::domain {
namespace {

// Whether the item is assured when the causes of a set, and no others, have
// come about.
class Game {
 public:
  Game(const ItemStates& states, const SourceLinks& links)
      : states_(states), links_(links) {}

  bool Assured(Causes done) const {
    const Criteria& criteria = Has(done, Cause::kCriteria)
                                   ? states_.to_criteria
                                   : states_.from_criteria;
    double passing = 0;
    for (const auto& [key, volumes] : links_.all()) {
      if (!Passes(TraitsOf(key, done), criteria)) continue;
      passing += Has(done, key.OfVolume()) ? volumes.to : volumes.from;
    }
    const double demand =
        Has(done, Cause::kDemand) ? states_.to.demand : states_.from.demand;
    return demand > 0 && AtLeast(passing / demand, states_.threshold);
  }

 private:
  static SourceTraits TraitsOf(const LinkKey& key, Causes done) {
    SourceTraits traits = key.from;
    if (Has(done, Cause::kRequalification)) {
      traits.qualification = key.to.qualification;
    }
    if (Has(done, Cause::kControl)) {
      traits.home_controller = key.to.home_controller;
    }
    if (Has(done, Cause::kLicence)) traits.home_licences = key.to.home_licences;
    if (Has(done, Cause::kTest)) traits.tested = key.to.tested;
    return traits;
  }

  const ItemStates& states_;
  const SourceLinks& links_;
};

bool SameCriteria(const Criteria& a, const Criteria& b) {
  return a.minimum_qualification == b.minimum_qualification &&
         a.home_controller == b.home_controller &&
         a.home_licences == b.home_licences && a.valid_test == b.valid_test;
}

// What is attributed together.
struct Player {
  Cause cause = Cause::kVolume;
  Causes causes = 0;
};

std::vector<Player> PlayersOf(Causes at_work, bool correction) {
  std::vector<Player> players;
  const Causes corrected = correction ? at_work & kOfFacts : 0;
  for (const Cause cause : CausesIn(at_work & ~corrected)) {
    players.push_back({cause, Bit(cause)});
  }
  if (corrected != 0) players.push_back({Cause::kCorrection, corrected});
  return players;
}

// [assured] of every set of players; at both ends as the balance says.
std::vector<int> Values(const Game& game, const std::vector<Player>& players,
                        const ItemStates& states) {
  const std::size_t sets = std::size_t{1} << players.size();
  std::vector<int> values;
  for (std::size_t set = 0; set < sets; ++set) {
    Causes done = 0;
    for (std::size_t p = 0; p < players.size(); ++p) {
      if (((set >> p) & 1) != 0) done |= players[p].causes;
    }
    values.push_back(game.Assured(done) ? 1 : 0);
  }
  values.front() = states.from_assured ? 1 : 0;
  values.back() = states.to_assured ? 1 : 0;
  return values;
}

// Σ over sets S without p of |S|!·(n−1−|S|)!/n! · (v(S ∪ p) − v(S)).
double ShapleyValue(const std::vector<int>& values, std::size_t players,
                    std::size_t p) {
  std::vector<int> gains(players);  // by |S|
  const std::size_t bit = std::size_t{1} << p;
  for (std::size_t set = 0; set < values.size(); ++set) {
    if ((set & bit) != 0) continue;
    gains[static_cast<std::size_t>(std::popcount(set))] +=
        values[set | bit] - values[set];
  }
  const auto n = static_cast<double>(players);
  double value = 0;
  double sets = 1;  // of this size: n−1 over |S|
  for (std::size_t size = 0; size < players; ++size) {
    value += gains[size] / (n * sets);
    const auto s = static_cast<double>(size);
    sets *= (n - 1 - s) / (s + 1);
  }
  return value;
}

std::vector<std::string> SourcesOf(const SourceLinks& links, Causes causes) {
  std::vector<std::string> sources;
  for (const Cause cause : CausesIn(causes)) {
    for (std::string& name : links.SourcesOf(cause)) {
      const bool known =
          std::find(sources.begin(), sources.end(), name) != sources.end();
      if (!known && sources.size() < kMostSources) {
        sources.push_back(std::move(name));
      }
    }
  }
  return sources;
}

Causes AtWork(const ItemStates& states, const SourceLinks& links) {
  Causes at_work = links.causes();
  if (states.from.demand != states.to.demand) at_work |= Bit(Cause::kDemand);
  if (!SameCriteria(states.from_criteria, states.to_criteria)) {
    at_work |= Bit(Cause::kCriteria);
  }
  // None: a rounding error at the threshold.
  return at_work != 0 ? at_work : Bit(Cause::kVolume);
}

}  // namespace

std::vector<SourceChange> ExplainChange(ItemStates states) {
  std::vector<SourceChange> changes;
  if (states.from_assured == states.to_assured) return changes;
  if (states.from.by_share != states.to.by_share ||
      (!states.from.by_share && states.from.unit != states.to.unit)) {
    states.from.MakeShares();
    states.to.MakeShares();
  }
  const SourceLinks links(states.from, states.to);
  const std::vector<Player> players =
      PlayersOf(AtWork(states, links), states.correction);
  const std::vector<int> values = Values(Game(states, links), players, states);
  for (std::size_t p = 0; p < players.size(); ++p) {
    SourceChange change;
    change.cause = players[p].cause;
    change.part = ShapleyValue(values, players.size(), p);
    if (change.part == 0) continue;
    change.sources = SourcesOf(links, players[p].causes);
    if (change.cause == Cause::kCorrection) {
      change.corrected = CausesIn(players[p].causes);
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace qiangji::domain
