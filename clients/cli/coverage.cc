// qiangji coverage show
#include <google/protobuf/message.h>

#include <algorithm>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/overview.h"
#include "clients/cli/reflect.h"
#include "clients/cli/require.h"
#include "clients/cli/session.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ComputeCoverageRequest;
using coverage::v1::ComputeCoverageResponse;
using coverage::v1::CoverageRow;

constexpr ColumnSpec kColumns[] = {
    {"sector"},
    {"category"},
    {"year", Format::kYear, 9},
    {"items", Format::kCount},
    {"items_with_data", Format::kCount, 1},
    {"items_blank", Format::kCount, 4},
    {"items_made", Format::kCount, 4},
    {"assured_items", Format::kCount, 3},
    {"share", Format::kShare},
    {"share_documented", Format::kShare, 7},
    {"share_of_known", Format::kShare, 6},
    {"share_upper", Format::kShare, 1},
    {"value_share", Format::kShare, 5},
    {"penetrated_share", Format::kShare, 2},
    {"penetrated_upper", Format::kShare, 8},
    {"target", Format::kShare},
    {"gap", Format::kPoints, 1},
    {"verdict"},
    {"items_short", Format::kCount, 2},
};
constexpr ColumnSpec kDataYear = {"data_year", Format::kText, 1};
constexpr std::size_t kSector = 0;
constexpr std::size_t kCategory = 1;

constexpr Text kAll = {"全部", "all"};
constexpr Text kBadBy = {
    "--by：“$0” 不可用；应为 sector、category 或 sector,category",
    "--by: '$0' is not accepted; sector, category or sector,category"};
constexpr Text kReference = {
    "各领域行的目标为参照值：文件只对总体提出目标",
    "the target of a sector row is a reference line: the document sets it "
    "for the total only"};
constexpr Text kReleased = {"取自已发布的表 $0：实时数字只供分析人员和管理员",
                            "from the released table $0: live figures are for "
                            "analysts and stewards"};
constexpr Text kNotMet = {"未满足要求 $0：实际为 $1",
                          "the requirement $0 is not met: it is $1"};
constexpr Text kUndefined = {"无定义", "undefined"};

