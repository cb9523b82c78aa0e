#include "services/bottleneck/rule_service.h"

#include <grpcpp/channel.h>

#include <utility>

#include "qiangji/bottleneck/v1/rule_service.grpc.pb.h"
#include "services/bottleneck/evaluator.h"
#include "services/bottleneck/rule_handlers.h"
#include "services/bottleneck/rule_trial.h"
#include "services/bottleneck/viewed.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::bottleneck {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

// One that writes: the function of rule_handlers.h behind it.
#define QJ_RULE_WRITE(Method, Response)                                   \
  ServerUnaryReactor* Method(CallbackServerContext* context,              \
                             const v1::Method##Request* request,          \
                             Response* response) override {               \
    return rpc::Unary(                                                    \
        Site(#Method), context, request, response, rpc::PoolKind::kWrite, \
        [this](rpc::RequestContext& call, const v1::Method##Request& q,   \
               Response* a) {                                             \
          bool changed = false;                                           \
          absl::Status status =                                           \
              bottleneck::Method(sources_, call, q, a, &changed);         \
          if (changed) evaluator_.RulesChanged();                         \
          return status;                                                  \
        });                                                               \
  }

class RuleServiceImpl final : public v1::RuleService::CallbackService {
 public:
  RuleServiceImpl(const RuleServiceParts& parts, rpc::Runtime& runtime)
      : alerts_(parts.alerts),
        sources_{.alerts = alerts_, .book = parts.book},
        freshness_(parts.freshness),
        evaluator_(parts.evaluator),
        trial_(sources_, parts.registry, parts.coverage, parts.figures),
        runtime_(runtime) {}

  ServerUnaryReactor* GetRule(CallbackServerContext* context,
                              const v1::GetRuleRequest* request,
                              v1::Rule* response) override {
    return MaybeViewed("GetRule", context, request, response,
                       [this](rpc::RequestContext&, const View* view,
                              const v1::GetRuleRequest& q, v1::Rule* a) {
                         return bottleneck::GetRule(sources_, view, q, a);
                       });
  }

  ServerUnaryReactor* ListRules(CallbackServerContext* context,
                                const v1::ListRulesRequest* request,
                                v1::ListRulesResponse* response) override {
    return MaybeViewed(
        "ListRules", context, request, response,
        [this](rpc::RequestContext& call, const View* view,
               const v1::ListRulesRequest& q, v1::ListRulesResponse* a) {
          return bottleneck::ListRules(sources_, call, view, q, a);
        });
  }

  ServerUnaryReactor* ListRuleHistory(
      CallbackServerContext* context, const v1::ListRuleHistoryRequest* request,
      v1::ListRuleHistoryResponse* response) override {
    return rpc::Unary(
        Site("ListRuleHistory"), context, request, response,
        rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::ListRuleHistoryRequest& q,
               v1::ListRuleHistoryResponse* a) {
          return bottleneck::ListRuleHistory(sources_, call, q, a);
        });
  }

  QJ_RULE_WRITE(CreateRule, v1::Rule)
  QJ_RULE_WRITE(UpdateRule, v1::Rule)
  QJ_RULE_WRITE(DeleteRule, type::v1::DeleteResponse)

  ServerUnaryReactor* TestRule(CallbackServerContext* context,
                               const v1::TestRuleRequest* request,
                               v1::TestRuleResponse* response) override {
    rpc::CallSite site = Site("TestRule");
    site.max_deadline = rpc::kLongDeadline;
    return rpc::Unary(
        site, context, request, response, rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::TestRuleRequest& q,
               v1::TestRuleResponse* a, const rpc::Done& done) {
          ReadViewed(
              freshness_, call, ReadOptionsOf(q),
              [this, &call, &q, a, done](const View& view) {
                trial_.Run(call, view, q, a, done);
              },
              done);
        });
  }

 private:
  rpc::CallSite Site(const char* method) {
    return {.runtime = &runtime_,
            .service = v1::RuleService::service_full_name(),
            .method = method};
  }

  // The rules as they are are read at once; those of a time or sequence when it
  // is known which evaluation that is.
  template <typename Request, typename Response, typename Answer>
  ServerUnaryReactor* MaybeViewed(const char* method,
                                  CallbackServerContext* context,
                                  const Request* request, Response* response,
                                  Answer answer) {
    return rpc::Unary(
        Site(method), context, request, response, rpc::PoolKind::kRead,
        [this, answer](rpc::RequestContext& call, const Request& q, Response* a,
                       const rpc::Done& done) {
          if (!q.has_read_time() && q.read_seq() == 0) {
            return done(answer(call, nullptr, q, a));
          }
          ReadViewed(
              freshness_, call, ReadOptionsOf(q),
              [answer, &call, &q, a, done](const View& view) {
                done(answer(call, &view, q, a));
              },
              done);
        });
  }

  const AlertSources alerts_;
  const RuleSources sources_;
  const Freshness& freshness_;
  Evaluator& evaluator_;
  const RuleTrial trial_;
  rpc::Runtime& runtime_;
};

#undef QJ_RULE_WRITE

}  // namespace

std::unique_ptr<grpc::Service> NewRuleService(const RuleServiceParts& parts,
                                              rpc::Runtime& runtime) {
  return std::make_unique<RuleServiceImpl>(parts, runtime);
}

}  // namespace qiangji::bottleneck
