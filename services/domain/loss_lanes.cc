#include "services/domain/loss_lanes.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace qiangji::domain {
namespace {

constexpr std::size_t kLargePage = std::size_t{2} << 20;

}  // namespace

void FreeLines::operator()(void* memory) const { std::free(memory); }

std::unique_ptr<void, FreeLines> AllocateLines(std::size_t bytes) {
  const bool large = bytes >= 4 * kLargePage;
  const std::size_t unit = large ? kLargePage : kLineBytes;
  const std::size_t size = std::max(unit, (bytes + unit - 1) / unit * unit);
  std::unique_ptr<void, FreeLines> memory(std::aligned_alloc(unit, size));
  if (memory == nullptr) throw std::bad_alloc();
  // A hint: what it answers changes no result.
  if (large) madvise(memory.get(), size, MADV_HUGEPAGE);
  std::memset(memory.get(), 0, size);
  return memory;
}

template <typename T>
LossLanes<T>::LossLanes(const LossBase& of, bool keep)
    : base(&of),
      loss(of.home.size() * kLanes),
      row_of(of.home.size(), kNoRow),
      keep_rest(keep),
      dirty(of.home.size(), 0) {}

template <typename T>
void LossLanes<T>::Clear() {
  std::fill_n(loss.data(), loss.size(), T{0});
  for (const Place p : places) row_of[p] = kNoRow;
  places.clear();
  direct.clear();
  home.clear();
  rest.clear();
}

template <typename T>
std::uint32_t LossLanes<T>::AddRow(Place place) {
  const auto row = static_cast<std::uint32_t>(places.size());
  row_of[place] = row;
  places.push_back(place);
  direct.resize(direct.size() + kLanes, T{0});
  home.resize(home.size() + kLanes, static_cast<T>(base->home[place]));
  if (keep_rest) rest.resize(rest.size() + kLanes, base->rest[place]);
  return row;
}

template <typename T>
void LossLanes<T>::SetHit(std::uint32_t row, std::size_t lane,
                          const LossHit& hit) {
  const std::size_t at = row * kLanes + lane;
  direct[at] = static_cast<T>(hit.direct);
  home[at] = static_cast<T>(hit.home);
  if (keep_rest) rest[at] = hit.rest;
}

template struct LossLanes<float>;
template struct LossLanes<double>;

}  // namespace qiangji::domain
