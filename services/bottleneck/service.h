// The bottleneck service: alerts, evaluated after every change of the registry
// (ARCHITECTURE, "Services"; METHOD 5).
#pragma once

#include <memory>
#include <vector>

#include "services/bottleneck/deliverer.h"
#include "services/bottleneck/figures_reader.h"
#include "services/bottleneck/flag_options.h"
#include "services/domain/rules.h"
#include "services/rpc/service.h"

namespace grpc {
class Channel;
}
namespace qiangji::store {
class Store;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::bottleneck {

struct BottleneckOptions {
  FigureSettings figures;
  std::vector<domain::Rule> rules = domain::DefaultRules();
  // How late an end of an acceptance or a due date may be noticed.
  absl::Duration clock_interval = absl::Seconds(1);
  DeliveryOptions delivery;
  FlagOptions flags;
};

// `store` holds domain::BottleneckTables(); it and `runtime` outlive the host.
// `registry` and `coverage` may not be up yet.
std::unique_ptr<rpc::ServiceHost> NewBottleneckService(
    store::Store& store, std::shared_ptr<grpc::Channel> registry,
    const std::shared_ptr<grpc::Channel>& coverage, rpc::Runtime& runtime,
    const BottleneckOptions& options = {});

}  // namespace qiangji::bottleneck
