#include "services/bottleneck/service.h"

#include <grpcpp/channel.h>
#include <grpcpp/impl/service_type.h>

#include <string>
#include <utility>

#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_clock.h"
#include "services/bottleneck/alert_service.h"
#include "services/bottleneck/deliverer.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/evaluator.h"
#include "services/bottleneck/flag_service.h"
#include "services/bottleneck/freshness.h"
#include "services/bottleneck/rule_book.h"
#include "services/bottleneck/rule_service.h"
#include "services/bottleneck/subscription_service.h"
#include "services/rpc/change_hub.h"
#include "services/rpc/errors.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::bottleneck {
namespace {

class BottleneckHost final : public rpc::ServiceHost {
 public:
  BottleneckHost(store::Store& store, std::shared_ptr<grpc::Channel> registry,
                 const std::shared_ptr<grpc::Channel>& coverage,
                 rpc::Runtime& runtime, const BottleneckOptions& options)
      : book_(options.rules),
        freshness_(registry, log_),
        hub_(std::make_shared<rpc::ChangeHub>()),
        clock_(store, runtime, options.clock_interval,
               [this] { evaluator_.FlagsChanged(); }),
        alert_service_(
            NewAlertService({.sources = {.store = store,
                                         .log = log_,
                                         .page_tokens = runtime.page_tokens(),
                                         .book = book_},
                             .freshness = freshness_,
                             .clock = clock_,
                             .hub = *hub_,
                             .registry = registry},
                            runtime)),
        evaluator_(EvaluatorOptions{.registry = registry,
                                    .coverage = coverage,
                                    .figures = options.figures,
                                    .flags_reopened =
                                        [this] {
                                          clock_.Expect(absl::InfinitePast());
                                        }},
                   book_, store, log_, runtime),
        rule_service_(
            NewRuleService({.alerts = {.store = store,
                                       .log = log_,
                                       .page_tokens = runtime.page_tokens(),
                                       .book = book_},
                            .book = book_,
                            .freshness = freshness_,
                            .evaluator = evaluator_,
                            .registry = registry,
                            .coverage = coverage,
                            .figures = options.figures},
                           runtime)),
        deliverer_(options.delivery, store, *hub_, runtime),
        subscription_service_(
            NewSubscriptionService({.store = store,
                                    .deliverer = deliverer_,
                                    .page_tokens = runtime.page_tokens()},
                                   runtime)),
        flag_service_(
            NewFlagService({.alerts = {.store = store,
                                       .log = log_,
                                       .page_tokens = runtime.page_tokens(),
                                       .book = book_},
                            .clock = clock_,
                            .freshness = freshness_,
                            .evaluator = evaluator_,
                            .registry = std::move(registry),
                            .options = options.flags},
                           runtime)) {
    store.SetCommitListener(
        [hub = hub_](const store::Change&) { hub->Notify(); });
  }

  std::vector<grpc::Service*> services() override {
    return {alert_service_.get(), rule_service_.get(), flag_service_.get(),
            subscription_service_.get()};
  }
  absl::Status Start() override {
    QJ_RETURN_IF_ERROR(evaluator_.Start());
    clock_.Start();
    return deliverer_.Start();
  }
  bool ready() const override { return evaluator_.ready(); }
  std::string waiting_for() const override { return evaluator_.waiting_for(); }
  void Shutdown() override {
    evaluator_.Stop();
    clock_.Stop();
    deliverer_.Stop();
    hub_->Stop();
    log_.Stop();
  }

 private:
  const RuleBook book_;
  EvaluationLog log_;
  Freshness freshness_;
  const std::shared_ptr<rpc::ChangeHub> hub_;
  AlertClock clock_;
  std::unique_ptr<grpc::Service> alert_service_;
  Evaluator evaluator_;
  std::unique_ptr<grpc::Service> rule_service_;
  Deliverer deliverer_;
  std::unique_ptr<grpc::Service> subscription_service_;
  std::unique_ptr<grpc::Service> flag_service_;
};

}  // namespace

std::unique_ptr<rpc::ServiceHost> NewBottleneckService(
    store::Store& store, std::shared_ptr<grpc::Channel> registry,
    const std::shared_ptr<grpc::Channel>& coverage, rpc::Runtime& runtime,
    const BottleneckOptions& options) {
  return std::make_unique<BottleneckHost>(store, std::move(registry), coverage,
                                          runtime, options);
}

}  // namespace qiangji::bottleneck
