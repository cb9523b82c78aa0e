// The coverage service: figures over a picture of the registry, and the reports
// and releases that were made of them (ARCHITECTURE, "Services").
#pragma once

#include <cstddef>
#include <memory>

#include "services/domain/disclosure.h"
#include "services/rpc/service.h"

namespace grpc {
class Channel;
}
namespace qiangji::rpc {
class Runtime;
}
namespace qiangji::store {
class Store;
}

namespace qiangji::coverage {

struct CoverageOptions {
  // Budget of cached analyses.
  std::size_t cache_bytes = std::size_t{256} << 20;
  domain::DisclosureRule disclosure;  // of releases
};

// `store` holds domain::CoverageTables(); it and `runtime` outlive the host.
// `registry` may not be up yet.
std::unique_ptr<rpc::ServiceHost> NewCoverageService(
    store::Store& store, const std::shared_ptr<grpc::Channel>& registry,
    rpc::Runtime& runtime, const CoverageOptions& options = {});

}  // namespace qiangji::coverage
