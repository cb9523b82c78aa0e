#include "services/domain/graph_order.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace qiangji::domain {
namespace {

constexpr std::uint32_t kUnseen = 0;
// Passes of the level estimate, and levels told apart inside a component:
// more of either made sweeps no fewer on a million items.
constexpr int kLevelPasses = 12;
constexpr int kLevels = 24;

// Tarjan's algorithm with a stack of its own: chains may be long. Components
// are numbered inputs first.
class Tarjan {
 public:
  explicit Tarjan(const ItemRows& rows)
      : rows_(rows),
        component(rows.size()),
        low_(rows.size(), kUnseen),
        open_(rows.size(), false) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (low_[i] == kUnseen) Visit(static_cast<std::uint32_t>(i));
    }
  }

 private:
  struct Frame {
    std::uint32_t node, edge, order;
  };
  const ItemRows& rows_;

 public:
  std::vector<std::uint32_t> component;  // by item
  std::vector<std::uint32_t> members;    // how many, by component

 private:
  void Enter(std::uint32_t node) {
    low_[node] = ++counter_;
    open_[node] = true;
    path_.push_back(node);
    calls_.push_back({node, rows_.begin[node], counter_});
  }

  void Visit(std::uint32_t root) {
    Enter(root);
    while (!calls_.empty()) {
      Frame& frame = calls_.back();
      const std::uint32_t node = frame.node;
      if (frame.edge < rows_.begin[node + 1]) {
        const auto next = static_cast<std::uint32_t>(rows_.input[frame.edge++]);
        if (low_[next] == kUnseen) {
          Enter(next);
        } else if (open_[next]) {
          low_[node] = std::min(low_[node], low_[next]);
        }
        continue;
      }
      const bool root_of_component = low_[node] == frame.order;
      calls_.pop_back();
      if (!calls_.empty()) {
        std::uint32_t& above = low_[calls_.back().node];
        above = std::min(above, low_[node]);
      }
      if (root_of_component) Close(node);
    }
  }

  void Close(std::uint32_t node) {
    const auto number = static_cast<std::uint32_t>(members.size());
    members.push_back(0);
    std::uint32_t member = 0;
    do {
      member = path_.back();
      path_.pop_back();
      open_[member] = false;
      component[member] = number;
      ++members.back();
    } while (member != node);
  }

  std::vector<std::uint32_t> low_;
  std::vector<bool> open_;
  std::vector<std::uint32_t> path_;
  std::vector<Frame> calls_;
  std::uint32_t counter_ = 0;
};

// 1 + the longest way down through components, by component. Components of one
// depth do not need one another.
std::vector<std::uint32_t> Depths(const ItemRows& rows, const Tarjan& tarjan) {
  std::vector<std::uint32_t> by_component(rows.size());  // items, inputs first
  std::vector<std::uint32_t> next(tarjan.members.size() + 1, 0);
  for (std::uint32_t c : tarjan.component) ++next[c + 1];
  for (std::size_t c = 1; c < next.size(); ++c) next[c] += next[c - 1];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    by_component[next[tarjan.component[i]]++] = static_cast<std::uint32_t>(i);
  }
  std::vector<std::uint32_t> depth(tarjan.members.size(), 1);
  for (std::uint32_t i : by_component) {
    std::uint32_t& own = depth[tarjan.component[i]];
    for (Edge e = rows.begin[i]; e < rows.begin[i + 1]; ++e) {
      const std::uint32_t c =
          tarjan.component[static_cast<std::size_t>(rows.input[e])];
      if (c != tarjan.component[i]) own = std::max(own, depth[c] + 1);
    }
  }
  return depth;
}

// h = 1 + mean of the inputs' h, a few passes: how far an item is from raw
// ones; also where there are cycles. As one of kLevels.
std::vector<std::uint8_t> Levels(const ItemRows& rows) {
  std::vector<float> height(rows.size(), 0);
  float highest = 1;
  for (int pass = 0; pass < kLevelPasses; ++pass) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows.begin[i] == rows.begin[i + 1]) continue;
      float sum = 0;
      for (Edge e = rows.begin[i]; e < rows.begin[i + 1]; ++e) {
        sum += height[static_cast<std::size_t>(rows.input[e])];
      }
      height[i] =
          1 + sum / static_cast<float>(rows.begin[i + 1] - rows.begin[i]);
      highest = std::max(highest, height[i]);
    }
  }
  std::vector<std::uint8_t> level(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    level[i] = static_cast<std::uint8_t>(
        std::min(kLevels - 1, static_cast<int>(height[i] / highest * kLevels)));
  }
  return level;
}

struct Key {
  std::uint32_t depth;
  std::uint32_t component;  // 0 outside cycles
  std::uint8_t level;
  std::uint32_t unused;  // falls with the number of users
  std::uint32_t item;

  bool operator<(const Key& other) const {
    return std::tie(depth, component, level, unused, item) <
           std::tie(other.depth, other.component, other.level, other.unused,
                    other.item);
  }
};

std::vector<Key> MakeKeys(const ItemRows& rows, const Tarjan& tarjan) {
  const std::vector<std::uint32_t> depth = Depths(rows, tarjan);
  const std::vector<std::uint8_t> level = Levels(rows);
  std::vector<std::uint32_t> users(rows.size(), 0);
  for (ItemIndex j : rows.input) ++users[static_cast<std::size_t>(j)];
  // The first item of a component names it: its number would depend on the
  // walk.
  std::vector<std::uint32_t> name(tarjan.members.size(), 0);
  for (std::size_t i = rows.size(); i-- > 0;) {
    const std::uint32_t c = tarjan.component[i];
    if (tarjan.members[c] > 1) name[c] = static_cast<std::uint32_t>(i) + 1;
  }
  std::vector<Key> keys(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint32_t c = tarjan.component[i];
    keys[i] = {depth[c], name[c], level[i], ~users[i],
               static_cast<std::uint32_t>(i)};
  }
  return keys;
}

}  // namespace

GraphOrder OrderItems(const ItemRows& rows) {
  const Tarjan tarjan(rows);
  std::vector<Key> keys = MakeKeys(rows, tarjan);
  std::sort(keys.begin(), keys.end());
  GraphOrder order;
  order.item.reserve(keys.size());
  for (std::size_t p = 0; p < keys.size(); ++p) {
    const bool cyclic = keys[p].component != 0;
    const bool goes_on =
        p > 0 && (cyclic ? keys[p].component == keys[p - 1].component
                         : keys[p - 1].component == 0);
    if (!goes_on) {
      order.blocks.push_back(
          {static_cast<Place>(p), static_cast<Place>(p), cyclic});
    }
    order.blocks.back().end = static_cast<Place>(p) + 1;
    order.item.push_back(static_cast<ItemIndex>(keys[p].item));
  }
  return order;
}

}  // namespace qiangji::domain
