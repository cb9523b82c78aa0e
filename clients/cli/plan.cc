// qiangji plan
#include <google/protobuf/message.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/number_format.h"
#include "clients/cli/session.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ComputePlanRequest;
using coverage::v1::ComputePlanResponse;
using coverage::v1::PlanItem;
using coverage::v1::PlanPoint;
using coverage::v1::PlanRow;

constexpr ColumnSpec kColumns[] = {
    {"project_id"},
    {"item_id", Format::kText, 2},
    {"cost_cny", Format::kMoney},
    {"completion_year", Format::kYear, 1},
    {"probability", Format::kShare},
    {"share_after", Format::kShare},
    {"why"},
};
constexpr ColumnSpec kContentAfter = {"content_after", Format::kShare};
constexpr ColumnSpec kTitle = {"title", Format::kText, 3};
constexpr std::size_t kItemColumn = 1;
constexpr ColumnSpec kFrontier[] = {
    {"budget_cny", Format::kMoney},     {"cost_cny", Format::kMoney},
    {"projects", Format::kCount},       {"share_to", Format::kShare},
    {"optimality_gap", Format::kShare},
};
constexpr ColumnSpec kContentTo = {"content_to", Format::kShare};
constexpr int kMostNamed = 20;

constexpr Text kNeedsBoth = {"请给出 --budget 与 --by-year",
                             "give --budget and --by-year"};
constexpr Text kBadBudget = {
    "--budget：“$0” 不可用；应为不小于 0 的金额（元），可写 3000万、1.2亿",
    "--budget: '$0' is not accepted; an amount in yuan, not below 0, is, also "
    "as 30m or 1.2bn"};
constexpr Text kShare = {"自主保障率 $0 → $1（$2 个百分点）",
                         "assurance rate $0 -> $1 ($2 percentage points)"};
constexpr Text kContent = {"穿透自主率 $0 → $1（$2 个百分点）",
                           "assured content $0 -> $1 ($2 percentage points)"};
constexpr Text kNoShare = {"范围内没有数据，占比未定义",
                           "no data in the scope: the share is undefined"};
constexpr Text kSpent = {"入选 $0 个项目，投资 $1，预算 $2",
                         "$0 projects chosen, $1 of a budget of $2"};
constexpr Text kProven = {"已证明最优", "proven optimal"};
constexpr Text kGap = {"与最优方案的差距至多 $0（已证明）",
                       "at most $0 short of the best, proven"};
constexpr Text kGreedy = {"逐项按可得提升投入：$0，投资 $1",
                          "item after item by potential gain: $0 for $1"};
constexpr Text kFrontierTitle = {"不同预算可达：", "what other budgets reach:"};
constexpr Text kUnserved = {"$0 项尚未保障且无项目：$1",
                            "$0 items are not assured and no project serves "
                            "them: $1"};
constexpr Text kNoCost = {"$0 个项目未报投资，不参与比选：$1",
                          "$0 projects state no cost and were not chosen "
                          "among: $1"};
constexpr Text kNotWeighed = {"$0 项的项目过多，未全部比选",
                              "$0 items have more projects than are weighed "
                              "together"};
constexpr Text kLimits = {"说明：$0", "note: $0"};

// Yuan, or 万, 亿, k, m, bn of them.
std::optional<double> ParseMoney(absl::string_view text) {
  constexpr struct {
    absl::string_view unit;
    double yuan;
  } kUnits[] = {{"亿", 1e8}, {"万", 1e4}, {"bn", 1e9}, {"m", 1e6}, {"k", 1e3}};
  absl::ConsumeSuffix(&text, "元");
  double factor = 1;
  for (const auto& unit : kUnits) {
    if (!absl::ConsumeSuffix(&text, unit.unit)) continue;
    factor = unit.yuan;
    break;
  }
  double amount = 0;
  if (!absl::SimpleAtod(text, &amount) || !std::isfinite(amount * factor) ||
      amount < 0) {
    return std::nullopt;
  }
  return amount * factor;
}

absl::Status Fill(const Invocation& invocation, ComputePlanRequest* request) {
  QJ_RETURN_IF_ERROR(FillOptions(invocation, request->mutable_options()));
  const auto budget = invocation.Get("--budget");
  if (!budget.has_value() || !invocation.Has("--by-year")) {
    return UsageError(kNeedsBoth.In(invocation.lang()));
  }
  const std::optional<double> amount = ParseMoney(*budget);
  if (!amount.has_value()) {
    return UsageError(Say(invocation.lang(), kBadBudget, *budget));
  }
  request->set_budget_cny(*amount);
  int year = 0;
  QJ_RETURN_IF_ERROR(FillYear(invocation, "--by-year", &year));
  request->set_by_year(year);
  request->set_certain(invocation.Has("--certain"));
  request->set_objective(invocation.Get("--objective") == "content"
                             ? coverage::v1::PLAN_OBJECTIVE_CONTENT
                             : coverage::v1::PLAN_OBJECTIVE_COUNT);
  return absl::OkStatus();
}

Table RowsOf(const Invocation& invocation, const ComputePlanResponse& response,
             bool by_content) {
  const Lang lang = invocation.lang();
  std::vector<ColumnSpec> columns(std::begin(kColumns), std::end(kColumns));
  if (by_content) columns.insert(columns.end() - 1, kContentAfter);
  Table table = TableOf(columns, response.rows(), lang);
  const bool for_people = invocation.settings.output == Output::kTable;
  if (!for_people && !invocation.settings.names) return table;
  std::vector<std::string> names, titles;
  for (const PlanRow& row : response.rows()) {
    names.push_back(NameOf(row, lang, "item_"));
    titles.push_back(row.title());
  }
  const std::size_t end = table.columns.size();
  InsertNames("item_id", lang, for_people ? kItemColumn + 1 : end, names,
              table);
  InsertTexts(kTitle, lang, for_people ? kItemColumn : end + 1, titles, table);
  return table;
}

