// 目标完成情况, 变化原因: the sections of an evaluation.
#include <algorithm>
#include <numeric>

#include "services/base/glossary.h"
#include "services/report/layout_tools.h"

namespace qiangji::report {
namespace {

constexpr std::size_t kMostChanges = 40;  // in documents for readers

// A share, or a number of another metric, as text.
Cell FigureCell(const Source& s, const v1::TargetStatus& target, bool has,
                double value) {
  if (!has) return {};
  const bool share = target.metric() == "share" ||
                     target.metric() == "value_share" ||
                     target.metric() == "penetrated_share";
  return Text(CellText(Number(value),
                       share ? CellKind::kShare : CellKind::kNumber, s.lang()));
}

// The plan's own shares first, then what can be judged, then the rest.
std::vector<int> InReadingOrder(const v1::Report& report) {
  const auto rank = [&](int i) {
    const v1::TargetStatus& t = report.targets(i);
    if (t.metric() == "share") return 0;
    if (t.metric() == "penetrated_share" || t.metric() == "value_share") {
      return 1;
    }
    if (t.metric() == "promoted_processes") return 2;
    return t.has_actual() ? 3 : 4;
  };
  std::vector<int> order(static_cast<std::size_t>(report.targets_size()));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return rank(a) < rank(b); });
  return order;
}

std::string ScopeOf(const Source& s, const v1::TargetStatus& target) {
  std::vector<std::string> parts;
  for (const std::string& id : target.sectors()) parts.push_back(s.Sector(id));
  for (const int c : target.categories()) {
    parts.push_back(s.Category(static_cast<type::v1::Category>(c)));
  }
  return parts.empty() ? s.Say({"总体", "total"}) : s.Join(parts);
}

std::string CauseWord(const Source& s, const std::string& cause) {
  return std::string(WordIn("cause", cause, Code(s.lang())));
}

Table CausesTable(const Source& s) {
  Table table = NewTable(
      s, "causes", {"按原因合计", "By cause"},
      {{"cause", {"原因", "cause"}},
       {"items", {"条目", "items"}, CellKind::kCount},
       {"change", {"贡献（个百分点）", "part (points)"}, CellKind::kChange}});
  std::map<std::string, std::pair<int, double>> sums;
  for (const v1::CompareRow& row : s.report().changes()) {
    auto& [items, change] = sums[row.cause()];
    ++items;
    change += row.change();
  }
  for (const auto& [cause, sum] : sums) {
    table.rows.push_back(
        {Text(CauseWord(s, cause)), Number(sum.first), Number(sum.second)});
  }
  return table;
}

std::string CellOfBaseline(const Source& s, const v1::TargetStatus& target,
                           const v1::TargetBaseline& baseline) {
  if (baseline.year() == 0 || !baseline.has_value()) return "";
  const Cell value = FigureCell(s, target, true, baseline.value());
  return s.Say({"$0（$1）", "$0 ($1)"}, std::get<std::string>(value),
               baseline.year());
}

}  // namespace

