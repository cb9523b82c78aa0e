// What a report says: a value of the facts at one sequence, the options and
// the caller's own texts (METHOD 2 to 5).
#pragma once

#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/report.pb.h"
#include "services/coverage/picture.h"
#include "services/domain/stop.h"

namespace qiangji::coverage {

// Kind, titles, texts, years and options of a report that is asked for. All
// violations at once; `path` leads to the report ("report.").
absl::Status ValidateReport(const v1::Report& report, const std::string& path);

// The content of the report that `asked` describes: kind, titles, texts,
// options, since_year and program version ("" = this one's) are taken from it,
// everything else is computed on `picture` by solves of its own, so that a
// repetition gives the same bytes. The read point of the options is that of
// the picture. FAILED_PRECONDITION where there is no year to report on;
// NOT_FOUND for criteria and editions that are not there; CANCELLED when
// stopped.
absl::StatusOr<v1::Report> ComputeReport(const v1::Report& asked,
                                         const Picture& picture,
                                         const domain::Stop* stop);

}  // namespace qiangji::coverage
