// AlertService: each rpc on its pool (METHOD 5).
#pragma once

#include <memory>

#include "services/bottleneck/alert_handlers.h"

namespace grpc {
class Channel;
class Service;
}  // namespace grpc
namespace qiangji::rpc {
class ChangeHub;
class Runtime;
}  // namespace qiangji::rpc

namespace qiangji::bottleneck {

class AlertClock;
class Freshness;

// All that is referred to outlives the service.
struct AlertServiceParts {
  AlertSources sources;
  const Freshness& freshness;
  AlertClock& clock;
  rpc::ChangeHub& hub;  // told of every commit of the store
  std::shared_ptr<grpc::Channel> registry;
};

std::unique_ptr<grpc::Service> NewAlertService(const AlertServiceParts& parts,
                                               rpc::Runtime& runtime);

}  // namespace qiangji::bottleneck
