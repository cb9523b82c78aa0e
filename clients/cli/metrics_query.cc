#include "clients/cli/metrics_query.h"

#include <grpcpp/channel.h>

#include "clients/cpp/status.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {

using coverage::v1::CoverageService;
using coverage::v1::QueryItemMetricsRequest;
using coverage::v1::QueryItemMetricsResponse;

absl::StatusOr<MetricsAnswer> QueryMetrics(
    const QueryItemMetricsRequest& request, bool keep_messages,
    Session& session) {
  QJ_ASSIGN_OR_RETURN(const auto channel, session.channel(Service::kCoverage));
  const auto stub = CoverageService::NewStub(channel);
  const auto context = session.StreamContext();
  const auto stream = stub->QueryItemMetrics(context.get(), request);
  MetricsAnswer answer;
  QueryItemMetricsResponse response;
  while (stream->Read(&response)) {
    if (keep_messages) answer.messages.push_back(response);
    if (response.has_context()) {
      answer.context = std::move(*response.mutable_context());
    } else if (response.has_items()) {
      for (auto& item : *response.mutable_items()->mutable_metrics()) {
        answer.items.push_back(std::move(item));
      }
    }
  }
  QJ_RETURN_IF_ERROR(client::FromGrpcStatus(stream->Finish()));
  return answer;
}

}  // namespace qiangji::cli
