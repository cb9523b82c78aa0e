// Create, Update, Delete and RetryDeadLetters of SubscriptionService
// (subscription_handlers.h).
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "db/store/store.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_view.h"
#include "services/bottleneck/deliverer.h"
#include "services/bottleneck/delivery_store.h"
#include "services/bottleneck/subscription_access.h"
#include "services/bottleneck/subscription_handlers.h"
#include "services/bottleneck/subscription_view.h"
#include "services/domain/validate.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "services/rpc/names.h"
#include "services/rpc/update_mask.h"
#include "services/writes/write_call.h"

namespace qiangji::bottleneck {
namespace {

using store::AccessScope;
using Names = std::vector<std::string>;

// A thread serves all of an owner's, and each costs a look at every change.
constexpr int kMostSubscriptions = 1000;
constexpr int kMostOfOneOwner = 100;

// How many there are; files are one subscription's each.
absl::Status CheckRoom(store::Reader& reader,
                       const StoredSubscription& subscription,
                       const std::string& owner) {
  int all = 0;
  int own = 0;
  bool taken = false;
  QJ_RETURN_IF_ERROR(reader.Scan(
      SubscriptionTable(), {}, AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(const StoredSubscription other,
                            SubscriptionFromRow(stored.row));
        if (other.id == subscription.id) return absl::OkStatus();
        ++all;
        if (stored.owner_id == owner) ++own;
        taken = taken || (other.channel == NoticeChannel::kFile &&
                          subscription.channel == NoticeChannel::kFile &&
                          other.address == subscription.address);
        return absl::OkStatus();
      }));
  if (taken) {
    return rpc::FailedPrecondition("FILE_TAKEN",
                                   "another subscription writes to this file");
  }
  if (all >= kMostSubscriptions || (!owner.empty() && own >= kMostOfOneOwner)) {
    return rpc::WithReason(
        absl::ResourceExhaustedError(
            "too many subscriptions; at most 1000, 100 of one owner"),
        "TOO_MANY_SUBSCRIPTIONS");
  }
  return absl::OkStatus();
}

absl::Status CheckFileRole(const rpc::Principal& principal,
                           NoticeChannel channel) {
  if (channel != NoticeChannel::kFile || SubscriptionOwner(principal).empty()) {
    return absl::OkStatus();
  }
  return rpc::PermissionDenied("subscriptions to files of the server");
}

// The subscription of a request, or all that is wrong with it.
absl::StatusOr<StoredSubscription> Checked(const SubscriptionSources& sources,
                                           const v1::Subscription& message) {
  rpc::Violations violations;
  StoredSubscription out = SubscriptionFromProto(
      message, sources.deliverer.options().filter, &violations);
  if (!domain::IsId(out.id)) {
    violations.Add("subscription_id",
                   "not an id; accepted: 1 to 64 of a-z 0-9 - . _, starting "
                   "with a letter or digit");
  }
  QJ_RETURN_IF_ERROR(violations.ToStatus());
  return out;
}

absl::Status PutNew(const SubscriptionSources& sources,
                    const rpc::RequestContext& call,
                    store::Transaction& transaction,
                    const StoredSubscription& subscription) {
  const std::string owner = SubscriptionOwner(call.principal());
  QJ_RETURN_IF_ERROR(CheckFileRole(call.principal(), subscription.channel));
  QJ_RETURN_IF_ERROR(CheckRoom(transaction, subscription, owner));
  StoredDelivery delivery;
  delivery.id = subscription.id;
  // From now on.
  QJ_ASSIGN_OR_RETURN(const store::Change head, transaction.Head());
  delivery.told.seq = head.seq;
  if (subscription.daily) {
    delivery.next = domain::NextDailyTime(
        call.clock().Now(), sources.deliverer.options().daily_hour);
  }
  QJ_RETURN_IF_ERROR(
      transaction.Put(SubscriptionTable(), ToRow(subscription), owner)
          .status());
  return transaction.Put(DeliveryTable(), ToRow(delivery), owner).status();
}

// The answer of a write, as that change left it; of a dry run what it would be.
absl::Status Answer(const SubscriptionSources& sources,
                    const rpc::RequestContext& call,
                    const store::Commit& commit,
                    const StoredSubscription& subscription,
                    v1::Subscription* response) {
  if (commit.seq == 0) {
    ToProto(subscription, response);
    return absl::OkStatus();
  }
  // A repeat under the same request id names what the first call wrote.
  QJ_ASSIGN_OR_RETURN(const std::string id,
                      ParseSubscriptionName(commit.names.at(0)));
  sources.deliverer.Refresh(id);
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(
        const OwnedSubscription owned,
        ReadOwned(reader, call.principal(), id, false, commit.seq));
    return FillSubscription(reader, owned, response);
  });
}

