// qiangji supply reconcile ITEM
#include <google/protobuf/message.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/number_format.h"
#include "clients/cli/session.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ReconciledFlow;
using coverage::v1::ReconciledRecord;
using coverage::v1::ReconciledSplit;
using coverage::v1::ReconcileSupplyRequest;
using coverage::v1::ReconcileSupplyResponse;

constexpr ColumnSpec kColumns[] = {
    {"market"},
    {"origin_country"},
    {"supplier_id"},
    {"seller", Format::kNumber, 4},
    {"buyer", Format::kNumber, 4},
    {"third_party", Format::kNumber, 4},
    {"reported_volume", Format::kNumber},
    {"taken_by_parts", Format::kNumber},
    {"volume", Format::kNumber},
    {"assured_volume", Format::kNumber},
    {"value_cny", Format::kMoney, 3},
    {"split_side", Format::kText, 5},
};
// For programs: the records and the words as well.
constexpr ColumnSpec kMore[] = {{"records"}, {"explanation"}};

constexpr Text kSums = {"国内供应 Q = $0，需求 D = $1 $2（$3 年）",
                        "domestic supply Q = $0, demand D = $1 $2 (year $3)"};
constexpr Text kShares = {"占国内需求", "of domestic demand"};
constexpr Text kTotal = {"（合计）", "(total)"};
constexpr Text kRest = {"（其余）", "(the rest)"};
constexpr Text kRecord = {"    $0　$1 $2　$3", "    $0: $1 $2, $3"};

Cell Volume(double volume, bool stated = true) {
  return stated ? Cell(volume) : Cell();
}

std::vector<Cell> RowOf(const ReconciledFlow& flow, Lang lang,
                        bool for_people) {
  Cell sides[3];
  for (const auto& side : flow.sides()) {
    sides[side.side() - type::v1::SIDE_SELLER] = side.volume();
  }
  double assured = 0;
  for (const ReconciledSplit& split : flow.splits()) {
    if (split.failed_criterion() ==
        coverage::v1::FAILED_CRITERION_UNSPECIFIED) {
      assured += split.volume();
    }
  }
  std::string supplier = flow.supplier_id();
  if (for_people && supplier.empty()) {
    supplier = std::string((flow.rest() ? kRest : kTotal).In(lang));
  }
  const bool exported = flow.market() == type::v1::MARKET_EXPORT;
  static constexpr const char* kSides[] = {"", "seller", "buyer",
                                           "third_party"};
  return {std::string(exported ? "export" : "domestic"),
          flow.origin_country(),
          supplier,
          sides[0],
          sides[1],
          sides[2],
          Volume(flow.reported_volume()),
          Volume(flow.taken_by_parts()),
          Volume(flow.volume()),
          Volume(assured, !exported),
          Volume(flow.value_cny(), flow.has_value_cny()),
          std::string(kSides[flow.split_side()])};
}

std::string RecordNames(const ReconciledFlow& flow) {
  std::vector<std::string> names;
  for (const ReconciledRecord& record : flow.records()) {
    names.push_back(record.name());
  }
  return absl::StrJoin(names, " ");
}

Table TableOfFlows(const ReconcileSupplyResponse& response, Lang lang,
                   bool for_people) {
  Table table;
  for (const ColumnSpec& spec : kColumns) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  if (!for_people) {
    for (const ColumnSpec& spec : kMore) {
      table.columns.push_back(ColumnOf(spec, lang));
    }
  }
  for (const ReconciledFlow& flow : response.flows()) {
    std::vector<Cell> row = RowOf(flow, lang, for_people);
    if (!for_people) {
      row.emplace_back(RecordNames(flow));
      row.emplace_back(lang == Lang::kZh ? flow.text_zh() : flow.text_en());
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string UseOf(const ReconciledRecord& record, Lang lang) {
  switch (record.use()) {
    case coverage::v1::RECORD_USE_USED:
      return WordFor("use", "used", lang);
    case coverage::v1::RECORD_USE_COMPARED:
      return WordFor("use", "compared", lang);
    default:
      return WordFor("use", "ignored", lang);
  }
}

// Flow by flow: what was done, the records, what was noticed.
void PrintFlows(const ReconcileSupplyResponse& response, Lang lang,
                Console& console) {
  static constexpr const char* kSides[] = {"", "seller", "buyer",
                                           "third_party"};
  for (const ReconciledFlow& flow : response.flows()) {
    console.out << '\n'
                << Painted(absl::StrCat(flow.origin_country(), " ",
                                        flow.supplier_id()),
                           Colour::kBold, console.out_colour)
                << '\n'
                << "  "
                << Printable(lang == Lang::kZh ? flow.text_zh()
                                               : flow.text_en())
                << '\n';
    for (const ReconciledRecord& record : flow.records()) {
      console.out << Say(lang, kRecord, record.name(),
                         WordFor("side", kSides[record.side()], lang),
                         Quantity(record.volume()), UseOf(record, lang))
                  << '\n';
    }
    for (const auto& warning : flow.warnings()) {
      console.out << "  ! "
                  << Painted(Printable(lang == Lang::kZh ? warning.text_zh()
                                                         : warning.text_en()),
                             Colour::kYellow, console.out_colour)
                  << '\n';
    }
  }
}

absl::StatusOr<int> Reconcile(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  ReconcileSupplyRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  request.set_item_id(invocation.positionals[0]);
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ReconcileSupplyResponse response;
  QJ_RETURN_IF_ERROR(
      session->CallByName("ReconcileSupply", request, &response));
  const bool for_people = invocation.settings.output == Output::kTable;
  PrintFigures(invocation, response.context(),
               TableOfFlows(response, lang, for_people), {&response});
  if (for_people) {
    const std::string unit = response.share_measure()
                                 ? std::string(kShares.In(lang))
                                 : response.unit();
    invocation.console.out << Say(lang, kSums,
                                  Quantity(response.supplied_quantity()),
                                  Quantity(response.demand_quantity()),
                                  Printable(unit), response.data_year())
                           << '\n';
    PrintFlows(response, lang, invocation.console);
  }
  return kDone;
}

}  // namespace

CommandSpec SupplyReconcileCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "reconcile";
  spec.help = say({"一个数字如何由各方填报得出，逐项列出",
                   "how a figure was put together from what the sides report, "
                   "flow by flow"});
  spec.positionals = {{"ITEM", say({"条目编号", "an item"})}};
  spec.computes = true;
  spec.run = Reconcile;
  return spec;
}

}  // namespace qiangji::cli
