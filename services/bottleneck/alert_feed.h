// What watchers are told: the alerts that each change of the bottleneck store
// wrote, made once for all of them.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"

namespace qiangji::bottleneck {

// Some alerts of one change, in the order of their keys. Messages carry alert,
// event, registry_seq, and the token after them.
struct FedBlock {
  std::vector<v1::WatchAlertsResponse> messages;
  std::size_t bytes = 0;
  // Where it leads: everything up to `seq` and `position` alerts of the change
  // after it.
  store::Seq seq = 0;
  std::int64_t position = 0;
};

// Thread-safe.
class AlertFeed {
 public:
  static constexpr std::int64_t kRowsABlock = 64;
  static constexpr std::size_t kMostKept = 8 << 20;  // bytes

  // All outlive it.
  AlertFeed(store::Store& store, const Clock& clock)
      : store_(store), clock_(clock) {}

  // What comes after `seq` and `position`; nullptr at the head. OUT_OF_RANGE
  // (field after_seq) beyond it.
  absl::StatusOr<std::shared_ptr<const FedBlock>> After(store::Seq seq,
                                                        std::int64_t position);
  absl::StatusOr<store::Seq> Head();

 private:
  using Token = std::pair<store::Seq, std::int64_t>;
  struct Kept {
    Token after;
    std::shared_ptr<const FedBlock> block;
  };
  std::shared_ptr<const FedBlock> Find(const Token& after);
  void Keep(const Token& after, std::shared_ptr<const FedBlock> block);
  absl::StatusOr<std::shared_ptr<const FedBlock>> Read(const Token& after);
  absl::Status ReadRows(store::Reader& reader, const Token& after,
                        std::int64_t total, FedBlock& block);

  store::Store& store_;
  const Clock& clock_;
  Mutex mutex_;
  std::deque<Kept> kept_ ABSL_GUARDED_BY(mutex_);  // oldest first
  std::size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace qiangji::bottleneck
