// Whether a report holds, and how two differ.
#pragma once

#include "qiangji/coverage/v1/report_service.pb.h"
#include "services/coverage/report_store.h"

namespace qiangji::coverage {

// What can be said of a kept report without its facts: that its content is of
// its digest, can be read, and says what the list of reports says.
// Returns the content where it can be read.
absl::StatusOr<v1::Report> CheckKept(const KeptReport& kept,
                                     v1::VerifyReportResponse* out);

// Where the content that was computed again differs from what is kept.
void CheckComputed(const std::string& kept, const v1::Report& computed,
                   v1::VerifyReportResponse* out);

// Whether it has the digest of a document that is not here.
void CheckDigest(const std::string& digest, const v1::Report& computed,
                 v1::VerifyReportResponse* out);

// The difference of two contents.
void CompareContents(const v1::Report& before, const v1::Report& after,
                     v1::CompareReportsResponse* out);

}  // namespace qiangji::coverage
