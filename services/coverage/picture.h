// Pictures of the registry: the head, kept current by the feed, and states of
// the past, read on demand (ARCHITECTURE, "Freshness").
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/base/mutex.h"
#include "services/coverage/figures.h"
#include "services/rpc/context.h"

namespace grpc {
class Channel;
}

namespace qiangji::coverage {

// Called once, on any thread; must not block.
using PictureDone = std::function<void(absl::StatusOr<Picture>)>;

class Pictures {
 public:
  // `registry`: a channel to the registry, which may not be up yet.
  explicit Pictures(std::shared_ptr<grpc::Channel> registry);
  ~Pictures();
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;

  void Start();
  // Ends the feed; waiting callers get UNAVAILABLE. Idempotent.
  void Stop();

  // A first picture is there.
  bool ready() const;

  // The picture that a call asks for. Without read_seq and read_time: the
  // registry is asked for its head and the call waits until the picture has
  // reached it; on expiry UNAVAILABLE names both sequences. `allow_stale`
  // takes what is there. A past state is read from the registry and kept for
  // a while; OUT_OF_RANGE for one that is not recorded. The call outlives the
  // answer.
  void Acquire(rpc::RequestContext& call, const v1::FigureOptions& options,
               PictureDone done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace qiangji::coverage
