// Which evaluation an answer is read from (ARCHITECTURE, "Freshness").
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/bottleneck/alert_row.h"
#include "services/rpc/context.h"

namespace grpc {
class Channel;
}

namespace qiangji::bottleneck {

class EvaluationLog;

// What every read request may ask for.
struct ReadOptions {
  std::optional<absl::Time> read_time;
  std::int64_t read_seq = 0;  // of the registry; 0 = not set
  bool allow_stale = false;
};

// The options of a request message that has the three fields.
template <typename Request>
ReadOptions ReadOptionsOf(const Request& request) {
  ReadOptions options;
  if (request.has_read_time()) {
    options.read_time = absl::FromUnixSeconds(request.read_time().seconds()) +
                        absl::Nanoseconds(request.read_time().nanos());
  }
  options.read_seq = request.read_seq();
  options.allow_stale = request.allow_stale();
  return options;
}

struct View {
  // nullopt: nothing was evaluated by then, and there are no alerts.
  std::optional<EvaluationPoint> point;
  bool stale = false;  // behind the head, as allow_stale permits
  // Neither a time nor a sequence was asked for: what is newest when it is
  // read, `point` or a later one.
  bool newest = false;
  // Nothing that was recorded later: of what people did, too.
  std::optional<absl::Time> until;
};

class Freshness {
 public:
  // `log` outlives it.
  Freshness(const std::shared_ptr<grpc::Channel>& registry, EvaluationLog& log);
  ~Freshness();

  // Calls `done` once, on any thread, while the call lives. Without a time or
  // sequence the registry is asked for its head, and the call waits, without a
  // thread, until that is evaluated. As of a sequence it waits until that one
  // is; OUT_OF_RANGE where the registry has not reached it. On expiry
  // UNAVAILABLE names both sequences; the answer is meant to reach the caller,
  // so it comes a little before the call's deadline. allow_stale waits for
  // nothing.
  void Resolve(rpc::RequestContext& call, const ReadOptions& options,
               std::function<void(absl::StatusOr<View>)> done) const;

 private:
  struct Stub;
  std::shared_ptr<Stub> stub_;
  EvaluationLog& log_;
};

}  // namespace qiangji::bottleneck
