// Callers as the machines of alerts and flags see them, and their refusals.
#pragma once

#include "absl/status/status.h"
#include "services/domain/alert_lifecycle.h"
#include "services/domain/flag.h"
#include "services/rpc/principal.h"

namespace qiangji::bottleneck {

domain::Actor ActorOf(const rpc::Principal& principal);
domain::FlagActor FlagActorOf(const rpc::Principal& principal);

absl::Status ToStatus(const domain::Refusal& refusal);

}  // namespace qiangji::bottleneck
