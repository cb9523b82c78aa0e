// Losses of many scenarios side by side: a lane is a scenario, the lanes of
// one item fill one cache line, so that the random reads of a sweep, which are
// what it costs, serve all of them. A lane never changes another lane's bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/loss_base.h"

namespace qiangji::domain {

inline constexpr std::size_t kLineBytes = 64;

// `bytes` of zeros, aligned to cache lines; large ones ask for large pages.
struct FreeLines {
  void operator()(void* memory) const;
};
std::unique_ptr<void, FreeLines> AllocateLines(std::size_t bytes);

template <typename T>
class LineArray {
 public:
  LineArray() = default;
  explicit LineArray(std::size_t size)
      : memory_(AllocateLines(size * sizeof(T))), size_(size) {}
  T* data() { return static_cast<T*>(memory_.get()); }
  const T* data() const { return static_cast<const T*>(memory_.get()); }
  std::size_t size() const { return size_; }

 private:
  std::unique_ptr<void, FreeLines> memory_;
  std::size_t size_ = 0;
};

// float or double.
template <typename T>
struct LossLanes {
  static constexpr std::size_t kLanes = kLineBytes / sizeof(T);
  static constexpr std::uint32_t kNoRow = 0xffffffffu;

  explicit LossLanes(const LossBase& base, bool keep_rest = true);

  // Back to no hit and no loss.
  void Clear();
  // Makes room for hits of places in ascending order, each at most once, with
  // nothing lost in any lane yet.
  std::uint32_t AddRow(Place place);
  void SetHit(std::uint32_t row, std::size_t lane, const LossHit& hit);
  T loss_of(Place p, std::size_t lane) const {
    return loss.data()[p * kLanes + lane];
  }

  const LossBase* base = nullptr;
  LineArray<T> loss;  // by place, lane; only ever grows while solving
  // By row, lane. Rows are the places at which some lane loses something.
  std::vector<std::uint32_t> row_of;  // by place
  std::vector<Place> places;          // by row
  std::vector<T> direct, home;
  const bool keep_rest;
  std::vector<double> rest;  // only exact solutions read it
  // By place: the equation may not hold any more.
  std::vector<std::uint8_t> dirty;
};

extern template struct LossLanes<float>;
extern template struct LossLanes<double>;

}  // namespace qiangji::domain
