#include "services/bottleneck/service.h"

#include <grpcpp/channel.h>

#include <string>
#include <utility>

#include "db/store/store.h"
#include "qiangji/bottleneck/v1/alert_service.grpc.pb.h"
#include "qiangji/bottleneck/v1/rule_service.grpc.pb.h"
#include "services/bottleneck/alert_handlers.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/evaluator.h"
#include "services/bottleneck/freshness.h"
#include "services/bottleneck/later.h"
#include "services/bottleneck/rule_view.h"
#include "services/rpc/errors.h"
#include "services/rpc/runtime.h"
#include "services/rpc/stream.h"
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

class AlertServiceImpl final : public v1::AlertService::CallbackService {
 public:
  AlertServiceImpl(const AlertSources& sources, const Freshness& freshness,
                   rpc::Runtime& runtime)
      : sources_(sources), freshness_(freshness), runtime_(runtime) {}

  ServerUnaryReactor* GetAlert(CallbackServerContext* context,
                               const v1::GetAlertRequest* request,
                               v1::Alert* response) override {
    return Viewed("GetAlert", context, request, response,
                  [this](rpc::RequestContext& call, const View& view,
                         const v1::GetAlertRequest& q, v1::Alert* a) {
                    return bottleneck::GetAlert(sources_, call, view, q, a);
                  });
  }

  ServerUnaryReactor* ListAlerts(CallbackServerContext* context,
                                 const v1::ListAlertsRequest* request,
                                 v1::ListAlertsResponse* response) override {
    return Viewed(
        "ListAlerts", context, request, response,
        [this](rpc::RequestContext& call, const View& view,
               const v1::ListAlertsRequest& q, v1::ListAlertsResponse* a) {
          return bottleneck::ListAlerts(sources_, call, view, q, a);
        });
  }

  ServerUnaryReactor* ListAlertHistory(
      CallbackServerContext* context,
      const v1::ListAlertHistoryRequest* request,
      v1::ListAlertHistoryResponse* response) override {
    return rpc::Unary(
        Site("ListAlertHistory"), context, request, response,
        rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::ListAlertHistoryRequest& q,
               v1::ListAlertHistoryResponse* a) {
          return bottleneck::ListAlertHistory(sources_, call, q, a);
        });
  }

  ServerUnaryReactor* GetEvaluation(CallbackServerContext* context,
                                    const v1::GetEvaluationRequest* request,
                                    v1::Evaluation* response) override {
    return Viewed("GetEvaluation", context, request, response,
                  [this](rpc::RequestContext&, const View& view,
                         const v1::GetEvaluationRequest&, v1::Evaluation* a) {
                    return bottleneck::GetEvaluation(sources_, view, a);
                  });
  }

  grpc::ServerWriteReactor<v1::WatchAlertsResponse>* WatchAlerts(
      CallbackServerContext* context,
      const v1::WatchAlertsRequest* request) override {
    return rpc::ServerStream<v1::WatchAlertsResponse>(
        {.runtime = &runtime_,
         .service = v1::AlertService::service_full_name(),
         .method = "WatchAlerts"},
        context, *request,
        [](rpc::RequestContext& call,
           rpc::Writer<v1::WatchAlertsResponse>&) -> absl::StatusOr<rpc::Next> {
          return rpc::NotInThisBuild(call.method());
        });
  }

  QJ_LATER_RPC(AlertService, AcknowledgeAlert, v1::Alert)
  QJ_LATER_RPC(AlertService, AcceptAlert, v1::Alert)
  QJ_LATER_RPC(AlertService, MitigateAlert, v1::Alert)
  QJ_LATER_RPC(AlertService, ResolveAlert, v1::Alert)
  QJ_LATER_RPC(AlertService, CommentAlert, v1::Alert)
  QJ_LATER_RPC(AlertService, ListAlertMinutes, v1::ListAlertMinutesResponse)

 private:
  rpc::Runtime& later() { return runtime_; }

  rpc::CallSite Site(const char* method) {
    return {.runtime = &runtime_,
            .service = v1::AlertService::service_full_name(),
            .method = method};
  }

  // Finds the view without holding a thread, then answers on the read pool.
  template <typename Request, typename Response, typename Answer>
  ServerUnaryReactor* Viewed(const char* method, CallbackServerContext* context,
                             const Request* request, Response* response,
                             Answer answer) {
    return rpc::Unary(
        Site(method), context, request, response, rpc::PoolKind::kRead,
        [this, answer](rpc::RequestContext& call, const Request& q, Response* a,
                       rpc::Done done) {
          freshness_.Resolve(
              call, ReadOptionsOf(q),
              [answer, &call, &q, a,
               done = std::move(done)](absl::StatusOr<View> view) {
                if (!view.ok()) return done(view.status());
                call.Resume(rpc::PoolKind::kRead, [answer, &call, &q, a, done,
                                                   view = *std::move(view)] {
                  done(answer(call, view, q, a));
                });
              });
        });
  }

  const AlertSources sources_;
  const Freshness& freshness_;
  rpc::Runtime& runtime_;
};

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
        evaluator_(EvaluatorOptions{.registry = std::move(registry),
                                    .coverage = std::move(coverage),
                                    .figures = options.figures,
                                    .rules = options.rules},
                   store, log_, runtime),
        alert_service_(AlertSources{.store = store,
                                    .log = log_,
                                    .page_tokens = runtime.page_tokens(),
                                    .rules = NamesOf(options.rules)},
                       freshness_, runtime),
        rule_service_(rules_, log_, runtime),
        later_(NewLaterServices(runtime)) {}

  std::vector<grpc::Service*> services() override {
    std::vector<grpc::Service*> all = {&alert_service_, &rule_service_};
    for (const auto& service : later_) all.push_back(service.get());
    return all;
  }
  absl::Status Start() override { return evaluator_.Start(); }
  bool ready() const override { return evaluator_.ready(); }
  std::string waiting_for() const override { return evaluator_.waiting_for(); }
  void Shutdown() override {
    evaluator_.Stop();
    log_.Stop();
  }

 private:
  const std::vector<domain::Rule> rules_;
  EvaluationLog log_;
  Freshness freshness_;
  Evaluator evaluator_;
  AlertServiceImpl alert_service_;
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
