// qiangji report create|list|show
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/print.h"
#include "clients/cli/report_check.h"
#include "clients/cli/report_file.h"
#include "google/longrunning/operations.pb.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::CreateReportRequest;
using coverage::v1::GetReportRequest;
using coverage::v1::ListReportsRequest;
using coverage::v1::ListReportsResponse;
using coverage::v1::Report;

constexpr Text kMade = {"已生成 $0：登记序号 $1，链首摘要 $2，内容摘要 $3",
                        "made $0: sequence $1, head hash $2, content digest "
                        "$3"};
constexpr Text kWrote = {"已写入 $0", "wrote $0"};

constexpr ColumnSpec kListColumns[] = {{"report_id"},
                                       {"kind"},
                                       {"year", Format::kYear},
                                       {"read_seq", Format::kYear},
                                       {"create_time"},
                                       {"content_digest"},
                                       {"title"}};
constexpr Text kListHeaders[] = {{"报告", "report"},   {"种类", "kind"},
                                 {"年份", "year"},     {"登记序号", "sequence"},
                                 {"生成时间", "made"}, {"内容摘要", "digest"},
                                 {"标题", "title"}};

std::string KindWord(const Report& report, Lang lang, bool words) {
  const bool evaluation = report.kind() == coverage::v1::REPORT_KIND_EVALUATION;
  if (!words) return evaluation ? "evaluation" : "annual";
  return std::string(
      (evaluation ? Text{"评估", "evaluation"} : Text{"年度", "annual"})
          .In(lang));
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

Table ListTable(const ListReportsResponse& all, const Invocation& invocation) {
  const Lang lang = invocation.lang();
  Table table;
  for (std::size_t c = 0; c < std::size(kListColumns); ++c) {
    table.columns.push_back({std::string(kListColumns[c].name),
                             std::string(kListHeaders[c].In(lang)),
                             kListColumns[c].format,
                             c == 5   ? 2
                             : c == 6 ? 1
                                      : 0});
  }
  const bool people = invocation.settings.output == Output::kTable;
  for (const Report& report : all.reports()) {
    const std::string digest = absl::BytesToHexString(report.content_digest());
    const std::string& first =
        lang == Lang::kZh ? report.title_zh() : report.title_en();
    const std::string& title = !first.empty()      ? first
                               : lang == Lang::kZh ? report.title_en()
                                                   : report.title_zh();
    table.rows.push_back(
        {report.report_id(), KindWord(report, lang, people),
         std::int64_t{report.context().year()}, report.context().read_seq(),
         TimeText(report.create_time()), people ? digest.substr(0, 16) : digest,
         title.empty() ? Cell() : Cell(title)});
  }
  return table;
}

void PrintReport(const Report& report, const Invocation& invocation) {
  constexpr ColumnSpec kColumns[] = {{"sector"},
                                     {"items", Format::kCount},
                                     {"items_with_data", Format::kCount},
                                     {"assured_items", Format::kCount},
                                     {"share", Format::kShare},
                                     {"share_upper", Format::kShare},
                                     {"penetrated_share", Format::kShare},
                                     {"target", Format::kShare},
                                     {"gap", Format::kPoints},
                                     {"verdict"}};
  Report rows;
  for (const auto& row : report.rows()) {
    if (row.category() == 0) *rows.add_rows() = row;
  }
  Table table = TableOf(kColumns, rows.rows(), invocation.lang());
  if (invocation.settings.output == Output::kTable) {
    for (int i = 0; i < rows.rows_size(); ++i) {
      const std::string name =
          NameOf(rows.rows(i), invocation.lang(), "sector_");
      if (!name.empty()) table.rows[static_cast<std::size_t>(i)][0] = name;
    }
  }
  PrintFigures(invocation, report.context(), table, {&report});
}

absl::StatusOr<int> Create(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  CreateReportRequest request;
  Report* report = request.mutable_report();
  QJ_RETURN_IF_ERROR(FillOptions(invocation, report->mutable_options()));
  report->mutable_options()->clear_language();
  report->set_kind(invocation.Get("--kind").value_or("") == "evaluation"
                       ? coverage::v1::REPORT_KIND_EVALUATION
                       : coverage::v1::REPORT_KIND_ANNUAL);
  (lang == Lang::kZh ? report->mutable_title_zh() : report->mutable_title_en())
      ->assign(invocation.Get("--title").value_or(""));
  int since = 0;
  QJ_RETURN_IF_ERROR(FillYear(invocation, "--since-year", &since));
  report->set_since_year(since);
  if (const auto path = invocation.Get("--notes")) {
    QJ_ASSIGN_OR_RETURN(const std::string markdown, ReadWholeFile(*path, lang));
    QJ_RETURN_IF_ERROR(AddTexts(markdown, lang, report));
  }
  const auto path = invocation.Get("-o");
  if (path) QJ_RETURN_IF_ERROR(FormatOf(*path, lang).status());
  request.set_report_id(invocation.Get("--id").value_or(""));
  request.set_request_id(NewUuid());
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  google::longrunning::Operation operation;
  QJ_RETURN_IF_ERROR(
      session->CallAt(Service::kCoverage,
                      Session::MethodOf<CreateReportRequest>("CreateReport"),
                      request, &operation, /*limited=*/false));
  Report made;
  if (!operation.response().UnpackTo(&made)) {
    return absl::InternalError("the answer is no report");
  }
  PrintReport(made, invocation);
  invocation.console.err << Say(lang, kMade, made.report_id(),
                                made.context().read_seq(),
                                absl::BytesToHexString(made.context().digest()),
                                absl::BytesToHexString(made.content_digest()))
                         << '\n';
  if (!path) return kDone;
  QJ_RETURN_IF_ERROR(WriteReport(*session, made.name(), *path, invocation));
  invocation.console.err << Say(lang, kWrote, *path) << '\n';
  return kDone;
}

absl::StatusOr<int> List(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ListReportsRequest request;
  QJ_ASSIGN_OR_RETURN(const auto all, AllPages<ListReportsResponse>(
                                          "ListReports", request, *session));
  PrintAsAsked(invocation, ListTable(all, invocation), all);
  return kDone;
}

absl::StatusOr<int> Show(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  const std::string name = ReportName(invocation.positionals[0]);
  if (const auto path = invocation.Get("-o")) {
    QJ_RETURN_IF_ERROR(WriteReport(*session, name, *path, invocation));
    invocation.console.err << Say(invocation.lang(), kWrote, *path) << '\n';
    return kDone;
  }
  GetReportRequest request;
  request.set_name(name);
  Report report;
  QJ_RETURN_IF_ERROR(session->CallAt(
      Service::kCoverage, Session::MethodOf<GetReportRequest>("GetReport"),
      request, &report, /*limited=*/true));
  PrintReport(report, invocation);
  return kDone;
}

}  // namespace

