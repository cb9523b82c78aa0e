// Reports as files: which form a path asks for, the stream of its bytes, and
// the analyst's own text.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/session.h"
#include "qiangji/coverage/v1/report_service.pb.h"

namespace qiangji::cli {

// "reports/2025" of `2025` or `reports/2025`.
std::string ReportName(const std::string& text);

// By the ending: html, xlsx, docx, csv, json. UsageError for another.
absl::StatusOr<coverage::v1::ReportFormat> FormatOf(const std::string& path,
                                                    Lang lang);

// Hands over the bytes of a rendered report as they come.
absl::Status StreamReport(
    Session& session, const coverage::v1::RenderReportRequest& request,
    const std::function<absl::Status(const std::string&)>& take);

// Writes `name` to `path` in the form and language that are asked for.
absl::Status WriteReport(Session& session, const std::string& name,
                         const std::string& path, const Invocation& invocation);
// The report with the facts behind it, as a ZIP archive.
absl::Status WriteBundle(Session& session, const std::string& name,
                         const std::string& path, const Invocation& invocation);

// Reads a file whole; at most 512 MiB.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path, Lang lang);

// The texts of a Markdown file by section: a heading of the first degree names
// the section, in Chinese or English ("# 瓶颈清单", "# bottlenecks").
// UsageError for a heading that is none, and for text before the first.
absl::Status AddTexts(const std::string& markdown, Lang lang,
                      coverage::v1::Report* report);

}  // namespace qiangji::cli