absl::Status SetDimensions(const std::string& by, Lang lang,
                           ComputeCoverageRequest* request) {
  for (absl::string_view part : absl::StrSplit(by, ',')) {
    if (part == "sector") {
      request->add_dimensions(coverage::v1::COVERAGE_DIMENSION_SECTOR);
    } else if (part == "category") {
      request->add_dimensions(coverage::v1::COVERAGE_DIMENSION_CATEGORY);
    } else {
      return UsageError(Say(lang, kBadBy, by));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> NumericColumns() {
  std::vector<std::string> names;
  for (const ColumnSpec& spec : kColumns) {
    if (spec.format != Format::kText) names.emplace_back(spec.name);
  }
  return names;
}

absl::StatusOr<std::vector<Requirement>> Requirements(
    const Invocation& invocation) {
  std::vector<Requirement> requirements;
  for (const std::string& text : invocation.All("--require")) {
    absl::StatusOr<Requirement> requirement =
        ParseRequirement(text, NumericColumns(), invocation.lang());
    if (!requirement.ok()) {
      return UsageError(requirement.status().message());
    }
    requirements.push_back(*std::move(requirement));
  }
  return requirements;
}

std::string DataYears(const CoverageRow& row) {
  std::vector<int> years;
  for (const auto& entry : row.data_years()) years.push_back(entry.year());
  return absl::StrJoin(years, ";");
}

// In a table the sector has its name, and "all" is said.
void ShowNames(const ComputeCoverageResponse& response, Lang lang,
               Table& table) {
  bool by_category = false;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const CoverageRow& row = response.rows(static_cast<int>(r));
    const std::string name = NameOf(row, lang, "sector_");
    std::vector<Cell>& cells = table.rows[r];
    if (row.sector().empty()) {
      cells[kSector] = std::string(kAll.In(lang));
    } else if (!name.empty()) {
      cells[kSector] = name;
    }
    if (row.category() == type::v1::CATEGORY_UNSPECIFIED) {
      cells[kCategory] = std::string(kAll.In(lang));
    } else {
      by_category = true;
    }
  }
  if (by_category) return;
  table.columns.erase(table.columns.begin() + kCategory);
  for (std::vector<Cell>& cells : table.rows) {
    cells.erase(cells.begin() + kCategory);
  }
}

Table CoverageTable(const Invocation& invocation,
                    const ComputeCoverageResponse& response) {
  const Lang lang = invocation.lang();
  Table table = TableOf(kColumns, response.rows(), lang);
  std::vector<std::string> names, years;
  for (const CoverageRow& row : response.rows()) {
    names.push_back(NameOf(row, lang, "sector_"));
    years.push_back(DataYears(row));
  }
  if (invocation.Has("--carry-forward")) {
    InsertTexts(kDataYear, lang, table.columns.size(), years, table);
  }
  if (invocation.settings.output == Output::kTable) {
    ShowNames(response, lang, table);
  } else if (invocation.settings.names) {
    InsertTexts({"sector_name"}, lang, table.columns.size(), names, table);
  }
  return table;
}

std::optional<double> Number(const Cell& cell) {
  if (const auto* value = std::get_if<double>(&cell)) return *value;
  if (const auto* n = std::get_if<std::int64_t>(&cell)) {
    return static_cast<double>(*n);
  }
  return std::nullopt;
}

// The total row decides: it is the headline.
int Check(const Invocation& invocation,
          const std::vector<Requirement>& requirements,
          const ComputeCoverageResponse& response) {
  int status = kDone;
  const Lang lang = invocation.lang();
  const CoverageRow none;
  const CoverageRow& total = response.rows().empty() ? none : response.rows(0);
  const std::vector<std::string>& texts = invocation.All("--require");
  for (std::size_t i = 0; i < requirements.size(); ++i) {
    const Cell actual = FieldCell(total, requirements[i].column);
    if (Meets(requirements[i], Number(actual))) continue;
    const TableColumn column = ColumnOf({"", Format::kShare}, lang);
    const std::string text = Number(actual) ? CsvCell(column, actual)
                                            : std::string(kUndefined.In(lang));
    invocation.console.err << Say(lang, kNotMet, texts[i], text) << '\n';
    status = kCheckFailed;
  }
  return status;
}

absl::StatusOr<int> Show(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const std::vector<Requirement> requirements,
                      Requirements(invocation));
  ComputeCoverageRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  if (const auto by = invocation.Get("--by")) {
    QJ_RETURN_IF_ERROR(SetDimensions(*by, invocation.lang(), &request));
  }
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputeCoverageResponse response;
  QJ_RETURN_IF_ERROR(
      session->CallByName("ComputeCoverage", request, &response));
  if (invocation.Has("--overview")) {
    QJ_RETURN_IF_ERROR(
        PrintOverview(invocation, request.options(), response, *session));
    return Check(invocation, requirements, response);
  }
  PrintFigures(invocation, response.context(),
               CoverageTable(invocation, response), {&response});
  const bool reference =
      std::any_of(response.rows().begin(), response.rows().end(),
                  [](const CoverageRow& row) { return row.reference_line(); });
  if (reference && invocation.settings.output == Output::kTable) {
    invocation.console.err << kReference.In(invocation.lang()) << '\n';
  }
  if (!response.release().empty()) {
    invocation.console.err << Say(invocation.lang(), kReleased,
                                  response.release())
                           << '\n';
  }
  return Check(invocation, requirements, response);
}

}  // namespace

CommandSpec CoverageShowCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "show";
  spec.help = say({"自主保障率：总体与各领域",
                   "the assurance rate: the total and each sector"});
  spec.options = {
      {"--by", "sector|category|sector,category",
       say({"分行方式；默认为总体与十大领域",
            "what rows are split by; by default the total and the ten "
            "sectors"})},
      {"--require",
       "'share>=0.70'",
       say({"总体行须满足的条件，可重复；不满足则退出状态为 3",
            "what the total row must meet; may be repeated; exit status 3 "
            "where it does not"}),
       {},
       {},
       true},
      {"--overview", "",
       say({"一页总览：总体、目标、各领域、最突出的瓶颈",
            "one page: headline, targets, sectors, the worst bottlenecks"})},
  };
  spec.computes = true;
  spec.run = Show;
  return spec;
}

}  // namespace qiangji::cli
