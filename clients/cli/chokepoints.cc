// qiangji chokepoints
#include <google/protobuf/message.h>

#include "absl/strings/numbers.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/coverage_stream.h"
#include "clients/cli/figures.h"
#include "clients/cli/number_format.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ChokepointRow;
using coverage::v1::ChokepointsHead;
using coverage::v1::ComputeChokepointsRequest;
using coverage::v1::ComputeChokepointsResponse;
using coverage::v1::CoverageService;

constexpr ColumnSpec kColumns[] = {
    {"item_id"},
    {"score", Format::kShare},
    {"sectors_hit", Format::kCount},
};

constexpr Text kBadTop = {"--top：“$0” 不可用；应为 1 以上的项数",
                          "--top: '$0' is not accepted; 1 item or more is"};
constexpr Text kNotProven = {
    "搜索已达限度，以上为已找到者；其余条目至多 $0",
    "the search has reached its limit: these are the best found; any other "
    "item scores at most $0"};

absl::StatusOr<int> Chokepoints(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  ComputeChokepointsRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  if (const auto text = invocation.Get("--top")) {
    int top = 0;
    if (!absl::SimpleAtoi(*text, &top) || top < 1) {
      return UsageError(Say(lang, kBadTop, *text));
    }
    request.set_limit(top);
  }
  if (invocation.Has("--variant")) {
    request.set_variant(coverage::v1::CHOKEPOINT_VARIANT_WHOLE);
  }
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const std::vector<ComputeChokepointsResponse> messages,
                      ReadStream(*session, request,
                                 &CoverageService::Stub::ComputeChokepoints));
  std::vector<ChokepointRow> rows;
  for (const ComputeChokepointsResponse& message : messages) {
    const auto& batch = message.items().rows();
    rows.insert(rows.end(), batch.begin(), batch.end());
  }
  Table table = TableOf(kColumns, rows, lang);
  const bool for_people = invocation.settings.output == Output::kTable;
  if (for_people || invocation.settings.names) {
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (const ChokepointRow& row : rows) names.push_back(NameOf(row, lang));
    InsertNames("item_id", lang, for_people ? 1 : table.columns.size(), names,
                table);
  }
  const ChokepointsHead& head = messages[0].head();
  PrintFigures(invocation, head.context(), table, PointersTo(messages), true);
  if (!head.proven()) {
    invocation.console.err << Say(lang, kNotProven, Percent(head.rest_bound()))
                           << '\n';
  }
  PrintLimits(invocation, head);
  return kDone;
}

}  // namespace

CommandSpec ChokepointsCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "chokepoints";
  spec.help = say({"卡脖子环节：一旦断供波及最广的条目",
                   "the items whose failure stops the most"});
  OptionSpec variant = {
      "--variant", "whole",
      say({"整个条目断供，而非只是其非自主部分",
           "loss of the whole item, not only of what is not assured"})};
  variant.choices = {"whole"};
  spec.options = {{"--top", "N", say({"只求前 N 项", "only the first N"})},
                  variant};
  spec.computes = true;
  spec.run = Chokepoints;
  return spec;
}

}  // namespace qiangji::cli
