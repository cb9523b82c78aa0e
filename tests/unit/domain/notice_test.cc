#include "services/domain/notice.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "services/domain/notice_text.h"

namespace qiangji::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

AlertNews News(const std::string& item, Severity severity = Severity::kHigh) {
  AlertNews news;
  news.alert = "alerts/IMPORT_DEPENDENCE~items~" + item;
  news.rule = "IMPORT_DEPENDENCE";
  news.subject = "items/" + item;
  news.name_zh = "轴承";
  news.name_en = "bearing";
  news.event = "opened";
  news.severity = severity;
  news.sectors = {"nev", "rail"};
  news.summary_zh = "境外供应占 90.0%";
  news.summary_en = "90.0% from abroad";
  return news;
}

AlertNews Moved(AlertNews news, AlertStatus from, AlertStatus to,
                const std::string& event) {
  news.status_before = from;
  news.severity_before = news.severity;
  news.status = to;
  news.event = event;
  return news;
}

TEST(NoticeFilter, WithoutConditionsTakesAll) {
  EXPECT_TRUE(Matches({}, News("a")));
}

TEST(NoticeFilter, EveryConditionMustHold) {
  AlertNews news = News("a");
  news.owner = "zhang";
  NoticeFilter filter;
  filter.rules = {"IMPORT_DEPENDENCE"};
  filter.sectors = {"rail", "power"};
  filter.items = {"a"};
  filter.owners = {"zhang"};
  filter.states = {AlertStatus::kOpen};
  filter.min_severity = Severity::kHigh;
  EXPECT_TRUE(Matches(filter, news));
  for (const auto change : std::vector<void (*)(AlertNews&)>{
           [](AlertNews& n) { n.rule = "STALLED"; },
           [](AlertNews& n) { n.sectors = {"nev"}; },
           [](AlertNews& n) { n.subject = "items/b"; },
           [](AlertNews& n) { n.subject = "projects/a"; },
           [](AlertNews& n) { n.owner = ""; },
           [](AlertNews& n) { n.status = AlertStatus::kResolved; },
           [](AlertNews& n) { n.severity = Severity::kMedium; }}) {
    AlertNews other = news;
    change(other);
    EXPECT_FALSE(Matches(filter, other));
  }
}

TEST(NoticeFilter, AFallBelowTheSeverityIsToldOnce) {
  NoticeFilter filter;
  filter.min_severity = Severity::kHigh;
  AlertNews news = News("a", Severity::kMedium);
  news.severity_before = Severity::kCritical;
  EXPECT_TRUE(Matches(filter, news));
  news.severity_before = Severity::kMedium;
  EXPECT_FALSE(Matches(filter, news));
}

TEST(NewsTally, CountsByEventRuleAndSeverity) {
  NewsTally tally;
  tally.Add(News("a"));
  tally.Add(News("b", Severity::kLow));
  EXPECT_EQ(tally.total, 2);
  EXPECT_THAT(tally.by_event, ElementsAre(Pair("opened", 2)));
  EXPECT_THAT(tally.by_rule, ElementsAre(Pair("IMPORT_DEPENDENCE", 2)));
  EXPECT_THAT(tally.by_severity,
              ElementsAre(Pair(Severity::kLow, 1), Pair(Severity::kHigh, 1)));
}

std::vector<std::int64_t> Counts(const Digest& digest) {
  std::vector<std::int64_t> counts;
  for (const auto& section : digest.sections) counts.push_back(section.count);
  return counts;
}

TEST(DigestBuilder, FoldsWhatHappenedToOneAlert) {
  DigestBuilder builder;
  builder.Add(News("new"));
  builder.Add(Moved(News("new"), AlertStatus::kOpen, AlertStatus::kAcknowledged,
                    "acknowledged"));
  builder.Add(Moved(News("moved"), AlertStatus::kOpen, AlertStatus::kMitigating,
                    "mitigating"));
  AlertNews late = Moved(News("late"), AlertStatus::kMitigating,
                         AlertStatus::kMitigating, "overdue");
  late.overdue = true;
  builder.Add(late);
  builder.Add(News("brief"));
  builder.Add(Moved(News("brief"), AlertStatus::kOpen, AlertStatus::kResolved,
                    "closed"));
  const Digest digest = std::move(builder).Take(10);
  EXPECT_THAT(Counts(digest), ElementsAre(1, 1, 1, 1));
  const AlertNews& fresh = digest.sections[0].listed[0];
  EXPECT_EQ(fresh.status, AlertStatus::kAcknowledged);
  EXPECT_FALSE(fresh.status_before.has_value());
}

