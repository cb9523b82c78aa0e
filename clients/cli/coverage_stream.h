// Reading the streams of the coverage service, and what results of disruption
// have in common.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/columns.h"
#include "clients/cli/command.h"
#include "clients/cli/session.h"
#include "clients/cli/table.h"
#include "clients/cpp/status.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {

// All messages of a stream, in order; the first is its head.
template <typename Request, typename Response>
absl::StatusOr<std::vector<Response>> ReadStream(
    Session& session, const Request& request,
    std::unique_ptr<grpc::ClientReader<Response>> (
        coverage::v1::CoverageService::Stub::*method)(grpc::ClientContext*,
                                                      const Request&)) {
  QJ_ASSIGN_OR_RETURN(const auto channel, session.channel(Service::kCoverage));
  const auto stub = coverage::v1::CoverageService::NewStub(channel);
  const auto context = session.StreamContext();
  const auto stream = (stub.get()->*method)(context.get(), request);
  std::vector<Response> messages;
  Response message;
  while (stream->Read(&message)) messages.push_back(std::move(message));
  QJ_RETURN_IF_ERROR(client::FromGrpcStatus(stream->Finish()));
  if (messages.empty()) {
    return absl::DataLossError("the stream ended without a head");
  }
  return messages;
}

template <typename Response>
std::vector<const google::protobuf::Message*> PointersTo(
    const std::vector<Response>& messages) {
  std::vector<const google::protobuf::Message*> pointers;
  pointers.reserve(messages.size());
  for (const Response& message : messages) pointers.push_back(&message);
  return pointers;
}

// Names beside the ids of a column: after it in a table, at the end of CSV
// where --names asks for them.
absl::Status AddItemNames(const Invocation& invocation, Session& session,
                          const ColumnSpec& id_column,
                          const std::vector<std::string>& ids, Table& table);

// What a result leaves out (METHOD 3.4): under a table, beside CSV on standard
// error; JSON has it anyway.
template <typename Message>
void PrintLimits(const Invocation& invocation, const Message& result) {
  const bool zh = invocation.lang() == Lang::kZh;
  const auto& limits = zh ? result.limits_zh() : result.limits_en();
  if (limits.empty() || invocation.settings.output == Output::kJson) return;
  std::ostream& to = invocation.settings.output == Output::kTable
                         ? invocation.console.out
                         : invocation.console.err;
  const char* separator = zh ? "计算口径：" : "what this leaves out: ";
  for (const std::string& limit : limits) {
    to << separator << limit;
    separator = zh ? "；" : "; ";
  }
  to << '\n';
}

}  // namespace qiangji::cli
