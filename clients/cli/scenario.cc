// qiangji scenario run, qiangji scenario exposure
#include <google/protobuf/message.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/coverage_stream.h"
#include "clients/cli/figures.h"
#include "clients/cli/name_book.h"
#include "clients/cli/number_format.h"
#include "services/base/countries.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ComputeExposureRequest;
using coverage::v1::ComputeExposureResponse;
using coverage::v1::CoverageService;
using coverage::v1::ExposureRow;
using coverage::v1::FailureLink;
using coverage::v1::RunScenarioRequest;
using coverage::v1::RunScenarioResponse;
using coverage::v1::ScenarioHead;
using coverage::v1::ScenarioRow;
using coverage::v1::ScenarioSectorRow;
using coverage::v1::SurvivingShare;

constexpr ColumnSpec kItem = {"item_id"};
constexpr ColumnSpec kLimiting = {"limiting_input_id"};
constexpr ColumnSpec kItemColumns[] = {
    kItem,
    {"capability", Format::kShare},
    {"loss", Format::kShare},
    {"loss_pessimistic", Format::kShare, 1},
    kLimiting,
};
constexpr ColumnSpec kSectorColumns[] = {
    {"sector"},
    {"mean_loss", Format::kShare},
    {"mean_loss_value", Format::kShare},
    {"stopped_items", Format::kCount},
};
constexpr ColumnSpec kExposureColumns[] = {
    {"country"},
    {"mean_loss", Format::kShare},
    {"mean_loss_pessimistic", Format::kShare, 1},
    {"mean_loss_value", Format::kShare},
    {"stopped_items", Format::kCount},
};
constexpr ColumnSpec kSector = {"sector"};

constexpr Text kBadShare = {
    "$0：“$1” 不可用；应为 $2 或 $2=留存比例（0 至 1）",
    "$0: '$1' is not accepted; $2 or $2=FRACTION, a fraction from 0 to 1"};
constexpr Text kNothing = {
    "情景为空：请用 --embargo、--lose-supplier 或 --lose-item 指明断供内容",
    "nothing is lost: say what with --embargo, --lose-supplier or "
    "--lose-item"};
constexpr Text kAllSectors = {"全部", "all"};
constexpr Text kChain = {"$0 受损的链条：$1", "why $0 loses: $1"};
constexpr Text kUnharmed = {"$0 不受损", "$0 loses nothing"};

// "DEU", "DEU=0.4".
absl::Status AddShare(const char* option, absl::string_view text,
                      absl::string_view what, Lang lang,
                      google::protobuf::RepeatedPtrField<SurvivingShare>* to) {
  const std::vector<std::string> parts = absl::StrSplit(text, '=');
  double surviving = 0;
  const bool readable =
      !parts[0].empty() && parts.size() <= 2 &&
      (parts.size() == 1 || (absl::SimpleAtod(parts[1], &surviving) &&
                             surviving >= 0 && surviving <= 1));
  if (!readable) return UsageError(Say(lang, kBadShare, option, text, what));
  SurvivingShare* share = to->Add();
  share->set_subject(parts[0]);
  share->set_surviving(surviving);
  return absl::OkStatus();
}

absl::Status FillScenario(const Invocation& invocation,
                          coverage::v1::Scenario* scenario) {
  const Lang lang = invocation.lang();
  for (const std::string& list : invocation.All("--embargo")) {
    for (absl::string_view entry : absl::StrSplit(list, ',')) {
      QJ_RETURN_IF_ERROR(
          AddShare("--embargo", entry, "C", lang, scenario->mutable_embargo()));
      // Codes of two letters are accepted; the API takes three.
      SurvivingShare& added = *scenario->mutable_embargo()->rbegin();
      const Territory* territory = FindCountry(added.subject());
      if (territory != nullptr) {
        added.set_subject(std::string(territory->alpha3));
      }
    }
  }
  for (const std::string& entry : invocation.All("--lose-supplier")) {
    QJ_RETURN_IF_ERROR(AddShare("--lose-supplier", entry, "O", lang,
                                scenario->mutable_lost_suppliers()));
  }
  for (const std::string& item : invocation.All("--lose-item")) {
    scenario->add_lost_items(item);
  }
  scenario->set_no_substitution(invocation.Has("--no-substitution"));
  if (scenario->embargo().empty() && scenario->lost_suppliers().empty() &&
      scenario->lost_items().empty()) {
    return UsageError(Say(lang, kNothing));
  }
  return absl::OkStatus();
}

