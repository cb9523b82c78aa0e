#include "services/coverage/service.h"

#include <grpcpp/channel.h>

#include <string>
#include <utility>
#include <vector>

#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/coverage/handlers.h"
#include "services/coverage/later.h"
#include "services/coverage/metrics_stream.h"
#include "services/coverage/picture.h"
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
  CoverageServiceImpl(Pictures& pictures, AnalysisCache& cache,
                      rpc::Runtime& runtime)
      : WithLaterMethods(runtime),
        pictures_(pictures),
        cache_(cache),
        runtime_(runtime) {}

  grpc::ServerWriteReactor<v1::QueryItemMetricsResponse>* QueryItemMetrics(
      CallbackServerContext* context,
      const v1::QueryItemMetricsRequest* request) override {
    auto stream = std::make_shared<MetricsStream>(*request, pictures_, cache_);
    return rpc::ServerStream<v1::QueryItemMetricsResponse>(
        {.runtime = &runtime_,
         .service = v1::CoverageService::service_full_name(),
         .method = "QueryItemMetrics",
         .pool = rpc::PoolKind::kCompute,
         .max_deadline = rpc::kLongDeadline},
        context, *request,
        [stream](rpc::RequestContext& call,
                 rpc::Writer<v1::QueryItemMetricsResponse>& out) {
          return stream->Slice(call, out);
        });
  }

  ServerUnaryReactor* ComputeCoverage(
      CallbackServerContext* context, const v1::ComputeCoverageRequest* request,
      v1::ComputeCoverageResponse* response) override {
    return Compute("ComputeCoverage", context, request, response,
                   AnswerCoverage);
  }
  ServerUnaryReactor* ComputeTargets(
      CallbackServerContext* context, const v1::ComputeTargetsRequest* request,
      v1::ComputeTargetsResponse* response) override {
    return Compute("ComputeTargets", context, request, response, AnswerTargets);
  }
  ServerUnaryReactor* ComputeRank(CallbackServerContext* context,
                                  const v1::ComputeRankRequest* request,
                                  v1::ComputeRankResponse* response) override {
    return Compute("ComputeRank", context, request, response, AnswerRank);
  }

 private:
  // Validates, waits for the picture without a thread, answers on the pool.
  template <typename Request, typename Response>
  ServerUnaryReactor* Compute(
      const char* method, CallbackServerContext* context,
      const Request* request, Response* response,
      absl::Status (*answer)(const Answering&, const Request&, Response*)) {
    return rpc::Unary(
        {&runtime_, v1::CoverageService::service_full_name(), method}, context,
        request, response, rpc::PoolKind::kCompute,
        [this, answer](rpc::RequestContext& call, const Request& q, Response* a,
                       rpc::Done done) {
          const absl::Status valid = ValidateOptions(q.options());
          if (!valid.ok()) return done(valid);
          pictures_.Acquire(call, q.options(),
                            [this, answer, &call, &q, a,
                             done](absl::StatusOr<Picture> picture) {
                              if (!picture.ok()) return done(picture.status());
                              call.Resume(
                                  rpc::PoolKind::kCompute,
                                  [this, answer, &call, &q, a, done,
                                   picture = *std::move(picture)] {
                                    done(Answer(call, picture, answer, q, a));
                                  });
                            });
        });
  }

  template <typename Request, typename Response>
  absl::Status Answer(rpc::RequestContext& call, const Picture& picture,
                      absl::Status (*answer)(const Answering&, const Request&,
                                             Response*),
                      const Request& request, Response* response) {
    QJ_RETURN_IF_ERROR(call.Check());
    QJ_ASSIGN_OR_RETURN(domain::AnalysisOptions options,
                        ResolveOptions(request.options(), *picture.world));
    const auto analysis_of = [this, &picture, options](int year) {
      domain::AnalysisOptions of_year = options;
      of_year.year = year;
      return cache_.Get(picture.world, of_year);
    };
    return answer({picture, analysis_of(options.year), analysis_of}, request,
                  response);
  }

  Pictures& pictures_;
  AnalysisCache& cache_;
  rpc::Runtime& runtime_;
};

class CoverageHost final : public rpc::ServiceHost {
 public:
  CoverageHost(const std::shared_ptr<grpc::Channel>& registry,
               rpc::Runtime& runtime, const CoverageOptions& options)
      : pictures_(registry, runtime),
        cache_(options.cache_bytes),
        service_(pictures_, cache_, runtime),
        reports_(NewLaterServices(runtime)) {}

  std::vector<grpc::Service*> services() override {
    std::vector<grpc::Service*> all = {&service_};
    for (const auto& service : reports_) all.push_back(service.get());
    return all;
  }
  absl::Status Start() override {
    pictures_.Start();
    return absl::OkStatus();
  }
  bool ready() const override { return pictures_.ready(); }
  std::string waiting_for() const override { return ready() ? "" : "registry"; }
  void Shutdown() override { pictures_.Stop(); }

 private:
  Pictures pictures_;
  AnalysisCache cache_;
  CoverageServiceImpl service_;
  std::vector<std::unique_ptr<grpc::Service>> reports_;
};

}  // namespace

std::unique_ptr<rpc::ServiceHost> NewCoverageService(
    const std::shared_ptr<grpc::Channel>& registry, rpc::Runtime& runtime,
    const CoverageOptions& options) {
  return std::make_unique<CoverageHost>(registry, runtime, options);
}

}  // namespace qiangji::coverage
