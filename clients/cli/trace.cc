// qiangji trace ITEM
#include <google/protobuf/message.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/coverage_stream.h"
#include "clients/cli/figures.h"
#include "clients/cli/name_book.h"
#include "clients/cli/number_format.h"
#include "clients/cli/trace_tree.h"

namespace qiangji::cli {
namespace {

using coverage::v1::CoverageService;
using coverage::v1::TraceHead;
using coverage::v1::TraceItemRequest;
using coverage::v1::TraceItemResponse;
using coverage::v1::TraceRow;

constexpr ColumnSpec kInput = {"input_item_id"};
constexpr ColumnSpec kColumns[] = {
    kInput,
    {"country"},
    {"contribution", Format::kShare},
    {"chain"},
};
constexpr std::size_t kChain = 3;

constexpr Text kBadExplain = {
    "--explain：“$0” 不可用；应大于 0、不大于 1",
    "--explain: '$0' is not accepted; above 0 and up to 1 is"};
constexpr Text kContent = {"穿透自主率 $0，其余 $1 来自：",
                           "assured content $0; the other $1 comes from:"};
constexpr Text kUnexplained = {"其余各项合计 $0 未列出",
                               "$0 in further contributions is not shown"};

absl::Status Fill(const Invocation& invocation, TraceItemRequest* request) {
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request->mutable_options()));
  request->set_item_id(invocation.positionals[0]);
  if (const auto text = invocation.Get("--explain")) {
    double explain = 0;
    if (!absl::SimpleAtod(*text, &explain) || !(explain > 0) || explain > 1) {
      return UsageError(Say(invocation.lang(), kBadExplain, *text));
    }
    request->set_explain(explain);
  }
  return absl::OkStatus();
}

// For people: a tree along the chains, with names.
absl::Status PrintTree(const Invocation& invocation, Session& session,
                       const TraceHead& head,
                       const std::vector<TraceRow>& rows) {
  Console& console = invocation.console;
  const Lang lang = invocation.lang();
  std::vector<std::string> ids = {head.item_id()};
  for (const TraceRow& row : rows) {
    ids.insert(ids.end(), row.chain().begin(), row.chain().end());
  }
  NameBook book(session, lang);
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                      book.Names("item", ids));
  std::map<std::string, std::string> by_id;
  for (std::size_t k = 0; k < ids.size(); ++k) by_id[ids[k]] = names[k];
  console.out << Say(lang, kContent, Percent(head.assured_content()),
                     Percent(1 - head.assured_content()))
              << '\n';
  PrintTraceTree(head.item_id(), rows, by_id, lang, console);
  if (head.unexplained() > 0) {
    console.out << Say(lang, kUnexplained, Percent(head.unexplained())) << '\n';
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Trace(const Invocation& invocation) {
  TraceItemRequest request;
  QJ_RETURN_IF_ERROR(Fill(invocation, &request));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(
      const std::vector<TraceItemResponse> messages,
      ReadStream(*session, request, &CoverageService::Stub::TraceItem));
  std::vector<TraceRow> rows;
  for (const TraceItemResponse& message : messages) {
    const auto& batch = message.contributions().rows();
    rows.insert(rows.end(), batch.begin(), batch.end());
  }
  const TraceHead& head = messages[0].head();
  if (invocation.settings.output == Output::kTable) {
    PrintHeading(invocation, head.context());
    QJ_RETURN_IF_ERROR(PrintTree(invocation, *session, head, rows));
    PrintRemarks(invocation, head.context());
    return kDone;
  }
  Table table = TableOf(kColumns, rows, invocation.lang());
  std::vector<std::string> inputs;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    table.rows[r][kChain] = absl::StrJoin(rows[r].chain(), " > ");
    inputs.push_back(rows[r].input_item_id());
  }
  QJ_RETURN_IF_ERROR(AddItemNames(invocation, *session, kInput, inputs, table));
  PrintFigures(invocation, head.context(), table, PointersTo(messages), true);
  return kDone;
}

}  // namespace

CommandSpec TraceCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "trace";
  spec.help = say({"条目的非自主部分来自何处",
                   "where the part of an item that is not assured comes from"});
  spec.positionals = {{"ITEM", say({"条目编号", "an item"})}};
  spec.options = {{"--explain", "FRACTION",
                   say({"解释到此比例为止（0 至 1）",
                        "stops when this fraction is explained (0 to 1)"})}};
  spec.computes = true;
  spec.run = Trace;
  return spec;
}

}  // namespace qiangji::cli
