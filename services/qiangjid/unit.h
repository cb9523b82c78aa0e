// One service of a process with what it stands on.
#pragma once

#include <memory>
#include <string>

#include "db/store/store.h"
#include "services/rpc/runtime.h"
#include "services/rpc/server.h"
#include "services/rpc/service.h"

namespace qiangji::server {

// Members are destroyed in the reverse order: callers before what they call.
struct Unit {
  std::string name;
  std::unique_ptr<store::Store> store;  // nullptr: owns nothing
  std::unique_ptr<rpc::Runtime> runtime;
  std::unique_ptr<rpc::ServiceHost> host;
  // For the other services of this process, who are no outside callers there.
  std::unique_ptr<rpc::Server> inside;
  bool was_ready = false;
};

}  // namespace qiangji::server
