// ChangeService: head, feed, snapshots, the list of changes, the audit.
#pragma once

#include <memory>

#include "db/store/store.h"
#include "services/rpc/change_hub.h"

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::registry {

// All arguments outlive the service.
std::unique_ptr<grpc::Service> NewChangeService(rpc::Runtime& runtime,
                                                store::Store& store,
                                                rpc::ChangeHub& hub);

}  // namespace qiangji::registry
