// google.longrunning.Operations over the operations of this process.
#pragma once

#include <memory>

#include "services/registry/operations.h"

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::registry {

// `runtime` outlives the service. ListOperations takes the filters "",
// "done = true" and "done = false" and the names "" and "operations";
// WaitOperation answers after at most 25 s, done or not.
std::unique_ptr<grpc::Service> NewOperationService(
    rpc::Runtime& runtime, std::shared_ptr<Operations> operations);

}  // namespace qiangji::registry
