// Subscriptions of a bottleneck service, and receivers for them.
#pragma once

#include <functional>
#include <string>

#include "qiangji/bottleneck/v1/subscription_service.grpc.pb.h"
#include "tests/service/bottleneck/bottleneck_fixture.h"
#include "tests/support/net/http_receiver.h"
#include "tests/support/net/smtp_receiver.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {

// "0123456789abcdefghijklmn" in base64.
constexpr char kWebhookSecret[] = "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u";
constexpr char kWebhookKey[] = "0123456789abcdefghijklmn";

class SubscriptionFixture : public BottleneckFixture {
 protected:
  using Stub = bottleneck::v1::SubscriptionService::Stub;
  using Subscription = bottleneck::v1::Subscription;

  SubscriptionFixture() {
    hook_.Start();
    smtp_.Start();
    bottleneck::DeliveryOptions& delivery = options_.delivery;
    delivery.threads = 2;
    delivery.attempts = 3;
    delivery.first_backoff = absl::Milliseconds(100);
    delivery.most_backoff = absl::Milliseconds(400);
    delivery.filter = *bottleneck::AddressFilter::Allowing({"127.0.0.0/8"});
    delivery.smtp.url = smtp_.Url();
    delivery.smtp.from = "qiangji@example.com";
    delivery.limits.timeout = absl::Seconds(2);
    StartPeers();
  }
  ~SubscriptionFixture() override { StopService(); }

  template <typename Request, typename Response>
  absl::Status Ask(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                const Request&, Response*),
                   const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    response->Clear();
    const auto stub = bottleneck::v1::SubscriptionService::NewStub(channel_);
    return client::FromGrpcStatus(
        ((*stub).*method)(&context, request, response));
  }

  Subscription Webhook(const std::string& path = "/hook") {
    Subscription out;
    out.set_channel(bottleneck::v1::SUBSCRIPTION_CHANNEL_WEBHOOK);
    out.set_address(hook_.Url(path));
    out.set_secret(kWebhookSecret);
    return out;
  }
  static Subscription Mail() {
    Subscription out;
    out.set_channel(bottleneck::v1::SUBSCRIPTION_CHANNEL_EMAIL);
    out.set_address("someone@example.com");
    return out;
  }

  absl::Status Create(const std::string& id, const Subscription& subscription) {
    bottleneck::v1::CreateSubscriptionRequest request;
    request.set_subscription_id(id);
    *request.mutable_subscription() = subscription;
    return Ask(&Stub::CreateSubscription, request, &made_);
  }
  Subscription Get(const std::string& id) {
    bottleneck::v1::GetSubscriptionRequest request;
    request.set_name("subscriptions/" + id);
    Subscription found;
    const absl::Status status = Ask(&Stub::GetSubscription, request, &found);
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }
  bottleneck::v1::ListDeadLettersResponse Dead(const std::string& id) {
    bottleneck::v1::ListDeadLettersRequest request;
    request.set_parent("subscriptions/" + id);
    bottleneck::v1::ListDeadLettersResponse response;
    const absl::Status status = Ask(&Stub::ListDeadLetters, request, &response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  // Lets the service's time pass, as fast as ours, until `done`.
  bool Until(const std::function<bool()>& done) {
    const absl::Time until = absl::Now() + absl::Seconds(30);
    while (!done()) {
      if (absl::Now() > until) return false;
      clock_.Advance(absl::Milliseconds(20));
      absl::SleepFor(absl::Milliseconds(20));
    }
    return true;
  }

  HttpReceiver hook_;
  SmtpReceiver smtp_;
  Subscription made_;
};

}  // namespace qiangji::testing