// What the update asks for, over what there is.
absl::StatusOr<StoredSubscription> Updated(
    const SubscriptionSources& sources,
    const v1::UpdateSubscriptionRequest& request,
    const StoredSubscription& current) {
  v1::Subscription message;
  ToProto(current, &message);
  message.set_secret(current.secret);
  QJ_RETURN_IF_ERROR(rpc::ApplyUpdateMask(request.update_mask(),
                                          request.subscription(), &message));
  message.set_subscription_id(current.id);
  // It is never answered, so who sends everything back has none.
  if (message.secret().empty()) message.set_secret(current.secret);
  QJ_ASSIGN_OR_RETURN(StoredSubscription out, Checked(sources, message));
  if (out.channel != current.channel) {
    return rpc::InvalidField("subscription.channel",
                             "cannot be changed; accepted: as it is");
  }
  return out;
}

absl::Status PutUpdated(const SubscriptionSources& sources,
                        const rpc::RequestContext& call,
                        store::Transaction& transaction,
                        const OwnedSubscription& current,
                        const StoredSubscription& updated) {
  QJ_RETURN_IF_ERROR(CheckRoom(transaction, updated, current.owner_id));
  QJ_ASSIGN_OR_RETURN(
      const bool changed,
      transaction.Put(SubscriptionTable(), ToRow(updated), current.owner_id));
  if (!changed) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(StoredDelivery delivery,
                      ReadDelivery(transaction, updated.id));
  // What failed is tried at once; a daily mail still comes at its hour.
  delivery.attempts = 0;
  if (!updated.daily) {
    delivery.next.reset();
  } else if (!current.subscription.daily) {
    delivery.next = domain::NextDailyTime(
        call.clock().Now(), sources.deliverer.options().daily_hour);
  }
  return transaction.Put(DeliveryTable(), ToRow(delivery), current.owner_id)
      .status();
}

absl::StatusOr<bool> Exists(store::Reader& reader, const std::string& id) {
  QJ_ASSIGN_OR_RETURN(const auto stored, reader.Get(SubscriptionTable(), {id},
                                                    AccessScope::All()));
  return stored.has_value();
}

}  // namespace

absl::Status CreateSubscription(const SubscriptionSources& sources,
                                const rpc::RequestContext& call,
                                const v1::CreateSubscriptionRequest& request,
                                v1::Subscription* response) {
  v1::Subscription message = request.subscription();
  if (!request.subscription_id().empty()) {
    message.set_subscription_id(request.subscription_id());
  } else if (message.subscription_id().empty()) {
    message.set_subscription_id(NewUuid());
  }
  QJ_ASSIGN_OR_RETURN(const StoredSubscription subscription,
                      Checked(sources, message));
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(
          call, sources.store, request,
          [&](store::Transaction& transaction, Names& names) -> absl::Status {
            QJ_ASSIGN_OR_RETURN(const bool exists,
                                Exists(transaction, subscription.id));
            if (exists) {
              return rpc::AlreadyExists(SubscriptionName(subscription.id));
            }
            names = {SubscriptionName(subscription.id)};
            return PutNew(sources, call, transaction, subscription);
          }));
  return Answer(sources, call, commit, subscription, response);
}

