// qiangji coverage compare --from T1 --to T2
#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/as_of.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/number_format.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/status_macros.h"
#include "services/base/years.h"

namespace qiangji::cli {
namespace {

using coverage::v1::CompareCoverageRequest;
using coverage::v1::CompareCoverageResponse;
using coverage::v1::ComparePoint;
using coverage::v1::CompareRow;

constexpr char kCriteria[] = "criteria:";

constexpr ColumnSpec kColumns[] = {
    {"cause"},
    {"item_id"},
    {"change", Format::kPoints},
};
constexpr ColumnSpec kTableColumns[] = {
    {"cause"},
    {"item_id", Format::kText, 1},
    {"change", Format::kPoints},
    {"assured_share_from", Format::kShare, 2},
    {"assured_share_to", Format::kShare, 2},
    {"sources", Format::kText, 3},
};
constexpr ColumnSpec kCauseColumns[] = {
    {"cause"},
    {"items", Format::kCount},
    {"change", Format::kPoints},
};
constexpr std::size_t kNameColumn = 2;

constexpr Text kMissing = {
    "缺少 $0：应为年份、时刻（RFC 3339 时刻、日期、登记序号或已冻结的填报轮次）"
    "或 criteria:NAME",
    "$0 is missing: a year, a time (RFC 3339, a date, a sequence number or a "
    "frozen round) or criteria:NAME"};
constexpr Text kNoCriteria = {"$0：criteria: 之后应有口径编号",
                              "$0: the name of criteria is missing after "
                              "criteria:"};
constexpr Text kMoved = {"自主保障率（按项数）$0 → $1：$2 个百分点",
                         "assurance rate $0 -> $1: $2 percentage points"};
constexpr Text kUndefined = {
    "自主保障率（按项数）$0 → $1：至少一方无数据，无从比较",
    "assurance rate $0 -> $1: one of the two has no data, so there is nothing "
    "to compare"};
constexpr Text kNone = {"无定义", "undefined"};

// A year, a recorded state, or criteria (FORMATS).
absl::Status FillPoint(const Invocation& invocation, const char* option,
                       ComparePoint* point) {
  const auto text = invocation.Get(option);
  if (!text) return UsageError(Say(invocation.lang(), kMissing, option));
  absl::string_view name = *text;
  if (absl::ConsumePrefix(&name, kCriteria)) {
    if (name.empty()) {
      return UsageError(Say(invocation.lang(), kNoCriteria, option));
    }
    point->set_criteria(CriteriaName(std::string(name)));
    return absl::OkStatus();
  }
  int year = 0;
  if (text->size() == 4 && absl::SimpleAtoi(*text, &year) && IsYear(year)) {
    point->set_year(year);
    return absl::OkStatus();
  }
  QJ_ASSIGN_OR_RETURN(const ReadPoint at,
                      FindReadPoint(option, *text, invocation));
  SetReadPoint(at, point);
  return absl::OkStatus();
}

std::string SignedPoints(double difference) {
  return absl::StrCat(difference > 0 ? "+" : "", Points(difference));
}

std::string ShareOr(bool stated, double share, Lang lang) {
  return stated ? Percent(share) : std::string(kNone.In(lang));
}

void PrintMove(const CompareCoverageResponse& response, Lang lang,
               std::ostream& out) {
  const std::string from =
      ShareOr(response.has_share_from(), response.share_from(), lang);
  const std::string to =
      ShareOr(response.has_share_to(), response.share_to(), lang);
  if (response.has_share_from() && response.has_share_to()) {
    out << Say(lang, kMoved, from, to,
               SignedPoints(response.share_to() - response.share_from()));
  } else {
    out << Say(lang, kUndefined, from, to);
  }
  out << '\n';
}

std::vector<std::string> NamesOf(const CompareCoverageResponse& response,
                                 Lang lang) {
  std::vector<std::string> names;
  for (const CompareRow& row : response.rows()) {
    names.push_back(NameOf(row, lang));
  }
  return names;
}

// By cause, then item by item.
void PrintForPeople(const Invocation& invocation,
                    const CompareCoverageResponse& response) {
  const Lang lang = invocation.lang();
  Console& console = invocation.console;
  PrintHeading(invocation, response.context());
  PrintMove(response, lang, console.out);
  if (!response.rows().empty()) {
    console.out << '\n';
    PrintTable(TableOf(kCauseColumns, response.causes(), lang), lang, console);
    console.out << '\n';
    Table table = TableOf(kTableColumns, response.rows(), lang);
    InsertNames("item_id", lang, kNameColumn, NamesOf(response, lang), table);
    PrintTable(table, lang, console);
  }
  PrintRemarks(invocation, response.earlier_context());
  PrintRemarks(invocation, response.context());
}

absl::StatusOr<int> Compare(const Invocation& invocation) {
  CompareCoverageRequest request;
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request.mutable_options()));
  QJ_RETURN_IF_ERROR(
      FillPoint(invocation, "--from", request.mutable_earlier()));
  QJ_RETURN_IF_ERROR(FillPoint(invocation, "--to", request.mutable_later()));
  request.set_sector(invocation.Get("--sector").value_or(""));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  CompareCoverageResponse response;
  // Past states take their time.
  QJ_RETURN_IF_ERROR(session->CallAt(
      Service::kCoverage,
      Session::MethodOf<CompareCoverageRequest>("CompareCoverage"), request,
      &response, /*limited=*/false));
  if (invocation.settings.output == Output::kTable) {
    PrintForPeople(invocation, response);
    return kDone;
  }
  const Lang lang = invocation.lang();
  Table table = TableOf(kColumns, response.rows(), lang);
  if (invocation.settings.names) {
    InsertNames("item_id", lang, table.columns.size(), NamesOf(response, lang),
                table);
  }
  PrintFigures(invocation, response.context(), table, {&response});
  return kDone;
}

}  // namespace

CommandSpec CoverageCompareCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "compare";
  spec.help = say({"保障率为何变化：按原因和条目分解，合计恰为差额",
                   "what moved the rate, by cause and item; the parts sum to "
                   "the difference"});
  spec.options = {
      {"--from", "T1",
       say({"起：年份、时刻（RFC 3339 时刻、日期、登记序号或已冻结的填报轮次）"
            "或 criteria:NAME",
            "from: a year, a time (RFC 3339, a date, a sequence number or a "
            "frozen round) or criteria:NAME"})},
      {"--to", "T2", say({"止：同上", "to: likewise"})},
      {"--sector", "SECTOR", say({"只看这一领域", "only this sector"})},
  };
  spec.computes = true;
  spec.run = Compare;
  return spec;
}

}  // namespace qiangji::cli
