// FlagService: each rpc on its pool. Writes that name something ask the
// registry for it first, without a thread that waits.
#pragma once

#include <memory>

#include "services/bottleneck/alert_handlers.h"
#include "services/bottleneck/flag_handlers.h"

namespace grpc {
class Channel;
class Service;
}  // namespace grpc
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::bottleneck {

class AlertClock;
class Evaluator;
class Freshness;

// All outlive the service.
struct FlagServiceParts {
  AlertSources alerts;
  AlertClock& clock;
  const Freshness& freshness;
  Evaluator& evaluator;
  std::shared_ptr<grpc::Channel> registry;
  FlagOptions options;
};

std::unique_ptr<grpc::Service> NewFlagService(const FlagServiceParts& parts,
                                              rpc::Runtime& runtime);

}  // namespace qiangji::bottleneck
