#include "services/bottleneck/alert_watch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_shown.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"

namespace qiangji::bottleneck {
namespace {

// What one slice sends at most, and what a reader that catches up has queued.
constexpr std::size_t kMostPushed = rpc::kMaxStreamQueueBytes / 4;
constexpr std::size_t kMessageBytes = 64;  // of a block without messages
constexpr absl::Duration kDefaultHeartbeat = absl::Seconds(5);
constexpr absl::Duration kShortestHeartbeat = absl::Milliseconds(100);
constexpr absl::Duration kLongestHeartbeat = absl::Minutes(1);

}  // namespace

AlertWatch::AlertWatch(const v1::WatchAlertsRequest& request, AlertFeed& feed,
                       const EvaluationLog& log, rpc::ChangeHub& hub)
    : request_(request),
      feed_(feed),
      log_(log),
      hub_(hub),
      rules_(request.rules().begin(), request.rules().end()),
      severities_(request.severities().begin(), request.severities().end()),
      sectors_(request.sectors().begin(), request.sectors().end()) {}

AlertWatch::~AlertWatch() {
  if (handle_ != 0) hub_.Remove(handle_);
}

void AlertWatch::SetResume(rpc::Writer<Message>& out) const {
  out.SetResume({{"after_seq", absl::StrCat(seq_)},
                 {"after_position", absl::StrCat(position_)}});
}

absl::Status AlertWatch::Begin(rpc::Writer<Message>& out) {
  begun_ = true;
  rpc::Violations violations;
  if (request_.after_seq() < 0) {
    violations.Add("after_seq", "is negative; accepted: 0 = all, or a change");
  }
  if (request_.after_position() < 0) {
    violations.Add("after_position", "is negative; accepted: 0 or more");
  }
  interval_ = kDefaultHeartbeat;
  if (request_.has_heartbeat_interval()) {
    interval_ = absl::Seconds(request_.heartbeat_interval().seconds()) +
                absl::Nanoseconds(request_.heartbeat_interval().nanos());
    if (interval_ < kShortestHeartbeat || interval_ > kLongestHeartbeat) {
      violations.Add("heartbeat_interval",
                     "is out of range; accepted: 100 ms to 1 min");
    }
  }
  QJ_RETURN_IF_ERROR(violations.ToStatus());
  if (request_.has_after_seq()) {
    seq_ = request_.after_seq();
    position_ = request_.after_position();
  } else {
    QJ_ASSIGN_OR_RETURN(seq_, feed_.Head());
  }
  last_sent_ = absl::Now();
  SetResume(out);
  handle_ = hub_.Add(interval_, [writer = out] { writer.Wake(); });
  return absl::OkStatus();
}

bool AlertWatch::Wanted(const Message& message) const {
  const v1::Alert& alert = message.alert();
  if (message.event().kind() == v1::ALERT_EVENT_KIND_REFRESHED &&
      !request_.include_refreshed()) {
    return false;
  }
  if (!rules_.empty() && !rules_.contains(alert.rule())) return false;
  // Whoever watches a severity is told that an alert leaves it.
  if (!severities_.empty() && !severities_.contains(alert.severity()) &&
      !severities_.contains(message.event().severity_before())) {
    return false;
  }
  return sectors_.empty() ||
         std::any_of(
             alert.sectors().begin(), alert.sectors().end(),
             [&](const std::string& s) { return sectors_.contains(s); });
}

bool AlertWatch::Send(rpc::Writer<Message>& out) {
  for (; next_ < block_->messages.size(); ++next_) {
    if (!live_ && out.queued_bytes() >= kMostPushed) return true;
    const Message& message = block_->messages[next_];
    if (!Wanted(message)) continue;
    Message shown = message;
    ShowTo(caller_, shown.mutable_alert());
    ShowTo(caller_, shown.mutable_event());
    if (!out.Write(std::move(shown))) return false;
    seq_ = message.seq();
    position_ = message.position();
    SetResume(out);
    last_sent_ = absl::Now();
  }
  seq_ = block_->seq;
  position_ = block_->position;
  SetResume(out);
  block_.reset();
  next_ = 0;
  return true;
}

void AlertWatch::Heartbeat(rpc::Writer<Message>& out) {
  const absl::Time now = absl::Now();
  if (at_head_said_ && now - last_sent_ < interval_) return;
  at_head_said_ = true;
  last_sent_ = now;
  Message message;
  message.set_seq(seq_);
  message.set_registry_seq(log_.evaluated());
  out.Write(std::move(message));
}

absl::StatusOr<rpc::Next> AlertWatch::Slice(rpc::RequestContext& call,
                                            rpc::Writer<Message>& out) {
  if (!begun_) {
    caller_ = call.principal();
    QJ_RETURN_IF_ERROR(Begin(out));
  }
  if (hub_.stopped()) {
    return absl::UnavailableError("the bottleneck service is shutting down");
  }
  for (std::size_t pushed = 0; pushed <= kMostPushed;) {
    if (block_ == nullptr) {
      QJ_ASSIGN_OR_RETURN(block_, feed_.After(seq_, position_));
      if (block_ == nullptr) {
        live_ = true;
        Heartbeat(out);
        return rpc::Next::kWait;
      }
      // What is large goes as fast as it is taken.
      if (block_->position > 0) live_ = false;
    }
    pushed += block_->bytes + kMessageBytes;
    if (!Send(out)) return rpc::Next::kEnd;
    if (block_ != nullptr) break;
  }
  return rpc::Next::kMore;
}

}  // namespace qiangji::bottleneck