std::string Reached(const PlanPoint& point) {
  if (point.has_content_to()) return Percent(point.content_to());
  return point.has_share_to() ? Percent(point.share_to()) : "–";
}

std::string Rise(const Text& text, double from, double to, Lang lang) {
  return Say(lang, text, Percent(from), Percent(to), Points(to - from));
}

void PrintReached(const ComputePlanRequest& request,
                  const ComputePlanResponse& response, Lang lang,
                  std::ostream& out) {
  if (!response.has_share_from()) {
    out << kNoShare.In(lang) << '\n';
  } else {
    if (response.has_content_from()) {
      out << Rise(kContent, response.content_from(), response.content_to(),
                  lang)
          << '\n';
    }
    out << Rise(kShare, response.share_from(), response.share_to(), lang)
        << '\n';
  }
  const auto chosen =
      std::count_if(response.rows().begin(), response.rows().end(),
                    [](const PlanRow& row) { return row.chosen(); });
  out << Say(lang, kSpent, chosen, Money(response.cost_cny(), lang),
             Money(request.budget_cny(), lang))
      << (lang == Lang::kZh ? "；" : "; ")
      << (response.optimality_gap() > 0
              ? Say(lang, kGap, Percent(response.optimality_gap()))
              : std::string(kProven.In(lang)))
      << '\n';
  out << Say(lang, kGreedy, Reached(response.greedy()),
             Money(response.greedy().cost_cny(), lang))
      << '\n';
}

// The first of them, and that there are more.
std::string Named(std::vector<std::string> names, Lang lang) {
  const bool more = names.size() > kMostNamed;
  if (more) names.resize(kMostNamed);
  std::string text = absl::StrJoin(names, lang == Lang::kZh ? "、" : ", ");
  return more ? text + " …" : text;
}

void PrintMissing(const ComputePlanResponse& response, Lang lang,
                  std::ostream& out) {
  std::vector<std::string> items;
  for (const PlanItem& item : response.items_without_project()) {
    items.push_back(NameOf(item, lang));
  }
  const std::size_t count = items.size();
  if (count > 0) {
    out << Say(lang, kUnserved, count, Named(std::move(items), lang)) << '\n';
  }
  const std::vector<std::string> projects(
      response.projects_without_cost().begin(),
      response.projects_without_cost().end());
  if (!projects.empty()) {
    out << Say(lang, kNoCost, projects.size(), Named(projects, lang)) << '\n';
  }
  if (response.items_not_all_weighed() > 0) {
    out << Say(lang, kNotWeighed, response.items_not_all_weighed()) << '\n';
  }
  const auto& limits =
      lang == Lang::kZh ? response.limits_zh() : response.limits_en();
  out << Say(lang, kLimits,
             absl::StrJoin(limits, lang == Lang::kZh ? "；" : "; "))
      << '\n';
}

void PrintFrontier(const ComputePlanResponse& response, bool by_content,
                   Lang lang, Console& console) {
  std::vector<ColumnSpec> columns(std::begin(kFrontier), std::end(kFrontier));
  if (by_content) columns.insert(columns.end() - 1, kContentTo);
  console.out << '\n' << kFrontierTitle.In(lang) << '\n';
  PrintTable(TableOf(columns, response.frontier(), lang), lang, console);
}

absl::StatusOr<int> Plan(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  ComputePlanRequest request;
  QJ_RETURN_IF_ERROR(Fill(invocation, &request));
  const bool by_content =
      request.objective() == coverage::v1::PLAN_OBJECTIVE_CONTENT;
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ComputePlanResponse response;
  // A search takes its time.
  QJ_RETURN_IF_ERROR(session->CallAt(
      Service::kCoverage, Session::MethodOf<ComputePlanRequest>("ComputePlan"),
      request, &response, /*limited=*/false));
  PrintFigures(invocation, response.context(),
               RowsOf(invocation, response, by_content), {&response});
  if (invocation.settings.output == Output::kJson) return kDone;
  Console& console = invocation.console;
  const bool for_people = invocation.settings.output == Output::kTable;
  std::ostream& out = for_people ? console.out : console.err;
  if (for_people) out << '\n';
  PrintReached(request, response, lang, out);
  if (for_people) PrintFrontier(response, by_content, lang, console);
  if (for_people) out << '\n';
  PrintMissing(response, lang, out);
  return kDone;
}

}  // namespace

CommandSpec PlanCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "plan";
  spec.help = say({"预算内的攻关方案", "the best projects within a budget"});
  OptionSpec objective = {
      "--objective", "count|content",
      say({"按项数（默认）或按穿透自主率",
           "by count, the default, or by assured content"})};
  objective.choices = {"count", "content"};
  spec.options = {
      {"--budget", "CNY",
       say({"预算（元），可写 3000万、1.2亿",
            "the budget in yuan, also as 30m or 1.2bn"})},
      {"--by-year", "YEAR",
       say({"在此年或之前完成", "completed in or before this year"})},
      {"--certain", "",
       say({"视项目必成（p = 1）", "as if every project succeeded (p = 1)"})},
      objective};
  spec.computes = true;
  spec.run = Plan;
  return spec;
}

}  // namespace qiangji::cli
