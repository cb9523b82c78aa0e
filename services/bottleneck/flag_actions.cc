// What people do with a flag that there is (flag_handlers.h).
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/actor.h"
#include "services/bottleneck/alert_clock.h"
#include "services/bottleneck/flag_change.h"
#include "services/bottleneck/flag_goal.h"
#include "services/bottleneck/flag_view.h"
#include "services/domain/validate.h"
#include "services/rpc/etag.h"
#include "services/writes/write_call.h"

namespace qiangji::bottleneck {
namespace {

using domain::FlagAction;
using domain::FlagName;
using domain::FlagOutcome;
using domain::FlagRequest;
using domain::Refusal;
using store::AccessScope;

struct Action {
  FlagRequest asked;
  std::string etag;
  // Of kAdopt and kMap.
  std::string item_id;
  std::vector<std::string> sectors;
};

// Counts the voice on the flag and writes it; false where it is as it was.
absl::StatusOr<bool> PutVoice(store::Transaction& transaction,
                              const FlagOutcome& outcome,
                              const std::string& text, absl::Time now,
                              StoredFlag& stored) {
  StoredVoice voice;
  voice.flag_id = stored.flag.id;
  voice.organization_id = outcome.speaker;
  voice.endorses = outcome.happening == domain::FlagHappening::kEndorsed;
  voice.reason = text;
  voice.time = now;
  QJ_ASSIGN_OR_RETURN(
      const auto before,
      transaction.Get(VoiceTable(), {voice.flag_id, voice.organization_id},
                      AccessScope::All()));
  if (before) {
    QJ_ASSIGN_OR_RETURN(const StoredVoice was, VoiceFromRow(before->row));
    if (was.endorses == voice.endorses && was.reason == voice.reason) {
      return false;
    }
    --(was.endorses ? stored.flag.endorsements : stored.flag.contests);
  }
  ++(voice.endorses ? stored.flag.endorsements : stored.flag.contests);
  QJ_RETURN_IF_ERROR(
      transaction.Put(VoiceTable(), ToRow(voice), voice.organization_id)
          .status());
  return true;
}

// The flag after the action, or why there is none.
absl::Status Apply(store::Transaction& transaction, const std::string& id,
                   const domain::FlagActor& actor, const Action& action,
                   absl::Time now, StoredFlag& stored) {
  QJ_ASSIGN_OR_RETURN(const auto current,
                      transaction.Get(FlagTable(), {id}, AccessScope::All()));
  if (!current) return rpc::NotFound(FlagName(id));
  QJ_RETURN_IF_ERROR(
      rpc::CheckEtag(FlagName(id), action.etag, current->seq_from));
  QJ_ASSIGN_OR_RETURN(stored, FlagFromRow(current->row));
  QJ_ASSIGN_OR_RETURN(stored.flag.goal, ReadGoal(stored.goal));
  const domain::FlagLife life = {
      stored.flag.status, stored.flag.alliance_id, current->owner_id,
      stored.sectors, stored.flag.goal.kind == domain::FlagGoal::Kind::kText};
  const auto result = domain::Act(life, actor, action.asked);
  if (const auto* refusal = std::get_if<Refusal>(&result)) {
    return ToStatus(*refusal);
  }
  const FlagOutcome& outcome = std::get<FlagOutcome>(result);
  if (!outcome.speaker.empty()) {
    QJ_ASSIGN_OR_RETURN(
        const bool written,
        PutVoice(transaction, outcome, action.asked.text, now, stored));
    if (!written) return absl::OkStatus();
  } else {
    stored.reply = action.asked.text;
    if (outcome.status == domain::FlagStatus::kReached) {
      stored.flag.overdue = false;
    }
  }
  if (!action.item_id.empty()) {
    stored.flag.item_id = action.item_id;
    stored.sectors = action.sectors;
  }
  stored.flag.status = outcome.status;
  stored.happening = outcome.happening;
  stored.actor = actor.id;
  stored.speaker = outcome.speaker;
  stored.comment = action.asked.text;
  return transaction.Put(FlagTable(), ToRow(stored), current->owner_id)
      .status();
}

template <typename Request>
absl::Status Perform(const FlagSources& sources,
                     const rpc::RequestContext& call, const Request& request,
                     Action action, v1::Flag* response, bool* changed) {
  QJ_ASSIGN_OR_RETURN(const std::string id, ParseFlagName(request.name()));
  const domain::FlagActor actor = FlagActorOf(call.principal());
  action.asked.text = request.reason();
  action.etag = request.etag();
  StoredFlag stored;
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(call, sources.alerts.store, request,
                        [&](store::Transaction& transaction, FlagNames& names) {
                          names = {request.name()};
                          return Apply(transaction, id, actor, action,
                                       call.clock().Now(), stored);
                        }));
  *changed = commit.changed;
  sources.clock.Expect(stored.flag.due);
  return AnswerFlag(sources, commit, stored, response);
}

// The action of an organization.
template <typename Request>
absl::Status Speak(const FlagSources& sources, const rpc::RequestContext& call,
                   const Request& request, FlagAction what,
                   const FlagRegistry::Answer& registered, v1::Flag* response,
                   bool* changed) {
  Action action;
  action.asked.action = what;
  action.asked.speaker = request.organization_id();
  action.asked.member = registered.members.contains(
      domain::SpeakerOf(FlagActorOf(call.principal()), action.asked));
  return Perform(sources, call, request, std::move(action), response, changed);
}

// The action that names an item.
template <typename Request>
absl::Status Settle(const FlagSources& sources, const rpc::RequestContext& call,
                    const Request& request, FlagAction what,
                    const FlagRegistry::Answer& registered, v1::Flag* response,
                    bool* changed) {
  if (!domain::IsId(request.item_id())) {
    return rpc::InvalidField("item_id", "must be stated: a registered item");
  }
  const auto item = registered.items.find(request.item_id());
  if (item == registered.items.end()) {
    rpc::Violations violations;
    violations.AddDangling("item_id", absl::StrCat("items/", request.item_id(),
                                                   " is not registered"));
    return violations.ToStatus();
  }
  Action action;
  action.asked.action = what;
  action.item_id = item->first;
  action.sectors = item->second;
  return Perform(sources, call, request, std::move(action), response, changed);
}

}  // namespace

