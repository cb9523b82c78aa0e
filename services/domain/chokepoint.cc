#include "services/domain/chokepoint.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <queue>
#include <utility>

#include "services/base/status_macros.h"
#include "services/domain/chokepoint_lanes.h"
#include "services/domain/chokepoint_model.h"
#include "services/domain/chokepoint_search.h"

namespace qiangji::domain {
namespace {

constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};
// Items that the first search of an item settles; each further one of the same
// item twice as many, until lanes are cheaper; and then all of them.
constexpr std::uint64_t kFirstLimit = 32, kLanesLimit = 512;
// A bound that falls by less is as good as before.
constexpr double kWorthwhile = 0.99;
// Rounding of bounds, far above what sums of positive terms leave.
constexpr double kBoundRounding = 1 + 1e-11;

// Means of what a search proved: at most, and exactly once it is complete.
class Means {
 public:
  explicit Means(const ChokepointModel& model) : model_(model) {
    const auto& sectors = model.analysis.world->structure().sectors;
    for (std::size_t s = 0; s < sectors.size(); ++s) {
      if (sectors[s].ten) ten_.push_back(s);
    }
  }

  double Score(Place p, const SearchResult& r) const {
    return Mean(r.own * (r.sum + r.rest), model_.all_weight - model_.weight[p],
                r.own);
  }

  std::vector<std::optional<double>> Sectors(Place p,
                                             const SearchResult& r) const {
    std::vector<std::optional<double>> means(model_.sector_weight.size());
    for (std::size_t s = 0; s < means.size(); ++s) {
      double others = model_.sector_weight[s];
      for (const SectorIndex of : model_.SectorsOf(p)) {
        if (static_cast<std::size_t>(of) == s) others -= model_.weight[p];
      }
      if (others <= model_.sector_weight[s] * 1e-12) continue;
      means[s] =
          Mean(r.own * (r.sector_sum[s] + r.sector_rest[s]), others, r.own);
    }
    return means;
  }

  const std::vector<std::size_t>& ten() const { return ten_; }

 private:
  // No mean is above the loss of the item hit.
  static double Mean(double sum, double weight, double own) {
    return weight > 0 ? std::min(own, sum / weight) : 0;
  }

