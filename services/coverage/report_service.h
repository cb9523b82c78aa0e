// ReportService: reports are made, kept, rendered, checked and compared.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "services/coverage/engine.h"

namespace grpc {
class Service;
}
namespace qiangji::rpc {
class Runtime;
}
namespace qiangji::store {
class Store;
}

namespace qiangji::coverage {

// What is given must outlive the service.
std::unique_ptr<grpc::Service> NewReportService(
    store::Store& store, std::shared_ptr<grpc::Channel> registry, Engine engine,
    rpc::Runtime& runtime);

}  // namespace qiangji::coverage
