#include "services/domain/disruption.h"

#include <algorithm>
#include <array>

#include "services/base/status_macros.h"
#include "services/domain/loss_base.h"
#include "services/domain/loss_lanes.h"
#include "services/domain/loss_limiting.h"
#include "services/domain/loss_scope.h"
#include "services/domain/loss_solver.h"

namespace qiangji::domain {
namespace {

constexpr double kWithin = 1e-9;  // METHOD 3.4
// What is aimed at: so that comparisons within the tolerance are the exact
// solution's.
constexpr double kAim = 1e-12;
constexpr std::size_t kVariants = 2;  // lanes: optimistic, pessimistic

template <typename Key>
double SurvivingOf(const std::vector<std::pair<Key, double>>& losses, Key key) {
  const auto at =
      std::lower_bound(losses.begin(), losses.end(), key,
                       [](const auto& loss, Key k) { return loss.first < k; });
  return at != losses.end() && at->first == key ? at->second : 1;
}

// Surviving fractions of one scenario, by facet of the supply layer.
class Survival {
 public:
  Survival(const Analysis& analysis, const Scenario& scenario)
      : supply_(analysis.supply()), scenario_(scenario) {
    for (const auto& [country, surviving] : scenario.embargo) {
      unknown_ = std::min(unknown_, surviving);
    }
    facets_.reserve(supply_.facets.size());
    for (const SupplyFacet& facet : supply_.facets) {
      facets_.push_back(OfFacet(*analysis.world, facet));
    }
  }

  // Of what is not known, in the pessimistic variant.
  double unknown() const { return unknown_; }

  LossHit Of(Place place, ItemIndex item, std::size_t variant) const {
    LossHit hit;
    hit.place = place;
    for (const SupplySplit& split : supply_.Of(item)) {
      double surviving = facets_[split.facet][variant];
      if (split.supplier != kNoNumber && !scenario_.suppliers.empty()) {
        surviving = std::min(surviving,
                             SurvivingOf(scenario_.suppliers, split.supplier));
      }
      const bool home = supply_.FacetOf(split).kind == OriginKind::kHome;
      hit.direct += (1 - surviving) * split.share;
      hit.rest += (home ? 1 - surviving : 1) * split.share;
      if (home) hit.home += surviving * split.share;
    }
    return hit;
  }

 private:
  std::array<double, kVariants> OfFacet(const World& world,
                                        const SupplyFacet& facet) const {
    double surviving =
        std::min(SurvivingOf(scenario_.embargo, facet.origin),
                 SurvivingOf(scenario_.embargo, facet.controller));
    for (const Country country : world.licences(facet.licences)) {
      surviving = std::min(surviving, SurvivingOf(scenario_.embargo, country));
    }
    const bool unknown =
        facet.origin == kOriginUnknown || facet.origin == kOriginAbroad;
    return {surviving, unknown ? std::min(surviving, unknown_) : surviving};
  }

  const SupplyLayer& supply_;
  const Scenario& scenario_;
  double unknown_ = 1;
  std::vector<std::array<double, kVariants>> facets_;
};

class Run {
 public:
  Run(const Analysis& analysis, const Scenario& scenario)
      : analysis_(analysis),
        scenario_(scenario),
        base_(MakeLossBase(analysis, scenario.substitution)),
        lanes_(base_),
        hit_home_(base_.home.size(), 0) {
    out_.direct.assign(base_.home.size(), 0);
    out_.limiting.assign(base_.home.size(), -1);
  }

