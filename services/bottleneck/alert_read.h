// Alerts read back from the store, with the times of their changes.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "db/store/store.h"
#include "qiangji/bottleneck/v1/alert.pb.h"
#include "services/bottleneck/alert_point.h"
#include "services/bottleneck/alert_view.h"

namespace qiangji::bottleneck {

absl::StatusOr<AlertVersionOf> ToVersion(store::Reader& reader,
                                         const store::Stored& stored);

// The version at `at`; nullopt: no such alert then.
absl::StatusOr<std::optional<AlertVersionOf>> ReadVersion(
    store::Reader& reader, const domain::Key& key, store::Seq at);

// The versions that changes up to `seq` wrote, oldest first; the newest `most`
// of them, 0 = all.
absl::StatusOr<std::vector<AlertVersionOf>> VersionsUpTo(
    store::Reader& reader, const domain::AlertKey& key, store::Seq seq,
    std::size_t most = 0);

// An alert that is discussed for years must fit into an answer: so many of its
// newest versions, and so many bytes of their events.
constexpr std::size_t kMostVersionsTold = 500;
constexpr std::size_t kMostEventBytes = 256 << 10;

// The alert at `point` with its events, the newest ones where they are very
// many. NOT_FOUND where there is none.
absl::Status ReadAlert(store::Reader& reader, const domain::AlertKey& key,
                       const AlertPoint& point, absl::Time now, v1::Alert* out);

// The place of a severity in lists: an overdue alert stands one higher.
int RankOf(domain::Severity severity, bool overdue);

}  // namespace qiangji::bottleneck
