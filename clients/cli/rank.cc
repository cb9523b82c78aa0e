// qiangji rank
#include <google/protobuf/message.h>

#include "absl/strings/numbers.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/session.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ComputeRankRequest;
using coverage::v1::ComputeRankResponse;
using coverage::v1::RankRow;

constexpr ColumnSpec kColumns[] = {
    {"item_id"},
    {"marginal_gain", Format::kShare},
    {"potential_gain", Format::kShare},
    {"shortfall_quantity", Format::kNumber},
    {"project_cost_cny", Format::kMoney},
};
constexpr ColumnSpec kExact = {"exact_gain", Format::kShare};
constexpr ColumnSpec kUnit = {"unit"};
constexpr std::size_t kUnitColumn = 5;  // in a table, after name and shortfall
constexpr int kAll = 10000;             // the API's largest number of rows
constexpr int kMostExact = 100;
constexpr Text kBadExact = {"--exact：“$0” 不可用；应为 1 至 100 的项数",
                            "--exact: '$0' is not accepted; 1 to 100 items "
                            "are"};
constexpr Text kShareUnit = {"（占需求）", "(of demand)"};

absl::Status Fill(const Invocation& invocation, ComputeRankRequest* request) {
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request->mutable_options()));
  request->set_sector(invocation.Get("--sector").value_or(""));
  request->set_limit(kAll);
  if (const auto text = invocation.Get("--exact")) {
    int top = 0;
    if (!absl::SimpleAtoi(*text, &top) || top < 1 || top > kMostExact) {
      return UsageError(Say(invocation.lang(), kBadExact, *text));
    }
    request->set_exact_top(top);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Rank(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  ComputeRankRequest request;
  QJ_RETURN_IF_ERROR(Fill(invocation, &request));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputeRankResponse response;
  // Solving anew takes its time.
  QJ_RETURN_IF_ERROR(session->CallAt(
      Service::kCoverage, Session::MethodOf<ComputeRankRequest>("ComputeRank"),
      request, &response, /*limited=*/request.exact_top() == 0));
  const bool for_people = invocation.settings.output == Output::kTable;
  std::vector<ColumnSpec> columns(std::begin(kColumns), std::end(kColumns));
  if (request.exact_top() > 0) columns.push_back(kExact);
  Table table = TableOf(columns, response.rows(), lang);
  if (for_people || invocation.settings.names) {
    std::vector<std::string> names, units;
    for (const RankRow& row : response.rows()) {
      names.push_back(NameOf(row, lang));
      const bool has_shortfall = row.has_shortfall_quantity();
      units.push_back(!has_shortfall       ? ""
                      : row.unit().empty() ? std::string(kShareUnit.In(lang))
                                           : row.unit());
    }
    InsertNames("item_id", lang, for_people ? 1 : table.columns.size(), names,
                table);
    if (for_people) InsertTexts(kUnit, lang, kUnitColumn, units, table);
  }
  PrintFigures(invocation, response.context(), table, {&response});
  return kDone;
}

}  // namespace

CommandSpec RankCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "rank";
  spec.help = say({"按可得提升排列条目：先补哪里最有效",
                   "items by potential gain: where an effort pays most"});
  spec.options = {
      {"--sector", "SECTOR", say({"只看这一领域", "only this sector"})},
      {"--exact",
       "N",
       say({"前 N 项另给重新求解的实际提升（默认 20）",
            "also the exact gain of the first N, solved anew (20)"}),
       {},
       "20"}};
  spec.computes = true;
  spec.run = Rank;
  return spec;
}

}  // namespace qiangji::cli
