// Sums of independent outcomes (METHOD 4.4, 4.5).
#pragma once

#include <cstddef>
#include <optional>

#include "absl/types/span.h"

namespace qiangji::domain {

// `size` with `probability`, else 0; independent of every other.
struct Outcome {
  double size = 0;         // >= 0
  double probability = 0;  // 0..1
};

// How many different sums are told apart at most.
inline constexpr std::size_t kMostSums = std::size_t{1} << 18;

// P(Σ sizes that happen >= needed), the exact sum over all outcomes but for
// rounding; equal sizes make it short. Sums that differ by less than 1e-12 of
// the whole are one. nullopt where more than kMostSums would have to be told
// apart.
std::optional<double> ProbabilityOfReaching(absl::Span<const Outcome> outcomes,
                                            double needed);

// E[min(cap, Σ sizes that happen)], the exact sum over all outcomes but for
// rounding. For few: it takes up to 2^n steps.
double ExpectedUpTo(absl::Span<const Outcome> outcomes, double cap);

}  // namespace qiangji::domain
