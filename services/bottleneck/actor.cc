#include "services/bottleneck/actor.h"

#include <string>

#include "services/rpc/errors.h"

namespace qiangji::bottleneck {
namespace {

void Fill(const rpc::Principal& principal, domain::Actor* actor) {
  actor->id = principal.id;
  actor->sectors = principal.sectors;
  for (int role = 0; role < domain::kActorRoleCount; ++role) {
    // Both lists of roles are in the order of proto's.
    actor->roles.set(static_cast<std::size_t>(role),
                     principal.Has(static_cast<rpc::Role>(role)));
  }
}

}  // namespace

domain::Actor ActorOf(const rpc::Principal& principal) {
  domain::Actor actor;
  Fill(principal, &actor);
  return actor;
}

domain::FlagActor FlagActorOf(const rpc::Principal& principal) {
  domain::FlagActor actor;
  Fill(principal, &actor);
  actor.organization_id = principal.organization_id;
  return actor;
}

absl::Status ToStatus(const domain::Refusal& refusal) {
  switch (refusal.kind) {
    case domain::Refusal::Kind::kDenied:
      return rpc::WithReason(absl::PermissionDeniedError(refusal.message),
                             refusal.reason);
    case domain::Refusal::Kind::kIllegal:
      return rpc::FailedPrecondition(refusal.reason, refusal.message);
    case domain::Refusal::Kind::kInvalid:
      return rpc::InvalidField(refusal.field, refusal.message);
  }
  return absl::InternalError("a refusal of no kind");
}

}  // namespace qiangji::bottleneck
