// ImportService: files in by a stream, progress and one result out.
#pragma once

#include <memory>
#include <string>

#include "db/store/store.h"

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::registry {

// `runtime` and `store` outlive the service.
std::unique_ptr<grpc::Service> NewImportService(rpc::Runtime& runtime,
                                                store::Store& store,
                                                std::string spool_directory);

}  // namespace qiangji::registry
