#include "services/bottleneck/service.h"

#include <grpcpp/channel.h>

#include <string>
#include <utility>

#include "db/store/store.h"
#include "qiangji/bottleneck/v1/rule_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_clock.h"
#include "services/bottleneck/alert_service.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/evaluator.h"
#include "services/bottleneck/freshness.h"
#include "services/bottleneck/later.h"
#include "services/bottleneck/rule_view.h"
#include "services/rpc/change_hub.h"
#include "services/rpc/errors.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::bottleneck {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

std::vector<std::string> NamesOf(const std::vector<domain::Rule>& rules) {
  std::vector<std::string> names;
  for (const domain::Rule& rule : rules) {
    if (rule.enabled) names.emplace_back(domain::RuleName(rule.id));
  }
  return names;
}

class RuleServiceImpl final : public v1::RuleService::CallbackService {
 public:
  RuleServiceImpl(const std::vector<domain::Rule>& rules,
                  const EvaluationLog& log, rpc::Runtime& runtime)
      : rules_(rules), log_(log), runtime_(runtime) {}

  ServerUnaryReactor* GetRule(CallbackServerContext* context,
                              const v1::GetRuleRequest* request,
                              v1::Rule* response) override {
    return rpc::Unary(
        Site("GetRule"), context, request, response, rpc::PoolKind::kRead,
        [this](rpc::RequestContext&, const v1::GetRuleRequest& q, v1::Rule* a) {
          return bottleneck::GetRule(rules_, q, a);
        });
  }

  ServerUnaryReactor* ListRules(CallbackServerContext* context,
                                const v1::ListRulesRequest* request,
                                v1::ListRulesResponse* response) override {
    return rpc::Unary(
        Site("ListRules"), context, request, response, rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::ListRulesRequest& q,
               v1::ListRulesResponse* a) {
          a->set_read_seq(log_.evaluated());
          return bottleneck::ListRules(rules_, runtime_.page_tokens(), call, q,
                                       a);
        });
  }

  QJ_LATER_RPC(RuleService, CreateRule, v1::Rule)
  QJ_LATER_RPC(RuleService, UpdateRule, v1::Rule)
  QJ_LATER_RPC(RuleService, DeleteRule, type::v1::DeleteResponse)
  QJ_LATER_RPC(RuleService, TestRule, v1::TestRuleResponse)

 private:
  rpc::Runtime& later() { return runtime_; }

  rpc::CallSite Site(const char* method) {
    return {.runtime = &runtime_,
            .service = v1::RuleService::service_full_name(),
            .method = method};
  }

  const std::vector<domain::Rule>& rules_;
  const EvaluationLog& log_;
  rpc::Runtime& runtime_;
};

class BottleneckHost final : public rpc::ServiceHost {
 public:
  BottleneckHost(store::Store& store, std::shared_ptr<grpc::Channel> registry,
                 std::shared_ptr<grpc::Channel> coverage, rpc::Runtime& runtime,
                 const BottleneckOptions& options)
      : rules_(options.rules),
        freshness_(registry, log_),
        hub_(std::make_shared<rpc::ChangeHub>()),
        clock_(store, runtime, options.clock_interval),
        alert_service_(
            NewAlertService({.sources = {.store = store,
                                         .log = log_,
                                         .page_tokens = runtime.page_tokens(),
                                         .rules = NamesOf(options.rules)},
                             .freshness = freshness_,
                             .clock = clock_,
                             .hub = *hub_,
                             .registry = registry},
                            runtime)),
        evaluator_(EvaluatorOptions{.registry = std::move(registry),
                                    .coverage = std::move(coverage),
                                    .figures = options.figures,
                                    .rules = options.rules},
                   store, log_, runtime),
        rule_service_(rules_, log_, runtime),
        later_(NewLaterServices(runtime)) {
    store.SetCommitListener(
        [hub = hub_](const store::Change&) { hub->Notify(); });
  }

  std::vector<grpc::Service*> services() override {
    std::vector<grpc::Service*> all = {alert_service_.get(), &rule_service_};
    for (const auto& service : later_) all.push_back(service.get());
    return all;
  }
  absl::Status Start() override {
    QJ_RETURN_IF_ERROR(evaluator_.Start());
    clock_.Start();
    return absl::OkStatus();
  }
  bool ready() const override { return evaluator_.ready(); }
  std::string waiting_for() const override { return evaluator_.waiting_for(); }
  void Shutdown() override {
    evaluator_.Stop();
    clock_.Stop();
    hub_->Stop();
    log_.Stop();
  }

 private:
  const std::vector<domain::Rule> rules_;
  EvaluationLog log_;
  Freshness freshness_;
  const std::shared_ptr<rpc::ChangeHub> hub_;
  AlertClock clock_;
  std::unique_ptr<grpc::Service> alert_service_;
  Evaluator evaluator_;
  RuleServiceImpl rule_service_;
  std::vector<std::unique_ptr<grpc::Service>> later_;
};

}  // namespace

std::unique_ptr<rpc::ServiceHost> NewBottleneckService(
    store::Store& store, std::shared_ptr<grpc::Channel> registry,
    std::shared_ptr<grpc::Channel> coverage, rpc::Runtime& runtime,
    const BottleneckOptions& options) {
  return std::make_unique<BottleneckHost>(
      store, std::move(registry), std::move(coverage), runtime, options);
}

}  // namespace qiangji::bottleneck
