#include "services/rpc/principal.h"

namespace qiangji::rpc {

Principal Principal::Operator() {
  Principal principal;
  principal.id = "operator";
  principal.roles = {Role::kAdministrator, Role::kSteward};
  return principal;
}

Principal Principal::Service() {
  Principal principal;
  principal.id = "service";
  principal.roles = {Role::kService};
  return principal;
}

Principal DefaultPrincipal(absl::string_view peer) {
  return peer == kInProcessPeer ? Principal::Service() : Principal::Operator();
}

}  // namespace qiangji::rpc
