// qiangji diff --from T1 --to T2 [TABLE…]
#include <grpcpp/channel.h>

#include "clients/cli/as_of.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/print.h"
#include "clients/cli/session.h"
#include "clients/cpp/status.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using registry::v1::ChangeService;
using registry::v1::DiffResourcesRequest;
using registry::v1::DiffResourcesResponse;
using registry::v1::ResourceDiff;

constexpr Text kNoFrom = {"缺少 --from：应为登记序号、RFC 3339 时刻或日期",
                          "--from is missing: a sequence number, an RFC 3339 "
                          "time or a date"};
constexpr Text kCompared = {"登记序号 $0 至 $1：$2 行不同",
                            "sequences $0 to $1: $2 rows differ"};

constexpr ColumnSpec kColumns[] = {{"table"},  {"name"},  {"field"},
                                   {"before"}, {"after"}, {"change"}};
constexpr Text kHeaders[] = {{"表", "table"},   {"资源", "resource"},
                             {"列", "column"},  {"此前", "before"},
                             {"此后", "after"}, {"变化", "change"}};

std::string ChangeWord(const ResourceDiff& diff) {
  switch (diff.change()) {
    case registry::v1::DIFF_CHANGE_ADDED:
      return "added";
    case registry::v1::DIFF_CHANGE_REMOVED:
      return "removed";
    default:
      return "changed";
  }
}

absl::Status Fill(const Invocation& invocation, DiffResourcesRequest* request) {
  const Lang lang = invocation.lang();
  const auto from = invocation.Get("--from");
  if (!from) return UsageError(std::string(kNoFrom.In(lang)));
  const auto set = [](absl::Time at, google::protobuf::Timestamp* out) {
    const std::int64_t nanos = absl::ToUnixNanos(at);
    out->set_seconds(absl::ToUnixSeconds(at));
    out->set_nanos(
        static_cast<int>(nanos - absl::ToUnixSeconds(at) * 1'000'000'000));
  };
  QJ_ASSIGN_OR_RETURN(const ReadPoint start,
                      FindReadPoint("--from", *from, invocation));
  if (start.seq) request->set_from_seq(*start.seq);
  if (start.time) set(*start.time, request->mutable_from_time());
  if (const auto to = invocation.Get("--to")) {
    QJ_ASSIGN_OR_RETURN(const ReadPoint end,
                        FindReadPoint("--to", *to, invocation));
    if (end.seq) request->set_to_seq(*end.seq);
    if (end.time) set(*end.time, request->mutable_to_time());
  }
  request->set_filter(invocation.Get("--filter").value_or(""));
  for (const std::string& table : invocation.positionals) {
    request->add_tables(table);
  }
  return absl::OkStatus();
}

void AddRows(const ResourceDiff& diff, Table& table) {
  for (const auto& field : diff.fields()) {
    table.rows.push_back({diff.table(), diff.name(), field.field(),
                          field.before(), field.after(), ChangeWord(diff)});
  }
}

absl::StatusOr<int> Diff(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  DiffResourcesRequest request;
  QJ_RETURN_IF_ERROR(Fill(invocation, &request));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const auto channel, session->channel(Service::kRegistry));
  const auto stub = ChangeService::NewStub(channel);
  const auto context = session->StreamContext();
  const auto stream = stub->DiffResources(context.get(), request);
  DiffResourcesResponse part, all;
  while (stream->Read(&part)) all.MergeFrom(part);
  QJ_RETURN_IF_ERROR(client::FromGrpcStatus(stream->Finish()));

  Table table;
  for (std::size_t c = 0; c < std::size(kColumns); ++c) {
    table.columns.push_back(
        {std::string(kColumns[c].name), std::string(kHeaders[c].In(lang))});
  }
  for (const ResourceDiff& diff : all.diffs()) AddRows(diff, table);
  PrintAsAsked(invocation, table, all);
  invocation.console.err << Say(lang, kCompared, all.from_seq(), all.to_seq(),
                                all.diffs_size())
                         << '\n';
  return kDone;
}

}  // namespace

CommandSpec DiffCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "diff";
  spec.help = say({"两个时刻之间登记内容的变化，逐列列出",
                   "what changed between two times, column by column"});
  spec.positionals = {{"TABLE",
                       say({"表名，如 items；默认全部",
                            "a table, such as items; all by default"}),
                       false, true}};
  spec.options = {
      {"--from", "T1",
       say({"起：登记序号、RFC 3339 时刻、日期，或已冻结的填报轮次名",
            "from: a sequence number, a time, a date, or the name of a frozen "
            "round"})},
      {"--to", "T2",
       say({"止：同上；默认当前", "to: likewise; the head by default"})},
      {"--filter", "FILTER",
       say({"只比较此前或此后符合条件的行，如 category=material",
            "only rows that it holds for before or after: "
            "category=material"})},
  };
  spec.run = Diff;
  return spec;
}

}  // namespace qiangji::cli
