// Rounds of reporting (填报轮次).
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

std::unique_ptr<grpc::Service> NewRoundService(rpc::Runtime& runtime,
                                               store::Store& store);

}  // namespace qiangji::registry
