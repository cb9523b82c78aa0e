// qiangji target show
#include <google/protobuf/message.h>

#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/session.h"
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

bool IsShare(const TargetStatus& target) {
  return target.metric() == "share" || target.metric() == "value_share" ||
         target.metric() == "penetrated_share";
}

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
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputeTargetsResponse response;
  QJ_RETURN_IF_ERROR(session->CallByName("ComputeTargets", request, &response));
  const bool for_people = invocation.settings.output == Output::kTable;
  Table table = TableOf(kColumns, response.targets(), lang);
  FormatByMetric(response, for_people, lang, table);
  if (for_people || invocation.settings.names) {
    std::vector<std::string> names;
    for (const TargetStatus& target : response.targets()) {
      names.push_back(NameOf(target, lang));
    }
    InsertTexts({"name"}, lang, for_people ? 1 : table.columns.size(), names,
                table);
  }
  PrintFigures(invocation, response.context(), table, {&response});
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
      {"TARGET", say({"只看这些目标", "only these targets"}), false, true}};
  spec.computes = true;
  spec.run = Show;
  return spec;
}

}  // namespace qiangji::cli
