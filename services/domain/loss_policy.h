// Losses of one cyclic block solved for exactly, one lane at a time, where
// sweeps would take too long: gains of 1 − 1e-9 need 1e9 of them.
//
// The equations of loss_base.h are a game. For every item one player picks the
// requirement that costs it most, another the member of it that costs least;
// what then remains is one input an item, a functional graph, and that is
// solved in closed form: round a cycle l = B / (1 − G), where 1 − G is a sum of
// shares and no difference. Choices are improved in turn (Hoffman–Karp;
// Howard's algorithm where no group leaves the second player a choice). Every
// choice of the first player gives a lower bound of the least solution, so the
// fixed point that is reached from below is the least one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "services/domain/loss_lanes.h"

namespace qiangji::domain {

class LossPolicy {
 public:
  // Keeps a reference to `base`. `weight`: LossWeights::slow_weight.
  LossPolicy(const LossBase& base, const Block& block, double weight);

  // Sets the losses of the block, from what they are and what is before the
  // block. Returns a proven bound of their error; nullopt, with the lane as it
  // was, where the players' choices do not settle.
  std::optional<double> Solve(LossLanes<double>& lanes, std::size_t lane);
  // A proven bound of the error of losses that sweeps from below reached.
  double ErrorOf(const LossLanes<double>& lanes, std::size_t lane);

 private:
  using Real = long double;
  static constexpr Edge kNone = 0xffffffffu;
  struct Row {
    Real direct, rest;  // b, 1 − p
    Real value;
    Edge requirement = kNone;  // its first edge; kNone = no inputs
    Edge choice = kNone;
  };

  void Load(const LossLanes<double>& lanes, std::size_t lane);
  Real Operand(Edge e) const;  // e_ij·l_j
  Edge EndOf(Edge requirement) const;
  Edge BestMember(Edge requirement) const;
  bool ImproveRequirements();
  bool ImproveMembers();
  bool SettleMembers();
  void FreeLoops();
  void Evaluate();
  void CloseLoop(std::size_t first);
  Real Apply(const Row& row, Real operand) const;
  Real Leak(const Row& row) const;
  double Residual() const;
  double Error(double off, double largest) const;
  bool Inside(Place p) const { return p >= block_.begin && p < block_.end; }
  Row& At(Place p) { return rows_[p - block_.begin]; }
  const Row& At(Place p) const { return rows_[p - block_.begin]; }

  const LossBase& base_;
  const Graph& graph_;
  const Block block_;
  const double weight_;
  bool groups_ = false;  // within the block
  const LossLanes<double>* lanes_ = nullptr;
  std::size_t lane_ = 0;
  std::vector<Row> rows_;
  std::vector<Place> path_;
  std::vector<std::uint8_t> state_;
};

}  // namespace qiangji::domain
