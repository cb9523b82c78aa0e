#include "services/domain/loss_policy.h"

#include <algorithm>
#include <cmath>

namespace qiangji::domain {
namespace {

// Howard's algorithm needs a handful; what has not settled by then is told by
// the residual.
constexpr int kRounds = 200;
// Roundings of one equation, in units of its value.
constexpr double kEquationRounding = 0x1p-61;
// The shares themselves are rounded sums: relative, and not amplified, since
// 1 − G and B are made of them without differences.
constexpr double kShareRounding = 0x1p-50;
constexpr std::uint32_t kOne = 0x80000000u;  // essentiality 1 in units

}  // namespace

LossPolicy::LossPolicy(const LossBase& base, const Block& block, double weight)
    : base_(base),
      graph_(*base.graph),
      block_(block),
      weight_(weight),
      rows_(block.end - block.begin),
      state_(block.end - block.begin) {
  for (Edge e = graph_.begin[block.begin]; e < graph_.begin[block.end]; ++e) {
    groups_ |= !base.Ends(e);
  }
}

void LossPolicy::Load(const LossLanes<double>& lanes, std::size_t lane) {
  lanes_ = &lanes;
  lane_ = lane;
  for (Place p = block_.begin; p < block_.end; ++p) {
    Row& row = At(p);
    const std::uint32_t hit = lanes.row_of[p];
    const bool is_hit = hit != LossLanes<double>::kNoRow;
    const std::size_t at = hit * LossLanes<double>::kLanes + lane;
    row.direct = is_hit ? lanes.direct[at] : 0;
    row.rest = is_hit ? lanes.rest[at] : base_.rest[p];
    row.value = lanes.loss_of(p, lane);
    row.requirement = row.choice = kNone;
  }
  for (Place p = block_.begin; p < block_.end; ++p) {
    if (graph_.begin[p] == graph_.begin[p + 1]) continue;
    Row& row = At(p);
    row.requirement = graph_.begin[p];
    row.choice = BestMember(row.requirement);
  }
  ImproveRequirements();
}

LossPolicy::Real LossPolicy::Operand(Edge e) const {
  const Place input = graph_.input_of(e);
  const Real value =
      Inside(input) ? At(input).value : Real{lanes_->loss_of(input, lane_)};
  return graph_.essentiality[e] * Real{kShareUnit} * value;
}

Edge LossPolicy::EndOf(Edge requirement) const {
  while (!base_.Ends(requirement)) ++requirement;
  return requirement + 1;
}

Edge LossPolicy::BestMember(Edge requirement) const {
  Edge best = requirement;
  const Edge end = EndOf(requirement);
  for (Edge e = requirement + 1; e < end; ++e) {
    if (Operand(e) < Operand(best)) best = e;
  }
  return best;
}

// The first player: true where a choice got better.
bool LossPolicy::ImproveRequirements() {
  bool better = false;
  for (Place p = block_.begin; p < block_.end; ++p) {
    Row& row = At(p);
    for (Edge r = graph_.begin[p]; r < graph_.begin[p + 1]; r = EndOf(r)) {
      const Edge member = BestMember(r);
      if (!(Operand(member) > Operand(row.choice))) continue;
      row.requirement = r;
      row.choice = member;
      better = true;
    }
  }
  return better;
}

// The second player, within the requirements chosen.
bool LossPolicy::ImproveMembers() {
  bool better = false;
  for (Row& row : rows_) {
    if (row.requirement == kNone) continue;
    const Edge member = BestMember(row.requirement);
    if (!(Operand(member) < Operand(row.choice))) continue;
    row.choice = member;
    better = true;
  }
  return better;
}

// Least losses for the requirements chosen. False: they did not settle.
bool LossPolicy::SettleMembers() {
  if (groups_) FreeLoops();
  for (int round = 0; round < kRounds; ++round) {
    Evaluate();
    if (!groups_ || !ImproveMembers()) return true;
  }
  return false;
}

// Items that need lose nothing, the second player can keep to one another:
// choosing by improvement alone would not find a loop of gain 1 among them.
// All others lose something: by sweeps of yes and no from below.
void LossPolicy::FreeLoops() {
  std::fill(state_.begin(), state_.end(), 0);  // 1 = loses something
  const auto loses = [&](Edge e) {
    const Place input = graph_.input_of(e);
    return graph_.essentiality[e] != 0 &&
           (Inside(input) ? state_[input - block_.begin] != 0
                          : lanes_->loss_of(input, lane_) > 0);
  };
  for (bool again = true; again;) {
    again = false;
    for (Place p = block_.begin; p < block_.end; ++p) {
      std::uint8_t& state = state_[p - block_.begin];
      Row& row = At(p);
      if (state != 0) continue;
      bool all = row.direct > 0;
      if (!all && row.rest < 1 && row.requirement != kNone) {
        all = true;
        const Edge end = EndOf(row.requirement);
        for (Edge e = row.requirement; e < end; ++e) {
          if (loses(e)) continue;
          all = false;
          row.choice = e;
        }
      }
      if (!all) continue;
      state = 1;
      again = true;
    }
  }
}

LossPolicy::Real LossPolicy::Apply(const Row& row, Real operand) const {
  return std::min(Real{1}, row.direct + (1 - row.rest) * operand);
}

// One input an item: follows it until something known or a loop, then back.
void LossPolicy::Evaluate() {
  std::fill(state_.begin(), state_.end(), 0);  // 1 = on the path, 2 = known
  for (Place start = block_.begin; start < block_.end; ++start) {
    path_.clear();
    Place p = start;
    while (Inside(p) && state_[p - block_.begin] == 0) {
      state_[p - block_.begin] = 1;
      path_.push_back(p);
      const Edge choice = At(p).choice;
      if (choice == kNone) break;
      p = graph_.input_of(choice);
    }
    if (path_.empty()) continue;
    if (At(path_.back()).choice != kNone && Inside(p) &&
        state_[p - block_.begin] == 1) {
      CloseLoop(static_cast<std::size_t>(
          std::find(path_.rbegin(), path_.rend(), p).base() - path_.begin() -
          1));
    }
    for (; !path_.empty(); path_.pop_back()) {
      Row& row = At(path_.back());
      std::uint8_t& state = state_[path_.back() - block_.begin];
      if (state == 2) continue;  // where the loop was closed
      state = 2;
      row.value = row.choice == kNone ? std::min(Real{1}, row.direct)
                                      : Apply(row, Operand(row.choice));
    }
  }
}

// The loop is path_[first ..]. It is cut at a gain below 1, so that gains of 1
// stay copies to the last bit.
void LossPolicy::CloseLoop(std::size_t first) {
  const std::size_t size = path_.size() - first;
  const auto place = [&](std::size_t k) {
    return path_[first + (k < size ? k : k - size)];
  };
  std::size_t cut = 0;
  while (cut < size && Leak(At(place(cut))) <= 0) ++cut;
  if (cut == size) cut = 0;
  Real sum = 0, product = 1, leak = 0;  // B, products of gains, 1 − G
  for (std::size_t k = 0; k < size; ++k) {
    const Row& row = At(place(cut + k));
    sum += product * row.direct;
    leak += product * Leak(row);
    product *=
        (1 - row.rest) * (graph_.essentiality[row.choice] * Real{kShareUnit});
  }
  // A gain of 1 leaves nothing to be lost directly: the least solution is 0.
  At(place(cut)).value = leak > 0 ? std::min(Real{1}, sum / leak) : Real{0};
  for (std::size_t k = size - 1; k > 0; --k) {
    Row& row = At(place(cut + k));
    row.value = Apply(row, Operand(row.choice));
  }
  for (std::size_t k = 0; k < size; ++k) {
    state_[place(k) - block_.begin] = 2;
  }
}

// 1 − g of the input chosen.
LossPolicy::Real LossPolicy::Leak(const Row& row) const {
  const Real spare =
      (kOne - graph_.essentiality[row.choice]) * Real{kShareUnit};
  return row.rest + (1 - row.rest) * spare;
}

// By how much a loss is below its equation at most; infinity where that proves
// nothing, since copies must be exact (loss_weights.h). The other way there is
// nothing to prove: a choice of requirements gives a lower bound.
double LossPolicy::Residual() const {
  Real worst = 0;
  for (Place p = block_.begin; p < block_.end; ++p) {
    const Row& row = At(p);
    for (Edge r = graph_.begin[p]; r < graph_.begin[p + 1]; r = EndOf(r)) {
      if (Apply(row, Operand(BestMember(r))) <= row.value) continue;
      Real least = INFINITY;
      for (Edge e = r; e < EndOf(r); ++e) {
        if (row.rest <= 0 && graph_.essentiality[e] == kOne) continue;
        least = std::min(least, Apply(row, Operand(e)) - row.value);
      }
      worst = std::max(worst, least);
    }
  }
  return static_cast<double>(worst);
}

double LossPolicy::Error(double off, double largest) const {
  return std::min(
      1.0, (off + kEquationRounding * largest) * weight_ +
               kShareRounding * largest * static_cast<double>(rows_.size()));
}

std::optional<double> LossPolicy::Solve(LossLanes<double>& lanes,
                                        std::size_t lane) {
  Load(lanes, lane);
  for (int round = 0;; ++round) {
    if (round == kRounds || !SettleMembers()) return std::nullopt;
    if (!ImproveRequirements()) break;
  }
  Evaluate();
  double largest = 0;
  for (Place p = block_.begin; p < block_.end; ++p) {
    const auto value = static_cast<double>(At(p).value);
    largest = std::max(largest, value);
    lanes.loss.data()[p * LossLanes<double>::kLanes + lane] = value;
  }
  return Error(Residual(), largest);
}

double LossPolicy::ErrorOf(const LossLanes<double>& lanes, std::size_t lane) {
  Load(lanes, lane);
  double largest = 0;
  for (const Row& row : rows_) {
    largest = std::max(largest, static_cast<double>(row.value));
  }
  return Error(Residual(), largest);
}

}  // namespace qiangji::domain
