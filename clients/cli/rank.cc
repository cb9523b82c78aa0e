// qiangji rank
#include <google/protobuf/message.h>

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
constexpr ColumnSpec kUnit = {"unit"};
constexpr std::size_t kUnitColumn = 5;  // in a table, after name and shortfall
constexpr int kAll = 10000;             // the API's largest number of rows
constexpr Text kShareUnit = {"（占需求）", "(of demand)"};

absl::StatusOr<int> Rank(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  ComputeRankRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  request.set_sector(invocation.Get("--sector").value_or(""));
  request.set_limit(kAll);
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputeRankResponse response;
  QJ_RETURN_IF_ERROR(session->CallByName("ComputeRank", request, &response));
  const bool for_people = invocation.settings.output == Output::kTable;
  Table table = TableOf(kColumns, response.rows(), lang);
  if (for_people || invocation.settings.names) {
    std::vector<std::string> names, units;
    for (const RankRow& row : response.rows()) {
      names.push_back(NameOf(row, lang));
      const bool has_shortfall = row.has_shortfall_quantity();
      units.push_back(!has_shortfall       ? ""
                      : row.unit().empty() ? std::string(kShareUnit.In(lang))
                                           : row.unit());
    }
    InsertTexts({"name"}, lang, for_people ? 1 : table.columns.size(), names,
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
      {"--sector", "SECTOR", say({"只看这一领域", "only this sector"})}};
  spec.computes = true;
  spec.run = Rank;
  return spec;
}

}  // namespace qiangji::cli
