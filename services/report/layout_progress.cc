// 重点突破, 示范应用, 首批次, and the projects.
#include <algorithm>

#include "services/report/layout_tools.h"

namespace qiangji::report {
namespace {

Table MovesTable(const Source& s, bool gained) {
  Table table = NewTable(
      s, gained ? "gained" : "lost",
      gained ? Words{"达到阈值的条目", "Items that came to be assured"}
             : Words{"不再达到阈值的条目", "Items that ceased to be assured"},
      {{"item", {"条目", "item"}},
       {"category", {"类别", "category"}},
       {"sectors", {"领域", "sectors"}},
       {"before", {"此前占比", "share before"}, CellKind::kShare},
       {"after", {"现占比", "share now"}, CellKind::kShare}});
  for (const v1::ReportMove& move : s.report().moves()) {
    if (move.gained() != gained) continue;
    table.rows.push_back({Text(s.NameOf(move, move.item_id())),
                          Text(s.Base(move.category())),
                          Text(s.Sectors(move.sectors())),
                          QJ_CELL_OF(move, before), QJ_CELL_OF(move, after)});
  }
  return table;
}

template <typename Wanted>
Table MilestonesTable(const Source& s, const char* key, const Words& caption,
                      Wanted wanted) {
  Table table = NewTable(s, key, caption,
                         {{"date", {"日期", "date"}},
                          {"item", {"条目", "item"}},
                          {"category", {"类别", "category"}},
                          {"organization", {"单位", "maker"}},
                          {"stage", {"阶段", "stage"}}});
  for (const v1::ReportMilestone& m : s.report().milestones()) {
    if (!wanted(m)) continue;
    table.rows.push_back(
        {Text(s.Date(m.date())),
         Text(s.Name(m.item_name_zh(), m.item_name_en(), m.item_id())),
         Text(s.Base(m.category())),
         Text(s.Name(m.organization_name_zh(), m.organization_name_en(),
                     m.organization_id())),
         Text(s.Stage(m.stage()))});
  }
  return table;
}

Table BenchmarksTable(const Source& s) {
  Table table = NewTable(
      s, "benchmarks", {"对标", "Against the world's leading products"},
      {{"item", {"条目", "item"}},
       {"ratio", {"与标杆之比", "ratio"}, CellKind::kShare},
       {"level", {"水平", "level"}},
       {"properties", {"指标数", "properties"}, CellKind::kCount}});
  for (const v1::BenchmarkRow& row : s.report().benchmarks()) {
    const Words level =
        row.level() == v1::BENCHMARK_LEVEL_LEADING ? Words{"领先", "leading"}
        : row.level() == v1::BENCHMARK_LEVEL_LEVEL ? Words{"相当", "level"}
                                                   : Words{"落后", "behind"};
    table.rows.push_back({Text(s.NameOf(row, row.item_id())),
                          Number(row.ratio()), Text(s.Say(level)),
                          Number(row.properties_size())});
  }
  return table;
}

void AddIfAny(Table table, Section& section) {
  if (!table.rows.empty()) section.blocks.push_back(std::move(table));
}

std::string SinceText(const Source& s) {
  return s.report().since_year() == 0
             ? s.Say({"没有可比较的较早年份。",
                      "There is no earlier year to compare with."})
             : s.Say({"与 $0 年相比。", "Compared with $0."},
                     s.report().since_year());
}

bool IsAtLeast(const v1::ReportMilestone& m, type::v1::Stage stage) {
  return m.stage() >= stage;
}

}  // namespace

Section BreakthroughsSection(const Source& s) {
  Section section{s.Say({"重点突破", "Breakthroughs"}), {}};
  int gained = 0, lost = 0;
  for (const v1::ReportMove& move : s.report().moves()) {
    ++(move.gained() ? gained : lost);
  }
  section.blocks.push_back(
      Lead(absl::StrCat(SinceText(s), s.lang() == Lang::kZh ? "" : " ",
                        s.Say({"$0 项达到阈值，$1 项不再达到。",
                               "$0 items came to be assured, $1 ceased to be."},
                              gained, lost))));
  AddIfAny(MovesTable(s, true), section);
  AddIfAny(MovesTable(s, false), section);
  AddIfAny(
      MilestonesTable(
          s, "series", {"进入批量的成果", "What reached series"},
          [](const auto& m) { return m.stage() == type::v1::STAGE_SERIES; }),
      section);
  AddIfAny(BenchmarksTable(s), section);
  return section;
}

Section ApplicationSection(const Source& s) {
  Section section{s.Say({"示范应用", "Demonstration and application"}), {}};
  const v1::ProcessStatus& p = s.report().processes();
  std::string text = s.Say({"标志性工艺 $0 项，其中已推广应用 $1 项",
                            "Of $0 signature processes $1 "
                            "are promoted"},
                           p.signature_processes(), p.promoted_processes());
  if (p.has_target()) {
    absl::StrAppend(
        &text, s.Say({"（目标 $0 项：$1）", " (target $0: $1)"},
                     CellText(Number(p.target()), CellKind::kNumber, s.lang()),
                     s.Verdict(p.verdict())));
  }
  absl::StrAppend(
      &text, s.Say({"；产业技术基础 $0 项，其中已有本国单位达到批量 $1 项。",
                    "; of $0 foundation technologies $1 have a body at home at "
                    "series."},
                   p.foundations(), p.foundations_in_series()));
  section.blocks.push_back(Lead(std::move(text)));
  AddIfAny(MilestonesTable(s, "promoted", {"推广应用", "What was promoted"},
                           [](const auto& m) {
                             return IsAtLeast(m, type::v1::STAGE_PROMOTED);
                           }),
           section);
  return section;
}

Section FirstBatchSection(const Source& s) {
  Section section{s.Say({"首批次", "First batches"}), {}};
  Table table = NewTable(
      s, "conversion", {"首台套/首批次的转化", "What became of first batches"},
      {{"category", {"类别", "category"}},
       {"first_batch", {"首台套/首批次", "first batch"}, CellKind::kCount},
       {"series", {"其中进入批量", "of these series"}, CellKind::kCount},
       {"promoted", {"其中推广应用", "of these promoted"}, CellKind::kCount},
       {"conversion", {"转化率", "conversion"}, CellKind::kShare},
       {"mean_years", {"平均用时（年）", "mean years"}, CellKind::kNumber},
       {"new", {"当年新增", "new in the year"}, CellKind::kCount}});
  for (const v1::StageConversion& c : s.report().conversions()) {
    Cell rate;
    if (c.first_batch_count() > 0) {
      rate = static_cast<double>(c.series_count()) / c.first_batch_count();
    }
    table.rows.push_back(
        {Text(s.Category(c.category())), Number(c.first_batch_count()),
         Number(c.series_count()), Number(c.promoted_count()), std::move(rate),
         QJ_CELL_OF(c, mean_years), Number(c.new_count())});
  }
  table.totals = 1;
  const v1::StageConversion none;
  const v1::StageConversion& all =
      s.report().conversions().empty() ? none : s.report().conversions(0);
  section.blocks.push_back(Lead(s.Say(
      {"累计 $0 个（条目、单位）达到首台套/首批次，其中 $1 个进入批量，"
       "$2 个推广应用。",
       "$0 pairs of item and maker reached a first batch; $1 of them "
       "went on to series and $2 were promoted."},
      all.first_batch_count(), all.series_count(), all.promoted_count())));
  if (all.first_batch_count() > 0) section.blocks.push_back(std::move(table));
  AddIfAny(
      MilestonesTable(s, "first_batches", {"首台套/首批次", "First batches"},
                      [](const auto& m) {
                        return m.stage() == type::v1::STAGE_FIRST_BATCH;
                      }),
      section);
  return section;
}

std::string ProjectsSentence(const Source& s) {
  int due = 0, finished = 0, late = 0;
  for (const v1::ReportProject& p : s.report().projects()) {
    if (p.due()) {
      ++due;
      finished += p.finished() ? 1 : 0;
    }
    late += p.status().late() ? 1 : 0;
  }
  return s.Say(
      {"登记项目 $0 个，其中应于 $1 年及以前完成 $2 个，已达到首台套/首批次 $3 "
       "个，逾期 $4 个。",
       "Of $0 registered projects $2 were due by $1: $3 of these reached a "
       "first batch; $4 are late."},
      s.report().projects_size(), s.report().context().year(), due, finished,
      late);
}

Table ProjectsTable(const Source& s, bool due_only) {
  Table table =
      NewTable(s, due_only ? "due_projects" : "projects",
               due_only ? Words{"应完成的项目", "Projects that were due"}
                        : Words{"攻关项目", "Projects"},
               {{"project", {"项目", "project"}},
                {"item", {"条目", "item"}},
                {"organization", {"单位", "organization"}},
                {"completion_year", {"完成年份", "due"}, CellKind::kYear},
                {"stage", {"已达阶段", "stage reached"}},
                {"state", {"状态", "state"}},
                {"cost_cny", {"投入", "cost (CNY)"}, CellKind::kMoney}});
  for (const v1::ReportProject& p : s.report().projects()) {
    if (due_only && !p.due()) continue;
    const v1::ProjectStatus& status = p.status();
    const Words state = p.finished()    ? Words{"完成", "finished"}
                        : status.late() ? Words{"逾期", "late"}
                        : p.due()       ? Words{"当年到期", "due this year"}
                                        : Words{"进行中", "under way"};
    table.rows.push_back(
        {Text(status.title().empty() ? status.project_id() : status.title()),
         Text(s.Name(p.item_name_zh(), p.item_name_en(), status.item_id())),
         Text(s.Name(status.organization_name_zh(),
                     status.organization_name_en(), status.organization_id())),
         Number(status.completion_year()), Text(s.Stage(status.stage())),
         Text(s.Say(state)), QJ_CELL_OF(status, cost_cny)});
  }
  return table;
}

}  // namespace qiangji::report
