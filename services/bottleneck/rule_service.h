// RuleService: each rpc on its pool (METHOD 5).
#pragma once

#include <memory>

#include "services/bottleneck/alert_handlers.h"
#include "services/bottleneck/figures_reader.h"

namespace grpc {
class Channel;
class Service;
}  // namespace grpc
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::bottleneck {

class Evaluator;
class Freshness;
class RuleBook;

// All that is referred to outlives the service.
struct RuleServiceParts {
  AlertSources alerts;
  const RuleBook& book;
  const Freshness& freshness;
  Evaluator& evaluator;  // told of every change of a rule
  std::shared_ptr<grpc::Channel> registry;
  std::shared_ptr<grpc::Channel> coverage;
  FigureSettings figures;
};

std::unique_ptr<grpc::Service> NewRuleService(const RuleServiceParts& parts,
                                              rpc::Runtime& runtime);

}  // namespace qiangji::bottleneck
