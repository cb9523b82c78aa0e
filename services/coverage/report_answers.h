// The answers of ReportService that need no picture.
#pragma once

#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "qiangji/coverage/v1/report_service.pb.h"
#include "services/coverage/report_store.h"
#include "services/rpc/context.h"
#include "services/rpc/page_token.h"

namespace qiangji::coverage {

// PERMISSION_DENIED for callers who do not see every fact: a report rests on
// all of them (METHOD 4.6 is for releases).
absl::Status MayRead(const rpc::RequestContext& call);

// Report ids, texts and options of a request to make one.
absl::Status ValidateCreate(const v1::CreateReportRequest& request);

// Keeps a report that was computed, as one change under the request's id, and
// answers it. With validate_only nothing is written.
absl::Status KeepReport(store::Store& store, rpc::RequestContext& call,
                        const v1::CreateReportRequest& request,
                        const v1::Report& computed,
                        google::longrunning::Operation* response);

absl::Status GetReport(store::Store& store, const std::string& name,
                       v1::Report* response);
absl::Status ListReports(store::Store& store, const rpc::PageTokens& tokens,
                         const rpc::RequestContext& call,
                         const v1::ListReportsRequest& request,
                         v1::ListReportsResponse* response);
absl::Status CompareReports(store::Store& store,
                            const v1::CompareReportsRequest& request,
                            v1::CompareReportsResponse* response);

// With its content. NOT_FOUND.
absl::StatusOr<KeptReport> FindReport(store::Store& store,
                                      const std::string& name);
// The content of a kept report; DATA_LOSS where it cannot be read or is not of
// its digest.
absl::StatusOr<v1::Report> ReadContent(const KeptReport& kept);

}  // namespace qiangji::coverage
