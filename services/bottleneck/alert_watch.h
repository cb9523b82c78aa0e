// WatchAlerts as slices of a server stream (rpc/stream.h).
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/bottleneck/alert_feed.h"
#include "services/rpc/change_hub.h"
#include "services/rpc/stream.h"

namespace qiangji::bottleneck {

class EvaluationLog;

// One change after the other, then waiting for the next. On the way to the head
// a reader gets as much as it takes; from there on alerts are pushed as they
// are written, and a reader that lets 4 MiB of them queue up is cut off with
// its resume token, like one of the registry's feed.
class AlertWatch {
 public:
  using Message = v1::WatchAlertsResponse;

  // `request` lives as long as the stream, the others longer.
  AlertWatch(const v1::WatchAlertsRequest& request, AlertFeed& feed,
             const EvaluationLog& log, rpc::ChangeHub& hub);
  ~AlertWatch();

  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  rpc::Writer<Message>& out);

 private:
  absl::Status Begin(rpc::Writer<Message>& out);
  bool Wanted(const Message& message) const;
  // Sends what is left of block_, or what the reader takes of it. False where
  // the stream is over.
  bool Send(rpc::Writer<Message>& out);
  void Heartbeat(rpc::Writer<Message>& out);
  void SetResume(rpc::Writer<Message>& out) const;

  const v1::WatchAlertsRequest& request_;
  AlertFeed& feed_;
  const EvaluationLog& log_;
  rpc::ChangeHub& hub_;
  const std::set<std::string> rules_;
  const std::set<int> severities_;
  const std::set<std::string> sectors_;
  bool begun_ = false;
  rpc::Principal caller_;
  std::uint64_t handle_ = 0;
  absl::Duration interval_;
  // Everything up to here is sent.
  store::Seq seq_ = 0;
  std::int64_t position_ = 0;
  std::shared_ptr<const FedBlock> block_;  // under way
  std::size_t next_ = 0;                   // message of it
  bool live_ = false;  // has been at the head, keeps up since
  bool at_head_said_ = false;
  absl::Time last_sent_;
};

}  // namespace qiangji::bottleneck