absl::StatusOr<FlagRegistry::Question> PrepareVoice(
    const FlagSources& sources, const rpc::RequestContext& call,
    const std::string& name, const std::string& organization_id) {
  QJ_ASSIGN_OR_RETURN(const std::string id, ParseFlagName(name));
  FlagRequest asked;
  asked.speaker = organization_id;
  const std::string speaker =
      domain::SpeakerOf(FlagActorOf(call.principal()), asked);
  FlagRegistry::Question question;
  QJ_RETURN_IF_ERROR(
      sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(const auto stored,
                            reader.Get(FlagTable(), {id}, AccessScope::All()));
        if (!stored) return rpc::NotFound(name);
        QJ_ASSIGN_OR_RETURN(const StoredFlag flag, FlagFromRow(stored->row));
        question.alliance = flag.flag.alliance_id;
        return absl::OkStatus();
      }));
  if (domain::IsId(speaker)) question.members.insert(speaker);
  return question;
}

absl::Status EndorseFlag(const FlagSources& sources,
                         const rpc::RequestContext& call,
                         const v1::EndorseFlagRequest& request,
                         const FlagRegistry::Answer& registered,
                         v1::Flag* response, bool* changed) {
  return Speak(sources, call, request, FlagAction::kEndorse, registered,
               response, changed);
}

absl::Status ContestFlag(const FlagSources& sources,
                         const rpc::RequestContext& call,
                         const v1::ContestFlagRequest& request,
                         const FlagRegistry::Answer& registered,
                         v1::Flag* response, bool* changed) {
  return Speak(sources, call, request, FlagAction::kContest, registered,
               response, changed);
}

absl::Status AdoptFlag(const FlagSources& sources,
                       const rpc::RequestContext& call,
                       const v1::AdoptFlagRequest& request,
                       const FlagRegistry::Answer& registered,
                       v1::Flag* response, bool* changed) {
  return Settle(sources, call, request, FlagAction::kAdopt, registered,
                response, changed);
}

absl::Status MapFlag(const FlagSources& sources,
                     const rpc::RequestContext& call,
                     const v1::MapFlagRequest& request,
                     const FlagRegistry::Answer& registered, v1::Flag* response,
                     bool* changed) {
  return Settle(sources, call, request, FlagAction::kMap, registered, response,
                changed);
}

absl::Status WithdrawFlag(const FlagSources& sources,
                          const rpc::RequestContext& call,
                          const v1::WithdrawFlagRequest& request,
                          v1::Flag* response, bool* changed) {
  Action action;
  action.asked.action = FlagAction::kWithdraw;
  return Perform(sources, call, request, std::move(action), response, changed);
}

absl::Status DeclineFlag(const FlagSources& sources,
                         const rpc::RequestContext& call,
                         const v1::DeclineFlagRequest& request,
                         v1::Flag* response, bool* changed) {
  Action action;
  action.asked.action = FlagAction::kDecline;
  return Perform(sources, call, request, std::move(action), response, changed);
}

absl::Status JudgeFlag(const FlagSources& sources,
                       const rpc::RequestContext& call,
                       const v1::JudgeFlagRequest& request, v1::Flag* response,
                       bool* changed) {
  Action action;
  action.asked.action = FlagAction::kJudge;
  action.asked.reached = request.reached();
  return Perform(sources, call, request, std::move(action), response, changed);
}

}  // namespace qiangji::bottleneck
