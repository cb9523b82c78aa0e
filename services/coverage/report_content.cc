#include "services/coverage/report_content.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/base/years.h"
#include "services/coverage/answering.h"
#include "services/coverage/benchmark_answer.h"
#include "services/coverage/convert.h"
#include "services/coverage/handlers.h"
#include "services/coverage/report_parts.h"
#include "services/coverage/rule_scores.h"
#include "services/coverage/target_answer.h"
#include "services/coverage/trajectory_answer.h"
#include "services/report/program_version.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using domain::Analysis;

constexpr std::size_t kMostTitle = 256;        // bytes
constexpr std::size_t kMostText = 64 << 10;    // bytes, one section
constexpr std::size_t kMostTexts = 256 << 10;  // bytes, all of them
constexpr int kMostPriorities = 30;

// The analyses of other years with the same options, solved for this report
// alone.
domain::AnalysisOfYear YearsBeside(
    const std::shared_ptr<const Analysis>& analysis) {
  auto years =
      std::make_shared<std::map<int, std::shared_ptr<const Analysis>>>();
  (*years)[analysis->options.year] = analysis;
  return [years, analysis](int year) {
    std::shared_ptr<const Analysis>& entry = (*years)[year];
    if (entry == nullptr) {
      domain::AnalysisOptions options = analysis->options;
      options.year = year;
      entry = *domain::Analyze(analysis->world, options);  // nobody stops it
    }
    return entry;
  };
}

void CheckTexts(const v1::Report& report, const std::string& path,
                rpc::Violations& wrong) {
  std::set<int> seen;
  std::size_t bytes = 0;
  for (int i = 0; i < report.texts_size(); ++i) {
    const v1::ReportText& text = report.texts(i);
    const std::string at = absl::StrCat(path, "texts[", i, "].");
    if (!v1::ReportSection_IsValid(text.section()) || text.section() == 0) {
      wrong.Add(absl::StrCat(at, "section"), "must be a section of a report");
    } else if (!seen.insert(text.section()).second) {
      wrong.Add(absl::StrCat(at, "section"), "stands twice");
    }
    if (text.markdown().empty() || text.markdown().size() > kMostText) {
      wrong.Add(absl::StrCat(at, "markdown"), "must be 1..65536 bytes");
    }
    bytes += text.markdown().size();
  }
  if (bytes > kMostTexts) {
    wrong.Add(absl::StrCat(path, "texts"), "must be at most 262144 bytes");
  }
}

// The read point and the year that were used, without what is not of them.
void FillOptions(const v1::FigureOptions& asked, const Picture& picture,
                 int year, v1::FigureOptions* out) {
  *out = asked;
  out->clear_read_time();
  out->clear_allow_stale();
  out->clear_language();
  out->set_read_seq(picture.seq);
  out->set_year(year);
}

void AddRows(const Analysis& analysis, v1::Report* out) {
  for (const domain::CoverageRow& row :
       domain::ComputeCoverage(analysis, {.sector = true, .category = true})) {
    v1::CoverageRow* to = out->add_rows();
    FillCoverageRow(analysis, row, to);
    // Named once; `items` tells the rest.
    if (out->rows_size() > 1) to->clear_items_without_data();
  }
}

absl::Status AddTrajectories(const Answering& in, v1::Report* out) {
  std::vector<std::string> scopes = {""};
  for (const v1::CoverageRow& row : out->rows()) {
    if (row.ten() && row.category() == 0) scopes.push_back(row.sector());
  }
  for (const std::string& sector : scopes) {
    v1::ComputeTrajectoryRequest request;
    request.set_sector(sector);
    v1::ComputeTrajectoryResponse answer;
    QJ_RETURN_IF_ERROR(AnswerTrajectory(in, request, &answer));
    v1::ReportTrajectory* to = out->add_trajectories();
    to->set_sector(sector);
    to->mutable_rows()->Swap(answer.mutable_rows());
    to->set_panel_items(answer.panel_items());
    to->mutable_trend_years()->Swap(answer.mutable_trend_years());
    to->set_has_trend(answer.has_trend());
    to->set_project_count(answer.project_count());
    to->set_reference_line(answer.reference_line());
    if (answer.context().contains_illustrative()) {
      out->mutable_context()->set_contains_illustrative(true);
    }
  }
  return absl::OkStatus();
}

absl::Status AddAnswers(const Answering& in, v1::Report* out) {
  v1::ComputeRankRequest rank;
  rank.set_limit(kMostPriorities);
  v1::ComputeRankResponse ranked;
  QJ_RETURN_IF_ERROR(AnswerRank(in, rank, &ranked));
  out->mutable_priorities()->Swap(ranked.mutable_rows());
  v1::ComputeBenchmarkResponse benchmark;
  QJ_RETURN_IF_ERROR(AnswerBenchmark(in, {}, &benchmark));
  out->mutable_benchmarks()->Swap(benchmark.mutable_rows());
  return AddTrajectories(in, out);
}

