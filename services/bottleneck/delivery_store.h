// What is recorded about deliveries, read and written whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/bottleneck/subscription_row.h"

namespace qiangji::bottleneck {

// A subscription and where it stands.
struct Subscribed {
  StoredSubscription subscription;
  StoredDelivery delivery;
  // The oldest dead letter that is to be sent again.
  std::optional<StoredDeadLetter> letter;
};

absl::StatusOr<std::vector<std::string>> ReadSubscriptionIds(
    store::Store& store);

// nullopt: there is none, or no longer.
absl::StatusOr<std::optional<Subscribed>> ReadSubscribed(store::Store& store,
                                                         const std::string& id);

absl::StatusOr<StoredDelivery> ReadDelivery(store::Reader& reader,
                                            const std::string& id);
// By event and id; those of all subscriptions where `subscription` is "".
absl::StatusOr<std::vector<StoredDeadLetter>> ReadDeadLetters(
    store::Reader& reader, const std::string& subscription);

// One step of a delivery, in one change: where the subscription stands, and the
// dead letter that changed or, with `gone`, was delivered. Writes nothing where
// the subscription was deleted meanwhile.
struct DeliveryStep {
  StoredDelivery delivery;
  std::optional<StoredDeadLetter> letter;
  bool letter_gone = false;
};
absl::Status RecordStep(store::Store& store, const DeliveryStep& step);

}  // namespace qiangji::bottleneck
