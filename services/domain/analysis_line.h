// Analyses of one picture after the other: where only records of supply and
// demand changed in between, the analysis is made from the one before, and all
// that did not change is shared (ARCHITECTURE, "The engine").
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "services/domain/analysis.h"

namespace qiangji::domain {

class ContentUpdater;

// Whether an analysis of the same options and another picture can be updated
// to `world`: the same structure, and nothing else that the figures rest on.
bool CanFollow(const Analysis& before, const World& world);

// Not thread-safe; what it hands out is immutable.
class AnalysisLine {
 public:
  explicit AnalysisLine(std::shared_ptr<const Analysis> first);
  ~AnalysisLine();

  const std::shared_ptr<const Analysis>& last() const { return last_; }

  // The analysis of a later picture, which is the last one from then on.
  // Figures of METHOD 2 are to the bit those of Analyze; contents are within
  // their own `error` of them, at most kMostError. nullptr, and nothing
  // changes, where it has to be made anew: see CanFollow; or too much changed.
  std::shared_ptr<const Analysis> Advance(std::shared_ptr<const World> world);

  // Ten times that of a fresh solution; METHOD 3.1 asks for kContentError.
  static constexpr double kMostError = 1e-11;

 private:
  std::optional<std::vector<ItemIndex>> ChangedItems(const World& world) const;
  bool UpdateContents(const Analysis& before, Analysis& after,
                      absl::Span<const ItemIndex> items);

  std::shared_ptr<const Analysis> last_;
  // Made at the first change.
  std::unique_ptr<ContentUpdater> lower_, upper_, located_;
};

}  // namespace qiangji::domain
