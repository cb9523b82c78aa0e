// 瓶颈清单, 问题与建议.
#include <algorithm>
#include <map>

#include "services/base/glossary.h"
#include "services/report/layout_tools.h"

namespace qiangji::report {
namespace {

constexpr std::size_t kMostBottlenecks = 40;  // in the section
constexpr std::size_t kMostPriorities = 10;
constexpr std::size_t kMostNamed = 10;
constexpr const char* kSeverities[] = {"critical", "high", "medium", "low"};

std::string Word(const Source& s, absl::string_view kind,
                 const std::string& code) {
  return std::string(WordIn(kind, code, Code(s.lang())));
}

Table SeverityTable(const Source& s) {
  Table table = NewTable(s, "bottlenecks_by_rule",
                         {"瓶颈按规则与严重程度",
                          "Bottlenecks by rule and "
                          "severity"},
                         {{"rule", {"规则", "rule"}}});
  for (const char* severity : kSeverities) {
    table.columns.push_back(
        {severity, Word(s, "severity", severity), CellKind::kCount});
  }
  std::map<std::string, std::map<std::string, int>> counts;
  for (const v1::ReportBottleneck& b : s.report().bottlenecks()) {
    ++counts[b.rule()][b.severity()];
  }
  for (auto& [rule, by_severity] : counts) {
    std::vector<Cell> row = {Text(Word(s, "rule", rule))};
    for (const char* severity : kSeverities) {
      row.push_back(Number(by_severity[severity]));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// "12 套", or a share of demand.
Cell Missing(const Source& s, const v1::ReportBottleneck& b) {
  if (!b.has_missing_quantity()) return {};
  if (b.unit().empty()) {
    return Text(
        s.Say({"需求的 $0", "$0 of demand"}, ShareText(b.missing_quantity())));
  }
  return Text(absl::StrCat(
      CellText(Number(b.missing_quantity()), CellKind::kNumber, s.lang()), " ",
      b.unit()));
}

// An item of many sectors fills a page with their names.
std::string SomeSectors(const Source& s, const v1::ReportBottleneck& b) {
  constexpr int kMost = 2;
  if (b.sectors_size() <= kMost + 1) return s.Sectors(b.sectors());
  std::vector<std::string> names;
  names.reserve(kMost);
  for (int i = 0; i < kMost; ++i) names.push_back(s.Sector(b.sectors(i)));
  return s.Say({"$0等 $1 个", "$0 and $2 more"}, s.Join(names),
               b.sectors_size(), b.sectors_size() - kMost);
}

std::string SubjectName(const Source& s, const v1::ReportBottleneck& b) {
  std::string name = s.NameOf(b, "");
  if (!name.empty()) return name;
  return b.subject() == "sectors/-" ? s.Sector("") : b.subject();
}

Table BottleneckTable(const Source& s) {
  Table table = NewTable(
      s, "bottlenecks", {"瓶颈清单", "Bottlenecks"},
      {{"severity", {"严重程度", "severity"}},
       {"rule", {"规则", "rule"}},
       {"subject", {"对象", "subject"}},
       {"sectors", {"领域", "sectors"}},
       {"summary", {"情况", "finding"}},
       {"missing", {"解除所缺", "missing to close it"}},
       {"value", {"未保障金额", "value not assured"}, CellKind::kMoney},
       {"projects", {"攻关项目", "projects"}}});
  for (const v1::ReportBottleneck& b : s.report().bottlenecks()) {
    std::string projects;
    if (b.project_ids_size() > 0) {
      projects = s.Say(b.projects_suffice()
                           ? Words{"$0 个，足够", "$0, sufficient"}
                           : Words{"$0 个，不足", "$0, not sufficient"},
                       b.project_ids_size());
    } else if (b.has_missing_quantity()) {
      projects = s.Say({"无", "none"});
    }
    table.rows.push_back(
        {Text(Word(s, "severity", b.severity())),
         Text(Word(s, "rule", b.rule())), Text(SubjectName(s, b)),
         Text(SomeSectors(s, b)),
         Text(s.lang() == Lang::kZh ? b.summary_zh() : b.summary_en()),
         Missing(s, b), QJ_CELL_OF(b, not_assured_value_cny),
         Text(std::move(projects))});
  }
  table.shown = kMostBottlenecks;
  return table;
}

Table PrioritiesTable(const Source& s) {
  Table table = NewTable(
      s, "priorities",
      {"提升自主保障最有成效的条目",
       "Where more assured supply would give "
       "most"},
      {{"item", {"条目", "item"}},
       {"category", {"类别", "category"}},
       {"assured_share", {"自主保障占比", "assured share"}, CellKind::kShare},
       {"potential_gain",
        {"可得提升（个百分点）", "potential gain (points)"},
        CellKind::kPoints},
       {"project_cost_cny",
        {"在建项目投入", "projects' cost (CNY)"},
        CellKind::kMoney}});
  for (const v1::RankRow& row : s.report().priorities()) {
    table.rows.push_back(
        {Text(s.NameOf(row, row.item_id())), Text(s.Base(row.category())),
         QJ_CELL_OF(row, assured_share), Number(row.potential_gain()),
         QJ_CELL_OF(row, project_cost_cny)});
  }
  table.shown = kMostPriorities;
  return table;
}

// Of the headline's target: the items that are nearest to the threshold.
const v1::TargetStatus* HeadlineTarget(const v1::Report& report) {
  const v1::TargetStatus* found = nullptr;
  for (const v1::TargetStatus& target : report.targets()) {
    if (target.metric() == "share" && target.sectors().empty() &&
        target.categories().empty() && target.superseded_by().empty() &&
        target.year() == report.context().year()) {
      found = &target;
    }
  }
  return found;
}

void AddNearest(const Source& s, Section& section) {
  const v1::TargetStatus* target = HeadlineTarget(s.report());
  if (target == nullptr) return;
  const auto names = [&](const auto& items) {
    std::vector<std::string> all;
    for (const v1::TargetItem& item : items) {
      if (all.size() == kMostNamed) break;
      std::string name = s.NameOf(item, item.item_id());
      if (item.has_assured_share()) {
        absl::StrAppend(&name, s.lang() == Lang::kZh ? "（" : " (",
                        ShareText(item.assured_share()),
                        s.lang() == Lang::kZh ? "）" : ")");
      }
      all.push_back(std::move(name));
    }
    return all;
  };
  const auto near = names(target->nearest());
  if (!near.empty()) {
    section.blocks.push_back(
        Plain(s.Say({"最接近阈值的 $0 项：$1。",
                     "The $0 items that are nearest to the threshold: $1."},
                    near.size(), s.Join(near))));
  }
  const auto deciding = names(target->deciding());
  if (!deciding.empty()) {
    section.blocks.push_back(
        Plain(s.Say({"结论未定；补报下列条目的数据即可判定：$0。",
                     "The verdict is open; data of these items would decide "
                     "it: $0."},
                    s.Join(deciding))));
  }
}

// Bottlenecks of the two hardest degrees that no project serves.
void AddUnserved(const Source& s, Section& section) {
  std::vector<std::string> names;
  int count = 0;
  for (const v1::ReportBottleneck& b : s.report().bottlenecks()) {
    const bool hard = b.severity() == "critical" || b.severity() == "high";
    if (!hard || b.project_ids_size() > 0 || !b.has_missing_quantity()) {
      continue;
    }
    const std::string name = SubjectName(s, b);
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    ++count;
    if (names.size() < kMostNamed) names.push_back(name);
  }
  if (count == 0) return;
  section.blocks.push_back(Plain(s.Say(
      {"$0 项严重或高度瓶颈没有登记的攻关项目：$1$2。",
       "$0 items with a critical or high bottleneck have no "
       "project: $1$2."},
      count, s.Join(names),
      count > static_cast<int>(names.size()) ? s.Say({"等", " and others"})
                                             : "")));
}

}  // namespace

Section BottlenecksSection(const Source& s) {
  Section section{s.Say({"瓶颈清单", "Bottlenecks"}), {}};
  std::map<std::string, int> counts;
  for (const v1::ReportBottleneck& b : s.report().bottlenecks()) {
    ++counts[b.severity()];
  }
  section.blocks.push_back(
      Lead(s.Say({"按规则在本报告数据上得出 $0 项瓶颈：严重 $1，高 $2，中 $3，"
                  "低 $4。",
                  "On these facts the rules find $0 bottlenecks: $1 critical, "
                  "$2 high, $3 medium, $4 low."},
                 s.report().bottlenecks_size(), counts["critical"],
                 counts["high"], counts["medium"], counts["low"])));
  if (s.report().bottlenecks_size() == 0) return section;
  section.blocks.push_back(SeverityTable(s));
  section.blocks.push_back(BottleneckTable(s));
  section.blocks.push_back(Note(
      s.Say({"清单只取决于本报告的数据与规则，与预警的处置状态无关；同一序号下"
             "重算结果相同。",
             "The list depends on the facts of this report and the rules "
             "alone, not on what was decided about alerts; the same sequence "
             "gives the same list."})));
  if (s.report().scores_unknown()) {
    section.blocks.push_back(
        Note(s.Say({"卡脖子环节的搜索未能在限定工作量内完成，可能有遗漏。",
                    "The search for chokepoints ended before it was proven: "
                    "some may be missing."})));
  }
  return section;
}

Section ProposalsSection(const Source& s) {
  Section section{s.Say({"问题与建议", "Problems and proposals"}), {}};
  section.blocks.push_back(Lead(ProjectsSentence(s)));
  AddNearest(s, section);
  AddUnserved(s, section);
  if (s.report().priorities_size() > 0) {
    section.blocks.push_back(PrioritiesTable(s));
    section.blocks.push_back(Note(
        s.Say({"可得提升：条目的自主保障占比补足到 1 时，各条目穿透自主率均值的"
               "提升（METHOD 3.3）。",
               "Potential gain: what the mean assured content would gain if "
               "the item were assured in full (METHOD 3.3)."})));
  }
  return section;
}

}  // namespace qiangji::report
