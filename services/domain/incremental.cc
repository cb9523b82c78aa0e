// A changed share leaves a residual at its item. Pushing it to the users, in
// rounds by place, is Gauss–Seidel on the few rows that matter. A bound of the
// row sums of the inverse turns the largest residual that is left into a bound
// of the error; it is kept as weights W, of which a raised share concerns one
// row only.
#include "services/domain/incremental.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "services/domain/lane_solver.h"
#include "services/domain/loops.h"
#include "services/domain/sweep.h"

namespace qiangji::domain {
namespace {

// An edge that is pushed reads three places at random, a swept one reads one,
// and a whole solution sweeps about twelve times.
constexpr double kPushedOfAll = 0.25;
// Sweeps go no further: as for a fresh solution.
constexpr double kLeastTolerance = 9e-13;
constexpr int kWeightSweeps = 64;
constexpr double kWeightChange = 0.75;
// Below it new weights are looked for.
constexpr double kLeastMargin = 0.01;

Place PopLowest(std::vector<Place>& heap) {
  std::pop_heap(heap.begin(), heap.end(), std::greater<>());
  const Place lowest = heap.back();
  heap.pop_back();
  return lowest;
}

void PushPlace(std::vector<Place>& heap, Place p) {
  heap.push_back(p);
  std::push_heap(heap.begin(), heap.end(), std::greater<>());
}

}  // namespace

ContentUpdater::ContentUpdater(std::shared_ptr<const Graph> graph,
                               absl::Span<const double> a,
                               const Content& content)
    : graph_(std::move(graph)),
      a_(graph_->ByPlace(a)),
      d_(graph_->ByPlace(content.share)),
      nodes_(a_.size()),
      queued_(a_.size(), false),
      changed_(a_.size(), false),
      is_left_(a_.size(), false),
      error_(content.error),
      solved_error_(content.error) {
  Edge longest = 0;
  for (Place p = 0; p < a_.size(); ++p) {
    nodes_[p].factor = a_[p] * graph_->row_unit[p];
    longest = std::max(longest, graph_->begin[p + 1] - graph_->begin[p]);
  }
  rounding_ = SweepRounding(longest);
  bounded_ = FindWeights();
}

std::vector<double> ContentUpdater::Contents() const {
  std::vector<double> contents = graph_->ByItem(d_);
  for (double& share : contents) share = std::clamp(share, 0.0, 1.0);
  return contents;
}

double ContentUpdater::MarginOf(Place p) const {
  if (weights_.size() == 0) return 1 - a_[p] * (1 - graph_->own_value[p]);
  double inputs = 0;
  for (Edge e = graph_->begin[p]; e < graph_->begin[p + 1]; ++e) {
    inputs += graph_->cost_of(p, e) * weights_[graph_->input_of(e)];
  }
  return weights_[p] - a_[p] * inputs;
}

bool ContentUpdater::FindWeights() {
  weights_ = LaneArray();
  most_ = 1;
  least_ = 1;
  for (Place p = 0; p < a_.size(); ++p) {
    if (graph_->begin[p] != graph_->begin[p + 1]) {
      least_ = std::min(least_, MarginOf(p));
    }
  }
  if (least_ >= 1 - kContracts) return true;
  const std::vector<double> ones(a_.size(), 1.0);
  std::vector<double> factor;
  for (const Node& node : nodes_) factor.push_back(node.factor);
  weights_ = LaneArray(a_.size());
  std::fill_n(weights_.data(), weights_.size(), 1.0);
  const Block all{0, static_cast<Place>(a_.size()), true};
  for (int sweep = 0; sweep < kWeightSweeps; ++sweep) {
    const double change =
        Sweep<1>(*graph_, all, {factor.data(), ones.data(), weights_.data()},
                 {true})
            .largest[0];
    if (change > kWeightChange) continue;
    least_ = 1 - change;
    most_ =
        *std::max_element(weights_.data(), weights_.data() + weights_.size());
    return true;
  }
  return false;
}

double ContentUpdater::Inside(Place p) const {
  double sum = 0;
  for (Edge e = graph_->begin[p]; e < graph_->begin[p + 1]; ++e) {
    sum += graph_->cost[e] * d_[graph_->input_of(e)];
  }
  return graph_->own_value[p] + graph_->row_unit[p] * sum;
}

void ContentUpdater::Enqueue(Place p) {
  if (queued_[p]) return;
  queued_[p] = true;
  PushPlace(now_, p);
}

void ContentUpdater::SetShare(Place p, double a) {
  a_[p] = a;
  nodes_[p].factor = a * graph_->row_unit[p];
  nodes_[p].residual = a * Inside(p) - d_[p];
}

// False where too much was pushed. Residuals up to `least` stay.
bool ContentUpdater::Push(double least, Update& update) {
  const auto budget = static_cast<std::uint64_t>(
      kPushedOfAll * static_cast<double>(graph_->input.size()) + 1000);
  while (!now_.empty()) {
    drift_ += std::numeric_limits<double>::epsilon();
    while (!now_.empty()) {
      const Place p = PopLowest(now_);
      queued_[p] = false;
      const double change = nodes_[p].residual;
      if (std::abs(change) <= least) continue;
      nodes_[p].residual = 0;
      d_[p] += change;
      if (!changed_[p]) {
        changed_[p] = true;
        update.touched.push_back(graph_->item[p]);
      }
      const Edge end = graph_->user_begin[p + 1];
      update.edges += end - graph_->user_begin[p];
      for (Edge u = graph_->user_begin[p]; u < end; ++u) {
        const Place user = graph_->user[u];
        Node& node = nodes_[user];
        node.residual +=
            node.factor * graph_->cost[graph_->user_edge[u]] * change;
        if (std::abs(node.residual) <= least) {
          if (!is_left_[user]) {
            is_left_[user] = true;
            left_.push_back(user);
          }
        } else if (!queued_[user]) {
          queued_[user] = true;
          PushPlace(user > p ? now_ : next_, user);
        }
      }
      if (update.edges > budget) return false;
    }
    std::swap(now_, next_);
  }
  return true;
}

void ContentUpdater::SolveWhole(double tolerance, Update& update) {
  update.solved = true;
  const std::size_t n = a_.size();
  std::vector<double> with_source = a_;
  ZeroWithoutSource(*graph_, with_source);
  LaneArray a(n), b(n), d(n);
  for (Place p = 0; p < n; ++p) {
    a[p] = with_source[p];
    b[p] = with_source[p] * graph_->own_value[p];
    d[p] = d_[p];
  }
  solved_error_ = SolveLanes<1>(*graph_, a, b, d, tolerance)[0].error;
  for (Place p = 0; p < n; ++p) {
    if (d[p] != d_[p] && !changed_[p]) {
      changed_[p] = true;
      update.touched.push_back(graph_->item[p]);
    }
    d_[p] = d[p];
    nodes_[p].residual = 0;
  }
  for (std::vector<Place>* heap : {&now_, &next_}) {
    for (Place p : *heap) queued_[p] = false;
    heap->clear();
  }
  for (Place p : left_) is_left_[p] = false;
  left_.clear();
  largest_left_ = drift_ = 0;
}

ContentUpdater::Update ContentUpdater::Apply(
    absl::Span<const ShareChange> changes, double tolerance) {
  Update update;
  for (const ShareChange& change : changes) {
    const Place p = graph_->PlaceOf(change.item);
    const bool raised = change.a > a_[p];
    SetShare(p, change.a);
    if (raised) least_ = std::min(least_, MarginOf(p));
    Enqueue(p);
  }
  // Where no bound was found once, it is not looked for at every change.
  if (bounded_ && least_ < kLeastMargin) bounded_ = FindWeights();
  bool settled = false;
  if (bounded_) {
    const double least = tolerance / Bound();
    if (least < largest_left_) {
      for (Place p : left_) {
        if (std::abs(nodes_[p].residual) > least) Enqueue(p);
      }
    }
    largest_left_ = std::max(largest_left_, least);
    settled = Push(least, update);
    // All that was above it has been pushed.
    if (settled) largest_left_ = least;
  }
  if (!settled) SolveWhole(std::max(tolerance, kLeastTolerance), update);
  error_ = solved_error_;
  if (settled) {
    error_ += Bound() * (largest_left_ + drift_ + rounding_);
  }
  for (ItemIndex i : update.touched) changed_[graph_->PlaceOf(i)] = false;
  return update;
}

}  // namespace qiangji::domain
