#include "services/bottleneck/lane.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/cloud_event.h"
#include "services/bottleneck/notice_file.h"
#include "services/bottleneck/webhook_signature.h"
#include "services/domain/notice.h"

namespace qiangji::bottleneck {
namespace {

using Kind = Lane::Next::Kind;

// After as many parts of the log the place is recorded though nothing was told.
// Only what has alerts counts: recording places may not lead to more of it.
constexpr std::int64_t kMostUnrecorded = 1000;
constexpr std::size_t kMostErrorText = 200;

std::string ErrorText(const absl::Status& status) {
  return std::string(status.message().substr(0, kMostErrorText));
}

StoredDeadLetter DeadLetterOf(const StoredSubscription& subscription,
                              const Notice& notice, const absl::Status& failed,
                              int attempts, absl::Time now) {
  StoredDeadLetter letter;
  letter.subscription = subscription.id;
  // Without the subscription and the dot after it.
  letter.id = notice.id.substr(subscription.id.size() + 1);
  letter.event_seq = notice.event_seq;
  letter.events = notice.events;
  letter.attempts = attempts;
  letter.last_error = ErrorText(failed);
  letter.dead_time = now;
  letter.content = notice.content;
  return letter;
}

}  // namespace

absl::Status Lane::Load() {
  QJ_ASSIGN_OR_RETURN(std::optional<Subscribed> read,
                      ReadSubscribed(shared_.store, id_));
  if (read && known_) {
    StoredDelivery& delivery = read->delivery;
    delivery.told = std::max(delivery.told, known_->delivery.told);
    if (ToRow(read->subscription) != ToRow(known_->subscription)) {
      // Whatever failed may be mended: no more waiting.
      delivery.attempts = 0;
      if (!read->subscription.daily) delivery.next.reset();
    }
  }
  known_ = std::move(read);
  if (known_) passed_ = std::max(passed_, known_->delivery.told);
  fresh_ = true;
  return absl::OkStatus();
}

absl::StatusOr<Lane::Next> Lane::Step() {
  if (!fresh_) QJ_RETURN_IF_ERROR(Load());
  if (!known_) return Next{Kind::kGone, {}};
  if (known_->subscription.paused) return Next{Kind::kNever, {}};
  const std::optional<absl::Time>& next = known_->delivery.next;
  const bool first_try = known_->letter && known_->letter->attempts == 0;
  if (next && *next > shared_.clock.Now() && !first_try) {
    return Next{Kind::kLater, *next};
  }
  return known_->letter ? SendLetter() : SendNext();
}

absl::Time Lane::NextDay() const {
  return domain::NextDailyTime(shared_.clock.Now(), shared_.options.daily_hour);
}

absl::StatusOr<Lane::Next> Lane::PassOver(const NextNotice& nothing) {
  passed_ = nothing.place;
  unrecorded_ += nothing.read;
  const bool daily = known_->subscription.daily;
  if (!daily && unrecorded_ <= kMostUnrecorded) return Next{Kind::kIdle, {}};
  StoredDelivery passed = known_->delivery;
  passed.told = passed_;
  passed.next.reset();
  if (daily) passed.next = NextDay();
  QJ_RETURN_IF_ERROR(RecordStep(shared_.store, {passed, std::nullopt, false}));
  Take(passed);
  return daily ? Next{Kind::kLater, *passed.next} : Next{Kind::kIdle, {}};
}

absl::StatusOr<Lane::Next> Lane::SendNext() {
  const StoredSubscription& subscription = known_->subscription;
  QJ_ASSIGN_OR_RETURN(NextNotice next,
                      FindNextNotice(shared_.log, subscription, passed_,
                                     shared_.options.smtp.from, shared_.stop));
  if (!next.notice) return PassOver(next);
  const Notice& notice = *next.notice;
  const absl::Status sent = Send(notice.id, notice.content);
  if (absl::IsCancelled(sent)) return sent;
  DeliveryStep step;
  step.delivery = After(sent, notice);
  const bool over = step.delivery.attempts == 0;
  if (over && !sent.ok()) {
    step.letter = DeadLetterOf(subscription, notice, sent,
                               shared_.options.attempts, shared_.clock.Now());
  }
  // What was delivered is, recorded or not; what was not may not be lost.
  if (sent.ok()) Take(step.delivery);
  QJ_RETURN_IF_ERROR(RecordStep(shared_.store, step));
  Take(step.delivery);
  return step.delivery.next ? Next{Kind::kLater, *step.delivery.next}
                            : Next{Kind::kMore, {}};
}

StoredDelivery Lane::After(const absl::Status& sent,
                           const Notice& notice) const {
  StoredDelivery after = known_->delivery;
  after.next.reset();
  if (sent.ok()) {
    after.last_error.clear();
    after.delivered_time = shared_.clock.Now();
    ++after.delivered;
  } else {
    Fail(sent, &after.attempts, &after);
    if (after.attempts < shared_.options.attempts) return after;
    after.next.reset();
  }
  after.told = notice.end;
  after.attempts = 0;
  if (known_->subscription.daily) after.next = NextDay();
  return after;
}

void Lane::Take(const StoredDelivery& delivery) {
  known_->delivery = delivery;
  unrecorded_ = 0;
  passed_ = std::max(passed_, delivery.told);
}

void Lane::Fail(const absl::Status& status, int* attempts,
                StoredDelivery* delivery) const {
  ++*attempts;
  delivery->last_error = ErrorText(status);
  delivery->next = shared_.clock.Now() +
                   domain::RetryDelay(*attempts, shared_.options.first_backoff,
                                      shared_.options.most_backoff);
}

absl::StatusOr<Lane::Next> Lane::SendLetter() {
  const absl::Status sent =
      Send(absl::StrCat(id_, ".", known_->letter->id), known_->letter->content);
  if (absl::IsCancelled(sent)) return sent;
  DeliveryStep step;
  step.delivery = known_->delivery;
  step.delivery.next.reset();
  step.letter = known_->letter;
  step.letter_gone = sent.ok();
  if (sent.ok()) {
    step.delivery.last_error.clear();
    step.delivery.delivered_time = shared_.clock.Now();
    ++step.delivery.delivered;
  } else {
    Fail(sent, &step.letter->attempts, &step.delivery);
    step.letter->last_error = step.delivery.last_error;
    step.letter->retrying = step.letter->attempts < shared_.options.attempts;
  }
  const bool again = !sent.ok() && step.letter->retrying;
  if (!again) {
    step.delivery.next.reset();
    if (known_->subscription.daily) step.delivery.next = NextDay();
  }
  QJ_RETURN_IF_ERROR(RecordStep(shared_.store, step));
  fresh_ = false;  // this letter again, or the next one
  return again ? Next{Kind::kLater, *step.delivery.next}
               : Next{Kind::kMore, {}};
}

absl::Status Lane::PostSigned(const std::string& id,
                              const std::string& content) const {
  QJ_ASSIGN_OR_RETURN(const std::string key,
                      ParseWebhookSecret(known_->subscription.secret));
  const absl::Time now = shared_.clock.Now();
  WebhookRequest request;
  request.url = known_->subscription.address;
  request.headers = {
      {"Content-Type", kCloudEventType},
      {"webhook-id", id},
      {"webhook-timestamp", absl::StrCat(absl::ToUnixSeconds(now))},
      {"webhook-signature", WebhookSignature(key, id, now, content)}};
  request.body = content;
  return PostWebhook(request, shared_.options.filter, shared_.options.limits,
                     shared_.stop);
}

absl::Status Lane::Send(const std::string& id,
                        const std::string& content) const {
  switch (known_->subscription.channel) {
    case NoticeChannel::kWebhook:
      return PostSigned(id, content);
    case NoticeChannel::kEmail:
      return SendMail(shared_.options.smtp, known_->subscription.address,
                      content, shared_.options.limits, shared_.stop);
    case NoticeChannel::kFile:
      return AppendLine(shared_.options.directory, known_->subscription.address,
                        content);
  }
  return absl::InternalError("a channel of no kind");
}

}  // namespace qiangji::bottleneck
