#include "services/domain/elimination.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

namespace qiangji::domain {
namespace {

// Sums that elimination may make: about half a second. Beyond it the component
// has a large entangled core, for which iteration is the better way.
constexpr std::uint64_t kWork = 100'000'000;
constexpr std::uint64_t kWorkPerEntry = 20;

}  // namespace

BlockSystem MakeBlockSystem(const Graph& graph, const Block& block,
                            const double* a, std::size_t stride) {
  BlockSystem system;
  system.rows.resize(block.end - block.begin);
  system.leaves.resize(block.end - block.begin);
  for (Place p = block.begin; p < block.end; ++p) {
    const double share = a[p * stride];
    double leaves = graph.own_value[p];
    for (Edge e = graph.begin[p]; e < graph.begin[p + 1]; ++e) {
      if (graph.cost[e] == 0) continue;
      const Place j = graph.input_of(e);
      const double cost = graph.cost_of(p, e);
      if (j < block.begin) {
        leaves += cost;
      } else if (share > 0) {
        system.rows[p - block.begin].emplace_back(j - block.begin,
                                                  share * cost);
      }
    }
    system.leaves[p - block.begin] = (1 - share) + share * leaves;
  }
  return system;
}

// Eliminates one member after the other. A member's own entry is never needed:
// its pivot is the sum of what goes elsewhere.
class Eliminator {
 public:
  explicit Eliminator(BlockSystem system)
      : rows_(std::move(system.rows)),
        leaves_(std::move(system.leaves)),
        users_(rows_.size()),
        user_count_(rows_.size(), 0),
        gone_(rows_.size(), false),
        at_(rows_.size(), kNone) {
    work_left_ = kWork;
    for (std::uint32_t r = 0; r < rows_.size(); ++r) {
      work_left_ += kWorkPerEntry * rows_[r].size();
      for (const auto& [k, weight] : rows_[r]) {
        users_[k].push_back(r);
        ++user_count_[k];
      }
    }
  }

  std::optional<Elimination> Run() {
    for (std::uint32_t r = 0; r < rows_.size(); ++r) Queue(r);
    while (!queue_.empty()) {
      const auto [cost, member] = queue_.top();
      queue_.pop();
      if (gone_[member] || cost != CostOf(member)) continue;
      if (cost > work_left_) return std::nullopt;
      work_left_ -= cost;
      if (!Eliminate(member)) return std::nullopt;
    }
    return std::move(out_);
  }

 private:
  static constexpr std::uint32_t kNone =
      std::numeric_limits<std::uint32_t>::max();

  std::uint64_t CostOf(std::uint32_t member) const {
    return std::uint64_t{user_count_[member]} * rows_[member].size();
  }
  void Queue(std::uint32_t member) { queue_.emplace(CostOf(member), member); }

  bool Eliminate(std::uint32_t member) {
    const std::vector<BlockSystem::Entry> row = std::move(rows_[member]);
    gone_[member] = true;
    double pivot = leaves_[member];
    for (const auto& [k, weight] : row) pivot += weight;
    if (pivot <= 0) return false;
    for (std::uint32_t user : users_[member]) {
      if (!gone_[user]) Replace(user, member, row, pivot);
    }
    for (const auto& [k, weight] : row) {
      --user_count_[k];
      Queue(k);
    }
    users_[member] = {};
    out_.inputs_.insert(out_.inputs_.end(), row.begin(), row.end());
    out_.steps_.push_back({member, pivot,
                           static_cast<std::uint32_t>(out_.users_.size()),
                           static_cast<std::uint32_t>(out_.inputs_.size())});
    return true;
  }

  // In the row of `user`: what it takes from `member` it takes from that one's
  // inputs.
  void Replace(std::uint32_t user, std::uint32_t member,
               const std::vector<BlockSystem::Entry>& row, double pivot) {
    std::vector<BlockSystem::Entry>& own = rows_[user];
    double taken = 0;
    for (std::uint32_t x = 0; x < own.size(); ++x) at_[own[x].first] = x;
    if (at_[member] != kNone) {
      const std::uint32_t x = at_[member];
      taken = own[x].second;
      at_[own.back().first] = x;
      at_[member] = kNone;
      own[x] = own.back();
      own.pop_back();
    }
    const double factor = taken / pivot;
    for (const auto& [k, weight] : row) {
      if (k == user) continue;
      if (at_[k] == kNone) {
        at_[k] = static_cast<std::uint32_t>(own.size());
        own.emplace_back(k, 0);
        users_[k].push_back(user);
        ++user_count_[k];
      }
      own[at_[k]].second += factor * weight;
    }
    for (const auto& [k, weight] : own) at_[k] = kNone;
    leaves_[user] += factor * leaves_[member];
    out_.users_.emplace_back(user, taken);
    Queue(user);
  }

  std::vector<std::vector<BlockSystem::Entry>> rows_;
  std::vector<double> leaves_;
  std::vector<std::vector<std::uint32_t>> users_;  // gone ones too
  std::vector<std::uint32_t> user_count_;          // without those
  std::vector<bool> gone_;
  std::vector<std::uint32_t> at_;  // in the row at hand, by member
  using Candidate = std::pair<std::uint64_t, std::uint32_t>;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue_;
  std::uint64_t work_left_ = 0;
  Elimination out_;
};

std::optional<Elimination> Elimination::Of(BlockSystem system) {
  return Eliminator(std::move(system)).Run();
}

absl::Span<const BlockSystem::Entry> Elimination::UsersOf(
    std::size_t step) const {
  const std::size_t from = step == 0 ? 0 : steps_[step - 1].users_end;
  return absl::MakeConstSpan(users_).subspan(from,
                                             steps_[step].users_end - from);
}

absl::Span<const BlockSystem::Entry> Elimination::InputsOf(
    std::size_t step) const {
  const std::size_t from = step == 0 ? 0 : steps_[step - 1].inputs_end;
  return absl::MakeConstSpan(inputs_).subspan(from,
                                              steps_[step].inputs_end - from);
}

std::vector<double> Elimination::Solve(std::vector<double> b) const {
  for (std::size_t s = 0; s < steps_.size(); ++s) {
    const double share = b[steps_[s].member] / steps_[s].pivot;
    for (const auto& [user, weight] : UsersOf(s)) b[user] += weight * share;
  }
  for (std::size_t s = steps_.size(); s-- > 0;) {
    double& x = b[steps_[s].member];
    for (const auto& [input, weight] : InputsOf(s)) x += weight * b[input];
    x /= steps_[s].pivot;
  }
  return b;
}

std::vector<double> Elimination::SolveTransposed(std::vector<double> b) const {
  for (std::size_t s = 0; s < steps_.size(); ++s) {
    const double share = b[steps_[s].member] / steps_[s].pivot;
    for (const auto& [input, weight] : InputsOf(s)) b[input] += weight * share;
  }
  for (std::size_t s = steps_.size(); s-- > 0;) {
    double& x = b[steps_[s].member];
    for (const auto& [user, weight] : UsersOf(s)) x += weight * b[user];
    x /= steps_[s].pivot;
  }
  return b;
}

double Elimination::relative_error() const {
  constexpr double kPerStep = 4 * std::numeric_limits<double>::epsilon();
  return kPerStep * static_cast<double>(steps_.size() + 2);
}

}  // namespace qiangji::domain
