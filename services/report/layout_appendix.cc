// 附表, 方法说明.
#include <algorithm>

#include "absl/strings/escaping.h"
#include "services/base/glossary.h"
#include "services/report/layout_tools.h"

namespace qiangji::report {
namespace {

constexpr std::size_t kMostItems = 300;  // in documents for readers
constexpr std::size_t kMostRemarks = 50;

Table ItemsTable(const Source& s) {
  Table table = NewTable(
      s, "items", {"条目", "Items"},
      {{"item_id", {"编号", "id"}},
       {"name", {"名称", "name"}},
       {"category", {"类别", "category"}},
       {"data_year", {"数据年份", "data year"}, CellKind::kYear},
       {"located_share", {"国产化率", "located"}, CellKind::kShare},
       {"assured_share", {"自主保障占比", "assured"}, CellKind::kShare},
       {"assured_content_lower",
        {"穿透下限", "content, lower"},
        CellKind::kShare},
       {"assured_content_upper",
        {"穿透上限", "content, upper"},
        CellKind::kShare},
       {"top_foreign_origin", {"最大境外来源", "largest origin abroad"}},
       {"top_foreign_share", {"其占比", "its share"}, CellKind::kShare},
       {"supply_risk", {"供应风险", "supply risk"}, CellKind::kNumber},
       {"value_cny", {"金额", "value (CNY)"}, CellKind::kMoney}});
  for (const v1::ItemMetrics& m : s.report().items()) {
    table.rows.push_back(
        {Text(m.item_id()), Text(s.NameOf(m, m.item_id())),
         Text(s.Base(m.category())),
         m.data_year() == 0 ? Cell() : Number(m.data_year()),
         QJ_CELL_OF(m, located_share), QJ_CELL_OF(m, assured_share),
         QJ_CELL_OF(m, assured_content_lower),
         QJ_CELL_OF(m, assured_content_upper), Text(m.top_foreign_origin()),
         QJ_CELL_OF(m, top_foreign_share), QJ_CELL_OF(m, supply_risk),
         QJ_CELL_OF(m, value_cny)});
  }
  table.shown = kMostItems;
  return table;
}

Table TrajectoryTable(const Source& s) {
  Table table = NewTable(
      s, "trajectory", {"历年走势与预测", "The years and forecasts"},
      {{"sector", {"领域", "sector"}},
       {"year", {"年份", "year"}, CellKind::kYear},
       {"share", {"自主保障率", "assurance rate"}, CellKind::kShare},
       {"share_upper", {"上限", "upper"}, CellKind::kShare},
       {"target_path", {"目标路径", "target path"}, CellKind::kShare},
       {"forecast", {"趋势预测", "by trend"}, CellKind::kShare},
       {"forecast_low", {"下限", "low"}, CellKind::kShare},
       {"forecast_high", {"上限", "high"}, CellKind::kShare},
       {"project_forecast", {"项目预测", "by projects"}, CellKind::kShare},
       {"target_probability", {"达标概率", "probability"}, CellKind::kShare}});
  std::size_t total = 0;
  for (const v1::ReportTrajectory& t : s.report().trajectories()) {
    for (const v1::TrajectoryRow& r : t.rows()) {
      table.rows.push_back(
          {Text(s.Sector(t.sector())), Number(r.year()), QJ_CELL_OF(r, share),
           QJ_CELL_OF(r, share_upper), QJ_CELL_OF(r, target_path),
           QJ_CELL_OF(r, forecast), QJ_CELL_OF(r, forecast_low),
           QJ_CELL_OF(r, forecast_high), QJ_CELL_OF(r, project_forecast),
           QJ_CELL_OF(r, target_probability)});
    }
    if (t.sector().empty()) total = table.rows.size();
  }
  table.shown = total;  // those of the sectors in files for programs
  return table;
}

Table IndicatorsTable(const Source& s) {
  Table table =
      NewTable(s, "indicators", {"规划指标", "Indicators of the plan"},
               {{"indicator", {"指标", "indicator"}},
                {"unit", {"单位", "unit"}},
                {"year", {"年份", "year"}, CellKind::kYear},
                {"target", {"目标", "target"}, CellKind::kNumber},
                {"observed", {"实际", "observed"}, CellKind::kNumber},
                {"source", {"来源", "source"}}});
  for (const v1::ReportIndicator& i : s.report().indicators()) {
    table.rows.push_back({Text(s.NameOf(i, i.indicator_id())), Text(i.unit()),
                          Number(i.year()), QJ_CELL_OF(i, target),
                          QJ_CELL_OF(i, observed), Text(i.source())});
  }
  return table;
}

Table GradesTable(const Source& s, const v1::CoverageRow& total) {
  Table table = NewTable(
      s, "grades", {"数字的依据", "What the figures rest on"},
      {{"grade", {"证据等级", "evidence"}},
       {"items", {"条目", "items"}, CellKind::kCount},
       {"share", {"占自主保障率", "part of the rate"}, CellKind::kShare},
       {"volume_share", {"占供应量", "part of the volume"}, CellKind::kShare}});
  static constexpr const char* kGrades[] = {
      "", "audited", "declared", "published", "estimated", "illustrative"};
  for (const v1::GradeShare& g : total.grades()) {
    const auto grade = static_cast<std::size_t>(g.grade());
    table.rows.push_back(
        {Text(std::string(WordIn(
             "evidence", grade < std::size(kGrades) ? kGrades[grade] : "",
             Code(s.lang())))),
         Number(g.items()), QJ_CELL_OF(g, share), QJ_CELL_OF(g, volume_share)});
  }
  return table;
}

void AddBasis(const Source& s, Section& section) {
  const v1::CoverageRow* total = TotalOf(s.report());
  if (total == nullptr) return;
  std::vector<std::string> years;
  for (const v1::DataYear& y : total->data_years()) {
    years.push_back(
        s.Say({"$0 年 $1 项", "$1 items of $0"}, y.year(), y.items()));
  }
  section.blocks.push_back(
      Subheading(s.Say({"数字的依据", "What the figures rest on"})));
  if (total->has_response_rate()) {
    section.blocks.push_back(
        Plain(s.Say({"$0 项中 $1 项有数据（$2）；数据年份：$3。",
                     "$1 of $0 items have data ($2); years of the data: $3."},
                    total->items(), total->items_with_data(),
                    ShareText(total->response_rate()),
                    years.empty() ? "–" : s.Join(years))));
  }
  if (total->grades_size() > 0) {
    section.blocks.push_back(GradesTable(s, *total));
  }
  if (total->items_without_data_size() > 0) {
    std::vector<std::string> names;
    for (const std::string& id : total->items_without_data()) {
      names.push_back(s.Item(id));
    }
    section.blocks.push_back(Plain(s.Say(
        {"无数据的条目$0：$1。", "Items without data$0: $1."},
        names.size() == 100 ? s.Say({"（前 100 项）", " (the first 100)"}) : "",
        s.Join(names))));
  }
}

constexpr Words kMethod[] = {
    {"自主保障率（按项数）H：范围内各条目按权重计，有数据且自主保障占比不低于 "
     "θ "
     "者所占的份额；无数据的条目计入分母。上限把来源不明的供应与无数据的条目视"
     "为"
     "已保障。",
     "Assurance rate by count H: the share by weight of the items of the scope "
     "that have data and an assured share of at least θ; items without data "
     "count in the denominator. The upper figure takes supply of unknown "
     "origin and items without data as assured."},
    {"自主保障占比：符合口径（本地生产、本国控制、无境外可撤销许可、达到最低"
     "验证等级）的供应量占国内需求的份额。",
     "Assured share: the volume that passes the criteria (made at home, "
     "controlled at home, under no licence that can be revoked abroad, "
     "qualified far enough) over domestic demand."},
    {"穿透自主率：逐级穿透投入，本地生产的只计其投入中自主的部分；下限把无数据"
     "的"
     "投入按 0 计，上限按 1 计。",
     "Assured content: home production is only as home-made as its inputs, "
     "through every tier; inputs without data count as 0 in the lower and as "
     "1 in the upper bound."},
    {"结论：达标 = 自主保障率达到目标路径；未达标 = 上限也达不到；其间为未定；"
     "有数据的条目不足一半权重时为数据不足。",
     "Verdict: met = the rate reaches the target path; missed = not even its "
     "upper figure does; undecided in between; no data = less than half of "
     "the weight has data."},
    {"趋势：匹配样本上对数几率对年份的最小二乘，80% "
     "预测区间；项目：登记项目相互"
     "独立地成功，离散程度因此偏小。",
     "Trend: least squares of the log-odds on the year over a matched panel, "
     "80 % prediction interval. Projects succeed independently of one another, "
     "which understates the spread."},
    {"首台套/首批次转化：（条目、单位）中达到首台套/"
     "首批次者后来进入批量的份额。",
     "First-batch conversion: of the pairs of item and maker that reached a "
     "first batch, the share that went on to series."},
    {"未定义的数字留空，不以 0 代替。完整方法见 METHOD。",
     "What is undefined stays empty and is never shown as 0. The whole method "
     "is in METHOD."},
};

void AddRemarks(const Source& s, Section& section) {
  const v1::FigureContext& context = s.report().context();
  std::vector<std::string> texts;
  const auto add = [&](const auto& remark) {
    texts.push_back(absl::StrCat(
        remark.subject(),
        remark.year() == 0 ? "" : absl::StrCat(" ", remark.year()),
        s.lang() == Lang::kZh ? "：" : ": ",
        s.lang() == Lang::kZh ? remark.text_zh() : remark.text_en()));
  };
  for (const v1::Finding& finding : context.findings()) add(finding);
  for (const v1::Warning& warning : context.warnings()) add(warning);
  if (texts.empty()) return;
  section.blocks.push_back(Subheading(
      s.Say({"数据中的矛盾与提示（$0 条）", "Findings and warnings ($0)"},
            texts.size())));
  const std::size_t shown = std::min(texts.size(), kMostRemarks);
  for (std::size_t i = 0; i < shown; ++i) {
    section.blocks.push_back(
        Paragraph{ParagraphStyle::kBullet, {{std::move(texts[i])}}});
  }
  if (shown < texts.size()) {
    section.blocks.push_back(
        Note(s.Say({"其余见 JSON。", "The others are in the JSON."})));
  }
}

}  // namespace

Section AppendixSection(const Source& s) {
  Section section{s.Say({"附表", "Appendix"}), {}};
  if (s.report().kind() != v1::REPORT_KIND_EVALUATION) {
    if (s.report().targets_size() > 0) {
      section.blocks.push_back(TimelineChart(s));
      section.blocks.push_back(TargetsTable(s));
    }
    if (s.report().projects_size() > 0) {
      section.blocks.push_back(ProjectsTable(s, /*due_only=*/false));
    }
  }
  section.blocks.push_back(TrajectoryTable(s));
  if (s.report().indicators_size() > 0) {
    section.blocks.push_back(IndicatorsTable(s));
  }
  section.blocks.push_back(ItemsTable(s));
  return section;
}

Section MethodSection(const Source& s) {
  Section section{s.Say({"方法说明", "Method"}), {}};
  for (const Words& words : kMethod) {
    section.blocks.push_back(
        Paragraph{ParagraphStyle::kBullet, {{s.Say(words)}}});
  }
  AddBasis(s, section);
  AddRemarks(s, section);
  section.blocks.push_back(
      Subheading(s.Say({"如何复核", "How to check this report"})));
  const v1::FigureContext& context = s.report().context();
  section.blocks.push_back(Plain(
      s.Say({"本报告的全部数字由登记序号 $0 的数据唯一确定（链首摘要 $1）。"
             "qiangji report verify 在该序号上重新计算并逐项比较；"
             "qiangji report bundle 附上数据，可离线复算。",
             "Every figure is determined by the facts at sequence $0 "
             "(head hash $1). qiangji report verify computes them again "
             "and compares each; qiangji report bundle adds the facts, "
             "so that this can be done offline."},
            context.read_seq(), absl::BytesToHexString(context.digest()))));
  return section;
}

}  // namespace qiangji::report