CommandSpec ReportCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  const auto leaf = [&](const char* name, const Text& help, auto run) {
    CommandSpec spec;
    spec.name = name;
    spec.help = say(help);
    spec.run = run;
    return spec;
  };
  const PositionalSpec report = {"REPORT", say({"报告编号", "id of a report"})};
  const OptionSpec file = {
      "-o", "FILE.(html|xlsx|docx|csv|json)",
      say({"写入的文件，形式由结尾决定，语言由 --lang 决定",
           "the file to write; its ending is the form, --lang the language"})};

  CommandSpec create =
      leaf("create", {"计算并保存一份报告", "computes a report and keeps it"},
           Create);
  create.computes = true;
  create.options = {
      file,
      {"--kind",
       "KIND",
       say({"annual 年度（默认）或 evaluation 中期评估",
            "annual (by default) or evaluation"}),
       {"annual", "evaluation"}},
      {"--id", "ID",
       say({"报告编号；默认由服务器给出",
            "id of the report; by default the server's"})},
      {"--title", "TEXT", say({"标题", "title"})},
      {"--since-year", "YEAR",
       say({"与之比较的年份；评估的起始年份",
            "the year to compare with; an evaluation's first"})},
      {"--notes", "FILE.md",
       say({"分析人员的正文：一级标题为章节名，如“# 瓶颈清单”",
            "the analyst's own text: first-degree headings name sections, "
            "such as '# bottlenecks'"})}};

  CommandSpec show =
      leaf("show", {"显示一份报告，或写成文件", "shows a report, or writes it"},
           Show);
  show.positionals = {report};
  show.options = {file};

  CommandSpec group;
  group.name = "report";
  group.help = say({"报告", "reports"});
  group.subcommands = {
      std::move(create),
      leaf("list", {"已有报告", "the reports there are"}, List),
      std::move(show),
      ReportVerifyCommand(lang),
      ReportCompareCommand(lang),
      ReportBundleCommand(lang)};
  return group;
}

}  // namespace qiangji::cli
