// ExportService: every table as files that can be imported again.
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

// `runtime` and `store` outlive the service; `directory` is for temporary
// files.
std::unique_ptr<grpc::Service> NewExportService(rpc::Runtime& runtime,
                                                store::Store& store,
                                                std::string directory);

}  // namespace qiangji::registry