Table TargetsTable(const Source& s) {
  const bool evaluation = s.report().kind() == v1::REPORT_KIND_EVALUATION;
  Table table =
      NewTable(s, "targets", {"目标台账", "Target ledger"},
               {{"target", {"目标", "target"}},
                {"scope", {"范围", "scope"}},
                {"due", {"目标年份", "due"}, CellKind::kYear},
                {"due_value", {"目标值", "value"}},
                {"year", {"评估年份", "judged in"}, CellKind::kYear},
                {"path", {"路径", "path"}},
                {"actual", {"实际", "actual"}},
                {"actual_upper", {"上限", "upper"}},
                {"verdict", {"结论", "verdict"}},
                {"missing_count", {"尚缺", "missing"}, CellKind::kCount}});
  if (evaluation) {
    table.columns.insert(table.columns.begin() + 2,
                         {"baseline", s.Say({"基期", "baseline"})});
  }
  for (const int i : InReadingOrder(s.report())) {
    const v1::TargetStatus& t = s.report().targets(i);
    std::string name = s.Metric(t);
    if (!t.superseded_by().empty()) {
      absl::StrAppend(&name, s.Say({"（已被取代）", " (superseded)"}));
    }
    std::string verdict = s.Verdict(t.verdict());
    if (t.year() > s.report().context().year()) {
      verdict = s.Say({"未到期", "not due yet"});
    } else if (t.expired()) {
      absl::StrAppend(&verdict, s.Say({"（已到期）", " (expired)"}));
    }
    std::vector<Cell> row = {
        Text(std::move(name)),
        Text(ScopeOf(s, t)),
        Number(t.due_year()),
        FigureCell(s, t, t.has_due_value(), t.due_value()),
        Number(t.year()),
        FigureCell(s, t, t.has_target(), t.target()),
        FigureCell(s, t, t.has_actual(), t.actual()),
        FigureCell(s, t, t.has_actual_upper(), t.actual_upper()),
        Text(std::move(verdict)),
        QJ_CELL_OF(t, missing_count)};
    if (evaluation && i < s.report().baselines_size()) {
      row.insert(row.begin() + 2,
                 Text(CellOfBaseline(s, t, s.report().baselines(i))));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Chart TimelineChart(const Source& s) {
  Chart chart;
  chart.kind = ChartKind::kTimeline;
  chart.key = "verdicts";
  chart.caption = s.Say({"各目标的结论", "Verdicts of the targets"});
  // Of each line of targets; those of which none can be judged say nothing.
  std::map<std::string, std::vector<Mark>> lines;
  std::map<std::string, bool> judged;
  std::vector<std::string> order;
  for (const int i : InReadingOrder(s.report())) {
    const v1::TargetStatus& t = s.report().targets(i);
    const std::string label = absl::StrCat(
        s.Metric(t), s.lang() == Lang::kZh ? "，" : ", ", ScopeOf(s, t));
    if (lines.find(label) == lines.end()) order.push_back(label);
    const bool due = t.year() <= s.report().context().year();
    const std::string verdict =
        due ? Source::VerdictCode(t.verdict()) : std::string();
    judged[label] |= !verdict.empty() && verdict != "no data";
    lines[label].push_back(
        {0, t.due_year(), verdict,
         CellText(FigureCell(s, t, t.has_due_value(), t.due_value()),
                  CellKind::kText, s.lang())});
  }
  for (const std::string& label : order) {
    if (!judged[label]) continue;
    for (Mark& mark : lines[label]) {
      mark.row = chart.labels.size();
      chart.marks.push_back(std::move(mark));
    }
    chart.labels.push_back(label);
  }
  return chart;
}

Section TargetsSection(const Source& s) {
  Section section{s.Say({"目标完成情况", "Targets"}), {}};
  section.blocks.push_back(Lead(HeadlineSentence(s)));
  int met = 0, missed = 0, undecided = 0, no_data = 0;
  for (const v1::TargetStatus& t : s.report().targets()) {
    if (t.year() > s.report().context().year() || !t.superseded_by().empty()) {
      continue;
    }
    met += t.verdict() == v1::VERDICT_MET ? 1 : 0;
    missed += t.verdict() == v1::VERDICT_MISSED ? 1 : 0;
    undecided += t.verdict() == v1::VERDICT_UNDECIDED ? 1 : 0;
    no_data += t.verdict() == v1::VERDICT_NO_DATA ? 1 : 0;
  }
  section.blocks.push_back(Plain(
      s.Say({"已到评估年份的目标：达标 $0，未达标 $1，未定 $2，数据不足 $3。",
             "Of the targets that can be judged $0 are met, $1 missed, "
             "$2 undecided and $3 without data."},
            met, missed, undecided, no_data)));
  section.blocks.push_back(TimelineChart(s));
  section.blocks.push_back(TargetsTable(s));
  if (s.report().revisions_size() > 0) {
    Table table =
        NewTable(s, "revisions", {"目标调整", "Targets that were replaced"},
                 {{"target", {"原目标", "target"}},
                  {"year", {"年份", "year"}, CellKind::kYear},
                  {"value", {"数值", "value"}, CellKind::kNumber},
                  {"successor", {"新目标", "successor"}},
                  {"successor_year", {"年份", "year"}, CellKind::kYear},
                  {"successor_value", {"数值", "value"}, CellKind::kNumber}});
    for (const v1::TargetRevision& r : s.report().revisions()) {
      table.rows.push_back({Text(r.target_id()), Number(r.year()),
                            Number(r.value()), Text(r.successor_id()),
                            Number(r.successor_year()),
                            Number(r.successor_value())});
    }
    section.blocks.push_back(std::move(table));
  }
  return section;
}

Section ChangesSection(const Source& s) {
  Section section{s.Say({"变化原因", "What moved it"}), {}};
  double sum = 0;
  for (const v1::CompareRow& row : s.report().changes()) sum += row.change();
  if (s.report().since_year() == 0) {
    section.blocks.push_back(
        Lead(s.Say({"没有可比较的较早年份。",
                    "There is no earlier year to compare with."})));
    return section;
  }
  section.blocks.push_back(
      Lead(s.Say({"自 $0 年以来，自主保障率变化 $1 个百分点。",
                  "Since $0 the assurance rate changed by $1 percentage "
                  "points."},
                 s.report().since_year(), ChangeText(sum))));
  Table table = NewTable(
      s, "changes", {"变化的分解", "The change, split"},
      {{"item", {"条目", "item"}},
       {"cause", {"原因", "cause"}},
       {"change", {"贡献（个百分点）", "part (points)"}, CellKind::kChange}});
  for (const v1::CompareRow& row : s.report().changes()) {
    table.rows.push_back(
        {Text(row.item_id().empty() ? "" : s.Item(row.item_id())),
         Text(CauseWord(s, row.cause())), Number(row.change())});
  }
  table.shown = kMostChanges;
  if (!table.rows.empty()) {
    section.blocks.push_back(CausesTable(s));
    section.blocks.push_back(std::move(table));
  }
  section.blocks.push_back(Plain(ProjectsSentence(s)));
  Table due = ProjectsTable(s, /*due_only=*/true);
  if (!due.rows.empty()) section.blocks.push_back(std::move(due));
  return section;
}

}  // namespace qiangji::report
