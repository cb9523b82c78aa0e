#include "services/domain/outcomes.h"

#include <algorithm>
#include <vector>

namespace qiangji::domain {
namespace {

constexpr double kEqual = 1e-12;  // of the whole

struct Sum {
  double size = 0, probability = 0;
};

// The distribution of a sum that grows outcome by outcome. What has reached
// the need, and what no longer can, is not told apart any more.
class Distribution {
 public:
  Distribution(double needed, double whole)
      : equal_(kEqual * whole), needed_(needed - equal_), rest_(whole) {}

  void Add(const Outcome& outcome) {
    rest_ -= outcome.size;
    std::vector<Sum> next;
    next.reserve(2 * sums_.size());
    std::size_t with = 0;  // sums to which the size is still to be added
    for (const Sum& sum : sums_) {
      for (; with < sums_.size() && sums_[with].size + outcome.size < sum.size;
           ++with) {
        Keep(With(sums_[with], outcome), next);
      }
      Keep({sum.size, sum.probability * (1 - outcome.probability)}, next);
    }
    for (; with < sums_.size(); ++with) {
      Keep(With(sums_[with], outcome), next);
    }
    sums_ = std::move(next);
  }

  std::size_t sums() const { return sums_.size(); }
  double reached() const { return std::min(reached_, 1.0); }

 private:
  static Sum With(const Sum& sum, const Outcome& outcome) {
    return {sum.size + outcome.size, sum.probability * outcome.probability};
  }
  // In ascending order.
  void Keep(const Sum& sum, std::vector<Sum>& sums) {
    if (sum.size >= needed_) {
      reached_ += sum.probability;
    } else if (sum.size + rest_ < needed_) {
      return;
    } else if (!sums.empty() && sum.size - sums.back().size <= equal_) {
      sums.back().probability += sum.probability;
    } else {
      sums.push_back(sum);
    }
  }

  const double equal_, needed_;
  double rest_;  // of the outcomes to come
  double reached_ = 0;
  std::vector<Sum> sums_ = {{0, 1}};
};

// From `sum` on, over the outcomes from k on, which sum to `rest` at most.
double ExpectedFrom(absl::Span<const Outcome> outcomes, std::size_t k,
                    double sum, double rest, double cap) {
  if (sum >= cap) return cap;
  if (sum + rest <= cap) {  // the cap no longer matters
    for (; k < outcomes.size(); ++k) {
      sum += outcomes[k].size * outcomes[k].probability;
    }
    return std::min(sum, cap);
  }
  if (k == outcomes.size()) return sum;
  const Outcome& next = outcomes[k];
  const double left = rest - next.size;
  double expected = 0;
  if (next.probability > 0) {
    expected += next.probability *
                ExpectedFrom(outcomes, k + 1, sum + next.size, left, cap);
  }
  if (next.probability < 1) {
    expected +=
        (1 - next.probability) * ExpectedFrom(outcomes, k + 1, sum, left, cap);
  }
  return expected;
}

}  // namespace

double ExpectedUpTo(absl::Span<const Outcome> outcomes, double cap) {
  double whole = 0;
  for (const Outcome& outcome : outcomes) whole += outcome.size;
  return cap <= 0 ? 0 : ExpectedFrom(outcomes, 0, 0, whole, cap);
}

std::optional<double> ProbabilityOfReaching(absl::Span<const Outcome> outcomes,
                                            double needed) {
  std::vector<Outcome> open;
  double whole = 0;
  for (const Outcome& outcome : outcomes) {
    if (outcome.size <= 0 || outcome.probability <= 0) continue;
    if (outcome.probability >= 1) {
      needed -= outcome.size;
      continue;
    }
    open.push_back(outcome);
    whole += outcome.size;
  }
  if (needed <= 0) return 1;
  if (whole < needed - kEqual * whole) return 0;
  // The largest first: they decide most.
  std::sort(open.begin(), open.end(), [](const Outcome& a, const Outcome& b) {
    return a.size != b.size ? a.size > b.size : a.probability > b.probability;
  });
  Distribution distribution(needed, whole);
  for (const Outcome& outcome : open) {
    distribution.Add(outcome);
    if (distribution.sums() > kMostSums) return std::nullopt;
  }
  return distribution.reached();
}

}  // namespace qiangji::domain
