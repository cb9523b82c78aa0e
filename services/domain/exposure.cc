#include "services/domain/exposure.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <thread>
#include <utility>

#include "services/base/mutex.h"
#include "services/base/status_macros.h"
#include "services/domain/loss_base.h"
#include "services/domain/loss_lanes.h"
#include "services/domain/loss_scope.h"
#include "services/domain/loss_solver.h"

namespace qiangji::domain {
namespace {

bool Unknown(Country c) { return c == kOriginUnknown || c == kOriginAbroad; }

// One embargo in one variant.
struct Task {
  Country country;
  std::size_t row = 0;  // of Exposure::rows
  bool pessimistic = false;
};

// Calls `use` with every country that stops a facet when embargoed.
template <typename Use>
void ForEachCause(const World& world, const SupplyFacet& facet, Use use) {
  use(facet.origin);
  use(facet.controller);
  for (const Country country : world.licences(facet.licences)) use(country);
}

// The tasks of one batch as bits, by facet of the supply layer.
class FacetLanes {
 public:
  // Lanes whose country stops it; lanes that lose it as not known.
  struct Lanes {
    std::uint32_t hit = 0, unknown = 0;
  };

  FacetLanes(const Analysis& analysis, absl::Span<const Task> tasks) {
    std::vector<std::uint32_t> of_country(kOriginUnknown.code() + 1u);
    for (std::size_t lane = 0; lane < tasks.size(); ++lane) {
      of_country[tasks[lane].country.code()] |= 1u << lane;
      if (tasks[lane].pessimistic) pessimistic_ |= 1u << lane;
    }
    lanes_.reserve(analysis.supply().facets.size());
    for (const SupplyFacet& facet : analysis.supply().facets) {
      Lanes lanes{0, Unknown(facet.origin) ? pessimistic_ : 0};
      ForEachCause(*analysis.world, facet,
                   [&](Country c) { lanes.hit |= of_country[c.code()]; });
      lanes_.push_back(lanes);
    }
  }

  std::uint32_t pessimistic() const { return pessimistic_; }
  const Lanes& operator[](std::uint32_t facet) const { return lanes_[facet]; }

 private:
  std::uint32_t pessimistic_ = 0;
  std::vector<Lanes> lanes_;
};

// The largest p_i below 1 that an embargo may leave an item; 0 = none does.
std::vector<double> HitHome(const Analysis& analysis, const LossBase& base) {
  std::vector<double> home(base.home.size(), 0);
  for (Place p = 0; p < home.size(); ++p) {
    if (base.home[p] < 1) continue;
    double least = 2;
    for (const SupplySplit& s : analysis.supply().Of(base.graph->item[p])) {
      ForEachCause(*analysis.world, analysis.supply().FacetOf(s),
                   [&](Country c) {
                     if (!analysis.options.IsHome(c)) {
                       least = std::min(least, s.share);
                     }
                   });
    }
    if (least < 1) home[p] = 1 - least;
  }
  return home;
}

// What all batches share.
struct Setup {
  Setup(const Analysis& of, const ExposureOptions& asked)
      : analysis(of),
        options(asked),
        base(MakeLossBase(of, asked.substitution)),
        solver(base, HitHome(of, base), asked.tolerance),
        scope(of, asked.by_sector) {}
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  const Analysis& analysis;
  const ExposureOptions& options;
  const LossBase base;
  const LossSolver solver;
  const LossScope scope;
  // Losses by place where only what is not known is lost: pessimistic lanes
  // start there, since they lose at least that.
  std::vector<double> unknown_loss;
};

template <typename T>
class Batch {
 public:
  static constexpr std::size_t kLanes = LossLanes<T>::kLanes;
  explicit Batch(const Setup& setup)
      : setup_(setup), lanes_(setup.base, setup.solver.NeedsRest()) {}

  // Proven error. `tasks`: at most kLanes.
  absl::StatusOr<double> Run(absl::Span<const Task> tasks) {
    lanes_.Clear();
    const FacetLanes facets(setup_.analysis, tasks);
    const bool warm = !setup_.unknown_loss.empty();
    if (warm) Warm(facets.pessimistic());
    FindHits(facets);
    constexpr Place kAhead = 16;
    for (Place p = 0; p < setup_.base.home.size(); ++p) {
      Prefetch(p + kAhead);
      if ((hits_[p].hit | hits_[p].unknown) != 0) AddHits(p, facets, warm);
    }
    return setup_.solver.Solve(lanes_, setup_.options.stop);
  }

  const LossLanes<T>& lanes() const { return lanes_; }

 private:
  void Warm(std::uint32_t pessimistic) {
    for (std::size_t p = 0; p < setup_.unknown_loss.size(); ++p) {
      const auto loss = static_cast<T>(setup_.unknown_loss[p]);
      if (loss == 0) continue;
      for (std::uint32_t left = pessimistic; left != 0; left &= left - 1) {
        lanes_.loss.data()[p * kLanes + static_cast<std::size_t>(
                                            std::countr_zero(left))] = loss;
      }
    }
  }

