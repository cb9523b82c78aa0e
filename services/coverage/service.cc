#include "services/coverage/service.h"

#include <grpcpp/channel.h>

#include <string>
#include <utility>
#include <vector>

#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/coverage/benchmark_answer.h"
#include "services/coverage/bom_answer.h"
#include "services/coverage/compare_answer.h"
#include "services/coverage/compute_stream.h"
#include "services/coverage/exposure_answer.h"
#include "services/coverage/handlers.h"
#include "services/coverage/later.h"
#include "services/coverage/metrics_stream.h"
#include "services/coverage/picture.h"
#include "services/coverage/plan_answer.h"
#include "services/coverage/reconcile_answer.h"
#include "services/coverage/release_service.h"
#include "services/coverage/released_coverage.h"
#include "services/coverage/report_service.h"
#include "services/coverage/scenario_answer.h"
#include "services/coverage/shown.h"
#include "services/coverage/target_answer.h"
#include "services/coverage/trace_answer.h"
#include "services/coverage/trajectory_answer.h"
#include "services/rpc/runtime.h"
#include "services/rpc/stream.h"
#include "services/rpc/unary.h"

namespace qiangji::coverage {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

class CoverageServiceImpl final
    : public WithLaterMethods<v1::CoverageService::CallbackService> {
 public:
  CoverageServiceImpl(store::Store& store, Engine engine, rpc::Runtime& runtime)
      : WithLaterMethods(runtime),
        store_(store),
        engine_(engine),
        runtime_(runtime) {}

  grpc::ServerWriteReactor<v1::QueryItemMetricsResponse>* QueryItemMetrics(
      CallbackServerContext* context,
      const v1::QueryItemMetricsRequest* request) override {
    return Stream<v1::QueryItemMetricsResponse>(
        "QueryItemMetrics", context, request,
        std::make_shared<MetricsStream>(*request, engine_));
  }
  grpc::ServerWriteReactor<v1::TraceItemResponse>* TraceItem(
      CallbackServerContext* context,
      const v1::TraceItemRequest* request) override {
    return Stream<v1::TraceItemResponse>("TraceItem", context, request,
                                         AnswerTrace, /*search=*/false,
                                         For::kAnybody);
  }
  grpc::ServerWriteReactor<v1::RunScenarioResponse>* RunScenario(
      CallbackServerContext* context,
      const v1::RunScenarioRequest* request) override {
    return Stream<v1::RunScenarioResponse>("RunScenario", context, request,
                                           AnswerScenario, /*search=*/false);
  }
  grpc::ServerWriteReactor<v1::ComputeChokepointsResponse>* ComputeChokepoints(
      CallbackServerContext* context,
      const v1::ComputeChokepointsRequest* request) override {
    return Stream<v1::ComputeChokepointsResponse>("ComputeChokepoints", context,
                                                  request, AnswerChokepoints,
                                                  /*search=*/true);
  }

  ServerUnaryReactor* ComputeCoverage(
      CallbackServerContext* context, const v1::ComputeCoverageRequest* request,
      v1::ComputeCoverageResponse* response) override {
    return rpc::Unary(
        {&runtime_, v1::CoverageService::service_full_name(), "ComputeCoverage",
         rpc::kDefaultDeadline},
        context, request, response, rpc::PoolKind::kCompute,
        [this](rpc::RequestContext& call, const v1::ComputeCoverageRequest& q,
               v1::ComputeCoverageResponse* a, const rpc::Done& done) {
          if (call.principal().sees_all()) {
            return Begin(call, q, a, done, AnswerCoverage, /*search=*/false);
          }
          const absl::Status valid = ValidateOptions(q.options());
          if (!valid.ok()) return done(valid);
          call.Resume(rpc::PoolKind::kRead, [this, &q, a, done] {
            done(AnswerFromRelease(store_, q, a));
          });
        });
  }
  ServerUnaryReactor* ReconcileSupply(
      CallbackServerContext* context, const v1::ReconcileSupplyRequest* request,
      v1::ReconcileSupplyResponse* response) override {
    return Compute("ReconcileSupply", context, request, response,
                   AnswerReconcile, /*search=*/false, For::kAnybody);
  }
  ServerUnaryReactor* ComputeBenchmark(
      CallbackServerContext* context,
      const v1::ComputeBenchmarkRequest* request,
      v1::ComputeBenchmarkResponse* response) override {
    return Compute("ComputeBenchmark", context, request, response,
                   AnswerBenchmark);
  }
  ServerUnaryReactor* ComputeTargets(
      CallbackServerContext* context, const v1::ComputeTargetsRequest* request,
      v1::ComputeTargetsResponse* response) override {
    return Compute("ComputeTargets", context, request, response, AnswerTargets,
                   /*search=*/request->details());
  }
  ServerUnaryReactor* ComputeRank(CallbackServerContext* context,
                                  const v1::ComputeRankRequest* request,
                                  v1::ComputeRankResponse* response) override {
    return Compute("ComputeRank", context, request, response, AnswerRank,
                   /*search=*/request->exact_top() > 0);
  }
  ServerUnaryReactor* ComputeExposure(
      CallbackServerContext* context, const v1::ComputeExposureRequest* request,
      v1::ComputeExposureResponse* response) override {
    return Compute("ComputeExposure", context, request, response,
                   AnswerExposure, /*search=*/true);
  }
  ServerUnaryReactor* ComputeTrajectory(
      CallbackServerContext* context,
      const v1::ComputeTrajectoryRequest* request,
      v1::ComputeTrajectoryResponse* response) override {
    return Compute("ComputeTrajectory", context, request, response,
                   AnswerTrajectory, /*search=*/true);
  }
  // Two states, so two pictures.
  ServerUnaryReactor* CompareCoverage(
      CallbackServerContext* context, const v1::CompareCoverageRequest* request,
      v1::CompareCoverageResponse* response) override {
    return rpc::Unary(
        {&runtime_, v1::CoverageService::service_full_name(), "CompareCoverage",
         rpc::kLongDeadline},
        context, request, response, rpc::PoolKind::kCompute,
        [this](rpc::RequestContext& call, const v1::CompareCoverageRequest& q,
               v1::CompareCoverageResponse* a, const rpc::Done& done) {
          const absl::Status may = MayRead(call, For::kWhoSeesAll);
          if (!may.ok()) return done(may);
          CompareStates(engine_, call, q, a, done);
        });
  }
  ServerUnaryReactor* ComputePlan(CallbackServerContext* context,
                                  const v1::ComputePlanRequest* request,
                                  v1::ComputePlanResponse* response) override {
    return Compute("ComputePlan", context, request, response, AnswerPlan,
                   /*search=*/true);
  }
  ServerUnaryReactor* AssessBom(CallbackServerContext* context,
                                const v1::AssessBomRequest* request,
                                v1::AssessBomResponse* response) override {
    return Compute("AssessBom", context, request, response, AnswerBom,
                   /*search=*/true);
  }

 private:
  template <typename Response, typename Request, typename Source>
  grpc::ServerWriteReactor<Response>* Stream(const char* method,
                                             CallbackServerContext* context,
                                             const Request* request,
                                             std::shared_ptr<Source> source) {
    return rpc::ServerStream<Response>(
        {.runtime = &runtime_,
         .service = v1::CoverageService::service_full_name(),
         .method = method,
         .pool = rpc::PoolKind::kCompute,
         .max_deadline = rpc::kLongDeadline},
        context, *request,
        [source](rpc::RequestContext& call, rpc::Writer<Response>& out) {
          return source->Slice(call, out);
        });
  }
  template <typename Response, typename Request>
  grpc::ServerWriteReactor<Response>* Stream(
      const char* method, CallbackServerContext* context,
      const Request* request,
      absl::StatusOr<Messages<Response>> (*answer)(const Answering&,
                                                   const Request&),
      bool search, For audience = For::kWhoSeesAll) {
    return Stream<Response>(method, context, request,
                            std::make_shared<ComputeStream<Request, Response>>(
                                *request, answer, engine_, search, audience));
  }

  // Validates, waits for the picture without a thread, answers on a pool; a
  // search on that of searches, with the time it may take.
  template <typename Request, typename Response>
  ServerUnaryReactor* Compute(
      const char* method, CallbackServerContext* context,
      const Request* request, Response* response,
      absl::Status (*answer)(const Answering&, const Request&, Response*),
      bool search = false, For audience = For::kWhoSeesAll) {
    return rpc::Unary(
        {&runtime_, v1::CoverageService::service_full_name(), method,
         search ? rpc::kLongDeadline : rpc::kDefaultDeadline},
        context, request, response, rpc::PoolKind::kCompute,
        [this, answer, search, audience](rpc::RequestContext& call,
                                         const Request& q, Response* a,
                                         const rpc::Done& done) {
          const absl::Status may = MayRead(call, audience);
          if (!may.ok()) return done(may);
          Begin(call, q, a, done, answer, search);
        });
  }

  template <typename Request, typename Response>
  void Begin(rpc::RequestContext& call, const Request& q, Response* a,
             const rpc::Done& done,
             absl::Status (*answer)(const Answering&, const Request&,
                                    Response*),
             bool search) {
    const absl::Status valid = ValidateOptions(q.options());
    if (!valid.ok()) return done(valid);
    engine_.pictures.Acquire(call, q.options(),
                             [this, answer, search, &call, &q, a,
                              done](absl::StatusOr<Picture> picture) {
                               if (!picture.ok()) return done(picture.status());
                               Continue(
                                   call, search, done,
                                   [this, answer, &call, &q, a, done,
                                    picture = *std::move(picture)] {
                                     done(Answer(call, picture, answer, q, a));
                                   });
                             });
  }

  void Continue(const rpc::RequestContext& call, bool search,
                const rpc::Done& done, std::function<void()> task) {
    if (!search) {
      call.Resume(rpc::PoolKind::kCompute, std::move(task));
    } else if (!engine_.searches.TryPost(std::move(task))) {
      done(rpc::QueueFull(engine_.searches.name()));
    }
  }

  template <typename Request, typename Response>
  absl::Status Answer(rpc::RequestContext& call, const Picture& picture,
                      absl::Status (*answer)(const Answering&, const Request&,
                                             Response*),
                      const Request& request, Response* response) {
    QJ_RETURN_IF_ERROR(call.Check());
    QJ_ASSIGN_OR_RETURN(domain::AnalysisOptions options,
                        ResolveOptions(request.options(), *picture.world));
    const auto stop = engine_.stops.Of(call);
    auto analysis = engine_.analyses.Get(picture.world, options, stop.get());
    if (!analysis.ok()) return OfStopped(call, analysis.status());
    const Answering in{picture,
                       *std::move(analysis),
                       engine_.analyses.OfYear(picture.world, options),
                       engine_.results,
                       stop.get(),
                       ByCriteria(picture.world, options),
                       AudienceOf(call.principal()),
                       engine_.disclosure};
    return OfStopped(call, answer(in, request, response));
    // The analyzer does not see that a std::function frees what it holds.
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks)
  }

