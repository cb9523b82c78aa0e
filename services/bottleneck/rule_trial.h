// TestRule: what a rule would raise and close, storing nothing.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "qiangji/bottleneck/v1/rule_service.pb.h"
#include "services/bottleneck/figures_reader.h"
#include "services/bottleneck/freshness.h"
#include "services/bottleneck/rule_handlers.h"
#include "services/rpc/context.h"

namespace grpc {
class Channel;
}

namespace qiangji::bottleneck {

class RuleTrial {
 public:
  // `sources` outlives the calls.
  RuleTrial(const RuleSources& sources, std::shared_ptr<grpc::Channel> registry,
            std::shared_ptr<grpc::Channel> coverage,
            const FigureSettings& settings)
      : sources_(sources),
        registry_(std::move(registry)),
        coverage_(std::move(coverage)),
        settings_(settings) {}

  // Evaluates the rule beside the alerts of `view` on the figures of its
  // sequence. Begins on the pool kRead, holds no thread while coverage is
  // asked, and calls `done` once while the call lives.
  void Run(rpc::RequestContext& call, const View& view,
           const v1::TestRuleRequest& request, v1::TestRuleResponse* response,
           std::function<void(absl::Status)> done) const;

 private:
  const RuleSources& sources_;
  const std::shared_ptr<grpc::Channel> registry_;
  const std::shared_ptr<grpc::Channel> coverage_;
  const FigureSettings settings_;
};

}  // namespace qiangji::bottleneck