  // In the order of the layer, most of which is not hit.
  void FindHits(const FacetLanes& facets) {
    const Graph& graph = *setup_.base.graph;
    hits_.assign(graph.size(), {});
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const auto item = static_cast<ItemIndex>(i);
      FacetLanes::Lanes& lanes = hits_[graph.place[i]];
      const auto splits = setup_.analysis.supply().Of(item);
      for (const SupplySplit& split : splits) {
        lanes.hit |= facets[split.facet].hit;
        lanes.unknown |= facets[split.facet].unknown;
      }
      if (splits.empty() && !setup_.analysis.balance[item].has_data()) {
        lanes.unknown = facets.pessimistic();
      }
    }
  }

  void Prefetch(Place p) const {
    if (p >= hits_.size() || (hits_[p].hit | hits_[p].unknown) == 0) return;
    const SupplyLayer& supply = setup_.analysis.supply();
    const auto i = static_cast<std::size_t>(setup_.base.graph->item[p]);
    __builtin_prefetch(supply.splits.data() + supply.begin[i]);
  }

  void AddHits(Place p, const FacetLanes& facets, bool warm) {
    const auto splits = setup_.analysis.supply().Of(setup_.base.graph->item[p]);
    const std::uint32_t row = lanes_.AddRow(p);
    for (std::uint32_t left = hits_[p].hit | hits_[p].unknown; left != 0;
         left &= left - 1) {
      const auto lane = static_cast<std::size_t>(std::countr_zero(left));
      lanes_.SetHit(row, lane, HitOf(p, splits, facets, 1u << lane));
    }
    if (hits_[p].hit != 0 || !warm) lanes_.dirty[p] = 1;
  }

  LossHit HitOf(Place p, absl::Span<const SupplySplit> splits,
                const FacetLanes& facets, std::uint32_t lane) const {
    if (splits.empty()) return {p, 1, 0, 1};
    const SupplyLayer& supply = setup_.analysis.supply();
    LossHit hit{p, 0, 0, 0};
    for (const SupplySplit& split : splits) {
      const FacetLanes::Lanes& lanes = facets[split.facet];
      const bool lost = ((lanes.hit | lanes.unknown) & lane) != 0;
      const bool home = supply.FacetOf(split).kind == OriginKind::kHome;
      if (lost) hit.direct += split.share;
      if (lost || !home) hit.rest += split.share;
      if (!lost && home) hit.home += split.share;
    }
    return hit;
  }

  const Setup& setup_;
  LossLanes<T> lanes_;
  std::vector<FacetLanes::Lanes> hits_;  // by place
};

// Runs batches of tasks on threads; what one batch gives depends on no other.
template <typename T>
class Runner {
 public:
  Runner(Setup& setup, std::vector<Task> tasks, Exposure& out)
      : setup_(setup),
        tasks_(std::move(tasks)),
        batches_((tasks_.size() + kLanes - 1) / kLanes),
        out_(out) {}

  absl::Status Run() {
    QJ_RETURN_IF_ERROR(FindUnknown());
    const auto threads = std::clamp<std::size_t>(
        static_cast<std::size_t>(std::max(setup_.options.threads, 1)), 1,
        std::max<std::size_t>(batches_, 1));
    std::vector<std::thread> workers;
    for (std::size_t t = 1; t < threads; ++t) {
      workers.emplace_back([this] { Work(); });
    }
    Work();
    for (std::thread& worker : workers) worker.join();
    MutexLock lock(mutex_);
    return status_;
  }

 private:
  static constexpr std::size_t kLanes = LossLanes<T>::kLanes;

  // The losses that every pessimistic lane has.
  absl::Status FindUnknown() {
    const bool any = std::any_of(tasks_.begin(), tasks_.end(),
                                 [](const Task& t) { return t.pessimistic; });
    if (!any) return absl::OkStatus();
    Batch<T> batch(setup_);
    const Task nobody{Country(), 0, true};
    QJ_RETURN_IF_ERROR(batch.Run({&nobody, 1}).status());
    std::vector<double> loss(setup_.base.home.size());
    for (Place p = 0; p < loss.size(); ++p) {
      loss[p] = static_cast<double>(batch.lanes().loss_of(p, 0));
    }
    setup_.unknown_loss = std::move(loss);
    return absl::OkStatus();
  }

  void Work() {
    Batch<T> batch(setup_);
    for (;;) {
      const std::size_t k = next_.fetch_add(1);
      if (k >= batches_) return;
      const absl::Status done = One(batch, k);
      MutexLock lock(mutex_);
      if (!done.ok()) {
        if (status_.ok()) status_ = done;
        next_ = batches_;
        return;
      }
      ++done_;
      if (setup_.options.progress) setup_.options.progress(done_, batches_);
    }
  }

