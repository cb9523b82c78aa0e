// qiangji report verify|compare|bundle
#include "clients/cli/report_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/chain_digest.h"
#include "clients/cli/columns.h"
#include "clients/cli/print.h"
#include "clients/cli/reflect.h"
#include "clients/cli/report_file.h"
#include "clients/cli/session.h"
#include "clients/cli/width.h"
#include "google/protobuf/util/json_util.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::CompareReportsRequest;
using coverage::v1::CompareReportsResponse;
using coverage::v1::RenderReportRequest;
using coverage::v1::Report;
using coverage::v1::VerifyReportRequest;
using coverage::v1::VerifyReportResponse;

// A document that a request takes; larger ones are compared here.
constexpr std::size_t kMostDocument = 1'000'000;

constexpr Text kHolds = {"全部成立：在登记序号 $0 上重算，逐字节一致",
                         "everything holds: computed again at sequence $0 to "
                         "the same bytes"};
constexpr Text kFindings = {"有 $0 处不成立", "$0 things do not hold"};
constexpr Text kFileHolds = {"$0：与报告逐字节一致",
                             "$0: the same bytes as the report"};
constexpr Text kFileDiffers = {"$0：从第 $1 字节起与报告不同",
                               "$0: differs from the report from byte $1 on"};
constexpr Text kSame = {"两份报告内容相同",
                        "both reports have the same "
                        "content"};
constexpr Text kCompared = {"$0 个数字不同；自主保障率相差 $1 个百分点",
                            "$0 figures differ; the assurance rate by $1 "
                            "percentage points"};
constexpr Text kNoReport = {"$0：不是报告的内容", "$0: no content of a report"};
constexpr Text kWrote = {"已写入 $0", "wrote $0"};

// Whether the file has the bytes that the report renders to, in either
// language.
absl::StatusOr<int> VerifyFile(Session& session, const std::string& name,
                               const std::string& path,
                               const Invocation& invocation) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const auto format, FormatOf(path, lang));
  QJ_ASSIGN_OR_RETURN(const std::string file, ReadWholeFile(path, lang));
  std::size_t differs = 0;
  for (const auto language : {type::v1::LANGUAGE_ZH, type::v1::LANGUAGE_EN}) {
    RenderReportRequest request;
    request.set_name(name);
    request.set_format(format);
    request.set_language(language);
    std::string bytes;
    QJ_RETURN_IF_ERROR(
        StreamReport(session, request, [&bytes](const std::string& data) {
          bytes += data;
          return absl::OkStatus();
        }));
    if (bytes == file) {
      invocation.console.err << Say(lang, kFileHolds, path) << '\n';
      return kDone;
    }
    std::size_t same = 0;
    while (same < bytes.size() && same < file.size() &&
           bytes[same] == file[same]) {
      ++same;
    }
    differs = std::max(differs, same);
  }
  invocation.console.err << Say(lang, kFileDiffers, path, differs) << '\n';
  return kCheckFailed;
}

// The document whole, or, of a large one, what it was asked for and its digest.
absl::Status SetDocument(const std::string& path, std::string document,
                         Lang lang, VerifyReportRequest* request) {
  if (document.size() <= kMostDocument) {
    request->set_document(std::move(document));
    return absl::OkStatus();
  }
  Report content;
  if (!google::protobuf::util::JsonStringToMessage(document, &content).ok()) {
    return absl::FailedPreconditionError(Say(lang, kNoReport, path));
  }
  Report asked;
  asked.set_kind(content.kind());
  asked.set_title_zh(content.title_zh());
  asked.set_title_en(content.title_en());
  *asked.mutable_options() = content.options();
  *asked.mutable_texts() = content.texts();
  asked.set_since_year(content.since_year());
  asked.set_program_version(content.program_version());
  request->set_document(CanonicalJson(asked));
  request->set_document_digest(Sha256(document));
  return absl::OkStatus();
}

