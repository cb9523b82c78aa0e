// qiangji metrics [ITEM…]
#include <google/protobuf/message.h>

#include <iterator>
#include <string>

#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/metrics_query.h"
#include "clients/cli/session.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

// FORMATS' columns. On a narrow terminal the bounds and indices go first.
constexpr ColumnSpec kColumns[] = {
    {"item_id"},
    {"category", Format::kText, 1},
    {"year", Format::kYear, 9},
    {"has_data", Format::kBool, 1},
    {"located_share", Format::kShare},
    {"assured_share", Format::kShare},
    {"documented_share", Format::kShare, 4},
    {"assured", Format::kBool},
    {"assured_content_lower", Format::kShare},
    {"assured_content_upper", Format::kShare, 2},
    {"located_content", Format::kShare, 4},
    {"ssr", Format::kShare, 5},
    {"ssr_upper", Format::kShare, 7},
    {"idr", Format::kShare, 5},
    {"idr_upper", Format::kShare, 7},
    {"hhi_country", Format::kIndex, 5},
    {"hhi_country_low", Format::kIndex, 8},
    {"hhi_country_high", Format::kIndex, 8},
    {"hhi_supplier", Format::kIndex, 6},
    {"top_foreign_origin"},
    {"top_foreign_share", Format::kShare},
    {"value_cny", Format::kMoney, 3},
    {"supply_risk", Format::kIndex, 9},
};
constexpr ColumnSpec kDataYear = {"data_year", Format::kYear, 1};

// 0 = the item has no data.
void AddDataYear(const MetricsAnswer& answer, Lang lang, Table& table) {
  table.columns.push_back(ColumnOf(kDataYear, lang));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const int year = answer.items[r].data_year();
    Cell cell;
    if (year != 0) cell = std::int64_t{year};
    table.rows[r].push_back(std::move(cell));
  }
}

// Of the bands, in their order (METHOD 4.6).
constexpr absl::string_view kBands[] = {"",       "<5%",    "5-15%",
                                        "15-30%", "30-50%", ">=50%"};

// Bands where the figures themselves are not for the caller.
void ShowBands(const MetricsAnswer& answer, Table& table) {
  const auto show = [&](absl::string_view column, std::size_t row, int band) {
    if (band <= 0 || band >= static_cast<int>(std::size(kBands))) return;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (table.columns[c].name != column) continue;
      table.rows[row][c] = std::string(kBands[static_cast<std::size_t>(band)]);
    }
  };
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const coverage::v1::ItemMetrics& item = answer.items[r];
    show("assured_share", r, item.band());
    show("located_share", r, item.located_band());
    show("assured_content_lower", r, item.content_band());
  }
}

absl::StatusOr<int> Metrics(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  const Output output = invocation.settings.output;
  coverage::v1::QueryItemMetricsRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  request.set_view(coverage::v1::METRICS_VIEW_BASIC);
  for (const std::string& id : invocation.positionals) {
    request.add_item_ids(id);
  }
  for (const std::string& sector : invocation.All("--sector")) {
    request.add_sectors(sector);
  }
  request.set_eu_original(invocation.Has("--eu-original"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const MetricsAnswer answer,
                      QueryMetrics(request, output == Output::kJson, *session));
  Table table = TableOf(kColumns, answer.items, lang);
  ShowBands(answer, table);
  if (invocation.Has("--carry-forward")) AddDataYear(answer, lang, table);
  if (output == Output::kTable || invocation.settings.names) {
    std::vector<std::string> names;
    for (const auto& item : answer.items) names.push_back(NameOf(item, lang));
    InsertNames("item_id", lang,
                output == Output::kTable ? 1 : table.columns.size(), names,
                table);
  }
  std::vector<const google::protobuf::Message*> responses;
  for (const auto& message : answer.messages) responses.push_back(&message);
  PrintFigures(invocation, answer.context, table, responses, true);
  return kDone;
}

}  // namespace

CommandSpec MetricsCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "metrics";
  spec.help = say({"各条目的指标", "the figures of every item"});
  spec.positionals = {
      {"ITEM", say({"只看这些条目", "only these items"}), false, true}};
  spec.options = {{"--sector",
                   "SECTOR",
                   say({"只看这一领域，可重复",
                        "only this sector; may be "
                        "repeated"}),
                   {},
                   {},
                   true},
                  {"--eu-original", "",
                   say({"供应风险按欧盟原方法：本国来源也计其风险",
                        "supply risk as in the EU's original method: home "
                        "counts in its own sourcing"})}};
  spec.computes = true;
  spec.run = Metrics;
  return spec;
}

}  // namespace qiangji::cli
