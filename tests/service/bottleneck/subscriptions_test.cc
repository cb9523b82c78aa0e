// SubscriptionService: who may keep which subscriptions.
#include <gmock/gmock.h>

#include "tests/service/bottleneck/subscription_fixture.h"

namespace qiangji::testing {
namespace {

using absl::StatusCode;
using bottleneck::v1::CreateSubscriptionRequest;
using bottleneck::v1::DeleteSubscriptionRequest;
using bottleneck::v1::GetSubscriptionRequest;
using bottleneck::v1::ListSubscriptionsRequest;
using bottleneck::v1::ListSubscriptionsResponse;
using bottleneck::v1::Subscription;
using bottleneck::v1::UpdateSubscriptionRequest;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

rpc::Principal Someone(const std::string& id, rpc::Role role,
                       const std::string& organization = "") {
  rpc::Principal principal;
  principal.id = id;
  principal.roles = {role};
  principal.organization_id = organization;
  return principal;
}

class Subscriptions : public SubscriptionFixture {
 protected:
  Subscriptions() { StartService(); }

  std::vector<std::string> List(const std::string& filter = "",
                                int page_size = 0) {
    ListSubscriptionsRequest request;
    request.set_filter(filter);
    request.set_page_size(page_size);
    std::vector<std::string> ids;
    do {
      ListSubscriptionsResponse response;
      status_ = Ask(&Stub::ListSubscriptions, request, &response);
      for (const auto& one : response.subscriptions()) {
        ids.push_back(one.subscription_id());
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }
  absl::Status Update(const std::string& id, Subscription to,
                      const std::vector<std::string>& mask) {
    UpdateSubscriptionRequest request;
    to.set_name("subscriptions/" + id);
    *request.mutable_subscription() = std::move(to);
    for (const auto& path : mask)
      request.mutable_update_mask()->add_paths(path);
    return Ask(&Stub::UpdateSubscription, request, &made_);
  }
  absl::Status Delete(const std::string& id, const std::string& etag = "") {
    DeleteSubscriptionRequest request;
    request.set_name("subscriptions/" + id);
    request.set_etag(etag);
    type::v1::DeleteResponse response;
    return Ask(&Stub::DeleteSubscription, request, &response);
  }
  absl::Status status_;
};

TEST_F(Subscriptions, AreCreatedReadChangedAndDeleted) {
  Subscription asked = Webhook();
  asked.add_rules("IMPORT_DEPENDENCE");
  asked.add_sectors("rail");
  asked.add_sectors("nev");
  asked.set_min_severity(bottleneck::v1::SEVERITY_HIGH);
  asked.add_states(bottleneck::v1::ALERT_STATE_OPEN);
  asked.add_owners("zhang");
  asked.add_item_ids("a");
  ASSERT_TRUE(Create("s", asked).ok());
  Subscription read = Get("s");
  EXPECT_EQ(read.name(), "subscriptions/s");
  EXPECT_THAT(read.sectors(), ElementsAre("nev", "rail"));
  EXPECT_EQ(read.min_severity(), bottleneck::v1::SEVERITY_HIGH);
  EXPECT_THAT(read.states(), ElementsAre(bottleneck::v1::ALERT_STATE_OPEN));
  EXPECT_EQ(read.schedule(), bottleneck::v1::SUBSCRIPTION_SCHEDULE_IMMEDIATE);
  EXPECT_FALSE(read.etag().empty());
  EXPECT_EQ(read.etag(), made_.etag());

  Subscription to;
  to.set_paused(true);
  ASSERT_TRUE(Update("s", to, {"paused", "sectors"}).ok());
  EXPECT_TRUE(made_.paused());
  EXPECT_THAT(made_.sectors(), IsEmpty());
  EXPECT_THAT(made_.rules(), ElementsAre("IMPORT_DEPENDENCE"));
  EXPECT_NE(made_.etag(), read.etag());
  to.set_etag(read.etag());
  EXPECT_THAT(Update("s", to, {"paused"}), StatusIs(StatusCode::kAborted));
  EXPECT_THAT(Delete("s", read.etag()), StatusIs(StatusCode::kAborted));
  EXPECT_TRUE(Delete("s", made_.etag()).ok());
  EXPECT_THAT(Delete("s"), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(List(), IsEmpty());
}

TEST_F(Subscriptions, NeverAnswerTheSecret) {
  ASSERT_TRUE(Create("s", Webhook()).ok());
  EXPECT_EQ(made_.secret(), "");
  EXPECT_EQ(Get("s").secret(), "");
  // Sending everything back keeps it.
  Subscription all = Get("s");
  all.set_address(hook_.Url("/other"));
  ASSERT_TRUE(Update("s", all, {"*"}).ok());
  EXPECT_EQ(made_.secret(), "");
  EXPECT_EQ(made_.address(), hook_.Url("/other"));
}

TEST_F(Subscriptions, SayAllThatIsWrongAtOnce) {
  Subscription bad;
  bad.set_channel(bottleneck::v1::SUBSCRIPTION_CHANNEL_WEBHOOK);
  bad.set_address("http://10.0.0.1/");
  bad.set_secret("whsec_short");
  bad.set_schedule(bottleneck::v1::SUBSCRIPTION_SCHEDULE_DAILY);
  bad.add_sectors("No Such");
  bad.add_rules("a;b");
  const absl::Status status = Create("Bad Id", bad);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  std::vector<std::string> fields;
  for (const auto& [field, what] : client::ViolationsOf(status)) {
    fields.push_back(field);
  }
  EXPECT_THAT(fields, ElementsAre("subscription.address", "subscription.secret",
                                  "subscription.schedule", "subscription.rules",
                                  "subscription.sectors", "subscription_id"));
  EXPECT_EQ(std::string(status.message()).find("whsec_short"),
            std::string::npos);
}

TEST_F(Subscriptions, RequestIdsAndDryRunsAreKept) {
  CreateSubscriptionRequest request;
  request.set_request_id("once");
  *request.mutable_subscription() = Mail();
  request.set_validate_only(true);
  ASSERT_TRUE(Ask(&Stub::CreateSubscription, request, &made_).ok());
  EXPECT_THAT(List(), IsEmpty());
  request.set_validate_only(false);
  request.set_subscription_id("m");
  ASSERT_TRUE(Ask(&Stub::CreateSubscription, request, &made_).ok());
  const std::int64_t seq = made_.seq();
  ASSERT_TRUE(Ask(&Stub::CreateSubscription, request, &made_).ok());
  EXPECT_EQ(made_.seq(), seq);
  request.mutable_subscription()->set_paused(true);
  EXPECT_THAT(Ask(&Stub::CreateSubscription, request, &made_),
              StatusIs(StatusCode::kAlreadyExists));
  request.clear_request_id();
  EXPECT_THAT(Ask(&Stub::CreateSubscription, request, &made_),
              StatusIs(StatusCode::kAlreadyExists));
}

TEST_F(Subscriptions, AreListedByFilterInPages) {
  Subscription rail = Mail();
  rail.add_sectors("rail");
  rail.add_rules("STALLED");
  ASSERT_TRUE(Create("a", rail).ok());
  ASSERT_TRUE(Create("b", Webhook()).ok());
  Subscription severe = Mail();
  severe.set_min_severity(bottleneck::v1::SEVERITY_CRITICAL);
  severe.add_states(bottleneck::v1::ALERT_STATE_RESOLVED);
  ASSERT_TRUE(Create("c", severe).ok());
  EXPECT_THAT(List("", 1), ElementsAre("a", "b", "c"));
  EXPECT_THAT(List("sector = \"rail\""), ElementsAre("a", "b", "c"));
  EXPECT_THAT(List("sector = \"nev\""), ElementsAre("b", "c"));
  EXPECT_THAT(List("rule = \"NO_DATA\""), ElementsAre("b", "c"));
  EXPECT_THAT(List("severity = \"critical\""), ElementsAre("c"));
  EXPECT_THAT(List("state = \"open\""), ElementsAre("a", "b"));
  EXPECT_THAT(List("channel = \"webhook\" AND paused = \"false\""),
              ElementsAre("b"));
  List("colour = \"red\"");
  EXPECT_EQ(status_.code(), StatusCode::kInvalidArgument);
}

TEST_F(Subscriptions, AreTheirOwnersOnly) {
  ASSERT_TRUE(Create("steward", Mail()).ok());
  caller_.Be(Someone("li", rpc::Role::kEnterprise, "works"));
  ASSERT_TRUE(Create("own", Mail()).ok());
  EXPECT_EQ(made_.owner_id(), "works");
  EXPECT_THAT(List(), ElementsAre("own"));
  GetSubscriptionRequest get;
  get.set_name("subscriptions/steward");
  EXPECT_THAT(Ask(&Stub::GetSubscription, get, &made_),
              StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(Delete("steward"), StatusIs(StatusCode::kNotFound));
  // A file of the server is nothing for them.
  Subscription file;
  file.set_channel(bottleneck::v1::SUBSCRIPTION_CHANNEL_FILE);
  file.set_address("x.jsonl");
  EXPECT_THAT(Create("file", file), StatusIs(StatusCode::kPermissionDenied));

  caller_.Be(Someone("wang", rpc::Role::kAlliance));
  EXPECT_THAT(List(), IsEmpty());
  caller_.Be(Someone("zhao", rpc::Role::kAnalyst));
  EXPECT_THAT(List(), ElementsAre("own", "steward"));
  EXPECT_THAT(Delete("own"), StatusIs(StatusCode::kPermissionDenied));
  caller_.Be(rpc::Principal::Operator());
  EXPECT_TRUE(Delete("own").ok());
}

TEST_F(Subscriptions, AFileIsOneSubscriptions) {
  Subscription file;
  file.set_channel(bottleneck::v1::SUBSCRIPTION_CHANNEL_FILE);
  file.set_address("x.jsonl");
  ASSERT_TRUE(Create("one", file).ok());
  EXPECT_THAT(Create("two", file), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(Create("one", file), StatusIs(StatusCode::kAlreadyExists));
}

}  // namespace
}  // namespace qiangji::testing