  const ChokepointModel& model_;
  std::vector<std::size_t> ten_;
};

Chokepoint Found(const ChokepointModel& model, const Means& means, Place p,
                 const SearchResult& result) {
  Chokepoint found;
  found.item = model.base.graph->item[p];
  found.score = means.Score(p, result);
  found.sector_means = means.Sectors(p, result);
  for (const std::size_t s : means.ten()) {
    found.sectors_hit +=
        found.sector_means[s] && AtLeast(*found.sector_means[s], 0.05);
  }
  return found;
}

bool Before(const Chokepoint& a, const Chokepoint& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

// What is asked for: how much an item reaches of it at most, and how much is
// enough to be looked at.
class Goal {
 public:
  virtual ~Goal() = default;
  virtual double Reach(Place p, const SearchResult& result) const = 0;
  // Items that reach less are not asked for.
  virtual double Floor() const = 0;
  virtual void Take(Chokepoint found) = 0;
  std::vector<Chokepoint> rows;  // by Before, once Finish was called
  virtual void Finish() { std::sort(rows.begin(), rows.end(), Before); }
};

// The first N by score. `rows` is a heap with the last of them in front.
class TopGoal : public Goal {
 public:
  TopGoal(const Means& means, std::size_t top) : means_(means), top_(top) {}
  double Reach(Place p, const SearchResult& result) const override {
    return means_.Score(p, result);
  }
  double Floor() const override {
    return rows.size() < top_ ? kTolerance : rows.front().score;
  }
  void Take(Chokepoint found) override {
    if (!Above(found.score, 0)) return;
    rows.push_back(std::move(found));
    std::push_heap(rows.begin(), rows.end(), Before);
    if (rows.size() <= top_) return;
    std::pop_heap(rows.begin(), rows.end(), Before);
    rows.pop_back();
  }

 private:
  const Means& means_;
  const std::size_t top_;
};

// All that reach a threshold.
class RuleGoal : public Goal {
 public:
  RuleGoal(const Means& means, const ChokepointThresholds& thresholds)
      : means_(means), thresholds_(thresholds) {}
  double Reach(Place p, const SearchResult& result) const override {
    return ReachOf(means_.Score(p, result), means_.Sectors(p, result));
  }
  double Floor() const override { return 1 - kTolerance; }
  void Take(Chokepoint found) override {
    if (Fires(found)) rows.push_back(std::move(found));
  }

 private:
  double ReachOf(double score,
                 const std::vector<std::optional<double>>& sectors) const {
    std::vector<double> means;
    for (const std::size_t s : means_.ten()) {
      means.push_back(sectors[s].value_or(0));
    }
    std::sort(means.rbegin(), means.rend());
    // With the tolerance of METHOD's thresholds.
    double reach = (score + kTolerance) / thresholds_.score;
    if (!means.empty()) {
      reach = std::max(reach, (means[0] + kTolerance) / thresholds_.one_sector);
    }
    const auto n = static_cast<std::size_t>(std::max(1, thresholds_.sectors));
    if (means.size() >= n) {
      reach = std::max(reach,
                       (means[n - 1] + kTolerance) / thresholds_.sector_mean);
    }
    return reach;
  }
  bool Fires(const Chokepoint& found) const {
    if (AtLeast(found.score, thresholds_.score)) return true;
    int sectors = 0;
    for (const std::size_t s : means_.ten()) {
      const double mean = found.sector_means[s].value_or(0);
      if (AtLeast(mean, thresholds_.one_sector)) return true;
      sectors += AtLeast(mean, thresholds_.sector_mean) ? 1 : 0;
    }
    return sectors >= std::max(1, thresholds_.sectors);
  }

  const Means& means_;
  const ChokepointThresholds thresholds_;
};

// Looks at items by falling bound. A search makes an item's bound smaller or
// exact, and with it those of its inputs; each search of one item goes twice
// as far as the one before.
class Hunt {
 public:
  Hunt(ChokepointModel& model, const Means& means,
       const ChokepointOptions& options, Goal& goal)
      : model_(model),
        means_(means),
        options_(options),
        goal_(goal),
        search_(model) {}

  absl::StatusOr<Chokepoints> Run(std::size_t probes) {
    const std::size_t n = model_.base.home.size();
    done_.assign(n, 0);
    limit_.assign(n, kFirstLimit);
    QJ_RETURN_IF_ERROR(Probe(probes));
    for (Place p = 0; p < n; ++p) {
      if (done_[p] == 0) Push(p, Bound(p));
    }
    while (!Spent()) {
      if (Stopped(options_.stop)) return absl::CancelledError("stopped");
      // Equal reach may still come first by id.
      if (!queue_.empty() && queue_.top().first >= goal_.Floor()) {
        Next();
      } else if (!waiting_.empty()) {
        LookTogether();
      } else {
        break;
      }
    }
    return Report();
  }

 private:
  bool Spent() const {
    return (options_.budget != 0 && out_.settled >= options_.budget) ||
           Stopped(options_.enough);
  }

  void Next() {
    const auto [bound, p] = queue_.top();
    queue_.pop();
    const double now = std::min(bound, Bound(p));
    if (now < bound * kWorthwhile) {
      Push(p, now);
    } else if (limit_[p] != kLanesLimit) {
      Look(p, now, limit_[p]);
      limit_[p] *= limit_[p] < kLanesLimit ? 2 : 1;
    } else {
      waiting_.emplace_back(now, p);
      limit_[p] = kNoLimit;
      if (waiting_.size() == ChokepointLanes::kLanes) LookTogether();
    }
  }

  // Bounds of the items that wait, from one batch of lanes.
  void LookTogether() {
    if (lanes_ == nullptr) lanes_ = std::make_unique<ChokepointLanes>(model_);
    std::vector<Place> places;
    for (const auto& [bound, p] : waiting_) places.push_back(p);
    const std::vector<SearchResult> results =
        lanes_->usable() ? lanes_->Run(places) : std::vector<SearchResult>();
    for (std::size_t k = 0; k < waiting_.size(); ++k) {
      auto [bound, p] = waiting_[k];
      if (!results.empty()) {
        out_.settled += results[k].settled;
        bound = std::min(bound, goal_.Reach(p, results[k]) * kBoundRounding);
      }
      Push(p, bound);
    }
    waiting_.clear();
  }

  // From its users' bounds, before any search of its own.
  double Bound(Place p) {
    model_.bound[p] = std::min(model_.bound[p], model_.BoundFromUsers(p));
    SearchResult r;
    r.own = model_.OwnLoss(p, model_.ReturnBound(p));
    r.rest = std::max(0.0, model_.bound[p] - model_.weight[p]) * kBoundRounding;
    r.sector_sum.assign(model_.sector_weight.size(), 0);
    r.sector_rest.assign(model_.sector_weight.size(), r.rest);
    return r.own > 0 ? goal_.Reach(p, r) * kBoundRounding : 0;
  }

  void Push(Place p, double bound) {
    if (bound >= goal_.Floor()) {
      queue_.emplace(bound, p);
    } else {
      rest_ = std::max(rest_, bound);
    }
  }

  void Look(Place p, double bound, std::uint64_t limit) {
    const double floor = goal_.Floor();
    const SearchResult& r =
        search_.Run(p, limit, [&](const SearchResult& so_far) {
          return goal_.Reach(p, so_far) * kBoundRounding < floor;
        });
    ++out_.searches;
    out_.settled += r.settled;
    // Bounds of users add up only as if no input replaced another: a group
    // that two items take down together loses by neither alone.
    if (!r.grouped) {
      model_.bound[p] =
          std::min(model_.bound[p],
                   (model_.weight[p] + r.sum + r.rest) * kBoundRounding);
    }
    if (r.complete) {
      done_[p] = 1;
      best_left_ = std::max(best_left_, goal_.Reach(p, r));
      goal_.Take(Found(model_, means_, p, r));
    } else {
      Push(p, std::min(bound, goal_.Reach(p, r) * kBoundRounding));
    }
  }

  // Exact scores of what looks worst two steps up: they make it plain early
  // that others are not among the first.
  absl::Status Probe(std::size_t probes) {
    const Graph& graph = *model_.base.graph;
    std::vector<double> near = model_.weight, sum(graph.size());
    for (int step = 0; step < 2; ++step) {
      for (Place p = 0; p < graph.size(); ++p) {
        sum[p] = model_.weight[p];
        for (Edge k = graph.user_begin[p]; k < graph.user_begin[p + 1]; ++k) {
          const Place user = graph.user[k];
          sum[p] += model_.base.home[user] *
                    graph.essentiality_of(graph.user_edge[k]) * near[user];
        }
      }
      near.swap(sum);
    }
    std::vector<std::pair<double, Place>> order;
    for (Place p = 0; p < graph.size(); ++p) {
      const double own = model_.OwnLoss(p, 0);
      if (own > 0) order.emplace_back(-own * near[p], p);
    }
    probes = std::min(probes, order.size());
    std::partial_sort(order.begin(),
                      order.begin() + static_cast<std::ptrdiff_t>(probes),
                      order.end());
    for (std::size_t k = 0; k < probes && !Spent(); ++k) {
      if (Stopped(options_.stop)) return absl::CancelledError("stopped");
      Look(order[k].second, Bound(order[k].second), kNoLimit);
    }
    return absl::OkStatus();
  }

  Chokepoints Report() {
    const double floor = goal_.Floor();
    if (!queue_.empty()) rest_ = std::max(rest_, queue_.top().first);
    for (const auto& [bound, p] : waiting_) rest_ = std::max(rest_, bound);
    out_.proven = rest_ < floor;
    // What was found and is not among the rows reaches no more than the floor.
    if (!out_.proven) {
      out_.rest_bound = std::max(rest_, std::min(best_left_, floor));
    }
    goal_.Finish();
    out_.rows = std::move(goal_.rows);
    return std::move(out_);
  }

  ChokepointModel& model_;
  const Means& means_;
  const ChokepointOptions& options_;
  Goal& goal_;
  LossSearch search_;
  std::vector<std::uint8_t> done_;
  std::vector<std::uint64_t> limit_;
  std::priority_queue<std::pair<double, Place>> queue_;
  // Items whose bounds lanes shall make smaller.
  std::vector<std::pair<double, Place>> waiting_;
  std::unique_ptr<ChokepointLanes> lanes_;
  double rest_ = 0, best_left_ = 0;
  Chokepoints out_;
};

}  // namespace

absl::StatusOr<Chokepoints> ComputeChokepoints(
    const Analysis& analysis, std::size_t top,
    const ChokepointOptions& options) {
  if (Stopped(options.stop)) return absl::CancelledError("stopped");
  if (top == 0) return Chokepoints();
  ChokepointModel model(analysis, options);
  const Means means(model);
  TopGoal goal(means, top);
  return Hunt(model, means, options, goal).Run(top);
}

absl::StatusOr<Chokepoints> ChokepointsAbove(
    const Analysis& analysis, const ChokepointThresholds& thresholds,
    const ChokepointOptions& options) {
  if (Stopped(options.stop)) return absl::CancelledError("stopped");
  ChokepointModel model(analysis, options);
  const Means means(model);
  RuleGoal goal(means, thresholds);
  return Hunt(model, means, options, goal).Run(0);
}

absl::StatusOr<Chokepoint> ScoreChokepoint(const Analysis& analysis,
                                           ItemIndex item,
                                           const ChokepointOptions& options) {
  if (Stopped(options.stop)) return absl::CancelledError("stopped");
  const ChokepointModel model(analysis, options);
  const Means means(model);
  LossSearch search(model);
  const Place p = analysis.graph->PlaceOf(item);
  const SearchResult& result =
      search.Run(p, kNoLimit, [](const SearchResult&) { return false; });
  return Found(model, means, p, result);
}

}  // namespace qiangji::domain