absl::Status AddRuleParts(const std::shared_ptr<const Analysis>& analysis,
                          const std::vector<domain::ItemIndex>& items,
                          const v1::ComputeTargetsResponse& targets,
                          const domain::Stop* stop, v1::Report* out) {
  QJ_ASSIGN_OR_RETURN(RuleScores scores, ComputeRuleScores(*analysis, stop));
  out->set_scores_unknown(!scores.proven || !scores.whole_proven);
  const MetricsWriter metrics(
      analysis, std::make_shared<const RuleScores>(std::move(scores)));
  AddBottlenecks(metrics, *analysis, items, targets, out);
  AddProjects(metrics, *analysis, out);
  return absl::OkStatus();
}

// The year of comparison; 0 = none.
int SinceYear(const v1::Report& asked, const std::vector<int>& earlier) {
  if (asked.since_year() != 0) return asked.since_year();
  if (earlier.empty()) return 0;
  return asked.kind() == v1::REPORT_KIND_EVALUATION ? earlier.front()
                                                    : earlier.back();
}

void CopyAsked(const v1::Report& asked, v1::Report* out) {
  out->set_kind(asked.kind() == v1::REPORT_KIND_UNSPECIFIED
                    ? v1::REPORT_KIND_ANNUAL
                    : asked.kind());
  out->set_title_zh(asked.title_zh());
  out->set_title_en(asked.title_en());
  *out->mutable_texts() = asked.texts();
  std::sort(
      out->mutable_texts()->begin(), out->mutable_texts()->end(),
      [](const auto& a, const auto& b) { return a.section() < b.section(); });
  out->set_program_version(asked.program_version().empty()
                               ? std::string(report::ProgramVersion())
                               : asked.program_version());
}

}  // namespace

absl::Status ValidateReport(const v1::Report& report, const std::string& path) {
  rpc::Violations wrong;
  if (!v1::ReportKind_IsValid(report.kind())) {
    wrong.Add(absl::StrCat(path, "kind"), "must be annual or evaluation");
  }
  for (const auto& [field, title] :
       {std::pair("title_zh", &report.title_zh()),
        std::pair("title_en", &report.title_en())}) {
    if (title->size() > kMostTitle) {
      wrong.Add(absl::StrCat(path, field), "must be at most 256 bytes");
    }
  }
  if (report.since_year() != 0 && !IsYear(report.since_year())) {
    wrong.Add(absl::StrCat(path, "since_year"), "must be 1949..2100, or 0");
  }
  CheckTexts(report, path, wrong);
  QJ_RETURN_IF_ERROR(wrong.ToStatus());
  return ValidateOptions(report.options());
}

absl::StatusOr<v1::Report> ComputeReport(const v1::Report& asked,
                                         const Picture& picture,
                                         const domain::Stop* stop) {
  QJ_ASSIGN_OR_RETURN(
      const domain::AnalysisOptions options,
      ResolveOptions(asked.options(), *picture.world, /*target_year=*/false));
  if (asked.since_year() >= options.year) {
    return rpc::InvalidField("report.since_year",
                             absl::StrCat("must be before ", options.year));
  }
  QJ_ASSIGN_OR_RETURN(const std::shared_ptr<const Analysis> analysis,
                      domain::Analyze(picture.world, options, stop));
  Results results;
  const Answering in{picture, analysis, YearsBeside(analysis), results, stop};
  QJ_ASSIGN_OR_RETURN(const std::vector<domain::ItemIndex> items,
                      SelectItems(*analysis, {}));
  v1::Report out;
  CopyAsked(asked, &out);
  FillOptions(asked.options(), picture, options.year, out.mutable_options());
  FillContext(picture, *analysis, out.mutable_context());
  out.mutable_context()->set_stale(false);
  AddRows(*analysis, &out);

  v1::ComputeTargetsRequest every;
  every.set_show_superseded(true);
  v1::ComputeTargetsResponse targets;
  QJ_RETURN_IF_ERROR(AnswerTargets(in, every, &targets));
  *out.mutable_targets() = targets.targets();
  FillProcesses(
      *analysis,
      domain::ComputeTargets(*picture.world, options.year, in.analysis_of),
      out.mutable_processes());
  const std::vector<int> earlier = EarlierYears(*analysis, in.analysis_of);
  const int since = SinceYear(asked, earlier);
  out.set_since_year(since);
  QJ_RETURN_IF_ERROR(AddAnswers(in, &out));
  QJ_RETURN_IF_ERROR(AddRuleParts(analysis, items, targets, stop, &out));
  const MetricsWriter metrics(analysis);
  for (const domain::ItemIndex i : items) metrics.Fill(i, out.add_items());
  AddStages(*analysis, since, &out);
  if (since != 0) {
    const auto before = in.analysis_of(since);
    AddMoves(*analysis, *before, &out);
    if (out.kind() == v1::REPORT_KIND_EVALUATION) {
      AddChanges(*analysis, *before, &out);
    }
  }
  AddIndicators(*picture.world, &out);
  if (out.kind() == v1::REPORT_KIND_EVALUATION) {
    AddRevisions(*picture.world, &out);
    AddBaselines(*picture.world, earlier.empty() ? 0 : earlier.front(),
                 in.analysis_of, &out);
  }
  return out;
}

}  // namespace qiangji::coverage
