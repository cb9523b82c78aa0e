// Items whose failure stops the most (METHOD 3.6).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/analysis.h"
#include "services/domain/stop.h"

namespace qiangji::domain {

enum class ChokepointVariant {
  kNotAssured,  // what of the item is not assured is lost
  kWhole,       // the item is lost
};

struct ChokepointOptions {
  ChokepointVariant variant = ChokepointVariant::kNotAssured;
  bool substitution = true;
  // The search ends with what it found when it has looked at so many items in
  // all (0 = no limit; the same on every machine), or once `enough` is
  // requested.
  std::uint64_t budget = 0;
  const Stop* enough = nullptr;
  const Stop* stop = nullptr;  // CANCELLED
};

struct Chokepoint {
  ItemIndex item = -1;
  double score = 0;
  // By SectorIndex: mean loss, the item left out; nullopt where the sector
  // has no other leaf item.
  std::vector<std::optional<double>> sector_means;
  int sectors_hit = 0;  // of the ten, with a mean of at least 5 %
};

struct Chokepoints {
  std::vector<Chokepoint> rows;  // by falling score, then id; score > 1e-9
  // True: `rows` are exactly the ones asked for. Else `rest_bound` is a proven
  // upper bound of the score of every item that is not among them.
  bool proven = true;
  double rest_bound = 0;
  std::uint64_t searches = 0, settled = 0;  // work done
};

absl::StatusOr<Chokepoints> ComputeChokepoints(
    const Analysis& analysis, std::size_t top,
    const ChokepointOptions& options = {});

// One item, exact; `score` may be 0.
absl::StatusOr<Chokepoint> ScoreChokepoint(
    const Analysis& analysis, ItemIndex item,
    const ChokepointOptions& options = {});

// CHOKEPOINT of METHOD 5: any of the three.
struct ChokepointThresholds {
  double score = 0.05;        // score at least
  double sector_mean = 0.05;  // mean of a sector at least ...
  int sectors = 3;            // ... in so many of the ten
  double one_sector = 0.20;   // mean of one of the ten at least
};

// Every item that reaches a threshold, `proven` as above (then `rest_bound`
// is the smallest fraction of a threshold that every other item may reach).
absl::StatusOr<Chokepoints> ChokepointsAbove(
    const Analysis& analysis, const ChokepointThresholds& thresholds,
    const ChokepointOptions& options = {});

}  // namespace qiangji::domain