  absl::Status One(Batch<T>& batch, std::size_t k) {
    if (Stopped(setup_.options.stop)) return absl::CancelledError("stopped");
    const absl::Span<const Task> tasks =
        absl::MakeConstSpan(tasks_).subspan(k * kLanes, kLanes);
    QJ_ASSIGN_OR_RETURN(const double error, batch.Run(tasks));
    std::vector<LaneMeans> means = setup_.scope.Means(batch.lanes());
    MutexLock lock(mutex_);
    out_.bound.error = std::max(out_.bound.error, error);
    for (std::size_t lane = 0; lane < tasks.size(); ++lane) {
      Store(tasks[lane], std::move(means[lane]));
    }
    return absl::OkStatus();
  }

  void Store(const Task& task, LaneMeans means)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    CountryExposure& row = out_.rows[task.row];
    if (!setup_.options.by_sector) means.sectors.clear();
    row.sectors.resize(means.sectors.size());
    Join(task, means.total, row.total);
    for (std::size_t s = 0; s < means.sectors.size(); ++s) {
      Join(task, means.sectors[s], row.sectors[s]);
    }
  }
  // One variant may come before the other.
  static void Join(const Task& task, const LossMeans& from, LossMeans& to) {
    if (task.pessimistic) {
      to.mean_loss_pessimistic = from.mean_loss;
      to.stopped_items_pessimistic = from.stopped_items;
      return;
    }
    LossMeans both = from;
    both.mean_loss_pessimistic = to.mean_loss_pessimistic;
    both.stopped_items_pessimistic = to.stopped_items_pessimistic;
    to = both;
  }

  Setup& setup_;
  const std::vector<Task> tasks_;
  const std::size_t batches_;
  std::atomic<std::size_t> next_{0};
  Mutex mutex_;
  Exposure& out_;
  std::size_t done_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

// Whether the pessimistic variant can differ.
bool AnythingUnknown(const Analysis& analysis) {
  const auto& pages = analysis.balance.pages();
  const std::vector<SupplyFacet>& facets = analysis.supply().facets;
  return std::any_of(pages.begin(), pages.end(),
                     [](const auto& page) {
                       return std::any_of(
                           page->items.begin(), page->items.end(),
                           [](const ItemFigures& f) { return !f.has_data(); });
                     }) ||
         std::any_of(facets.begin(), facets.end(),
                     [](const SupplyFacet& f) { return Unknown(f.origin); });
}

void CopyToPessimistic(LossMeans& means) {
  means.mean_loss_pessimistic = means.mean_loss;
  means.stopped_items_pessimistic = means.stopped_items;
}

absl::StatusOr<std::vector<Country>> CountriesOf(
    const Analysis& analysis, const ExposureOptions& options) {
  if (options.countries.empty()) return ExposedCountries(analysis);
  ScenarioSpec spec;
  for (const Country c : options.countries) {
    spec.embargo.emplace_back(c.ToString(), 0);
  }
  QJ_ASSIGN_OR_RETURN(const Scenario scenario, ResolveScenario(analysis, spec));
  std::vector<Country> countries;
  for (const auto& [country, surviving] : scenario.embargo) {
    countries.push_back(country);
  }
  return countries;
}

}  // namespace

std::vector<Country> ExposedCountries(const Analysis& analysis) {
  std::vector<Country> countries;
  for (const SupplyFacet& facet : analysis.supply().facets) {
    ForEachCause(*analysis.world, facet, [&](Country c) {
      if (!Unknown(c) && !analysis.options.IsHome(c)) countries.push_back(c);
    });
  }
  std::sort(countries.begin(), countries.end());
  countries.erase(std::unique(countries.begin(), countries.end()),
                  countries.end());
  return countries;
}

absl::StatusOr<Exposure> ComputeExposure(const Analysis& analysis,
                                         const ExposureOptions& options) {
  QJ_ASSIGN_OR_RETURN(const std::vector<Country> countries,
                      CountriesOf(analysis, options));
  if (Stopped(options.stop)) return absl::CancelledError("stopped");
  Setup setup(analysis, options);
  Exposure out;
  std::vector<Task> tasks;
  for (const Country country : countries) {
    tasks.push_back({country, out.rows.size(), false});
    out.rows.emplace_back().country = country;
  }
  const bool unknown = options.pessimistic && AnythingUnknown(analysis);
  for (std::size_t k = 0; unknown && k < countries.size(); ++k) {
    tasks.push_back({countries[k], k, true});
  }
  QJ_RETURN_IF_ERROR(setup.solver.FloatsSuffice()
                         ? Runner<float>(setup, std::move(tasks), out).Run()
                         : Runner<double>(setup, std::move(tasks), out).Run());
  out.bound.wide = out.bound.error > options.tolerance;
  if (options.pessimistic && !unknown) {
    for (CountryExposure& row : out.rows) {
      CopyToPessimistic(row.total);
      for (LossMeans& means : row.sectors) CopyToPessimistic(means);
    }
  }
  return out;
}

}  // namespace qiangji::domain
