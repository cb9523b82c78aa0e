// Pictures of the registry: the head, kept current by the feed, and states of
// the past, read on demand (ARCHITECTURE, "Freshness").
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "services/coverage/figures.h"
#include "services/coverage/past.h"
#include "services/rpc/context.h"

namespace grpc {
class Channel;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::coverage {

class Pictures {
 public:
  // `registry`: a channel to the registry, which may not be up yet. Feeds are
  // read and pictures made on the runtime's pool for long work.
  Pictures(const std::shared_ptr<grpc::Channel>& registry,
           rpc::Runtime& runtime);
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
  // a while; OUT_OF_RANGE for one that is not recorded. `done` is called once,
  // on any thread, and must not block; the call outlives it.
  void Acquire(rpc::RequestContext& call, const v1::FigureOptions& options,
               PictureDone done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace qiangji::coverage