  std::function<domain::AnalysisOfYear(const domain::Criteria&)> ByCriteria(
      const std::shared_ptr<const domain::World>& world,
      const domain::AnalysisOptions& options) {
    return [this, world, options](const domain::Criteria& criteria) {
      domain::AnalysisOptions other = options;
      other.criteria = criteria;
      return engine_.analyses.OfYear(world, other);
    };
  }

  store::Store& store_;
  Engine engine_;
  rpc::Runtime& runtime_;
};

class CoverageHost final : public rpc::ServiceHost {
 public:
  CoverageHost(store::Store& store,
               const std::shared_ptr<grpc::Channel>& registry,
               rpc::Runtime& runtime, const CoverageOptions& options)
      : pictures_(registry, runtime),
        cache_(options.cache_bytes),
        searches_("search", {.threads = 1, .queue = 64}),
        service_(store,
                 {pictures_, cache_, results_, stops_, searches_,
                  options.disclosure},
                 runtime),
        reports_(NewReportService(
            store, registry, {pictures_, cache_, results_, stops_, searches_},
            runtime)),
        releases_(NewReleaseService(
            store, {pictures_, cache_, results_, stops_, searches_},
            options.disclosure, runtime)) {}

  std::vector<grpc::Service*> services() override {
    return {&service_, reports_.get(), releases_.get()};
  }
  absl::Status Start() override {
    pictures_.Start();
    return absl::OkStatus();
  }
  bool ready() const override { return pictures_.ready(); }
  std::string waiting_for() const override { return ready() ? "" : "registry"; }
  void Shutdown() override {
    pictures_.Stop();
    stops_.StopAll();
    searches_.Drain();
  }

 private:
  Pictures pictures_;
  AnalysisCache cache_;
  Results results_;
  Stops stops_;
  rpc::Pool searches_;  // ends before what searches use
  CoverageServiceImpl service_;
  const std::unique_ptr<grpc::Service> reports_;
  const std::unique_ptr<grpc::Service> releases_;
};

}  // namespace

std::unique_ptr<rpc::ServiceHost> NewCoverageService(
    store::Store& store, const std::shared_ptr<grpc::Channel>& registry,
    rpc::Runtime& runtime, const CoverageOptions& options) {
  return std::make_unique<CoverageHost>(store, registry, runtime, options);
}

}  // namespace qiangji::coverage
