// The registry: the only writer of facts (ARCHITECTURE, "Services").
#pragma once

#include <memory>
#include <string>

#include "services/rpc/service.h"

namespace qiangji::store {
class Store;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::registry {

struct RegistryOptions {
  // Where imports spool their files: a directory of the data directory, on a
  // disk with room for them. "" = the system's directory for temporary files.
  // Nothing is left in it, not even by a crash.
  std::string spool_directory;
};

// `store` holds domain::RegistryTables(); it and `runtime` outlive the host.
// The host is the store's commit listener. Start() seeds an empty store with
// the twelve scopes and the default criteria, and nothing else.
std::unique_ptr<rpc::ServiceHost> NewRegistryService(
    store::Store& store, rpc::Runtime& runtime,
    const RegistryOptions& options = {});

}  // namespace qiangji::registry
