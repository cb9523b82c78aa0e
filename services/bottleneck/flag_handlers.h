// What each rpc of FlagService answers.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "qiangji/bottleneck/v1/flag_service.pb.h"
#include "services/bottleneck/alert_handlers.h"
#include "services/bottleneck/flag_options.h"
#include "services/bottleneck/flag_registry.h"
#include "services/bottleneck/flag_row.h"
#include "services/bottleneck/freshness.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {

class AlertClock;

// All outlive the calls.
struct FlagSources {
  const AlertSources& alerts;
  AlertClock& clock;
  FlagOptions options;
};

// Reads: on the pool kRead. Pages of one listing read one change of the store.
absl::Status GetFlag(const FlagSources& sources, const View& view,
                     const v1::GetFlagRequest& request, v1::Flag* response);
absl::Status ListFlags(const FlagSources& sources,
                       const rpc::RequestContext& call, const View& view,
                       const v1::ListFlagsRequest& request,
                       v1::ListFlagsResponse* response);
absl::Status ListFlagHistory(const FlagSources& sources,
                             const rpc::RequestContext& call,
                             const v1::ListFlagHistoryRequest& request,
                             v1::ListFlagHistoryResponse* response);

// A flag that is asked for, and what the registry is asked before it is made.
struct NewFlag {
  StoredFlag flag;
  rpc::Violations violations;
  FlagRegistry::Question question;
};
NewFlag PrepareFlag(const rpc::RequestContext& call,
                    const v1::CreateFlagRequest& request);
// Who is asked after: whether the speaker is a member. Reads the store.
absl::StatusOr<FlagRegistry::Question> PrepareVoice(
    const FlagSources& sources, const rpc::RequestContext& call,
    const std::string& name, const std::string& organization_id);

// Writes: on the pool kWrite. Each is one change, durable before the answer.
// `changed` = whether alerts may be others now.
absl::Status CreateFlag(const FlagSources& sources,
                        const rpc::RequestContext& call,
                        const v1::CreateFlagRequest& request,
                        const NewFlag& prepared,
                        const FlagRegistry::Answer& registered,
                        v1::Flag* response, bool* changed);
absl::Status EndorseFlag(const FlagSources& sources,
                         const rpc::RequestContext& call,
                         const v1::EndorseFlagRequest& request,
                         const FlagRegistry::Answer& registered,
                         v1::Flag* response, bool* changed);
absl::Status ContestFlag(const FlagSources& sources,
                         const rpc::RequestContext& call,
                         const v1::ContestFlagRequest& request,
                         const FlagRegistry::Answer& registered,
                         v1::Flag* response, bool* changed);
absl::Status AdoptFlag(const FlagSources& sources,
                       const rpc::RequestContext& call,
                       const v1::AdoptFlagRequest& request,
                       const FlagRegistry::Answer& registered,
                       v1::Flag* response, bool* changed);
absl::Status MapFlag(const FlagSources& sources,
                     const rpc::RequestContext& call,
                     const v1::MapFlagRequest& request,
                     const FlagRegistry::Answer& registered, v1::Flag* response,
                     bool* changed);
absl::Status WithdrawFlag(const FlagSources& sources,
                          const rpc::RequestContext& call,
                          const v1::WithdrawFlagRequest& request,
                          v1::Flag* response, bool* changed);
absl::Status DeclineFlag(const FlagSources& sources,
                         const rpc::RequestContext& call,
                         const v1::DeclineFlagRequest& request,
                         v1::Flag* response, bool* changed);
absl::Status JudgeFlag(const FlagSources& sources,
                       const rpc::RequestContext& call,
                       const v1::JudgeFlagRequest& request, v1::Flag* response,
                       bool* changed);

}  // namespace qiangji::bottleneck
