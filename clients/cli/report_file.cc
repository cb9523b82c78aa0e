#include "clients/cli/report_file.h"

#include <grpcpp/channel.h>

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/new_file.h"
#include "clients/cli/progress.h"
#include "clients/cpp/status.h"
#include "qiangji/coverage/v1/report_service.grpc.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using coverage::v1::BundleReportRequest;
using coverage::v1::BundleReportResponse;
using coverage::v1::RenderReportRequest;
using coverage::v1::RenderReportResponse;
using coverage::v1::ReportFormat;
using coverage::v1::ReportSection;
using coverage::v1::ReportService;

constexpr std::size_t kMostBytes = std::size_t{512} << 20;

constexpr Text kNoFormat = {
    "“$0”：应以 .html、.xlsx、.docx、.csv 或 .json 结尾",
    "'$0': must end in .html, .xlsx, .docx, .csv or .json"};
constexpr Text kWriting = {"写入", "writing"};
constexpr Text kCannotRead = {"$0：无法读取", "$0: cannot be read"};
constexpr Text kTooLarge = {"$0：超过 512 MiB", "$0: more than 512 MiB"};
constexpr Text kNoSection = {"“# $0”不是报告的章节；应为其一：$1",
                             "'# $0' is no section of a report; one of: $1"};
constexpr Text kNoHeading = {
    "正文须在章节标题之下，如“# 瓶颈清单”",
    "text must stand under the heading of a section, such as '# bottlenecks'"};

struct Heading {
  ReportSection section;
  Text words;
};
constexpr Heading kHeadings[] = {
    {coverage::v1::REPORT_SECTION_OVERVIEW, {"总体情况", "overview"}},
    {coverage::v1::REPORT_SECTION_SECTORS, {"分领域", "sectors"}},
    {coverage::v1::REPORT_SECTION_BREAKTHROUGHS, {"重点突破", "breakthroughs"}},
    {coverage::v1::REPORT_SECTION_APPLICATION, {"示范应用", "application"}},
    {coverage::v1::REPORT_SECTION_FIRST_BATCH, {"首批次", "first batch"}},
    {coverage::v1::REPORT_SECTION_BOTTLENECKS, {"瓶颈清单", "bottlenecks"}},
    {coverage::v1::REPORT_SECTION_PROPOSALS, {"问题与建议", "proposals"}},
    {coverage::v1::REPORT_SECTION_APPENDIX, {"附表", "appendix"}},
    {coverage::v1::REPORT_SECTION_METHOD, {"方法说明", "method"}},
    {coverage::v1::REPORT_SECTION_TARGETS, {"目标完成情况", "targets"}},
    {coverage::v1::REPORT_SECTION_CHANGES, {"变化原因", "changes"}},
};

absl::StatusOr<ReportSection> SectionNamed(absl::string_view title, Lang lang) {
  std::vector<absl::string_view> known;
  for (const Heading& heading : kHeadings) {
    if (title == heading.words.zh ||
        absl::EqualsIgnoreCase(title, heading.words.en)) {
      return heading.section;
    }
    known.push_back(heading.words.In(lang));
  }
  return UsageError(Say(lang, kNoSection, title, absl::StrJoin(known, ", ")));
}

// Any stream whose messages have `data`, into `take`.
template <typename Part, typename Stream>
absl::Status Drain(
    Stream& stream, grpc::ClientContext& context,
    const std::function<absl::Status(const std::string&)>& take) {
  Part part;
  absl::Status taken;
  while (taken.ok() && stream.Read(&part)) taken = take(part.data());
  if (!taken.ok()) context.TryCancel();
  absl::Status finished = client::FromGrpcStatus(stream.Finish());
  QJ_RETURN_IF_ERROR(taken);
  return finished;
}

// Into the file, with the progress shown.
template <typename Fill>
absl::Status WriteFile(const std::string& path, const Invocation& invocation,
                       Fill fill) {
  NewFile file(path, invocation.lang());
  Progress progress(invocation.console);
  std::int64_t bytes = 0;
  const absl::Status filled = fill([&](const std::string& data) {
    bytes += static_cast<std::int64_t>(data.size());
    progress.Show(std::string(kWriting.In(invocation.lang())), bytes, 0);
    return file.Add(data);
  });
  progress.Clear();
  QJ_RETURN_IF_ERROR(filled);
  return file.Keep();
}

}  // namespace

