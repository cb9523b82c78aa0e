// ReleaseService: disclosure-controlled tables are made, kept and read.
#pragma once

#include <memory>

#include "services/coverage/engine.h"
#include "services/domain/disclosure.h"

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
std::unique_ptr<grpc::Service> NewReleaseService(
    store::Store& store, Engine engine, const domain::DisclosureRule& rule,
    rpc::Runtime& runtime);

}  // namespace qiangji::coverage
