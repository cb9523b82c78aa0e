// The shape that every service has for qiangjid and for tests: gRPC services,
// background work, readiness.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace grpc {
class Service;
}

namespace qiangji::rpc {

// Made by a factory in services/NAME/service.h that gets what the service
// stands on (a Runtime, its store, channels to the others). A missing peer
// makes it not ready, never an error.
class ServiceHost {
 public:
  virtual ~ServiceHost() = default;

  // Owned by the host; valid as long as it.
  virtual std::vector<grpc::Service*> services() = 0;

  // Seeds an empty store, starts feeds and evaluation. Called once, when the
  // servers listen; must not wait for another service.
  virtual absl::Status Start() = 0;

  // Whether it can answer in full now. Cheap, any thread, polled.
  virtual bool ready() const = 0;
  // What it waits for, for the log; "" when ready.
  virtual std::string waiting_for() const { return ""; }

  // Ends open watches and background work, so that running calls can finish;
  // called once, when the servers refuse new calls. Afterwards the pools are
  // drained and the store is closed. May wait for its own background work.
  virtual void Shutdown() = 0;
};

}  // namespace qiangji::rpc
