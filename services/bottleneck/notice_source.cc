#include "services/bottleneck/notice_source.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/base/status_macros.h"
#include "services/bottleneck/alert_shown.h"
#include "services/bottleneck/cloud_event.h"
#include "services/bottleneck/mail_message.h"

namespace qiangji::bottleneck {
namespace {

std::shared_ptr<const NewsBlock> ToNews(std::shared_ptr<const FedBlock> fed) {
  auto block = std::make_shared<NewsBlock>();
  block->end = {fed->seq, fed->position};
  for (const v1::WatchAlertsResponse& message : fed->messages) {
    if (message.event().kind() == v1::ALERT_EVENT_KIND_REFRESHED) continue;
    block->news.push_back(
        {NewsOf(message), {message.seq(), message.position()}, &message});
  }
  block->fed = std::move(fed);
  return block;
}

// What a subscription wants of one change, or for a daily mail of many.
struct Gathered {
  Storm storm;
  domain::DigestBuilder digest;  // of mails only
  std::optional<Notice> first;   // of others: the first event alone
  LogPlace end;
  std::int64_t read = 0;
  bool at_head = false;
};

class Gatherer {
 public:
  Gatherer(NewsLog& log, const StoredSubscription& subscription,
           const std::function<bool()>& stop)
      : log_(log), subscription_(subscription), stop_(stop) {}

  // From `place` to the end of its change, or with `all` to the head.
  absl::StatusOr<Gathered> Gather(const LogPlace& place, bool all) {
    Gathered out;
    out.end = place;
    do {
      if (stop_()) return absl::CancelledError("the service shuts down");
      QJ_ASSIGN_OR_RETURN(const auto block, log_.After(out.end));
      if (block == nullptr) {
        out.at_head = true;
        return out;
      }
      if (!block->news.empty()) ++out.read;
      for (const PlacedNews& placed : block->news) Take(placed, out);
      out.end = block->end;
    } while (all || out.end.position != 0);
    return out;
  }

 private:
  bool mail() const { return subscription_.channel == NoticeChannel::kEmail; }

  void Take(const PlacedNews& placed, Gathered& out) const {
    if (!domain::Matches(subscription_.filter, placed.news)) return;
    if (subscription_.sees_all) {
      return Tell(placed.news, placed.place, *placed.message, out);
    }
    v1::WatchAlertsResponse shown = *placed.message;
    ShowTo(rpc::Principal(), shown.mutable_alert());
    ShowTo(rpc::Principal(), shown.mutable_event());
    Tell(NewsOf(shown), placed.place, shown, out);
  }

  void Tell(const domain::AlertNews& news, const LogPlace& place,
            const v1::WatchAlertsResponse& message, Gathered& out) const {
    Storm& storm = out.storm;
    storm.tally.Add(news);
    storm.registry_seq = message.registry_seq();
    storm.time = news.time;
    if (mail()) {
      out.digest.Add(news);
      return;
    }
    if (storm.listed.size() < domain::kMostListedNews) {
      storm.listed.push_back(news);
    }
    if (out.first) return;
    Notice& first = out.first.emplace();
    first.id = NoticeId(subscription_.id, place);
    first.content = AlertEventJson(first.id, place, message);
    first.end = place;
    first.event_seq = message.event().seq();
    first.events = 1;
  }

