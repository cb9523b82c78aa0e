// Flags in the store, as evaluations and time see and move them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "db/store/store.h"
#include "services/domain/flag_evaluate.h"

namespace qiangji::bottleneck {

// Those that an evaluation looks at: open or reached, by id.
struct EvaluatedFlags {
  std::vector<domain::Flag> flags;
  std::vector<store::Seq> versions;  // the change that wrote each

  // Columns of the metrics table that goals test.
  std::set<std::string> columns() const;
  // Items whose milestones, or test results, goals look at.
  std::set<std::string> ItemsWith(domain::FlagGoal::Kind goal) const;
};
absl::StatusOr<EvaluatedFlags> ReadEvaluatedFlags(store::Reader& reader,
                                                  store::Seq at = store::kHead);

// Writes the moves of these flags; one that was written since is left to the
// next evaluation.
absl::Status WriteMoves(store::Transaction& transaction,
                        const EvaluatedFlags& flags,
                        absl::Span<const domain::FlagMove> moves);

// Marks, in one change, the flags whose date has passed by `now`.
struct ElapsedFlags {
  absl::Time next = absl::InfiniteFuture();  // when it does something again
  bool moved = false;
};
absl::StatusOr<ElapsedFlags> ElapseFlags(store::Store& store, absl::Time now);

}  // namespace qiangji::bottleneck
