// Merging what was registered twice, and finding it.
#pragma once

#include <memory>

#include "db/store/store.h"

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::registry {

std::unique_ptr<grpc::Service> NewIdentityService(rpc::Runtime& runtime,
                                                  store::Store& store);

}  // namespace qiangji::registry
