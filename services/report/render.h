// A report as a file: pure, and the same bytes for the same content.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/report.pb.h"
#include "qiangji/type/v1/enums.pb.h"

namespace qiangji::report {

// What is digested, kept and verified: the report without name, id, digest,
// etag, owner and time.
coverage::v1::Report ContentOf(const coverage::v1::Report& report);

// `report` is a content. JSON is in both languages, everything else in
// `language` (unspecified = Chinese). RESOURCE_EXHAUSTED where a sheet cannot
// take it.
absl::StatusOr<std::string> Render(const coverage::v1::Report& report,
                                   coverage::v1::ReportFormat format,
                                   type::v1::Language language);

// "html" …; of JSON "json".
absl::string_view ExtensionOf(coverage::v1::ReportFormat format);

}  // namespace qiangji::report