  absl::StatusOr<Disruption> Solve(const Stop* stop) {
    AddHits();
    const LossSolver solver(base_, hit_home_, kAim);
    QJ_ASSIGN_OR_RETURN(out_.bound.error, solver.Solve(lanes_, stop));
    out_.bound.wide = out_.bound.error > kWithin;
    const std::size_t n = base_.home.size();
    out_.loss.resize(n);
    out_.loss_pessimistic.resize(n);
    for (Place p = 0; p < n; ++p) {
      const auto i = static_cast<std::size_t>(base_.graph->item[p]);
      out_.loss[i] = lanes_.loss_of(p, 0);
      out_.loss_pessimistic[i] = lanes_.loss_of(p, 1);
    }
    for (Place p = 0; p < n; ++p) FindLimiting(p);
    AddMeans();
    return std::move(out_);
  }

 private:
  bool Lost(ItemIndex i) const {
    return std::binary_search(scenario_.items.begin(), scenario_.items.end(),
                              i);
  }

  LossHit HitOf(const Survival& survival, Place p, ItemIndex i,
                std::size_t variant) const {
    if (Lost(i)) return {p, 1, 0, 1};
    if (analysis_.supply().Has(i)) {
      const LossHit hit = survival.Of(p, i, variant);
      // The sums of what nothing hits are the base's, to the last bit.
      return hit.direct > 0 ? hit : LossHit{p, 0, base_.home[p], base_.rest[p]};
    }
    if (variant == 1 && !analysis_.balance[i].has_data()) {
      return {p, 1 - survival.unknown(), survival.unknown(),
              1 - survival.unknown()};
    }
    return {p, 0, 1, 0};
  }

  void AddHits() {
    const Survival survival(analysis_, scenario_);
    for (Place p = 0; p < base_.home.size(); ++p) {
      const ItemIndex i = base_.graph->item[p];
      const LossHit hits[kVariants] = {HitOf(survival, p, i, 0),
                                       HitOf(survival, p, i, 1)};
      if (hits[0].direct <= 0 && hits[1].direct <= 0) continue;
      const std::uint32_t row = lanes_.AddRow(p);
      for (std::size_t v = 0; v < kVariants; ++v) {
        lanes_.SetHit(row, v, hits[v]);
        if (hits[v].home < 1) {
          hit_home_[p] = std::max(hit_home_[p], hits[v].home);
        }
      }
      lanes_.dirty[p] = 1;
      out_.direct[static_cast<std::size_t>(i)] = std::min(1.0, hits[0].direct);
    }
  }

  void FindLimiting(Place p) {
    const ItemIndex i = base_.graph->item[p];
    if (Lost(i)) return;
    out_.limiting[static_cast<std::size_t>(i)] =
        LimitingInput(base_, p, [this](Place input) {
          return out_.loss[static_cast<std::size_t>(base_.graph->item[input])];
        });
  }

  void AddMeans() {
    const std::vector<LaneMeans> means =
        LossScope(analysis_, true).Means(lanes_);
    const auto join = [](const LossMeans& one, const LossMeans& other) {
      LossMeans both = one;
      both.mean_loss_pessimistic = other.mean_loss;
      both.stopped_items_pessimistic = other.stopped_items;
      return both;
    };
    out_.total = join(means[0].total, means[1].total);
    for (std::size_t s = 0; s < means[0].sectors.size(); ++s) {
      out_.sectors.push_back(join(means[0].sectors[s], means[1].sectors[s]));
    }
  }

  const Analysis& analysis_;
  const Scenario& scenario_;
  LossBase base_;
  LossLanes<double> lanes_;
  std::vector<double> hit_home_;
  Disruption out_;
};

}  // namespace

absl::StatusOr<Disruption> ComputeDisruption(const Analysis& analysis,
                                             const Scenario& scenario,
                                             const Stop* stop) {
  return Run(analysis, scenario).Solve(stop);
}

std::vector<ItemIndex> ChainOfFailures(const Disruption& disruption,
                                       ItemIndex item) {
  const auto of = [](const auto& values) {
    return
        [&values](ItemIndex i) { return values[static_cast<std::size_t>(i)]; };
  };
  return FollowLosses(item, of(disruption.loss), of(disruption.direct),
                      of(disruption.limiting));
}

}  // namespace qiangji::domain
