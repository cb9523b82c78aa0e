// Subscriptions and dead letters as messages of the API, and what comes in.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "qiangji/bottleneck/v1/subscription.pb.h"
#include "services/bottleneck/address_filter.h"
#include "services/bottleneck/subscription_row.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {

std::string SubscriptionName(const std::string& id);

// What the caller set; never the secret.
void ToProto(const StoredSubscription& subscription, v1::Subscription* out);
// And what was delivered; `dead` letters there are.
void AddDelivery(const StoredDelivery& delivery, std::int64_t dead,
                 v1::Subscription* out);
v1::DeadLetter ToProto(const StoredDeadLetter& letter);

// The subscription that a message asks for; everything that is wrong with it
// goes to `violations`, under "subscription.". The id is not checked.
StoredSubscription SubscriptionFromProto(const v1::Subscription& message,
                                         const AddressFilter& filter,
                                         rpc::Violations* violations);

}  // namespace qiangji::bottleneck
