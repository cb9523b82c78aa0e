#include "services/rpc/permission.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "qiangji/type/v1/permission.pb.h"
#include "services/base/mutex.h"
#include "services/rpc/errors.h"

namespace qiangji::rpc {
namespace {

Roles ToRoles(const type::v1::Permission& permission) {
  Roles roles;
  for (const int role : permission.roles()) {
    switch (role) {
      case type::v1::ROLE_ENTERPRISE:
        roles.Add(Role::kEnterprise);
        break;
      case type::v1::ROLE_ALLIANCE:
        roles.Add(Role::kAlliance);
        break;
      case type::v1::ROLE_ANALYST:
        roles.Add(Role::kAnalyst);
        break;
      case type::v1::ROLE_STEWARD:
        roles.Add(Role::kSteward);
        break;
      case type::v1::ROLE_ADMINISTRATOR:
        roles.Add(Role::kAdministrator);
        break;
      case type::v1::ROLE_SERVICE:
        roles.Add(Role::kService);
        break;
      default:
        break;
    }
  }
  return roles;
}

std::unique_ptr<MethodInfo> Load(const char* service, const char* method) {
  auto info = std::make_unique<MethodInfo>();
  info->path = absl::StrCat("/", service, "/", method);
  if (absl::StartsWith(service, "google.longrunning.")) {
    // Not our file, so without our option. Whose operation it is decides.
    info->permission = "operations.use";
    info->roles = {Role::kEnterprise, Role::kAlliance,      Role::kAnalyst,
                   Role::kSteward,    Role::kAdministrator, Role::kService};
    return info;
  }
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
          absl::StrCat(service, ".", method));
  if (descriptor == nullptr ||
      !descriptor->options().HasExtension(type::v1::permission)) {
    return info;
  }
  const auto& permission =
      descriptor->options().GetExtension(type::v1::permission);
  info->permission = permission.permission();
  info->roles = ToRoles(permission);
  return info;
}

struct Methods {
  Mutex mutex;
  // By the addresses of the literals: no text is compared in a call.
  std::map<std::pair<const void*, const void*>, std::unique_ptr<MethodInfo>>
      methods ABSL_GUARDED_BY(mutex);
};

}  // namespace

const MethodInfo& FindMethod(const char* service, const char* method) {
  static auto* const all = new Methods;
  const MutexLock lock(all->mutex);
  auto& info = all->methods[{service, method}];
  if (info == nullptr) info = Load(service, method);
  return *info;
}

absl::Status CheckPermission(const MethodInfo& method,
                             const Principal& principal) {
  if (method.roles.Intersects(principal.roles)) return absl::OkStatus();
  return PermissionDenied(method.permission.empty() ? method.path
                                                    : method.permission);
}

}  // namespace qiangji::rpc