std::string ReportName(const std::string& text) {
  return absl::StartsWith(text, "reports/") ? text
                                            : absl::StrCat("reports/", text);
}

absl::StatusOr<ReportFormat> FormatOf(const std::string& path, Lang lang) {
  static constexpr std::pair<const char*, ReportFormat> kFormats[] = {
      {".html", coverage::v1::REPORT_FORMAT_HTML},
      {".xlsx", coverage::v1::REPORT_FORMAT_XLSX},
      {".docx", coverage::v1::REPORT_FORMAT_DOCX},
      {".csv", coverage::v1::REPORT_FORMAT_CSV},
      {".json", coverage::v1::REPORT_FORMAT_JSON},
  };
  for (const auto& [ending, format] : kFormats) {
    if (absl::EndsWithIgnoreCase(path, ending)) return format;
  }
  return UsageError(Say(lang, kNoFormat, path));
}

absl::Status StreamReport(
    Session& session, const RenderReportRequest& request,
    const std::function<absl::Status(const std::string&)>& take) {
  QJ_ASSIGN_OR_RETURN(const auto channel, session.channel(Service::kCoverage));
  const auto stub = ReportService::NewStub(channel);
  const auto context = session.StreamContext();
  const auto stream = stub->RenderReport(context.get(), request);
  return Drain<RenderReportResponse>(*stream, *context, take);
}

absl::Status WriteReport(Session& session, const std::string& name,
                         const std::string& path,
                         const Invocation& invocation) {
  RenderReportRequest request;
  request.set_name(name);
  QJ_ASSIGN_OR_RETURN(const ReportFormat format,
                      FormatOf(path, invocation.lang()));
  request.set_format(format);
  request.set_language(invocation.lang() == Lang::kZh ? type::v1::LANGUAGE_ZH
                                                      : type::v1::LANGUAGE_EN);
  return WriteFile(path, invocation, [&](const auto& take) {
    return StreamReport(session, request, take);
  });
}

absl::Status WriteBundle(Session& session, const std::string& name,
                         const std::string& path,
                         const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const auto channel, session.channel(Service::kCoverage));
  const auto stub = ReportService::NewStub(channel);
  const auto context = session.StreamContext();
  BundleReportRequest request;
  request.set_name(name);
  const auto stream = stub->BundleReport(context.get(), request);
  return WriteFile(path, invocation, [&](const auto& take) {
    return Drain<BundleReportResponse>(*stream, *context, take);
  });
}

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, Lang lang) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes;
  char block[1 << 16];
  while (in.read(block, sizeof(block)) || in.gcount() > 0) {
    bytes.append(block, static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kMostBytes) {
      return absl::FailedPreconditionError(Say(lang, kTooLarge, path));
    }
  }
  if (!in.eof()) {
    return absl::FailedPreconditionError(Say(lang, kCannotRead, path));
  }
  return bytes;
}

absl::Status AddTexts(const std::string& markdown, Lang lang,
                      coverage::v1::Report* report) {
  coverage::v1::ReportText* text = nullptr;
  absl::string_view rest = markdown;
  absl::ConsumePrefix(&rest, "\xef\xbb\xbf");
  for (absl::string_view line : absl::StrSplit(rest, '\n')) {
    absl::ConsumeSuffix(&line, "\r");
    absl::string_view title = line;
    if (absl::ConsumePrefix(&title, "# ")) {
      QJ_ASSIGN_OR_RETURN(
          const ReportSection section,
          SectionNamed(absl::StripAsciiWhitespace(title), lang));
      text = report->add_texts();
      text->set_section(section);
    } else if (text != nullptr) {
      absl::StrAppend(text->mutable_markdown(), line, "\n");
    } else if (!absl::StripAsciiWhitespace(line).empty()) {
      return UsageError(kNoHeading.In(lang));
    }
  }
  // A heading alone says nothing.
  for (int i = report->texts_size(); i-- > 0;) {
    if (absl::StripAsciiWhitespace(report->texts(i).markdown()).empty()) {
      report->mutable_texts()->DeleteSubrange(i, 1);
    }
  }
  return absl::OkStatus();
}

}  // namespace qiangji::cli