// For people the sector's name instead of its id, and "all" where it is empty;
// in CSV a last column where --names asks for it.
absl::Status NameSectors(const Invocation& invocation, Session& session,
                         std::size_t column, Table& table) {
  const bool for_people = invocation.settings.output == Output::kTable;
  if (!for_people && !invocation.settings.names) return absl::OkStatus();
  const Lang lang = invocation.lang();
  std::vector<std::string> ids;
  for (const std::vector<Cell>& row : table.rows) {
    const auto* id = std::get_if<std::string>(&row[column]);
    ids.push_back(id == nullptr ? "" : *id);
  }
  NameBook book(session, lang);
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                      book.Names("sector", ids));
  if (!for_people) {
    InsertTexts({"sector_name"}, lang, table.columns.size(), names, table);
    return absl::OkStatus();
  }
  for (std::size_t r = 0; r < ids.size(); ++r) {
    if (ids[r].empty()) {
      table.rows[r][column] = Say(lang, kAllSectors);
    } else if (!names[r].empty()) {
      table.rows[r][column] = names[r];
    }
  }
  return absl::OkStatus();
}

void PrintChain(const Invocation& invocation, const std::string& item,
                const ScenarioHead& head) {
  if (item.empty() || invocation.settings.output == Output::kJson) return;
  std::vector<std::string> links;
  for (const FailureLink& link : head.failure_chain()) {
    links.push_back(absl::StrCat(link.item_id(), " ", Percent(link.loss())));
  }
  const Lang lang = invocation.lang();
  std::ostream& to = invocation.settings.output == Output::kTable
                         ? invocation.console.out
                         : invocation.console.err;
  to << (links.empty() ? Say(lang, kUnharmed, item)
                       : Say(lang, kChain, item, absl::StrJoin(links, " > ")))
     << '\n';
}

absl::StatusOr<Table> ItemTable(const Invocation& invocation, Session& session,
                                std::vector<ScenarioRow> rows) {
  // People look for the worst, programs for an id.
  if (invocation.settings.output == Output::kTable) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const ScenarioRow& a, const ScenarioRow& b) {
                       return a.loss() > b.loss();
                     });
  }
  Table table = TableOf(kItemColumns, rows, invocation.lang());
  std::vector<std::string> items, limiting;
  for (const ScenarioRow& row : rows) {
    items.push_back(row.item_id());
    limiting.push_back(row.limiting_input_id());
  }
  QJ_RETURN_IF_ERROR(AddItemNames(invocation, session, kItem, items, table));
  QJ_RETURN_IF_ERROR(
      AddItemNames(invocation, session, kLimiting, limiting, table));
  return table;
}

