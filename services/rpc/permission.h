// What an rpc needs, read from the option of its proto method; there is no
// second list.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/rpc/principal.h"

namespace qiangji::rpc {

struct MethodInfo {
  std::string path;        // "/qiangji.registry.v1.ItemService/GetItem"
  std::string permission;  // "registry.items.get"; "" = the proto has none
  Roles roles;             // that hold it
};

// Found once, then kept. `service` and `method` are literals that live as long
// as the process (service_full_name(), __func__). Thread-safe.
const MethodInfo& FindMethod(const char* service, const char* method);

// OK, or PERMISSION_DENIED. A method without the option is denied to all.
absl::Status CheckPermission(const MethodInfo& method,
                             const Principal& principal);

}  // namespace qiangji::rpc
