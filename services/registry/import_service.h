// ImportService: files or rows in by a stream; progress and one result out, on
// the same stream or as an operation.
#pragma once

#include <memory>
#include <string>

#include "db/store/store.h"
#include "services/registry/operations.h"

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::registry {

// `runtime` and `store` outlive the service.
std::unique_ptr<grpc::Service> NewImportService(
    rpc::Runtime& runtime, store::Store& store,
    std::shared_ptr<Operations> operations, std::string spool_directory);

}  // namespace qiangji::registry
