// 总体情况, 分领域.
#include "services/report/layout_tools.h"

namespace qiangji::report {
namespace {

constexpr Words kCategory = {"类别", "category"};
constexpr Words kSector = {"领域", "sector"};

void AddHeadlineTable(const Source& s, const v1::CoverageRow& total,
                      Section& section) {
  Table table = NewTable(s, "headline", {"主要指标", "Main figures"},
                         {{"figure", {"指标", "figure"}},
                          {"value", {"数值", "value"}, CellKind::kShare},
                          {"upper", {"上限", "upper"}, CellKind::kShare}});
  const auto add = [&](const Words& name, Cell value, Cell upper = {}) {
    table.rows.push_back(
        {Text(s.Say(name)), std::move(value), std::move(upper)});
  };
  add({"自主保障率（按项数）", "assurance rate (by count)"},
      QJ_CELL_OF(total, share), QJ_CELL_OF(total, share_upper));
  add({"有据保障率", "documented assurance rate"},
      QJ_CELL_OF(total, share_documented));
  add({"已知条目保障率", "rate of the items with data"},
      QJ_CELL_OF(total, share_of_known));
  add({"自主保障率（按金额）", "assurance rate by value"},
      QJ_CELL_OF(total, value_share));
  add({"穿透保障率", "penetrated rate"}, QJ_CELL_OF(total, penetrated_share),
      QJ_CELL_OF(total, penetrated_upper));
  add({"目标路径", "target path"}, QJ_CELL_OF(total, target));
  add({"有数据的条目", "items with data"}, QJ_CELL_OF(total, response_rate));
  section.blocks.push_back(std::move(table));
}

void AddLadder(const Source& s, Section& section) {
  Table table =
      NewTable(s, "ladder",
               {"四级阶梯：空白、已制成、已保障、已穿透",
                "The ladder: blank, made, assured, penetrated"},
               {{"sector", kSector},
                {"items", {"条目", "items"}, CellKind::kCount},
                {"items_with_data", {"有数据", "with data"}, CellKind::kCount},
                {"items_blank", {"空白", "blank"}, CellKind::kCount},
                {"items_made", {"已制成", "made"}, CellKind::kCount},
                {"assured_items", {"已保障", "assured"}, CellKind::kCount},
                {"penetrated_items",
                 {"其中已穿透", "of these penetrated"},
                 CellKind::kCount}});
  Chart chart;
  chart.kind = ChartKind::kStack;
  chart.key = "ladder";
  chart.caption = s.Say({"四级阶梯（项）", "The ladder (items)"});
  chart.series = {{s.Say({"空白", "blank"})},
                  {s.Say({"已制成", "made"})},
                  {s.Say({"已保障", "assured"})},
                  {s.Say({"无数据", "without data"})}};
  for (const v1::CoverageRow& row : s.report().rows()) {
    if (!IsSectorRow(row)) continue;
    table.rows.push_back({Text(s.Sector(row.sector())), Number(row.items()),
                          Number(row.items_with_data()),
                          Number(row.items_blank()), Number(row.items_made()),
                          Number(row.assured_items()),
                          Number(row.penetrated_items())});
    if (row.sector().empty() || row.items() == 0) continue;
    chart.labels.push_back(s.Sector(row.sector()));
    chart.series[0].values.push_back(row.items_blank());
    chart.series[1].values.push_back(row.items_made());
    chart.series[2].values.push_back(row.assured_items());
    chart.series[3].values.push_back(row.items() - row.items_with_data());
  }
  table.totals = 1;
  if (!chart.labels.empty()) section.blocks.push_back(std::move(chart));
  section.blocks.push_back(std::move(table));
}

void AddSensitivity(const Source& s, const v1::CoverageRow& total,
                    Section& section) {
  Table table =
      NewTable(s, "sensitivity", {"阈值 θ 的敏感性", "Sensitivity to θ"}, {});
  std::vector<Cell> row;
  table.columns.push_back({"threshold", "θ", CellKind::kText});
  row.push_back(Text(s.Say({"自主保障率", "assurance rate"})));
  for (const v1::ThresholdShare& at : total.sensitivity()) {
    const std::string theta =
        CellText(Number(at.threshold()), CellKind::kNumber, s.lang());
    table.columns.push_back(
        {absl::StrCat("at_", theta), theta, CellKind::kShare});
    row.push_back(QJ_CELL_OF(at, share));
  }
  table.rows.push_back(std::move(row));
  section.blocks.push_back(std::move(table));
}

std::string TrendSentence(const Source& s) {
  const v1::ReportTrajectory* total = TrajectoryOf(s.report(), "");
  if (total == nullptr) return "";
  std::string text;
  const v1::TrajectoryRow* last = nullptr;
  for (const v1::TrajectoryRow& row : total->rows()) {
    if (row.has_forecast() || row.has_project_forecast()) last = &row;
  }
  if (last == nullptr) {
    return s.Say({"数据年份不足，无趋势预测（至少需 3 年、10 项）。",
                  "Too few years with data for a trend (3 years and 10 items "
                  "are needed)."});
  }
  if (last->has_forecast()) {
    text = s.Say({"按趋势外推，$0 年为 $1（80% 预测区间 $2–$3）。",
                  "The trend gives $1 in $0 (80 % prediction interval $2 to "
                  "$3). "},
                 last->year(), ShareText(last->forecast()),
                 ShareText(last->forecast_low()),
                 ShareText(last->forecast_high()));
  }
  if (last->has_project_forecast()) {
    absl::StrAppend(
        &text, s.Say({"按登记的 $0 个项目，$1 年期望为 $2。",
                      "By the $0 registered projects $2 is expected in $1."},
                     total->project_count(), last->year(),
                     ShareText(last->project_forecast())));
  }
  return text;
}

Table SectorTable(const Source& s) {
  Table table = NewTable(
      s, "coverage", {"各领域自主保障率", "Assurance rate by sector"},
      {{"sector", kSector},
       {"items", {"条目", "items"}, CellKind::kCount},
       {"items_with_data", {"有数据", "with data"}, CellKind::kCount},
       {"assured_items", {"已保障", "assured"}, CellKind::kCount},
       {"share", {"自主保障率", "assurance rate"}, CellKind::kShare},
       {"share_upper", {"上限", "upper"}, CellKind::kShare},
       {"value_share", {"按金额", "by value"}, CellKind::kShare},
       {"penetrated_share", {"穿透", "penetrated"}, CellKind::kShare},
       {"target", {"目标", "target"}, CellKind::kShare},
       {"gap", {"差距（个百分点）", "gap (points)"}, CellKind::kPoints},
       {"items_short", {"尚缺条目", "items short"}, CellKind::kCount},
       {"verdict", {"结论", "verdict"}}});
  for (const v1::CoverageRow& row : s.report().rows()) {
    if (!IsSectorRow(row)) continue;
    const std::string verdict = row.reference_line()
                                    ? s.Say({"参照值", "reference"})
                                    : s.Verdict(row.verdict());
    table.rows.push_back(
        {Text(s.Sector(row.sector())), Number(row.items()),
         Number(row.items_with_data()), Number(row.assured_items()),
         QJ_CELL_OF(row, share), QJ_CELL_OF(row, share_upper),
         QJ_CELL_OF(row, value_share), QJ_CELL_OF(row, penetrated_share),
         QJ_CELL_OF(row, target), QJ_CELL_OF(row, gap),
         QJ_CELL_OF(row, items_short), Text(verdict)});
  }
  table.totals = 1;
  return table;
}

Chart SectorChart(const Source& s) {
  Chart chart;
  chart.kind = ChartKind::kBars;
  chart.key = "coverage";
  chart.caption = s.Say({"各领域自主保障率与目标",
                         "Assurance rate by sector "
                         "and target"});
  chart.series = {
      {s.Say({"自主保障率", "assurance rate"}), SeriesStyle::kBar, {}},
      {s.Say({"上限", "upper"}), SeriesStyle::kBand, {}},
      {s.Say({"目标（对领域为参照值）", "target (for sectors a reference)"}),
       SeriesStyle::kTick,
       {}}};
  const auto value = [](bool has, double x) {
    return has ? std::optional<double>(x) : std::nullopt;
  };
  for (const v1::CoverageRow& row : s.report().rows()) {
    if (!IsSectorRow(row) || row.items() == 0) continue;
    chart.labels.push_back(s.Sector(row.sector()));
    chart.series[0].values.push_back(value(row.has_share(), row.share()));
    chart.series[1].values.push_back(
        value(row.has_share_upper(), row.share_upper()));
    chart.series[2].values.push_back(value(row.has_target(), row.target()));
  }
  return chart;
}

Table CategoryTable(const Source& s) {
  Table table = NewTable(
      s, "categories", {"各类别自主保障率", "Assurance rate by category"},
      {{"category", kCategory},
       {"items", {"条目", "items"}, CellKind::kCount},
       {"items_with_data", {"有数据", "with data"}, CellKind::kCount},
       {"assured_items", {"已保障", "assured"}, CellKind::kCount},
       {"share", {"自主保障率", "assurance rate"}, CellKind::kShare},
       {"share_upper", {"上限", "upper"}, CellKind::kShare},
       {"value_share", {"按金额", "by value"}, CellKind::kShare},
       {"penetrated_share", {"穿透", "penetrated"}, CellKind::kShare}});
  for (const v1::CoverageRow& row : s.report().rows()) {
    if (!row.sector().empty() || row.category() == 0) continue;
    table.rows.push_back(
        {Text(s.Category(row.category())), Number(row.items()),
         Number(row.items_with_data()), Number(row.assured_items()),
         QJ_CELL_OF(row, share), QJ_CELL_OF(row, share_upper),
         QJ_CELL_OF(row, value_share), QJ_CELL_OF(row, penetrated_share)});
  }
  return table;
}

}  // namespace

std::string HeadlineSentence(const Source& s) {
  const v1::CoverageRow* total = TotalOf(s.report());
  if (total == nullptr || !total->has_share()) {
    return s.Say({"没有可计算自主保障率的数据。",
                  "There are no data to compute the assurance rate from."});
  }
  std::string text = s.Say(
      {"$0 年自主保障率（按项数）为 $1，上限 $2；$3 项中 $4 项已保障，"
       "$5 项有数据。",
       "In $0 the assurance rate by count is $1, at most $2; of $3 items "
       "$4 are assured and $5 have data. "},
      total->year(), ShareText(total->share()), ShareText(total->share_upper()),
      total->items(), total->assured_items(), total->items_with_data());
  if (!total->has_target()) return text;
  absl::StrAppend(
      &text, s.Say({"目标路径为 $0：$1。", "The target path is $0: $1."},
                   ShareText(total->target()), s.Verdict(total->verdict())));
  if (total->gap() > 0 && total->has_items_short()) {
    absl::StrAppend(
        &text,
        s.Say({"相差 $0 个百分点，至少还需 $1 项。",
               " It is $0 percentage points behind: at least $1 more items."},
              PointsText(total->gap()), total->items_short()));
  }
  return text;
}

Chart TrajectoryChart(const Source& s, const std::string& sector) {
  Chart chart;
  chart.kind = ChartKind::kLines;
  chart.key = "trajectory";
  chart.caption =
      s.Say({"历年走势与目标路径", "The years and the target path"});
  const v1::ReportTrajectory* trajectory = TrajectoryOf(s.report(), sector);
  if (trajectory == nullptr) return chart;
  const auto add = [&](const Words& name, SeriesStyle style, auto value) {
    Series series{s.Say(name), style, {}};
    bool any = false;
    for (const v1::TrajectoryRow& row : trajectory->rows()) {
      series.values.push_back(value(row));
      any |= series.values.back().has_value();
    }
    if (any) chart.series.push_back(std::move(series));
  };
  const auto if_has = [](bool has, double x) {
    return has ? std::optional<double>(x) : std::nullopt;
  };
  for (const v1::TrajectoryRow& row : trajectory->rows()) {
    chart.labels.push_back(absl::StrCat(row.year()));
  }
  add({"预测下限", "forecast, low"}, SeriesStyle::kBand, [&](const auto& r) {
    return if_has(r.has_forecast_low(), r.forecast_low());
  });
  add({"预测上限", "forecast, high"}, SeriesStyle::kBand, [&](const auto& r) {
    return if_has(r.has_forecast_high(), r.forecast_high());
  });
  add({"目标路径", "target path"}, SeriesStyle::kPath, [&](const auto& r) {
    return if_has(r.has_target_path(), r.target_path());
  });
  add({"自主保障率", "assurance rate"}, SeriesStyle::kLine,
      [&](const auto& r) { return if_has(r.has_share(), r.share()); });
  add({"趋势预测", "forecast by trend"}, SeriesStyle::kDashed,
      [&](const auto& r) { return if_has(r.has_forecast(), r.forecast()); });
  add({"项目预测", "forecast by projects"}, SeriesStyle::kDashed,
      [&](const auto& r) {
        return if_has(r.has_project_forecast(), r.project_forecast());
      });
  return chart;
}

Section OverviewSection(const Source& s) {
  Section section{s.Say({"总体情况", "Overall situation"}), {}};
  section.blocks.push_back(Lead(HeadlineSentence(s)));
  const v1::CoverageRow* total = TotalOf(s.report());
  if (total == nullptr) return section;
  AddHeadlineTable(s, *total, section);
  Chart chart = TrajectoryChart(s, "");
  if (!chart.series.empty()) section.blocks.push_back(std::move(chart));
  if (std::string text = TrendSentence(s); !text.empty()) {
    section.blocks.push_back(Note(std::move(text)));
  }
  AddLadder(s, section);
  AddSensitivity(s, *total, section);
  return section;
}

Section SectorsSection(const Source& s) {
  Section section{s.Say({"分领域", "By sector"}), {}};
  section.blocks.push_back(SectorChart(s));
  section.blocks.push_back(SectorTable(s));
  section.blocks.push_back(Note(s.Say(
      {"文件只对总体提出目标；对各领域，同一数值为参照值，不作结论。"
       "一个条目属于几个领域时在各领域分别计入，在合计中只计一次。",
       "The document sets its targets for the total; against a sector "
       "the same number is a reference without verdict. An item of "
       "several sectors counts in each of them and once in the total."})));
  section.blocks.push_back(CategoryTable(s));
  return section;
}

}  // namespace qiangji::report
