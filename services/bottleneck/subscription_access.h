// Whose subscriptions a caller sees and changes.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/bottleneck/v1/subscription.pb.h"
#include "services/bottleneck/subscription_row.h"
#include "services/rpc/principal.h"

namespace qiangji::bottleneck {

// owner_id of what the caller writes: "" = stewards and administrators, else
// its organization, or itself where it has none.
std::string SubscriptionOwner(const rpc::Principal& principal);
bool MaySee(const rpc::Principal& principal, const std::string& owner_id);
bool MayChange(const rpc::Principal& principal, const std::string& owner_id);

struct OwnedSubscription {
  StoredSubscription subscription;
  std::string owner_id;
  store::Seq seq = 0;  // that wrote this version
};

// "subscriptions/a" -> "a". INVALID_ARGUMENT.
absl::StatusOr<std::string> ParseSubscriptionName(
    absl::string_view name, bool wildcard = false,
    absl::string_view field = "name");

// The one that the caller may see, or change; NOT_FOUND where there is none.
// PERMISSION_DENIED where the caller sees it and may not change it.
absl::StatusOr<OwnedSubscription> ReadOwned(store::Reader& reader,
                                            const rpc::Principal& principal,
                                            const std::string& id, bool change,
                                            store::Seq at = store::kHead);

// The answer about it, with what is delivered by now.
absl::Status FillSubscription(store::Reader& reader,
                              const OwnedSubscription& owned,
                              v1::Subscription* out);

}  // namespace qiangji::bottleneck
