#include "services/registry/import_job.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/import_service.pb.h"
#include "services/base/status_macros.h"
#include "services/base/years.h"
#include "services/registry/history_restore.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/registry/row_block_reader.h"
#include "services/rpc/errors.h"
#include "services/rpc/principal.h"
#include "services/rpc/request_id.h"

namespace qiangji::registry {
namespace {

constexpr int kDefaultErrors = 100;
constexpr int kMaxErrors = 100000;

absl::StatusOr<ImportOptions> ToOptions(const v1::ImportStart& start) {
  ImportOptions options;
  switch (start.format()) {
    case v1::IMPORT_FORMAT_UNSPECIFIED:
      break;
    case v1::IMPORT_FORMAT_CSV:
      options.format = FileFormat::kCsv;
      break;
    case v1::IMPORT_FORMAT_XLSX:
      options.format = FileFormat::kXlsx;
      break;
    case v1::IMPORT_FORMAT_CYCLONEDX:
      options.format = FileFormat::kCycloneDx;
      break;
    case v1::IMPORT_FORMAT_ETO:
      options.format = FileFormat::kEto;
      break;
    case v1::IMPORT_FORMAT_HISTORY:
      options.format = FileFormat::kHistory;
      break;
    default:
      return rpc::InvalidField("start.format",
                               "is not known; accepted: a format, or none");
  }
  const std::optional<FileEncoding> encoding = ParseEncoding(start.encoding());
  if (!encoding) {
    return rpc::InvalidField(
        "start.encoding",
        absl::StrCat(domain::Quoted(start.encoding()),
                     " is not known; accepted: ", AcceptedEncodings()));
  }
  options.encoding = *encoding;
  if (start.max_errors() < 0 || start.max_errors() > kMaxErrors) {
    return rpc::InvalidField(
        "start.max_errors",
        absl::StrCat("is out of range; accepted: 0 = ", kDefaultErrors,
                     ", or 1 to ", kMaxErrors));
  }
  if (start.year() != 0 && !IsYear(start.year())) {
    return rpc::InvalidField("start.year",
                             "is out of range; accepted: 1949 to 2100, or 0");
  }
  QJ_RETURN_IF_ERROR(rpc::CheckRequestId(start.request_id()));
  options.max_errors =
      start.max_errors() == 0 ? kDefaultErrors : start.max_errors();
  options.dry_run = start.dry_run();
  options.replace = start.replace();
  options.ignore_unknown = start.ignore_unknown();
  options.mix = start.mix();
  options.year = start.year();
  return options;
}

void FillCounts(const ImportOutcome& outcome, v1::ImportResult& result) {
  for (const domain::TableSchema* table : domain::RegistryTables()) {
    const auto found = outcome.counts.find(table->id);
    if (found == outcome.counts.end()) continue;
    v1::ImportTableCount& count = *result.add_tables();
    count.set_table(std::string(table->name));
    count.set_rows(found->second.rows);
    count.set_added(found->second.added);
    count.set_changed(found->second.changed);
    count.set_unchanged(found->second.unchanged);
    count.set_closed(found->second.closed);
  }
}

void FillErrors(const ImportOutcome& outcome, const Spool& spool,
                v1::ImportResult& result) {
  result.set_error_count(outcome.bad_rows);
  for (const ImportProblem& problem : outcome.problems) {
    v1::ImportError& error = *result.add_errors();
    const auto file = static_cast<std::size_t>(problem.origin.file);
    const std::size_t files = spool.files().size();
    if (file < files) {
      error.set_file(spool.files()[file]->name());
    } else if (file - files < outcome.parts.size()) {
      error.set_file(outcome.parts[file - files]);
    }
    error.set_line(problem.origin.line);
    error.set_column(problem.column);
    error.set_message(problem.message);
  }
}

}  // namespace

absl::Status ImportJob::Take(const v1::ImportRequest& message) {
  if (finished_) {
    return rpc::InvalidField("message",
                             "comes after the finish; accepted: nothing");
  }
  if (!options_ && message.message_case() != v1::ImportRequest::kStart) {
    return rpc::InvalidField("message",
                             "is not a start; accepted: a start first");
  }
  switch (message.message_case()) {
    case v1::ImportRequest::kStart:
      return Start(message.start());
    case v1::ImportRequest::kChunk: {
      const v1::FileChunk& chunk = message.chunk();
      absl::Status added =
          spool_.Add(chunk.file_name(), chunk.data(), chunk.last());
      return absl::IsInvalidArgument(added)
                 ? rpc::InvalidField("chunk", added.message())
                 : added;
    }
    case v1::ImportRequest::kRows:
      return Rows(message);
    case v1::ImportRequest::kFinish:
      return Finish();
    default:
      return rpc::InvalidField("message",
                               "is empty; accepted: start, chunk, rows, "
                               "finish");
  }
}

absl::Status ImportJob::Start(const v1::ImportStart& start) {
  if (options_) {
    return rpc::InvalidField("start", "comes twice; accepted: one");
  }
  QJ_ASSIGN_OR_RETURN(options_, ToOptions(start));
  request_id_ = start.request_id();
  start_hash_ = rpc::RequestHash(start);
  return absl::OkStatus();
}

// Checked as it comes, so that a broken block is an error of the call and not
// of a row.
absl::Status ImportJob::Rows(const v1::ImportRequest& message) {
  const absl::StatusOr<RowBlockReader> rows =
      RowBlockReader::Make(message.rows());
  if (!rows.ok()) return rpc::InvalidField("rows", rows.status().message());
  const absl::Status added =
      spool_.AddRows(rows->table().name, message.rows().SerializeAsString());
  return absl::IsInvalidArgument(added)
             ? rpc::InvalidField("rows", added.message())
             : added;
}

absl::Status ImportJob::Finish() {
  finished_ = true;
  const absl::Status complete = spool_.CheckComplete();
  return complete.ok() ? complete
                       : rpc::InvalidField("finish", complete.message());
}

std::string ImportJob::RequestHash() const {
  // As the store keeps it: one hash over that of the start and of the rest.
  v1::FileChunk both;
  both.set_file_name("import");
  both.set_data(absl::StrCat(start_hash_, spool_.Digest()));
  return rpc::RequestHash(both);
}

absl::StatusOr<v1::ImportResult> ImportJob::Run(const rpc::Principal& principal,
                                                absl::string_view method,
                                                const ImportHooks& hooks) {
  options_->owner_id = OwnerOf(principal);
  store::WriteOptions write;
  write.caller = principal.id;
  write.method = std::string(method);
  if (!request_id_.empty()) {
    write.request_id = request_id_;
    write.request_hash = RequestHash();
  }
  const bool history = options_->format == FileFormat::kHistory;
  if (history && !principal.roles.Intersects(
                     {rpc::Role::kSteward, rpc::Role::kAdministrator})) {
    return rpc::PermissionDenied("registry.import.history");
  }
  QJ_ASSIGN_OR_RETURN(
      const ImportOutcome outcome,
      history ? RestoreHistory(store_, spool_, *options_, write, hooks)
              : RunImport(store_, spool_, *options_, write, hooks));
  return ToResult(outcome);
}

absl::StatusOr<v1::ImportResult> ImportJob::ToResult(
    const ImportOutcome& outcome) {
  v1::ImportResult result;
  const store::Commit& commit = outcome.commit;
  result.set_seq(commit.seq);
  result.set_changed(commit.changed && outcome.problems.empty());
  result.set_dry_run(outcome.dry_run);
  result.set_replayed(commit.replayed);
  FillCounts(outcome, result);
  FillErrors(outcome, spool_, result);
  for (const std::string& warning : outcome.warnings) {
    result.add_warnings(warning);
  }
  for (const auto& [reason, rows] : outcome.skipped) {
    v1::SkippedCount& skipped = *result.add_skipped();
    skipped.set_reason(reason);
    skipped.set_rows(rows);
  }
  if (commit.seq == 0) return result;
  QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const store::Change change,
                        reader.ChangeAt(commit.seq));
    ToProto(change.time, result.mutable_time());
    result.set_digest(change.digest);
    return absl::OkStatus();
  }));
  return result;
}

v1::ImportProgress ToProgress(Phase phase, std::int64_t done,
                              std::int64_t total, std::int64_t errors,
                              std::int64_t bytes) {
  v1::ImportProgress progress;
  progress.set_phase(static_cast<v1::ImportPhase>(phase));
  progress.set_rows_done(done);
  progress.set_rows_total(total);
  progress.set_errors(errors);
  progress.set_bytes(bytes);
  return progress;
}

}  // namespace qiangji::registry
