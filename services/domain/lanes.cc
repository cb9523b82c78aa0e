#include "services/domain/lanes.h"

#include <sys/mman.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

namespace qiangji::domain {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kLargePage = std::size_t{2} << 20;

std::atomic<bool> force_baseline = false;

bool MachineIsWide() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

}  // namespace

bool UseWideVectors() {
  static const bool wide = MachineIsWide();
  return wide && !force_baseline.load(std::memory_order_relaxed);
}

void ForceBaselineForTest(bool force) {
  force_baseline.store(force, std::memory_order_relaxed);
}

LaneArray::LaneArray(std::size_t size) : size_(size) {
  if (size == 0) return;
  const std::size_t bytes = size * sizeof(double);
  const bool large = bytes >= 2 * kLargePage;
  const std::size_t unit = large ? kLargePage : kCacheLine;
  const std::size_t rounded = (bytes + unit - 1) / unit * unit;
  void* const memory = std::aligned_alloc(unit, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  // A hint: random reads then miss the address cache less.
  if (large) madvise(memory, rounded, MADV_HUGEPAGE);
  std::memset(memory, 0, rounded);
  data_.reset(static_cast<double*>(memory));
}

void LaneArray::Free::operator()(double* data) const { std::free(data); }

}  // namespace qiangji::domain
