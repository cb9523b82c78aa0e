#include "services/bottleneck/delivery_store.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::bottleneck {
namespace {

using store::AccessScope;

absl::StatusOr<std::optional<StoredSubscription>> ReadSubscription(
    store::Reader& reader, const std::string& id) {
  QJ_ASSIGN_OR_RETURN(
      const std::optional<store::Stored> stored,
      reader.Get(SubscriptionTable(), {id}, AccessScope::All()));
  if (!stored) return std::optional<StoredSubscription>();
  QJ_ASSIGN_OR_RETURN(StoredSubscription out, SubscriptionFromRow(stored->row));
  out.sees_all = stored->owner_id.empty();
  return std::optional<StoredSubscription>(std::move(out));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadSubscriptionIds(
    store::Store& store) {
  std::vector<std::string> ids;
  QJ_RETURN_IF_ERROR(store.Read([&](store::Reader& reader) {
    ids.clear();
    return reader.Scan(SubscriptionTable(), {}, AccessScope::All(),
                       [&](const store::Stored& stored, absl::string_view) {
                         ids.push_back(domain::TextOf(stored.row[0]));
                         return absl::OkStatus();
                       });
  }));
  return ids;
}

absl::StatusOr<StoredDelivery> ReadDelivery(store::Reader& reader,
                                            const std::string& id) {
  QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> stored,
                      reader.Get(DeliveryTable(), {id}, AccessScope::All()));
  if (!stored) {
    return absl::DataLossError(
        absl::StrCat("the deliveries of subscriptions/", id, " are not there"));
  }
  return DeliveryFromRow(stored->row);
}

absl::StatusOr<std::vector<StoredDeadLetter>> ReadDeadLetters(
    store::Reader& reader, const std::string& subscription) {
  std::vector<StoredDeadLetter> letters;
  store::ScanOptions options;
  if (!subscription.empty()) options.equals = {{0, subscription}};
  QJ_RETURN_IF_ERROR(reader.Scan(
      DeadLetterTable(), options, AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(StoredDeadLetter letter,
                            DeadLetterFromRow(stored.row));
        letters.push_back(std::move(letter));
        return absl::OkStatus();
      }));
  std::sort(letters.begin(), letters.end(),
            [](const StoredDeadLetter& a, const StoredDeadLetter& b) {
              return std::tie(a.event_seq, a.subscription, a.id) <
                     std::tie(b.event_seq, b.subscription, b.id);
            });
  return letters;
}

absl::StatusOr<std::optional<Subscribed>> ReadSubscribed(
    store::Store& store, const std::string& id) {
  std::optional<Subscribed> out;
  QJ_RETURN_IF_ERROR(store.Read([&](store::Reader& reader) -> absl::Status {
    out.reset();
    QJ_ASSIGN_OR_RETURN(auto subscription, ReadSubscription(reader, id));
    if (!subscription) return absl::OkStatus();
    Subscribed& found = out.emplace();
    found.subscription = *std::move(subscription);
    QJ_ASSIGN_OR_RETURN(found.delivery, ReadDelivery(reader, id));
    QJ_ASSIGN_OR_RETURN(std::vector<StoredDeadLetter> letters,
                        ReadDeadLetters(reader, id));
    const auto first = std::find_if(
        letters.begin(), letters.end(),
        [](const StoredDeadLetter& letter) { return letter.retrying; });
    if (first != letters.end()) found.letter = std::move(*first);
    return absl::OkStatus();
  }));
  return out;
}

absl::Status RecordStep(store::Store& store, const DeliveryStep& step) {
  store::WriteOptions options;
  options.caller = "service:bottleneck";
  options.method = "/qiangji.bottleneck.v1.SubscriptionService/Deliver";
  return store
      .ReadWrite(
          options,
          [&](store::Transaction& transaction,
              std::vector<std::string>&) -> absl::Status {
            QJ_ASSIGN_OR_RETURN(
                const auto subscription,
                transaction.Get(SubscriptionTable(), {step.delivery.id},
                                AccessScope::All()));
            if (!subscription) return absl::OkStatus();
            const std::string& owner = subscription->owner_id;
            QJ_RETURN_IF_ERROR(
                transaction.Put(DeliveryTable(), ToRow(step.delivery), owner)
                    .status());
            if (!step.letter) return absl::OkStatus();
            if (step.letter_gone) {
              return transaction
                  .Delete(DeadLetterTable(),
                          {step.letter->subscription, step.letter->id})
                  .status();
            }
            return transaction
                .Put(DeadLetterTable(), ToRow(*step.letter), owner)
                .status();
          })
      .status();
}

}  // namespace qiangji::bottleneck