absl::StatusOr<int> RunScenario(const Invocation& invocation) {
  RunScenarioRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  QJ_RETURN_IF_ERROR(FillScenario(invocation, request.mutable_scenario()));
  request.set_explain_item_id(invocation.Get("--explain").value_or(""));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(
      const std::vector<RunScenarioResponse> messages,
      ReadStream(*session, request, &CoverageService::Stub::RunScenario));
  std::vector<ScenarioRow> items;
  std::vector<ScenarioSectorRow> sectors;
  for (const RunScenarioResponse& message : messages) {
    items.insert(items.end(), message.items().rows().begin(),
                 message.items().rows().end());
    sectors.insert(sectors.end(), message.sectors().rows().begin(),
                   message.sectors().rows().end());
  }
  Table table;
  if (invocation.Has("--by")) {
    table = TableOf(kSectorColumns, sectors, invocation.lang());
    QJ_RETURN_IF_ERROR(NameSectors(invocation, *session, 0, table));
  } else {
    QJ_ASSIGN_OR_RETURN(table,
                        ItemTable(invocation, *session, std::move(items)));
  }
  const ScenarioHead& head = messages[0].head();
  PrintFigures(invocation, head.context(), table, PointersTo(messages), true);
  PrintChain(invocation, request.explain_item_id(), head);
  PrintLimits(invocation, head);
  return kDone;
}

absl::StatusOr<int> Exposure(const Invocation& invocation) {
  ComputeExposureRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  const bool by_sector = invocation.Has("--by");
  request.set_by_sector(by_sector);
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputeExposureResponse response;
  QJ_RETURN_IF_ERROR(session->CallAt(
      Service::kCoverage,
      Session::MethodOf<ComputeExposureRequest>("ComputeExposure"), request,
      &response, /*limited=*/false));
  std::vector<ExposureRow> rows(response.rows().begin(), response.rows().end());
  if (invocation.settings.output == Output::kTable && !by_sector) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const ExposureRow& a, const ExposureRow& b) {
                       return a.mean_loss() > b.mean_loss();
                     });
  }
  std::vector<ColumnSpec> columns(std::begin(kExposureColumns),
                                  std::end(kExposureColumns));
  if (by_sector) columns.insert(columns.begin() + 1, kSector);
  Table table = TableOf(columns, rows, invocation.lang());
  if (by_sector) {
    QJ_RETURN_IF_ERROR(NameSectors(invocation, *session, 1, table));
  }
  PrintFigures(invocation, response.context(), table, {&response});
  PrintLimits(invocation, response);
  return kDone;
}

OptionSpec BySector(Lang lang) {
  const Text help = {"按领域汇总", "one row for each sector"};
  OptionSpec by = {"--by", "sector", std::string(help.In(lang))};
  by.choices = {"sector"};
  return by;
}

CommandSpec RunSpec(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "run";
  spec.help = say({"计算一个情景：什么停产、停多少",
                   "one scenario: what stops, and how far"});
  OptionSpec embargo = {
      "--embargo", "C[=SURVIVING],…",
      say({"停供的国别地区及留存比例，可重复",
           "countries, with the fraction that survives; may be repeated"})};
  OptionSpec supplier = {
      "--lose-supplier", "O[=SURVIVING]",
      say({"失去的供应商及留存比例，可重复",
           "a supplier, with the fraction that survives; may be repeated"})};
  OptionSpec item = {
      "--lose-item", "ITEM",
      say({"整个失去的条目，可重复", "an item that is lost; may be repeated"})};
  embargo.repeated = supplier.repeated = item.repeated = true;
  spec.options = {
      embargo,
      supplier,
      item,
      {"--no-substitution", "",
       say({"替代组内各项分别计", "inputs do not replace one another"})},
      BySector(lang),
      {"--explain", "ITEM",
       say({"另给该条目受损的链条",
            "also the chain of failures of this item"})}};
  spec.computes = true;
  spec.run = RunScenario;
  return spec;
}

}  // namespace

CommandSpec ScenarioCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec exposure;
  exposure.name = "exposure";
  exposure.help = say({"对每个国别地区的断供敞口", "exposure to each country"});
  exposure.options = {BySector(lang)};
  exposure.computes = true;
  exposure.run = Exposure;
  CommandSpec spec;
  spec.name = "scenario";
  spec.help = say({"断供情景", "disruption scenarios"});
  spec.subcommands = {RunSpec(lang), std::move(exposure)};
  return spec;
}

}  // namespace qiangji::cli
