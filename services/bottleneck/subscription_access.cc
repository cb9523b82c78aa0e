#include "services/bottleneck/subscription_access.h"

#include <optional>
#include <utility>
#include <vector>

#include "services/base/status_macros.h"
#include "services/bottleneck/alert_view.h"
#include "services/bottleneck/delivery_store.h"
#include "services/bottleneck/subscription_view.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "services/rpc/names.h"

namespace qiangji::bottleneck {
namespace {

constexpr rpc::Roles kWritesAll = {rpc::Role::kSteward,
                                   rpc::Role::kAdministrator};

}  // namespace

std::string SubscriptionOwner(const rpc::Principal& principal) {
  if (principal.roles.Intersects(kWritesAll)) return "";
  return principal.organization_id.empty() ? principal.id
                                           : principal.organization_id;
}

bool MaySee(const rpc::Principal& principal, const std::string& owner_id) {
  return principal.sees_all() || MayChange(principal, owner_id);
}

bool MayChange(const rpc::Principal& principal, const std::string& owner_id) {
  return principal.roles.Intersects(kWritesAll) ||
         SubscriptionOwner(principal) == owner_id;
}

absl::StatusOr<std::string> ParseSubscriptionName(absl::string_view name,
                                                  bool wildcard,
                                                  absl::string_view field) {
  QJ_ASSIGN_OR_RETURN(
      const std::vector<std::string> parts,
      rpc::ParseName(rpc::pattern::kSubscription, name, wildcard, field));
  return parts[0];
}

absl::StatusOr<OwnedSubscription> ReadOwned(store::Reader& reader,
                                            const rpc::Principal& principal,
                                            const std::string& id, bool change,
                                            store::Seq at) {
  QJ_ASSIGN_OR_RETURN(
      const std::optional<store::Stored> stored,
      reader.Get(SubscriptionTable(), {id}, store::AccessScope::All(), at));
  if (!stored || !MaySee(principal, stored->owner_id)) {
    return rpc::NotFound(SubscriptionName(id));
  }
  if (change && !MayChange(principal, stored->owner_id)) {
    return rpc::PermissionDenied("subscriptions of others");
  }
  OwnedSubscription owned;
  QJ_ASSIGN_OR_RETURN(owned.subscription, SubscriptionFromRow(stored->row));
  owned.owner_id = stored->owner_id;
  owned.seq = stored->seq_from;
  return owned;
}

absl::Status FillSubscription(store::Reader& reader,
                              const OwnedSubscription& owned,
                              v1::Subscription* out) {
  out->Clear();
  ToProto(owned.subscription, out);
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> delivery,
                      reader.Get(DeliveryTable(), {owned.subscription.id},
                                 store::AccessScope::All()));
  if (delivery) {  // as of a past change it may be deleted since
    QJ_ASSIGN_OR_RETURN(const StoredDelivery now,
                        DeliveryFromRow(delivery->row));
    QJ_ASSIGN_OR_RETURN(const auto letters,
                        ReadDeadLetters(reader, owned.subscription.id));
    AddDelivery(now, static_cast<std::int64_t>(letters.size()), out);
  }
  QJ_ASSIGN_OR_RETURN(const store::Change change, reader.ChangeAt(owned.seq));
  out->set_etag(rpc::MakeEtag(owned.seq));
  out->set_owner_id(owned.owner_id);
  out->set_seq(owned.seq);
  *out->mutable_update_time() = ToTimestamp(change.time);
  return absl::OkStatus();
}

}  // namespace qiangji::bottleneck
