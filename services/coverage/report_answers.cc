#include "services/coverage/report_answers.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/coverage/report_check.h"
#include "services/coverage/report_content.h"
#include "services/domain/validate.h"
#include "services/report/canonical_json.h"
#include "services/report/render.h"
#include "services/rpc/crypto.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/timestamp.h"
#include "services/writes/write_call.h"

namespace qiangji::coverage {
namespace {

// Of findings and of warnings, in an answer that is one message.
constexpr int kMostShown = 100;

template <typename List>
void Shorten(List* list) {
  if (list->size() > kMostShown) {
    list->DeleteSubrange(kMostShown, list->size() - kMostShown);
  }
}

// What GetReport gives of a content.
void Summarize(v1::Report* report) {
  report->clear_texts();
  report->clear_trajectories();
  report->clear_bottlenecks();
  report->clear_projects();
  report->clear_conversions();
  report->clear_milestones();
  report->clear_moves();
  report->clear_indicators();
  report->clear_priorities();
  report->clear_benchmarks();
  report->clear_items();
  report->clear_revisions();
  report->clear_baselines();
  report->clear_changes();
  Shorten(report->mutable_context()->mutable_findings());
  Shorten(report->mutable_context()->mutable_warnings());
}

// The envelope of `head` around a content.
void FillHead(const v1::Report& head, v1::Report* out) {
  out->set_name(head.name());
  out->set_report_id(head.report_id());
  out->set_content_digest(head.content_digest());
  out->set_content_bytes(head.content_bytes());
  out->set_etag(head.etag());
  out->set_owner_id(head.owner_id());
  if (head.has_create_time()) {
    *out->mutable_create_time() = head.create_time();
  }
}

std::string WantedId(const v1::CreateReportRequest& request) {
  return request.report_id().empty() ? request.report().report_id()
                                     : request.report_id();
}

// The operation of a report that is made: done, with the report.
void FillOperation(const v1::Report& report,
                   google::longrunning::Operation* out) {
  out->set_name(absl::StrCat("operations/", report.name()));
  out->set_done(true);
  out->mutable_response()->PackFrom(report);
}

}  // namespace

absl::Status MayRead(const rpc::RequestContext& call) {
  return call.principal().sees_all()
             ? absl::OkStatus()
             : rpc::PermissionDenied("reports that rest on private records");
}

absl::Status ValidateCreate(const v1::CreateReportRequest& request) {
  const std::string id = WantedId(request);
  rpc::Violations wrong;
  if (!id.empty() && !domain::IsId(id)) {
    wrong.Add("report_id",
              "must be 1–64 of a-z 0-9 - . _, starting with a letter or digit");
  }
  if (!request.report_id().empty() && !request.report().report_id().empty() &&
      request.report_id() != request.report().report_id()) {
    wrong.Add("report_id", "must be that of the report");
  }
  QJ_RETURN_IF_ERROR(wrong.ToStatus());
  return ValidateReport(request.report(), "report.");
}

absl::Status KeepReport(store::Store& store, rpc::RequestContext& call,
                        const v1::CreateReportRequest& request,
                        const v1::Report& computed,
                        google::longrunning::Operation* response) {
  const std::string content = report::CanonicalJson(computed);
  const absl::Time now = call.clock().Now();
  const auto& principal = call.principal();
  const std::string owner = principal.Has(rpc::Role::kEnterprise)
                                ? principal.organization_id
                                : std::string();
  const auto commit = writes::WriteCall(
      call, store, request,
      [&](store::Transaction& transaction,
          std::vector<std::string>& names) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(const std::string id,
                            PutReport(transaction, WantedId(request), computed,
                                      content, now, owner));
        names.push_back(absl::StrCat("reports/", id));
        return absl::OkStatus();
      });
  QJ_RETURN_IF_ERROR(commit.status());
  if (request.validate_only()) {
    v1::Report would = computed;
    Summarize(&would);
    FillOperation(would, response);
    return absl::OkStatus();
  }
  if (commit->names.empty()) return absl::InternalError("a report has no name");
  v1::Report made;
  QJ_RETURN_IF_ERROR(GetReport(store, commit->names[0], &made));
  FillOperation(made, response);
  return absl::OkStatus();
}

absl::StatusOr<KeptReport> FindReport(store::Store& store,
                                      const std::string& name) {
  QJ_ASSIGN_OR_RETURN(const std::string id, ReportIdOf(name));
  KeptReport kept;
  QJ_RETURN_IF_ERROR(store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(kept, ReadReport(reader, id));
    return absl::OkStatus();
  }));
  return kept;
}

absl::StatusOr<v1::Report> ReadContent(const KeptReport& kept) {
  v1::Report content;
  if (rpc::Sha256(kept.content) != kept.head.content_digest() ||
      !report::ParseJson(kept.content, &content).ok()) {
    return absl::DataLossError(absl::StrCat(
        kept.head.name(),
        ": its content is not what was written; VerifyReport says where"));
  }
  return content;
}

absl::Status GetReport(store::Store& store, const std::string& name,
                       v1::Report* response) {
  QJ_ASSIGN_OR_RETURN(const KeptReport kept, FindReport(store, name));
  QJ_ASSIGN_OR_RETURN(*response, ReadContent(kept));
  Summarize(response);
  FillHead(kept.head, response);
  return absl::OkStatus();
}

absl::Status ListReports(store::Store& store, const rpc::PageTokens& tokens,
                         const rpc::RequestContext& call,
                         const v1::ListReportsRequest& request,
                         v1::ListReportsResponse* response) {
  if (!request.filter().empty() || !request.order_by().empty()) {
    return rpc::InvalidField(request.filter().empty() ? "order_by" : "filter",
                             "must be empty: newest first, all of them");
  }
  QJ_ASSIGN_OR_RETURN(
      const rpc::PageCursor cursor,
      tokens.Open(request, call.principal().id, request.page_token()));
  QJ_ASSIGN_OR_RETURN(const int size,
                      rpc::PageSize(request.page_size(), rpc::kDefaultPageSize,
                                    rpc::kMaxPageSize));
  std::size_t offset = 0;
  if (!cursor.after.empty() && !absl::SimpleAtoi(cursor.after, &offset)) {
    return rpc::BadPageToken();
  }
  return store.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    store::Seq at = cursor.seq;
    if (at < 0) {
      QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
      at = head.seq;
    }
    QJ_ASSIGN_OR_RETURN(const std::vector<KeptReport> all,
                        ReadReports(reader, at));
    const std::size_t end =
        std::min(all.size(), offset + static_cast<std::size_t>(size));
    for (std::size_t i = std::min(offset, end); i < end; ++i) {
      *response->add_reports() = all[i].head;
    }
    if (end < all.size()) {
      response->set_next_page_token(
          tokens.Make(request, call.principal().id, {absl::StrCat(end), at}));
    }
    return absl::OkStatus();
  });
}

absl::Status CompareReports(store::Store& store,
                            const v1::CompareReportsRequest& request,
                            v1::CompareReportsResponse* response) {
  QJ_ASSIGN_OR_RETURN(const KeptReport before,
                      FindReport(store, request.name()));
  QJ_ASSIGN_OR_RETURN(const KeptReport after,
                      FindReport(store, request.other()));
  QJ_ASSIGN_OR_RETURN(const v1::Report old_content, ReadContent(before));
  QJ_ASSIGN_OR_RETURN(const v1::Report new_content, ReadContent(after));
  CompareContents(old_content, new_content, response);
  return absl::OkStatus();
}

}  // namespace qiangji::coverage
