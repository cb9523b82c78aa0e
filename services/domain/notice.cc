#include "services/domain/notice.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"

namespace qiangji::domain {
namespace {

constexpr absl::string_view kItems = "items/";
// China has one zone without summer time since 1992.
constexpr int kShanghaiOffsetSeconds = 8 * 3600;

bool In(const std::set<std::string>& wanted, const std::string& value) {
  return wanted.empty() || wanted.count(value) > 0;
}

NewsSection SectionOf(const AlertNews& news) {
  if (news.status == AlertStatus::kResolved) return NewsSection::kResolved;
  if (!news.status_before || *news.status_before == AlertStatus::kResolved) {
    return NewsSection::kNew;
  }
  return news.overdue ? NewsSection::kOverdue : NewsSection::kMoved;
}

}  // namespace

bool Matches(const NoticeFilter& filter, const AlertNews& news) {
  if (!In(filter.rules, news.rule) || !In(filter.owners, news.owner)) {
    return false;
  }
  if (!filter.items.empty() &&
      (!absl::StartsWith(news.subject, kItems) ||
       filter.items.count(news.subject.substr(kItems.size())) == 0)) {
    return false;
  }
  if (!filter.states.empty() && filter.states.count(news.status) == 0) {
    return false;
  }
  if (!filter.sectors.empty() &&
      std::none_of(news.sectors.begin(), news.sectors.end(),
                   [&](const std::string& sector) {
                     return filter.sectors.count(sector) > 0;
                   })) {
    return false;
  }
  return !filter.min_severity || news.severity >= *filter.min_severity ||
         (news.severity_before &&
          *news.severity_before >= *filter.min_severity);
}

void NewsTally::Add(const AlertNews& news) {
  ++total;
  ++by_event[news.event];
  ++by_rule[news.rule];
  ++by_severity[news.severity];
}

std::int64_t Digest::count() const {
  std::int64_t sum = 0;
  for (const Section& section : sections) sum += section.count;
  return sum;
}

void DigestBuilder::Add(const AlertNews& news) {
  const auto [it, first] = alerts_.emplace(news.alert, news);
  if (first) return;
  AlertNews folded = news;
  folded.severity_before = it->second.severity_before;
  folded.status_before = it->second.status_before;
  it->second = std::move(folded);
}

Digest DigestBuilder::Take(int most) && {
  Digest digest;
  std::vector<AlertNews> all;
  for (auto& [alert, news] : alerts_) all.push_back(std::move(news));
  alerts_.clear();
  std::sort(all.begin(), all.end(), [](const AlertNews& a, const AlertNews& b) {
    return std::tie(b.severity, a.alert) < std::tie(a.severity, b.alert);
  });
  for (AlertNews& news : all) {
    Digest::Section& section =
        digest.sections[static_cast<std::size_t>(SectionOf(news))];
    if (section.count++ < most) section.listed.push_back(std::move(news));
  }
  return digest;
}

absl::Duration RetryDelay(int failed, absl::Duration first,
                          absl::Duration most) {
  absl::Duration delay = first;
  for (int i = 1; i < failed && delay < most; ++i) delay *= 2;
  return std::min(delay, most);
}

absl::Time NextDailyTime(absl::Time after, int hour) {
  const absl::TimeZone zone = absl::FixedTimeZone(kShanghaiOffsetSeconds);
  const absl::CivilDay day = absl::ToCivilDay(after, zone);
  const auto at = [&](absl::CivilDay date) {
    return absl::FromCivil(absl::CivilHour(date) + hour, zone);
  };
  return at(day) > after ? at(day) : at(day + 1);
}

}  // namespace qiangji::domain
