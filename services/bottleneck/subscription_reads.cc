// Get and lists of SubscriptionService (subscription_handlers.h).
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/delivery_store.h"
#include "services/bottleneck/subscription_access.h"
#include "services/bottleneck/subscription_handlers.h"
#include "services/bottleneck/subscription_view.h"
#include "services/rpc/errors.h"
#include "services/rpc/filter.h"
#include "services/rpc/limits.h"

namespace qiangji::bottleneck {
namespace {

using rpc::FilterTerm;

constexpr absl::string_view kChannels[] = {"webhook", "email", "file"};

bool InSet(const std::set<std::string>& set, const std::string& value) {
  return set.empty() || set.count(value) > 0;
}

absl::StatusOr<bool> Matches(const OwnedSubscription& owned,
                             const FilterTerm& term) {
  const StoredSubscription& subscription = owned.subscription;
  const domain::NoticeFilter& filter = subscription.filter;
  if (term.column == "channel") {
    return kChannels[static_cast<std::size_t>(subscription.channel)] ==
           term.value;
  }
  if (term.column == "owner_id") return owned.owner_id == term.value;
  if (term.column == "paused") {
    return term.value == (subscription.paused ? "true" : "false");
  }
  if (term.column == "rule") return InSet(filter.rules, term.value);
  if (term.column == "sector") return InSet(filter.sectors, term.value);
  if (term.column == "severity") {
    return term.value == (filter.min_severity
                              ? domain::SeverityName(*filter.min_severity)
                              : absl::string_view());
  }
  if (term.column == "state") {
    const auto state = domain::ParseAlertStatus(term.value);
    return state && (filter.states.empty() || filter.states.count(*state) > 0);
  }
  return rpc::InvalidField(
      "filter", absl::StrCat("no column \"", term.column,
                             "\"; channel, rule, severity, sector, state, "
                             "owner_id and paused are"));
}

absl::StatusOr<std::vector<OwnedSubscription>> Select(
    store::Reader& reader, const rpc::Principal& principal,
    const std::vector<FilterTerm>& terms) {
  std::vector<OwnedSubscription> found;
  QJ_RETURN_IF_ERROR(reader.Scan(
      SubscriptionTable(), {}, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        if (!MaySee(principal, stored.owner_id)) return absl::OkStatus();
        OwnedSubscription owned;
        QJ_ASSIGN_OR_RETURN(owned.subscription,
                            SubscriptionFromRow(stored.row));
        owned.owner_id = stored.owner_id;
        owned.seq = stored.seq_from;
        for (const FilterTerm& term : terms) {
          QJ_ASSIGN_OR_RETURN(const bool matches, Matches(owned, term));
          if (!matches) return absl::OkStatus();
        }
        found.push_back(std::move(owned));
        return absl::OkStatus();
      }));
  return found;
}

// The first entry after the token's, and how many of a page.
struct Page {
  std::string after;
  std::size_t size = 0;
};
template <typename Request>
absl::StatusOr<Page> OpenPage(const SubscriptionSources& sources,
                              const rpc::RequestContext& call,
                              const Request& request) {
  Page page;
  QJ_ASSIGN_OR_RETURN(const int size,
                      rpc::PageSize(request.page_size(), rpc::kDefaultPageSize,
                                    rpc::kMaxPageSize));
  page.size = static_cast<std::size_t>(size);
  QJ_ASSIGN_OR_RETURN(rpc::PageCursor cursor,
                      sources.page_tokens.Open(request, call.principal().id,
                                               request.page_token()));
  page.after = std::move(cursor.after);
  return page;
}

// A text in the order of events, for the page token.
std::string PlaceOf(const StoredDeadLetter& letter) {
  return absl::StrFormat("%020d %s %s", letter.event_seq, letter.subscription,
                         letter.id);
}

}  // namespace

absl::Status GetSubscription(const SubscriptionSources& sources,
                             const rpc::RequestContext& call,
                             const v1::GetSubscriptionRequest& request,
                             v1::Subscription* response) {
  QJ_ASSIGN_OR_RETURN(const std::string id,
                      ParseSubscriptionName(request.name()));
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const OwnedSubscription owned,
                        ReadOwned(reader, call.principal(), id, false));
    return FillSubscription(reader, owned, response);
  });
}

absl::Status ListSubscriptions(const SubscriptionSources& sources,
                               const rpc::RequestContext& call,
                               const v1::ListSubscriptionsRequest& request,
                               v1::ListSubscriptionsResponse* response) {
  if (!request.order_by().empty()) {
    return rpc::InvalidField("order_by",
                             "there is one order only; leave it empty");
  }
  QJ_ASSIGN_OR_RETURN(const Page page, OpenPage(sources, call, request));
  QJ_ASSIGN_OR_RETURN(const std::vector<FilterTerm> terms,
                      rpc::ParseEqualities(request.filter()));
  // Also where there is nothing to match.
  for (const FilterTerm& term : terms) {
    QJ_RETURN_IF_ERROR(Matches(OwnedSubscription(), term).status());
  }
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    response->set_read_seq(head.seq);
    QJ_ASSIGN_OR_RETURN(const std::vector<OwnedSubscription> found,
                        Select(reader, call.principal(), terms));
    for (const OwnedSubscription& owned : found) {
      if (owned.subscription.id <= page.after) continue;
      const int n = response->subscriptions_size();
      if (static_cast<std::size_t>(n) == page.size) {
        response->set_next_page_token(sources.page_tokens.Make(
            request, call.principal().id,
            {response->subscriptions(n - 1).subscription_id(), /*seq=*/0}));
        break;
      }
      QJ_RETURN_IF_ERROR(
          FillSubscription(reader, owned, response->add_subscriptions()));
    }
    return absl::OkStatus();
  });
}

absl::Status ListDeadLetters(const SubscriptionSources& sources,
                             const rpc::RequestContext& call,
                             const v1::ListDeadLettersRequest& request,
                             v1::ListDeadLettersResponse* response) {
  QJ_ASSIGN_OR_RETURN(
      const std::string id,
      ParseSubscriptionName(request.parent(), /*wildcard=*/true, "parent"));
  QJ_ASSIGN_OR_RETURN(const Page page, OpenPage(sources, call, request));
  return sources.store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    response->set_read_seq(head.seq);
    std::set<std::string> visible;
    if (id == "-") {
      QJ_ASSIGN_OR_RETURN(const auto all, Select(reader, call.principal(), {}));
      for (const auto& owned : all) visible.insert(owned.subscription.id);
    } else {
      QJ_RETURN_IF_ERROR(
          ReadOwned(reader, call.principal(), id, false).status());
      visible.insert(id);
    }
    QJ_ASSIGN_OR_RETURN(const std::vector<StoredDeadLetter> letters,
                        ReadDeadLetters(reader, id == "-" ? "" : id));
    std::string last;
    for (const StoredDeadLetter& letter : letters) {
      const std::string place = PlaceOf(letter);
      if (visible.count(letter.subscription) == 0 || place <= page.after) {
        continue;
      }
      if (static_cast<std::size_t>(response->dead_letters_size()) ==
          page.size) {
        response->set_next_page_token(sources.page_tokens.Make(
            request, call.principal().id, {last, /*seq=*/0}));
        break;
      }
      *response->add_dead_letters() = ToProto(letter);
      last = place;
    }
    return absl::OkStatus();
  });
}

}  // namespace qiangji::bottleneck