absl::Status UpdateSubscription(const SubscriptionSources& sources,
                                const rpc::RequestContext& call,
                                const v1::UpdateSubscriptionRequest& request,
                                v1::Subscription* response) {
  const std::string& name = request.subscription().name();
  QJ_ASSIGN_OR_RETURN(const std::string id,
                      ParseSubscriptionName(name, false, "subscription.name"));
  StoredSubscription updated;
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(
          call, sources.store, request,
          [&](store::Transaction& transaction, Names& names) -> absl::Status {
            names = {name};
            QJ_ASSIGN_OR_RETURN(const bool exists, Exists(transaction, id));
            if (!exists && request.allow_missing()) {
              v1::Subscription message = request.subscription();
              message.set_subscription_id(id);
              QJ_ASSIGN_OR_RETURN(updated, Checked(sources, message));
              return PutNew(sources, call, transaction, updated);
            }
            QJ_ASSIGN_OR_RETURN(
                const OwnedSubscription current,
                ReadOwned(transaction, call.principal(), id, true));
            QJ_RETURN_IF_ERROR(rpc::CheckEtag(
                name, request.subscription().etag(), current.seq));
            QJ_ASSIGN_OR_RETURN(
                updated, Updated(sources, request, current.subscription));
            return PutUpdated(sources, call, transaction, current, updated);
          }));
  return Answer(sources, call, commit, updated, response);
}

absl::Status DeleteSubscription(const SubscriptionSources& sources,
                                const rpc::RequestContext& call,
                                const v1::DeleteSubscriptionRequest& request,
                                type::v1::DeleteResponse* response) {
  QJ_ASSIGN_OR_RETURN(const std::string id,
                      ParseSubscriptionName(request.name()));
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(
          call, sources.store, request,
          [&](store::Transaction& transaction, Names&) -> absl::Status {
            const auto owned =
                ReadOwned(transaction, call.principal(), id, true);
            if (absl::IsNotFound(owned.status()) && request.allow_missing()) {
              return absl::OkStatus();
            }
            QJ_RETURN_IF_ERROR(owned.status());
            QJ_RETURN_IF_ERROR(
                rpc::CheckEtag(request.name(), request.etag(), owned->seq));
            QJ_ASSIGN_OR_RETURN(const auto letters,
                                ReadDeadLetters(transaction, id));
            for (const StoredDeadLetter& letter : letters) {
              QJ_RETURN_IF_ERROR(
                  transaction.Delete(DeadLetterTable(), {id, letter.id})
                      .status());
            }
            QJ_RETURN_IF_ERROR(
                transaction.Delete(DeliveryTable(), {id}).status());
            return transaction.Delete(SubscriptionTable(), {id}).status();
          }));
  if (commit.seq == 0) return absl::OkStatus();
  sources.deliverer.Refresh(id);
  response->set_seq(commit.seq);
  *response->mutable_time() = ToTimestamp(commit.time);
  return absl::OkStatus();
}

absl::Status RetryDeadLetters(const SubscriptionSources& sources,
                              const rpc::RequestContext& call,
                              const v1::RetryDeadLettersRequest& request,
                              v1::RetryDeadLettersResponse* response) {
  QJ_ASSIGN_OR_RETURN(const std::string id,
                      ParseSubscriptionName(request.name()));
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(
          call, sources.store, request,
          [&](store::Transaction& transaction, Names& names) -> absl::Status {
            names.clear();
            QJ_ASSIGN_OR_RETURN(
                const OwnedSubscription owned,
                ReadOwned(transaction, call.principal(), id, true));
            QJ_ASSIGN_OR_RETURN(std::vector<StoredDeadLetter> letters,
                                ReadDeadLetters(transaction, id));
            std::set<std::string> wanted(request.dead_letter_ids().begin(),
                                         request.dead_letter_ids().end());
            const bool all = wanted.empty();
            for (StoredDeadLetter& letter : letters) {
              if (!all && wanted.erase(letter.id) == 0) continue;
              letter.retrying = true;
              letter.attempts = 0;
              QJ_RETURN_IF_ERROR(
                  transaction
                      .Put(DeadLetterTable(), ToRow(letter), owned.owner_id)
                      .status());
              names.push_back(
                  rpc::MakeName(rpc::pattern::kDeadLetter, {id, letter.id}));
            }
            if (!wanted.empty()) {
              return rpc::NotFound(absl::StrCat(request.name(), "/deadLetters/",
                                                *wanted.begin()));
            }
            std::sort(names.begin(), names.end());
            return absl::OkStatus();
          }));
  sources.deliverer.Refresh(id);
  for (const std::string& name : commit.names) response->add_names(name);
  response->set_seq(commit.seq);
  return absl::OkStatus();
}

}  // namespace qiangji::bottleneck