  NewsLog& log_;
  const StoredSubscription& subscription_;
  const std::function<bool()>& stop_;
};

// The change that ends at, or goes on after, `place`.
std::int64_t ChangeOf(const LogPlace& place) {
  return place.position == 0 ? place.seq : place.seq + 1;
}

Notice MailNotice(const StoredSubscription& subscription, Gathered gathered,
                  const std::string& from) {
  Notice notice;
  notice.id = NoticeId(subscription.id, gathered.end,
                       subscription.daily ? ".daily" : "");
  notice.end = gathered.end;
  notice.event_seq = ChangeOf(gathered.end);
  notice.events = gathered.storm.tally.total;
  notice.content = MailMessage(
      domain::MailOf(std::move(gathered.digest).Take(domain::kMostListedNews),
                     subscription.language, subscription.daily),
      from, subscription.address, notice.id, gathered.storm.time);
  return notice;
}

Notice NoticeOf(const StoredSubscription& subscription, Gathered gathered,
                const std::string& from) {
  if (subscription.channel == NoticeChannel::kEmail) {
    return MailNotice(subscription, std::move(gathered), from);
  }
  if (gathered.storm.tally.total <= domain::kMostSingleNews) {
    return *std::move(gathered.first);
  }
  Notice notice;
  notice.id = NoticeId(subscription.id, gathered.end, ".all");
  notice.end = gathered.end;
  notice.event_seq = ChangeOf(gathered.end);
  notice.events = gathered.storm.tally.total;
  notice.content = StormJson(notice.id, gathered.end, gathered.storm);
  return notice;
}

}  // namespace

void NewsLog::NoteQuiet(std::int64_t seq) {
  auto next = quiet_.upper_bound(seq);
  std::int64_t first = seq;
  std::int64_t last = seq;
  if (next != quiet_.end() && next->first == seq + 1) {
    last = next->second;
    next = quiet_.erase(next);
  }
  if (next != quiet_.begin()) {
    const auto before = std::prev(next);
    if (before->second >= seq - 1) {
      first = before->first;
      last = std::max(last, before->second);
      quiet_.erase(before);
    }
  }
  quiet_[first] = last;
  if (quiet_.size() > kMostQuiet) quiet_.erase(quiet_.begin());
}

LogPlace NewsLog::PastQuiet(const LogPlace& place) {
  if (place.position != 0) return place;
  const auto after = quiet_.upper_bound(place.seq + 1);
  if (after == quiet_.begin()) return place;
  const std::int64_t last = std::prev(after)->second;
  return last > place.seq ? LogPlace{last, 0} : place;
}

absl::StatusOr<std::shared_ptr<const NewsBlock>> NewsLog::After(
    const LogPlace& asked) {
  LogPlace place = asked;
  {
    const MutexLock lock(mutex_);
    place = PastQuiet(asked);
    const auto found =
        std::find_if(kept_.rbegin(), kept_.rend(),
                     [&](const auto& kept) { return kept.first == place; });
    if (found != kept_.rend()) return found->second;
  }
  QJ_ASSIGN_OR_RETURN(auto fed, feed_.After(place.seq, place.position));
  if (fed == nullptr) {
    // At the head; what was passed over on the way there is told.
    if (place == asked) return std::shared_ptr<const NewsBlock>();
    auto passed = std::make_shared<NewsBlock>();
    passed->end = place;
    return std::shared_ptr<const NewsBlock>(std::move(passed));
  }
  const bool quiet =
      place.position == 0 && fed->position == 0 && fed->messages.empty();
  auto block = ToNews(std::move(fed));
  const MutexLock lock(mutex_);
  if (quiet) {
    NoteQuiet(block->end.seq);
    return block;
  }
  bytes_ += block->fed->bytes;
  kept_.emplace_back(place, block);
  while (kept_.size() > 1 && bytes_ > kMostKept) {
    bytes_ -= kept_.front().second->fed->bytes;
    kept_.pop_front();
  }
  return block;
}

absl::StatusOr<NextNotice> FindNextNotice(
    NewsLog& log, const StoredSubscription& subscription, const LogPlace& place,
    const std::string& from, const std::function<bool()>& stop) {
  Gatherer gatherer(log, subscription, stop);
  NextNotice next;
  next.place = place;
  while (true) {
    QJ_ASSIGN_OR_RETURN(Gathered gathered,
                        gatherer.Gather(next.place, subscription.daily));
    next.place = gathered.end;
    next.read += gathered.read;
    if (gathered.storm.tally.total > 0) {
      next.notice = NoticeOf(subscription, std::move(gathered), from);
      return next;
    }
    if (gathered.at_head) return next;
  }
}

}  // namespace qiangji::bottleneck