TEST(DigestBuilder, ListsTheHardestUpToTheLimitAndCountsAll) {
  DigestBuilder builder;
  for (int i = 0; i < 5000; ++i) {
    builder.Add(News(absl::StrCat("i", i),
                     i == 4999 ? Severity::kCritical : Severity::kLow));
  }
  const Digest digest = std::move(builder).Take(3);
  EXPECT_EQ(digest.count(), 5000);
  ASSERT_EQ(digest.sections[0].listed.size(), 3u);
  EXPECT_EQ(digest.sections[0].listed[0].subject, "items/i4999");
  EXPECT_THAT(MailOf(digest, Language::kEn, true).text,
              HasSubstr("and 4997 more"));
}

TEST(MailOf, SaysWhatHappenedInChinese) {
  DigestBuilder builder;
  builder.Add(News("a", Severity::kCritical));
  AlertNews worse = Moved(News("b"), AlertStatus::kOpen,
                          AlertStatus::kAcknowledged, "acknowledged");
  worse.severity_before = Severity::kMedium;
  worse.owner = "zhang";
  worse.due = absl::FromUnixSeconds(1'800'000'000);
  builder.Add(worse);
  const Mail mail =
      MailOf(std::move(builder).Take(10), Language::kZh, /*daily=*/true);
  EXPECT_EQ(mail.subject, "强基预警日报：2 条（新增 1、变动 1）");
  EXPECT_EQ(mail.text,
            "新增（1）\n"
            "- [严重] 依赖进口　轴承（items/a）　未处理\n"
            "  境外供应占 90.0%\n"
            "\n"
            "变动（1）\n"
            "- [中 → 高] 依赖进口　轴承（items/b）　未处理 → 已知悉"
            "，责任人 zhang，期限 2027-01-15\n"
            "  境外供应占 90.0%\n");
}

TEST(MailOf, SaysWhatHappenedInEnglish) {
  DigestBuilder builder;
  builder.Add(
      Moved(News("a"), AlertStatus::kOpen, AlertStatus::kResolved, "closed"));
  const Mail mail =
      MailOf(std::move(builder).Take(10), Language::kEn, /*daily=*/false);
  EXPECT_EQ(mail.subject, "Qiangji alerts: 1 (Resolved 1)");
  EXPECT_THAT(mail.text, HasSubstr("bearing (items/a)"));
  EXPECT_THAT(mail.text, HasSubstr("90.0% from abroad"));
  EXPECT_THAT(mail.text, Not(HasSubstr("轴承")));
}

TEST(MailOf, BothLanguagesAreOneMail) {
  DigestBuilder builder;
  builder.Add(News("a"));
  const Mail mail =
      MailOf(std::move(builder).Take(10), std::nullopt, /*daily=*/false);
  EXPECT_EQ(mail.subject,
            "强基预警：1 条（新增 1） / Qiangji alerts: 1 (New 1)");
  EXPECT_LT(mail.text.find("轴承"), mail.text.find("bearing"));
}

TEST(RetryDelay, DoublesUpToTheMost) {
  const auto delay = [](int failed) {
    return RetryDelay(failed, absl::Seconds(5), absl::Minutes(1));
  };
  EXPECT_EQ(delay(1), absl::Seconds(5));
  EXPECT_EQ(delay(2), absl::Seconds(10));
  EXPECT_EQ(delay(4), absl::Seconds(40));
  EXPECT_EQ(delay(5), absl::Minutes(1));
  EXPECT_EQ(delay(1000), absl::Minutes(1));
}

TEST(NextDailyTime, IsTheHourInShanghai) {
  absl::Time at;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-03-01T08:00:00+08:00",
                              &at, nullptr));
  EXPECT_EQ(NextDailyTime(at - absl::Seconds(1), 8), at);
  EXPECT_EQ(NextDailyTime(at, 8), at + absl::Hours(24));
  EXPECT_EQ(NextDailyTime(at, 9), at + absl::Hours(1));
}

}  // namespace
}  // namespace qiangji::domain
