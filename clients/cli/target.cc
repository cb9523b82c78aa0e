// qiangji target show
#include <google/protobuf/message.h>

#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/session.h"
#include "clients/cli/target_detail.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ComputeTargetsRequest;
using coverage::v1::ComputeTargetsResponse;
using coverage::v1::TargetStatus;

constexpr ColumnSpec kColumns[] = {
    {"target_id"},
    {"metric", Format::kText, 1},
    {"scope", Format::kText, 1},
    {"year", Format::kYear},
    {"target", Format::kShare},
    {"actual", Format::kShare},
    {"actual_upper", Format::kShare, 2},
    {"verdict"},
    {"missing_count", Format::kCount},
};
constexpr Text kTotal = {"总体", "total"};

// Counts and indicators stand beside shares: each cell by its own metric.
void FormatByMetric(const ComputeTargetsResponse& response, bool for_people,
                    Lang lang, Table& table) {
  const TableColumn number = ColumnOf({"", Format::kNumber}, lang);
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const TargetStatus& target = response.targets(static_cast<int>(r));
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      Cell& cell = table.rows[r][c];
      if (table.columns[c].format != Format::kShare || IsShare(target) ||
          !std::holds_alternative<double>(cell)) {
        continue;
      }
      cell = for_people ? TableCell(number, cell, lang) : CsvCell(number, cell);
    }
    Cell& scope = table.rows[r][2];
    if (for_people && scope == Cell(std::string("total"))) {
      scope = std::string(kTotal.In(lang));
    }
  }
}

absl::StatusOr<int> Show(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  ComputeTargetsRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  for (const std::string& id : invocation.positionals) {
    request.add_target_ids(id);
  }
  const Output output = invocation.settings.output;
  const bool for_people = output == Output::kTable;
  const bool details =
      invocation.Has("--explain") || !invocation.positionals.empty();
  request.set_details(details && (for_people || output == Output::kJson));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputeTargetsResponse response;
  QJ_RETURN_IF_ERROR(session->CallByName("ComputeTargets", request, &response));
  Table table = TableOf(kColumns, response.targets(), lang);
  FormatByMetric(response, for_people, lang, table);
  if (for_people || invocation.settings.names) {
    std::vector<std::string> names;
    for (const TargetStatus& target : response.targets()) {
      names.push_back(NameOf(target, lang));
    }
    InsertNames("target_id", lang, for_people ? 1 : table.columns.size(), names,
                table);
  }
  PrintFigures(invocation, response.context(), table, {&response});
  if (!for_people || !details) return kDone;
  for (const TargetStatus& target : response.targets()) {
    PrintTargetDetail(target, response.context().threshold(), lang,
                      invocation.console);
  }
  return kDone;
}

}  // namespace

CommandSpec TargetShowCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "show";
  spec.help = say({"各目标的实际与结论", "where each target stands"});
  spec.positionals = {
      {"TARGET",
       say({"只看这些目标，逐一详列", "only these targets, each in detail"}),
       false, true}};
  spec.options = {
      {"--explain", "",
       say({"逐一详列：路径、差距、条目、阶梯、数据依据、随阈值与口径的变化",
            "each in detail: path, gap, items, ladder, what it rests on, other "
            "thresholds and criteria"})}};
  spec.computes = true;
  spec.run = Show;
  return spec;
}

}  // namespace qiangji::cli
