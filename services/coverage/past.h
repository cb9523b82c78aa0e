// States of the past, read from the registry on demand.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "clients/cpp/feed_stream.h"
#include "services/base/mutex.h"
#include "services/coverage/figures.h"
#include "services/rpc/context.h"

namespace grpc {
class Channel;
}

namespace qiangji::coverage {

// What a caller gets when the registry could not be asked: UNAVAILABLE that
// names the peer, where it did not answer; every other status as it is.
absl::Status OfRegistry(const absl::Status& status);

using PictureDone = std::function<void(absl::StatusOr<Picture>)>;

// A recorded state: a sequence, or a time.
struct ReadPoint {
  std::int64_t seq = 0;
  std::optional<absl::Time> time;
  friend bool operator==(const ReadPoint&, const ReadPoint&) = default;
};

// Keeps the states that were asked for last. Thread-safe.
class PastPictures : public std::enable_shared_from_this<PastPictures> {
 public:
  PastPictures(std::shared_ptr<grpc::Channel> registry,
               client::Executor executor)
      : registry_(std::move(registry)), executor_(std::move(executor)) {}

  // Reads the state at `point`. Cancelled with the call. Shared ownership:
  // the object outlives what it started.
  void Read(rpc::RequestContext& call, const ReadPoint& point,
            PictureDone done);

 private:
  struct Entry {
    ReadPoint point;
    Picture picture;
  };
  std::optional<Picture> Find(const ReadPoint& point);
  void Keep(const ReadPoint& point, const Picture& picture, absl::Time asked);

  const std::shared_ptr<grpc::Channel> registry_;
  const client::Executor executor_;
  Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // newest first
};

}  // namespace qiangji::coverage
