// What each rpc of SubscriptionService answers.
#pragma once

#include "absl/status/status.h"
#include "qiangji/bottleneck/v1/subscription_service.pb.h"
#include "qiangji/type/v1/write.pb.h"
#include "services/rpc/context.h"
#include "services/rpc/page_token.h"

namespace qiangji::store {
class Store;
}

namespace qiangji::bottleneck {

class Deliverer;

// All outlive the calls.
struct SubscriptionSources {
  store::Store& store;
  Deliverer& deliverer;  // told of every write
  const rpc::PageTokens& page_tokens;
};

// Reads: on the pool kRead.
absl::Status GetSubscription(const SubscriptionSources& sources,
                             const rpc::RequestContext& call,
                             const v1::GetSubscriptionRequest& request,
                             v1::Subscription* response);
absl::Status ListSubscriptions(const SubscriptionSources& sources,
                               const rpc::RequestContext& call,
                               const v1::ListSubscriptionsRequest& request,
                               v1::ListSubscriptionsResponse* response);
absl::Status ListDeadLetters(const SubscriptionSources& sources,
                             const rpc::RequestContext& call,
                             const v1::ListDeadLettersRequest& request,
                             v1::ListDeadLettersResponse* response);

// Writes: on the pool kWrite. Each is one change, durable before the answer.
absl::Status CreateSubscription(const SubscriptionSources& sources,
                                const rpc::RequestContext& call,
                                const v1::CreateSubscriptionRequest& request,
                                v1::Subscription* response);
absl::Status UpdateSubscription(const SubscriptionSources& sources,
                                const rpc::RequestContext& call,
                                const v1::UpdateSubscriptionRequest& request,
                                v1::Subscription* response);
absl::Status DeleteSubscription(const SubscriptionSources& sources,
                                const rpc::RequestContext& call,
                                const v1::DeleteSubscriptionRequest& request,
                                type::v1::DeleteResponse* response);
absl::Status RetryDeadLetters(const SubscriptionSources& sources,
                              const rpc::RequestContext& call,
                              const v1::RetryDeadLettersRequest& request,
                              v1::RetryDeadLettersResponse* response);

}  // namespace qiangji::bottleneck
