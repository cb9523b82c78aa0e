// The gRPC services of the resources: generated methods overridden by one
// line each.
#pragma once

#include <memory>
#include <vector>

#include "db/store/store.h"

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::registry {

// Of every table of this build. Both arguments outlive the services.
std::vector<std::unique_ptr<grpc::Service>> NewResourceServices(
    rpc::Runtime& runtime, store::Store& store);

// Of the tables of later issues: every rpc answers UNIMPLEMENTED and says so.
std::vector<std::unique_ptr<grpc::Service>> NewLaterServices(
    rpc::Runtime& runtime);

}  // namespace qiangji::registry
