#include "services/domain/duplicates.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace qiangji::domain {
namespace {

constexpr double kSameCode = 1, kSameName = 0.9, kSameParent = 0.8;
constexpr double kAlike = 0.5;
// A name or parent of more is no sign of anything, and its pairs too many.
constexpr std::size_t kMostAlike = 200;

using Pair = std::pair<std::size_t, std::size_t>;
using Bucket = std::vector<std::size_t>;

// Characters of UTF-8 text.
std::vector<std::string> SplitCharacters(const std::string& text) {
  std::vector<std::string> characters;
  for (const char c : text) {
    const bool goes_on = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!goes_on || characters.empty()) characters.emplace_back();
    characters.back() += c;
  }
  return characters;
}

std::multiset<std::string> BigramsOf(const std::string& text) {
  const std::vector<std::string> characters = SplitCharacters(text);
  std::multiset<std::string> bigrams;
  for (std::size_t k = 1; k < characters.size(); ++k) {
    bigrams.insert(characters[k - 1] + characters[k]);
  }
  return bigrams;
}

double BestLikeness(const DuplicateCandidate& a, const DuplicateCandidate& b) {
  double best = 0;
  for (const std::string& x : a.names) {
    for (const std::string& y : b.names) {
      best = std::max(best, LikenessOf(x, y));
    }
  }
  return best;
}

class Finder {
 public:
  explicit Finder(absl::Span<const DuplicateCandidate> candidates)
      : candidates_(candidates) {}

  std::vector<DuplicatePair> Find(double minimum) {
    Collect();
    for (const auto& [code, bucket] : uscc_) {
      ForPairs(bucket,
               [&](Pair p) { Add(p, DuplicateReason::kUscc, kSameCode); });
    }
    for (const auto& [code, bucket] : lei_) {
      ForPairs(bucket,
               [&](Pair p) { Add(p, DuplicateReason::kLei, kSameCode); });
    }
    for (const auto& [name, bucket] : names_) {
      ForPairs(bucket,
               [&](Pair p) { Add(p, DuplicateReason::kName, kSameName); });
    }
    for (const auto& [parent, bucket] : parents_) {
      ForPairs(bucket, [&](Pair p) {
        const double likeness =
            BestLikeness(candidates_[p.first], candidates_[p.second]);
        if (likeness < kAlike) return;
        Add(p, DuplicateReason::kParent, kSameParent * likeness);
      });
    }
    return Sorted(minimum);
  }

 private:
  void Collect() {
    for (std::size_t k = 0; k < candidates_.size(); ++k) {
      const DuplicateCandidate& c = candidates_[k];
      if (!c.uscc.empty()) uscc_[c.uscc].push_back(k);
      if (!c.lei.empty()) lei_[c.lei].push_back(k);
      if (!c.parent.empty()) parents_[c.parent].push_back(k);
      const std::set<std::string> names(c.names.begin(), c.names.end());
      for (const std::string& name : names) {
        if (!name.empty()) names_[name].push_back(k);
      }
    }
  }

  template <typename Visit>
  void ForPairs(const Bucket& bucket, Visit visit) const {
    if (bucket.size() > kMostAlike) return;
    for (std::size_t a = 0; a < bucket.size(); ++a) {
      for (std::size_t b = a + 1; b < bucket.size(); ++b) {
        const bool ordered =
            candidates_[bucket[a]].id < candidates_[bucket[b]].id;
        visit(ordered ? Pair{bucket[a], bucket[b]}
                      : Pair{bucket[b], bucket[a]});
      }
    }
  }

  // Reasons come strongest first.
  void Add(Pair at, DuplicateReason reason, double score) {
    DuplicatePair& pair = pairs_[at];
    if (std::find(pair.reasons.begin(), pair.reasons.end(), reason) !=
        pair.reasons.end()) {
      return;
    }
    pair.score =
        pair.reasons.empty() ? score : pair.score + (1 - pair.score) / 2;
    pair.reasons.push_back(reason);
  }

  std::vector<DuplicatePair> Sorted(double minimum) {
    std::vector<DuplicatePair> sorted;
    for (auto& [at, pair] : pairs_) {
      if (pair.score < minimum) continue;
      pair.first = at.first;
      pair.second = at.second;
      sorted.push_back(std::move(pair));
    }
    std::sort(sorted.begin(), sorted.end(),
              [&](const DuplicatePair& a, const DuplicatePair& b) {
                if (a.score != b.score) return a.score > b.score;
                const auto ids = [&](const DuplicatePair& p) {
                  return std::tie(candidates_[p.first].id,
                                  candidates_[p.second].id);
                };
                return ids(a) < ids(b);
              });
    return sorted;
  }

  const absl::Span<const DuplicateCandidate> candidates_;
  std::map<std::string, Bucket> uscc_, lei_, names_, parents_;
  std::map<Pair, DuplicatePair> pairs_;
};

}  // namespace

double LikenessOf(const std::string& a, const std::string& b) {
  if (a == b) return 1;
  const std::multiset<std::string> x = BigramsOf(a), y = BigramsOf(b);
  if (x.empty() || y.empty()) return 0;
  std::vector<std::string> both;
  std::set_intersection(x.begin(), x.end(), y.begin(), y.end(),
                        std::back_inserter(both));
  return 2.0 * static_cast<double>(both.size()) /
         static_cast<double>(x.size() + y.size());
}

std::vector<DuplicatePair> FindDuplicates(
    absl::Span<const DuplicateCandidate> candidates, double minimum_score) {
  return Finder(candidates).Find(minimum_score);
}

}  // namespace qiangji::domain
