// CreateFlag (flag_handlers.h).
#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/actor.h"
#include "services/bottleneck/alert_clock.h"
#include "services/bottleneck/flag_change.h"
#include "services/bottleneck/flag_view.h"
#include "services/domain/validate.h"
#include "services/writes/write_call.h"

namespace qiangji::bottleneck {
namespace {

using domain::FlagName;
using store::AccessScope;

constexpr absl::Duration kWindow = absl::Hours(24);

// Not more new flags of one alliance than the options say.
absl::Status CheckRoom(store::Reader& reader, const std::string& alliance,
                       int most, absl::Time now) {
  std::vector<absl::Time> made;
  store::ScanOptions options;
  options.equals = {{FlagTable().Find("alliance_id"), alliance}};
  QJ_RETURN_IF_ERROR(reader.Scan(
      FlagTable(), options, AccessScope::All(),
      [&](const store::Stored& row, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(const StoredFlag flag, FlagFromRow(row.row));
        if (flag.create_time > now - kWindow) made.push_back(flag.create_time);
        return absl::OkStatus();
      }));
  const auto room = static_cast<std::size_t>(most);
  if (made.size() < room) return absl::OkStatus();
  std::sort(made.begin(), made.end());
  const std::string again = absl::FormatTime(
      "%Y-%m-%dT%H:%M:%SZ",
      absl::Ceil(made[made.size() - room] + kWindow - absl::UnixEpoch(),
                 absl::Seconds(1)) +
          absl::UnixEpoch(),
      absl::UTCTimeZone());
  return rpc::WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          alliance, " has made ", made.size(), " flags in 24 hours, at most ",
          most, " are accepted; try again at ", again)),
      "TOO_MANY_FLAGS", {{"retry_time", again}});
}

// What the registry does not have of what the flag names.
void CheckRegistered(const StoredFlag& stored,
                     const FlagRegistry::Answer& registered,
                     rpc::Violations& violations) {
  const auto dangling = [&](absl::string_view field, const std::string& name) {
    violations.AddDangling(field, absl::StrCat(name, " is not registered"));
  };
  const domain::Flag& flag = stored.flag;
  if (domain::IsId(flag.item_id) && !registered.items.contains(flag.item_id)) {
    dangling("flag.item_id", absl::StrCat("items/", flag.item_id));
  }
  for (const std::string& id : stored.equipment_ids) {
    if (domain::IsId(id) && !registered.items.contains(id)) {
      dangling("flag.equipment_ids", absl::StrCat("items/", id));
    }
  }
  for (const std::string& id : stored.sectors) {
    if (domain::IsId(id) && !registered.sectors.contains(id)) {
      dangling("flag.proposed_sectors", absl::StrCat("sectors/", id));
    }
  }
  if (!domain::IsId(flag.alliance_id)) return;
  const auto alliance = registered.organizations.find(flag.alliance_id);
  if (alliance == registered.organizations.end()) {
    dangling("flag.alliance_id",
             absl::StrCat("organizations/", flag.alliance_id));
  } else if (!alliance->second.alliance) {
    violations.Add(
        "flag.alliance_id",
        absl::StrCat(flag.alliance_id, " is no alliance and no association"));
  }
}

// Why the caller may not flag this; its sectors count where they are known.
absl::Status CheckMayFlag(const domain::FlagActor& actor,
                          const StoredFlag& stored,
                          const FlagRegistry::Answer& registered) {
  std::vector<std::string> own = actor.sectors;
  const auto alliance = registered.organizations.find(stored.flag.alliance_id);
  if (own.empty() && alliance != registered.organizations.end()) {
    own = alliance->second.sectors;
  }
  const bool known = stored.flag.item_id.empty() ||
                     registered.items.contains(stored.flag.item_id);
  const auto refusal = domain::RefuseNewFlag(actor, stored.flag.alliance_id,
                                             known ? stored.sectors : own, own);
  return refusal ? ToStatus(*refusal) : absl::OkStatus();
}

}  // namespace

NewFlag PrepareFlag(const rpc::RequestContext& call,
                    const v1::CreateFlagRequest& request) {
  NewFlag prepared;
  v1::Flag message = request.flag();
  message.set_flag_id(request.flag_id().empty() ? NewUuid()
                                                : request.flag_id());
  if (message.alliance_id().empty()) {
    message.set_alliance_id(call.principal().organization_id);
  }
  prepared.flag = FlagFromProto(message, &prepared.violations);
  FlagRegistry::Question& question = prepared.question;
  const auto ask = [](const std::string& id, std::set<std::string>& of) {
    if (domain::IsId(id)) of.insert(id);
  };
  ask(prepared.flag.flag.item_id, question.items);
  for (const std::string& id : prepared.flag.equipment_ids) {
    ask(id, question.items);
  }
  for (const std::string& id : prepared.flag.sectors) ask(id, question.sectors);
  ask(prepared.flag.flag.alliance_id, question.organizations);
  return prepared;
}

absl::Status CreateFlag(const FlagSources& sources,
                        const rpc::RequestContext& call,
                        const v1::CreateFlagRequest& request,
                        const NewFlag& prepared,
                        const FlagRegistry::Answer& registered,
                        v1::Flag* response, bool* changed) {
  const domain::FlagActor actor = FlagActorOf(call.principal());
  StoredFlag stored = prepared.flag;
  rpc::Violations checked = prepared.violations;
  CheckRegistered(stored, registered, checked);
  const auto item = registered.items.find(stored.flag.item_id);
  if (item != registered.items.end()) stored.sectors = item->second;
  QJ_RETURN_IF_ERROR(CheckMayFlag(actor, stored, registered));
  const absl::Time now = call.clock().Now();
  stored.create_time = now;
  stored.actor = actor.id;
  const std::string& id = stored.flag.id;
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(
          call, sources.alerts.store, request,
          [&](store::Transaction& transaction,
              FlagNames& names) -> absl::Status {
            // A repeat of a request that was done is not checked again.
            rpc::Violations violations = checked;
            if (stored.flag.due && *stored.flag.due <= now) {
              violations.Add("flag.due",
                             "has passed; accepted: a time to come");
            }
            QJ_RETURN_IF_ERROR(violations.ToStatus());
            QJ_ASSIGN_OR_RETURN(
                const auto there,
                transaction.Get(FlagTable(), {id}, AccessScope::All()));
            if (there) return rpc::AlreadyExists(FlagName(id));
            QJ_RETURN_IF_ERROR(CheckRoom(transaction, stored.flag.alliance_id,
                                         sources.options.most_a_day, now));
            names = {FlagName(id)};
            return transaction
                .Put(FlagTable(), ToRow(stored), domain::FlagWriter(actor))
                .status();
          }));
  *changed = commit.changed;
  sources.clock.Expect(stored.flag.due);
  return AnswerFlag(sources, commit, stored, response);
}

}  // namespace qiangji::bottleneck