absl::StatusOr<int> Verify(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  const std::string& what = invocation.positionals[0];
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  VerifyReportRequest request;
  if (invocation.positionals.size() == 1 &&
      absl::EndsWithIgnoreCase(what, ".json")) {
    QJ_ASSIGN_OR_RETURN(std::string document, ReadWholeFile(what, lang));
    QJ_RETURN_IF_ERROR(SetDocument(what, std::move(document), lang, &request));
  } else {
    request.set_name(ReportName(what));
  }
  VerifyReportResponse response;
  QJ_RETURN_IF_ERROR(
      session->CallAt(Service::kCoverage,
                      Session::MethodOf<VerifyReportRequest>("VerifyReport"),
                      request, &response, /*limited=*/false));
  Table table;
  table.columns.push_back(
      {"finding", std::string(Text{"不成立之处", "finding"}.In(lang))});
  for (const std::string& finding : response.findings()) {
    table.rows.push_back({finding});
  }
  if (!table.rows.empty() || invocation.settings.output != Output::kTable) {
    PrintAsAsked(invocation, table, response);
  }
  for (const std::string& remark : response.remarks()) {
    invocation.console.err << Printable(remark) << '\n';
  }
  if (!response.valid()) {
    invocation.console.err << Say(lang, kFindings, response.findings_size())
                           << '\n';
    return kCheckFailed;
  }
  invocation.console.err << Say(lang, kHolds, response.read_seq()) << '\n';
  if (invocation.positionals.size() == 1) return kDone;
  return VerifyFile(*session, request.name(), invocation.positionals[1],
                    invocation);
}

absl::StatusOr<int> Compare(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  CompareReportsRequest request;
  request.set_name(ReportName(invocation.positionals[0]));
  request.set_other(ReportName(invocation.positionals[1]));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  CompareReportsResponse response;
  QJ_RETURN_IF_ERROR(session->CallAt(
      Service::kCoverage,
      Session::MethodOf<CompareReportsRequest>("CompareReports"), request,
      &response, /*limited=*/true));
  constexpr ColumnSpec kColumns[] = {
      {"cause"}, {"item_id"}, {"change", Format::kPoints}};
  constexpr Text kHeaders[] = {{"原因", "cause"},
                               {"条目", "item"},
                               {"变化（个百分点）", "change (points)"}};
  Table table = TableOf(kColumns, response.rows(), lang);
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    table.columns[c].header = std::string(kHeaders[c].In(lang));
  }
  PrintAsAsked(invocation, table, response);
  if (response.same()) {
    invocation.console.err << kSame.In(lang) << '\n';
    return kDone;
  }
  double sum = 0;
  for (const auto& row : response.rows()) sum += row.change();
  invocation.console.err << Say(lang, kCompared, response.differences_size(),
                                absl::StrFormat("%+.1f", 100 * sum))
                         << '\n';
  return kDone;
}

absl::StatusOr<int> Bundle(const Invocation& invocation) {
  const std::string name = ReportName(invocation.positionals[0]);
  const std::string path = invocation.Get("-o").value_or(
      absl::StrCat(name.substr(name.find('/') + 1), ".zip"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_RETURN_IF_ERROR(WriteBundle(*session, name, path, invocation));
  invocation.console.err << Say(invocation.lang(), kWrote, path) << '\n';
  return kDone;
}

CommandSpec Leaf(Lang lang, const char* name, const Text& help,
                 absl::StatusOr<int> (*run)(const Invocation&)) {
  CommandSpec spec;
  spec.name = name;
  spec.help = std::string(help.In(lang));
  spec.run = run;
  return spec;
}

}  // namespace

CommandSpec ReportVerifyCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec = Leaf(
      lang, "verify",
      {"在报告的登记序号上重算并逐项比较；不一致则退出状态为 3",
       "computes a report again at its sequence and compares every figure; "
       "exit status 3 where they differ"},
      Verify);
  spec.positionals = {
      {"REPORT", say({"报告编号，或报告内容 FILE.json",
                      "id of a report, or a content FILE.json"})},
      {"FILE", say({"再与报告比较的文件", "a file to compare with it as well"}),
       false}};
  return spec;
}

CommandSpec ReportCompareCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec =
      Leaf(lang, "compare",
           {"比较两份报告：自主保障率的变化按条目分解",
            "compares two reports: the change of the rate, item by item"},
           Compare);
  spec.positionals = {{"EARLIER", say({"较早的报告", "the earlier report"})},
                      {"LATER", say({"较晚的报告", "the later report"})}};
  return spec;
}

CommandSpec ReportBundleCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec =
      Leaf(lang, "bundle",
           {"报告连同数据打包，供他人离线复算",
            "packs a report with its facts, to be computed again offline"},
           Bundle);
  spec.positionals = {{"REPORT", say({"报告编号", "id of a report"})}};
  spec.options = {{"-o", "FILE.zip",
                   say({"写入的文件；默认为 REPORT.zip",
                        "the file to write; REPORT.zip by default"})}};
  return spec;
}

}  // namespace qiangji::cli
