// ExportService: every table as CSV that can be imported again.
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

// Both arguments outlive the service.
std::unique_ptr<grpc::Service> NewExportService(rpc::Runtime& runtime,
                                                store::Store& store);

}  // namespace qiangji::registry
