#include "services/bottleneck/alert_service.h"

#include <grpcpp/channel.h>

#include <utility>

#include "qiangji/bottleneck/v1/alert_service.grpc.pb.h"
#include "services/bottleneck/alert_actions.h"
#include "services/bottleneck/alert_clock.h"
#include "services/bottleneck/alert_feed.h"
#include "services/bottleneck/alert_minutes.h"
#include "services/bottleneck/alert_watch.h"
#include "services/bottleneck/viewed.h"
#include "services/rpc/change_hub.h"
#include "services/rpc/runtime.h"
#include "services/rpc/stream.h"
#include "services/rpc/unary.h"

namespace qiangji::bottleneck {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

// One action that needs nobody else: the function of alert_actions.h behind it.
#define QJ_ACTION(Method)                                                  \
  ServerUnaryReactor* Method(CallbackServerContext* context,               \
                             const v1::Method##Request* request,           \
                             v1::Alert* response) override {               \
    return rpc::Unary(Site(#Method), context, request, response,           \
                      rpc::PoolKind::kWrite,                               \
                      [this](rpc::RequestContext& call,                    \
                             const v1::Method##Request& q, v1::Alert* a) { \
                        return bottleneck::Method(Actions(), call, q, a);  \
                      });                                                  \
  }

class AlertServiceImpl final : public v1::AlertService::CallbackService {
 public:
  AlertServiceImpl(const AlertServiceParts& parts, rpc::Runtime& runtime)
      : sources_(parts.sources),
        freshness_(parts.freshness),
        clock_(parts.clock),
        hub_(parts.hub),
        runtime_(runtime),
        projects_(parts.registry),
        feed_(sources_.store, runtime.clock()) {}

  ServerUnaryReactor* GetAlert(CallbackServerContext* context,
                               const v1::GetAlertRequest* request,
                               v1::Alert* response) override {
    return Viewed(Site("GetAlert"), freshness_, context, request, response,
                  [this](rpc::RequestContext& call, const View& view,
                         const v1::GetAlertRequest& q, v1::Alert* a) {
                    return bottleneck::GetAlert(sources_, call, view, q, a);
                  });
  }

  ServerUnaryReactor* ListAlerts(CallbackServerContext* context,
                                 const v1::ListAlertsRequest* request,
                                 v1::ListAlertsResponse* response) override {
    return Viewed(
        Site("ListAlerts"), freshness_, context, request, response,
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
    return Viewed(Site("GetEvaluation"), freshness_, context, request, response,
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
        [watch =
             std::make_shared<AlertWatch>(*request, feed_, sources_.log, hub_)](
            rpc::RequestContext& call,
            rpc::Writer<v1::WatchAlertsResponse>& out) {
          return watch->Slice(call, out);
        });
  }

  QJ_ACTION(AcknowledgeAlert)
  QJ_ACTION(AcceptAlert)
  QJ_ACTION(ResolveAlert)
  QJ_ACTION(CommentAlert)

  ServerUnaryReactor* MitigateAlert(CallbackServerContext* context,
                                    const v1::MitigateAlertRequest* request,
                                    v1::Alert* response) override {
    return rpc::Unary(
        Site("MitigateAlert"), context, request, response, rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::MitigateAlertRequest& q,
               v1::Alert* a, const rpc::Done& done) {
          projects_.Find(
              call, q.project(),
              [this, &call, &q, a, done](const absl::Status& found) {
                if (!found.ok()) return done(found);
                call.Resume(rpc::PoolKind::kWrite, [this, &call, &q, a, done] {
                  done(bottleneck::MitigateAlert(Actions(), call, q, a));
                });
              });
        });
  }

  ServerUnaryReactor* ListAlertMinutes(
      CallbackServerContext* context,
      const v1::ListAlertMinutesRequest* request,
      v1::ListAlertMinutesResponse* response) override {
    return rpc::Unary(
        Site("ListAlertMinutes"), context, request, response,
        rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::ListAlertMinutesRequest& q,
               v1::ListAlertMinutesResponse* a) {
          return bottleneck::ListAlertMinutes(sources_, call, q, a);
        });
  }

 private:
  ActionSources Actions() { return {.alerts = sources_, .clock = clock_}; }

  rpc::CallSite Site(const char* method) {
    return {.runtime = &runtime_,
            .service = v1::AlertService::service_full_name(),
            .method = method};
  }

  const AlertSources sources_;
  const Freshness& freshness_;
  AlertClock& clock_;
  rpc::ChangeHub& hub_;
  rpc::Runtime& runtime_;
  const ProjectCheck projects_;
  AlertFeed feed_;
};

#undef QJ_ACTION

}  // namespace

std::unique_ptr<grpc::Service> NewAlertService(const AlertServiceParts& parts,
                                               rpc::Runtime& runtime) {
  return std::make_unique<AlertServiceImpl>(parts, runtime);
}

}  // namespace qiangji::bottleneck
