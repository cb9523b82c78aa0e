// One stream of the registry's feed: a snapshot, or changes from a sequence
// on (ARCHITECTURE, "Feed and snapshot").
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace grpc {
class Channel;
}
namespace qiangji::type::v1 {
class RowBlock;
}

namespace qiangji::client {

// Runs a task soon, on a thread that may work and block; never refuses. For
// example the Resume of a pool.
using Executor = std::function<void(std::function<void()>)>;

// What Begin starts: a whole state, or one change.
struct FeedUnit {
  bool snapshot = false;
  std::int64_t seq = 0;
  absl::Time time;  // commit time of `seq`; epoch for an empty registry
};

// Called through the executor, never by two threads at once. What came since
// Begin counts only at End. A non-OK status ends the stream with it.
class FeedHandler {
 public:
  virtual ~FeedHandler() = default;
  virtual absl::Status Begin(const FeedUnit& unit) = 0;
  virtual absl::Status Rows(const type::v1::RowBlock& block) = 0;
  // `digest` is the chain digest of `seq`.
  virtual absl::Status End(std::int64_t seq, const std::string& digest) = 0;
  // Forget what came since Begin: the stream broke.
  virtual void Abort() = 0;
  // Everything up to `head_seq` has been delivered.
  virtual void Heartbeat(std::int64_t head_seq) { static_cast<void>(head_seq); }
};

struct FeedRequest {
  bool watch = false;    // else a snapshot
  std::int64_t seq = 0;  // watch: changes after it; snapshot: 0 = the head
  // Snapshot: the state recorded at this time; at most one of it and `seq`.
  std::optional<absl::Time> read_time;
  std::vector<std::string> tables;  // empty = all
  absl::Duration heartbeat = absl::Seconds(5);
  absl::Duration timeout = absl::InfiniteDuration();  // of a snapshot
};

// How a stream ended.
struct FeedResult {
  // OK: the snapshot is complete. A watch never ends well by itself.
  absl::Status status;
  bool resnapshot = false;  // the registry asked for it
  std::int64_t seq = -1;    // newest End; -1 = none
};

// Cancels the stream; `done` still comes. Safe at any time.
using FeedCanceller = std::function<void()>;

// Starts the stream. `handler` must live until `done` has been called; both
// through the executor. The next frame is read only when the one before has
// been handled.
FeedCanceller StartFeed(const std::shared_ptr<grpc::Channel>& registry,
                        const FeedRequest& request, const Executor& executor,
                        FeedHandler* handler,
                        std::function<void(const FeedResult&)> done);

}  // namespace qiangji::client
