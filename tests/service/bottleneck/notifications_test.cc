// Notifications against real receivers: what arrives, in which order, how often
// and signed, whatever the receivers do.
#include <gmock/gmock.h>
#include <stdlib.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/bottleneck/webhook_signature.h"
#include "tests/service/bottleneck/subscription_fixture.h"

namespace qiangji::testing {
namespace {

using bottleneck::v1::CommentAlertRequest;
using bottleneck::v1::RetryDeadLettersRequest;
using bottleneck::v1::RetryDeadLettersResponse;
using bottleneck::v1::Subscription;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kAlertOfA[] = "alerts/IMPORT_DEPENDENCE~items~a";

class Notifications : public SubscriptionFixture {
 protected:
  Notifications() { StartService(); }

  absl::Status Comment(const std::string& text) {
    CommentAlertRequest request;
    request.set_name(kAlertOfA);
    request.set_comment(text);
    bottleneck::v1::Alert alert;
    return Call(&bottleneck::v1::AlertService::Stub::CommentAlert, request,
                &alert);
  }
  // "opened a", in the order in which they were taken; copies are left out.
  static std::vector<std::string> Taken(
      const std::vector<HttpRequest>& requests) {
    std::vector<std::string> events;
    std::set<std::string> seen;
    for (const HttpRequest& request : requests) {
      if (request.answered != 200 ||
          !seen.insert(request.headers.at("webhook-id")).second) {
        continue;
      }
      const json event = json::parse(request.body);
      const std::string type = event["type"];
      events.push_back(
          absl::StrCat(type.substr(sizeof("qiangji.alert.") - 1), " ",
                       event["data"].contains("event")
                           ? event["data"]["event"].value("comment", "")
                           : ""));
    }
    return events;
  }
};

TEST_F(Notifications, WebhooksAreSignedCloudEvents) {
  ASSERT_TRUE(Create("s", Webhook()).ok());
  peers_.CommitImports({0.80});
  ASSERT_TRUE(hook_.WaitFor(1));
  const HttpRequest request = hook_.Requests()[0];
  EXPECT_EQ(request.headers.at("content-type"),
            "application/cloudevents+json; charset=utf-8");
  std::int64_t seconds = 0;
  ASSERT_TRUE(
      absl::SimpleAtoi(request.headers.at("webhook-timestamp"), &seconds));
  EXPECT_EQ(request.headers.at("webhook-signature"),
            bottleneck::WebhookSignature(
                kWebhookKey, request.headers.at("webhook-id"),
                absl::FromUnixSeconds(seconds), request.body));
  const json event = json::parse(request.body);
  EXPECT_EQ(event["specversion"], "1.0");
  EXPECT_EQ(event["id"], request.headers.at("webhook-id"));
  EXPECT_EQ(event["source"], "/qiangji/bottleneck");
  EXPECT_EQ(event["type"], "qiangji.alert.opened.v1");
  EXPECT_EQ(event["subject"], kAlertOfA);
  EXPECT_EQ(event["datacontenttype"], "application/json");
  EXPECT_EQ(event["data"]["alert"]["rule"], "IMPORT_DEPENDENCE");
  EXPECT_EQ(event["data"]["event"]["kind"], "ALERT_EVENT_KIND_OPENED");
  EXPECT_TRUE(Until([&] { return Get("s").delivered_count() == 1; }));
}

TEST_F(Notifications, WhatDoesNotPassTheFilterIsNotTold) {
  Subscription severe = Webhook("/severe");
  severe.set_min_severity(bottleneck::v1::SEVERITY_CRITICAL);
  Subscription of_b = Webhook("/b");
  of_b.add_item_ids("b");
  ASSERT_TRUE(Create("severe", severe).ok());
  ASSERT_TRUE(Create("b", of_b).ok());
  peers_.CommitImports({0.99, 0.80});
  ASSERT_TRUE(hook_.WaitFor(2));
  std::map<std::string, std::string> subjects;
  for (const auto& request : hook_.Requests()) {
    subjects[request.path] = json::parse(request.body)["subject"];
  }
  EXPECT_EQ(subjects["/severe"], kAlertOfA);
  EXPECT_EQ(subjects["/b"], "alerts/IMPORT_DEPENDENCE~items~b");
}

// Every event once at least, in the order of what happened, whatever the
// receiver did meanwhile.
TEST_F(Notifications, OutlastAReceiverThatFailsHangsAndRestarts) {
  options_.delivery.limits.timeout = absl::Milliseconds(200);
  options_.delivery.attempts = 100;
  StopService();
  StartService();
  ASSERT_TRUE(Create("s", Webhook()).ok());
  hook_.Answer([](int n) {
    constexpr int kAnswers[] = {
        500, HttpReceiver::kHang, HttpReceiver::kClose, 503, 429, 302};
    return n % 2 == 0 && n < 12 ? kAnswers[n / 2] : 200;
  });
  peers_.CommitImports({0.80});
  ASSERT_EQ(Open().size(), 1u);
  std::vector<std::string> expected = {"opened.v1 "};
  for (int i = 0; i < 8; ++i) {
    ASSERT_TRUE(Comment(absl::StrCat("c", i)).ok());
    expected.push_back(absl::StrCat("commented.v1 c", i));
    if (i != 4) continue;
    hook_.Stop();
    hook_.Start();
  }
  ASSERT_TRUE(
      Until([&] { return Taken(hook_.Requests()).size() >= expected.size(); }));
  EXPECT_EQ(Taken(hook_.Requests()), expected);
  EXPECT_THAT(Dead("s").dead_letters(), IsEmpty());
}

TEST_F(Notifications, WhatIsGivenUpIsADeadLetterThatCanBeSentAgain) {
  ASSERT_TRUE(Create("s", Webhook()).ok());
  hook_.Answer([](int n) { return n < 3 ? 500 : 200; });
  peers_.CommitImports({0.80});
  ASSERT_EQ(Open().size(), 1u);
  ASSERT_TRUE(Until([&] { return Get("s").dead_count() == 1; }));
  const auto dead = Dead("s").dead_letters(0);
  EXPECT_EQ(dead.failed_attempts(), 3);
  EXPECT_THAT(dead.last_error(), HasSubstr("HTTP status 500"));
  EXPECT_EQ(json::parse(dead.content())["subject"], kAlertOfA);
  // The next one goes on.
  ASSERT_TRUE(Comment("later").ok());
  ASSERT_TRUE(Until([&] { return Get("s").delivered_count() == 1; }));
  RetryDeadLettersRequest retry;
  retry.set_name("subscriptions/s");
  retry.add_dead_letter_ids("none");
  RetryDeadLettersResponse response;
  EXPECT_THAT(Ask(&Stub::RetryDeadLetters, retry, &response),
              StatusIs(absl::StatusCode::kNotFound));
  retry.set_dead_letter_ids(0, dead.dead_letter_id());
  ASSERT_TRUE(Ask(&Stub::RetryDeadLetters, retry, &response).ok());
  EXPECT_THAT(response.names(), ElementsAre(dead.name()));
  ASSERT_TRUE(Until([&] { return Get("s").dead_count() == 0; }));
  EXPECT_THAT(Taken(hook_.Requests()),
              ElementsAre("commented.v1 later", "opened.v1 "));
  const auto requests = hook_.Requests();
  EXPECT_EQ(requests.back().headers.at("webhook-id"),
            requests.front().headers.at("webhook-id"));
}

TEST_F(Notifications, ARetryThatFailsIsDeadAgain) {
  ASSERT_TRUE(Create("s", Webhook()).ok());
  hook_.Answer([](int) { return 500; });
  peers_.CommitImports({0.80});
  ASSERT_EQ(Open().size(), 1u);
  ASSERT_TRUE(Until([&] { return Get("s").dead_count() == 1; }));
  RetryDeadLettersRequest retry;
  retry.set_name("subscriptions/s");
  RetryDeadLettersResponse response;
  ASSERT_TRUE(Ask(&Stub::RetryDeadLetters, retry, &response).ok());
  ASSERT_TRUE(Until([&] {
    return hook_.Requests().size() == 6 &&
           !Dead("s").dead_letters(0).retrying();
  }));
  EXPECT_EQ(Dead("s").dead_letters(0).failed_attempts(), 3);
}

TEST_F(Notifications, AStormOf5000AlertsIsOneNotification) {
  ASSERT_TRUE(Create("hook", Webhook()).ok());
  ASSERT_TRUE(Create("mail", Mail()).ok());
  FakeWorld world;
  for (int i = 0; i < 5000; ++i) {
    world.items.push_back(ItemWithImports(absl::StrCat("i", i), 0.99));
  }
  peers_.Commit(world);
  ASSERT_TRUE(Until([&] {
    return Get("hook").delivered_count() == 1 &&
           Get("mail").delivered_count() == 1;
  }));
  ASSERT_EQ(hook_.Requests().size(), 1u);
  const json event = json::parse(hook_.Requests()[0].body);
  EXPECT_EQ(event["type"], "qiangji.alerts.storm.v1");
  EXPECT_EQ(event["data"]["count"], 5000);
  EXPECT_EQ(event["data"]["by_event"]["opened"], 5000);
  EXPECT_EQ(event["data"]["by_rule"]["IMPORT_DEPENDENCE"], 5000);
  EXPECT_EQ(event["data"]["by_severity"]["critical"], 5000);
  EXPECT_EQ(event["data"]["members"].size(), 100u);
  ASSERT_EQ(smtp_.Mails().size(), 1u);
  EXPECT_THAT(smtp_.Mails()[0].Header("Subject"), HasSubstr("5000"));
  EXPECT_THAT(smtp_.Mails()[0].Text(), HasSubstr("and 4900 more"));
}

// A country's records are withdrawn: what closes is one event that names every
// alert.
TEST_F(Notifications, AWithdrawalIsOneEventWithItsMembers) {
  ASSERT_TRUE(Create("hook", Webhook()).ok());
  const auto commit = [&](double share) {
    FakeWorld world;
    for (int i = 0; i < 40; ++i) {
      world.items.push_back(ItemWithImports(absl::StrCat("i", i), share));
    }
    peers_.Commit(world);
  };
  commit(0.99);
  ASSERT_TRUE(Until([&] { return Get("hook").delivered_count() == 1; }));
  commit(0.10);
  ASSERT_TRUE(Until([&] { return Get("hook").delivered_count() == 2; }));
  ASSERT_EQ(hook_.Requests().size(), 2u);
  const json data = json::parse(hook_.Requests()[1].body)["data"];
  EXPECT_EQ(data["by_event"], (json{{"closed", 40}}));
  std::set<std::string> members;
  for (const json& member : data["members"]) {
    EXPECT_EQ(member["event"], "closed");
    members.insert(member["alert"].get<std::string>());
  }
  EXPECT_EQ(members.size(), 40u);
  EXPECT_TRUE(members.contains("alerts/IMPORT_DEPENDENCE~items~i39"));
}

TEST_F(Notifications, AServiceThatRestartsGoesOn) {
  ASSERT_TRUE(Create("s", Webhook()).ok());
  hook_.Answer([](int) { return HttpReceiver::kHang; });
  peers_.CommitImports({0.80});
  ASSERT_TRUE(hook_.WaitFor(1));
  StopService();  // breaks the hanging one off
  hook_.Answer([](int) { return 200; });
  StartService();
  ASSERT_TRUE(hook_.WaitFor(2));
  ASSERT_TRUE(Until([&] { return Get("s").delivered_count() == 1; }));
  EXPECT_EQ(Get("s").failed_attempts(), 0);
  StopService();
  StartService();
  ASSERT_TRUE(Comment("after").ok());
  ASSERT_TRUE(hook_.WaitFor(3));
  EXPECT_THAT(Taken(hook_.Requests()),
              ElementsAre("opened.v1 ", "commented.v1 after"));
}

TEST_F(Notifications, APausedOneIsToldLater) {
  Subscription paused = Webhook();
  paused.set_paused(true);
  ASSERT_TRUE(Create("s", paused).ok());
  ASSERT_TRUE(Create("other", Webhook("/other")).ok());
  peers_.CommitImports({0.80});
  ASSERT_TRUE(hook_.WaitFor(1));
  EXPECT_EQ(hook_.Requests()[0].path, "/other");
  bottleneck::v1::UpdateSubscriptionRequest resume;
  resume.mutable_subscription()->set_name("subscriptions/s");
  resume.mutable_update_mask()->add_paths("paused");
  ASSERT_TRUE(Ask(&Stub::UpdateSubscription, resume, &made_).ok());
  ASSERT_TRUE(hook_.WaitFor(2));
  EXPECT_EQ(hook_.Requests()[1].path, "/hook");
}

TEST_F(Notifications, AHangingReceiverHoldsUpNoOther) {
  ASSERT_TRUE(Create("hangs", Webhook("/hangs")).ok());
  ASSERT_TRUE(Create("other", Mail()).ok());
  hook_.Answer([](int) { return HttpReceiver::kHang; });
  peers_.CommitImports({0.80});
  ASSERT_TRUE(hook_.WaitFor(1));
  ASSERT_TRUE(smtp_.WaitFor(1));
}

TEST_F(Notifications, MailIsTriedAgainAndComesInItsLanguage) {
  Subscription english = Mail();
  english.set_language(type::v1::LANGUAGE_EN);
  ASSERT_TRUE(Create("m", english).ok());
  smtp_.Answer([](int n) { return n == 0 ? 451 : 250; });
  peers_.CommitImports({0.80});
  ASSERT_EQ(Open().size(), 1u);
  ASSERT_TRUE(Until([&] { return Get("m").delivered_count() == 1; }));
  const auto mails = smtp_.Mails();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[1].content, mails[0].content);
  EXPECT_EQ(mails[1].Header("Subject"), "Qiangji alerts: 1 (New 1)");
  EXPECT_THAT(mails[1].to, ElementsAre("someone@example.com"));
}

TEST_F(Notifications, ADailyMailFoldsTheDay) {
  Subscription daily = Mail();
  daily.set_schedule(bottleneck::v1::SUBSCRIPTION_SCHEDULE_DAILY);
  ASSERT_TRUE(Create("d", daily).ok());
  peers_.CommitImports({0.80, 0.99});
  ASSERT_EQ(Open().size(), 2u);
  ASSERT_TRUE(Comment("looked at").ok());
  peers_.CommitImports({0.80, 0.10});
  ASSERT_EQ(Open().size(), 1u);
  EXPECT_THAT(smtp_.Mails(), IsEmpty());
  clock_.Advance(absl::Hours(24));
  ASSERT_TRUE(smtp_.WaitFor(1));
  const ReceivedMail mail = smtp_.Mails()[0];
  EXPECT_THAT(mail.Header("Subject"),
              HasSubstr("强基预警日报：2 条（新增 1、解除 1）"));
  ASSERT_TRUE(Until([&] { return Get("d").delivered_count() == 1; }));
  // Nothing happened: no mail.
  clock_.Advance(absl::Hours(48));
  ASSERT_TRUE(Comment("again").ok());
  clock_.Advance(absl::Hours(24));
  ASSERT_TRUE(smtp_.WaitFor(2));
  EXPECT_THAT(smtp_.Mails()[1].Header("Subject"), HasSubstr("变动 1"));
}

TEST_F(Notifications, FilesGetALineAnEvent) {
  const std::string directory =
      absl::StrCat(::testing::TempDir(), "/qj_notices_", getpid());
  options_.delivery.directory = directory;
  StopService();
  StartService();
  Subscription file;
  file.set_channel(bottleneck::v1::SUBSCRIPTION_CHANNEL_FILE);
  file.set_address("alerts.jsonl");
  ASSERT_TRUE(Create("f", file).ok());
  peers_.CommitImports({0.80});
  ASSERT_EQ(Open().size(), 1u);
  ASSERT_TRUE(Until([&] { return Get("f").delivered_count() == 1; }));
  // A crash left half a line.
  std::ofstream(directory + "/alerts.jsonl", std::ios::app) << "{\"half";
  ASSERT_TRUE(Comment("more").ok());
  ASSERT_TRUE(Until([&] { return Get("f").delivered_count() == 2; }));
  std::ifstream lines(directory + "/alerts.jsonl");
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(json::parse(line)["type"], "qiangji.alert.opened.v1");
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(line, "{\"half");
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(json::parse(line)["type"], "qiangji.alert.commented.v1");
  EXPECT_FALSE(std::getline(lines, line));
}

}  // namespace
}  // namespace qiangji::testing
