#include "services/registry/import_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "qiangji/registry/v1/import_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/registry/importer.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/registry/spool.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/request_id.h"
#include "services/rpc/runtime.h"
#include "services/rpc/stream.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;

constexpr int kDefaultErrors = 100;
constexpr int kMaxErrors = 100000;
constexpr absl::Duration kBetweenReports = absl::Milliseconds(100);

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
    case v1::IMPORT_FORMAT_ETO:
      options.format = FileFormat::kEto;
      break;
    default:
      return rpc::NotInThisBuild("import of this format");
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
  if (start.year() != 0 && (start.year() < 1949 || start.year() > 2100)) {
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

// One import, message by message, each on a pool thread.
class ImportCall final : public rpc::StreamReader<v1::ImportRequest> {
 public:
  ImportCall(store::Store& store, const std::string& spool_directory,
             rpc::Writer<v1::ImportResponse> out)
      : store_(store), spool_(spool_directory), out_(std::move(out)) {}

  absl::Status Message(rpc::RequestContext& call,
                       v1::ImportRequest& message) override {
    if (finished_) {
      return rpc::InvalidField("message",
                               "comes after the finish; accepted: nothing");
    }
    if (!options_ && message.message_case() != v1::ImportRequest::kStart) {
      return rpc::InvalidField("message",
                               "is not a start; accepted: a start "
                               "first");
    }
    switch (message.message_case()) {
      case v1::ImportRequest::kStart:
        return Start(message.start());
      case v1::ImportRequest::kChunk:
        return Chunk(message.chunk());
      case v1::ImportRequest::kFinish:
        return Finish(call);
      case v1::ImportRequest::kRows:
        return rpc::NotInThisBuild("import of rows");
      default:
        return rpc::InvalidField("message",
                                 "is empty; accepted: start, chunk, finish");
    }
  }

  absl::Status End(rpc::RequestContext&) override {
    if (finished_) return absl::OkStatus();
    return absl::CancelledError("no finish came: nothing was imported");
  }

 private:
  absl::Status Start(const v1::ImportStart& start) {
    if (options_) {
      return rpc::InvalidField("start", "comes twice; accepted: one");
    }
    QJ_ASSIGN_OR_RETURN(options_, ToOptions(start));
    request_id_ = start.request_id();
    v1::ImportStart plain = start;
    start_hash_ = rpc::RequestHash(plain);
    return absl::OkStatus();
  }

  absl::Status Chunk(const v1::FileChunk& chunk) {
    const absl::Status added =
        spool_.Add(chunk.file_name(), chunk.data(), chunk.last());
    if (absl::IsInvalidArgument(added)) {
      return rpc::InvalidField("chunk", added.message());
    }
    QJ_RETURN_IF_ERROR(added);
    Report(Phase::kReading, 0, 0, 0);
    return absl::OkStatus();
  }

  absl::Status Finish(rpc::RequestContext& call) {
    finished_ = true;
    const absl::Status complete = spool_.CheckComplete();
    if (!complete.ok()) return rpc::InvalidField("finish", complete.message());
    options_->owner_id = OwnerOf(call.principal());
    store::WriteOptions write;
    write.caller = call.principal().id;
    write.method = std::string(call.method());
    if (!request_id_.empty()) {
      write.request_id = request_id_;
      // 32 bytes of each, as the store keeps it: the start, then the files.
      v1::FileChunk both;
      both.set_file_name("import");
      both.set_data(absl::StrCat(start_hash_, spool_.Digest()));
      write.request_hash = rpc::RequestHash(both);
    }
    ImportHooks hooks;
    hooks.progress = [this](Phase phase, std::int64_t done, std::int64_t total,
                            std::int64_t errors) {
      Report(phase, done, total, errors);
    };
    hooks.check = [&call] { return call.Check(); };
    QJ_ASSIGN_OR_RETURN(const ImportOutcome outcome,
                        RunImport(store_, spool_, *options_, write, hooks));
    return Answer(outcome);
  }

  absl::Status Answer(const ImportOutcome& outcome) {
    v1::ImportResponse response;
    v1::ImportResult& result = *response.mutable_result();
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
    if (commit.seq > 0) {
      QJ_RETURN_IF_ERROR(
          store_.Read([&](store::Reader& reader) -> absl::Status {
            const absl::StatusOr<store::Change> change =
                reader.ChangeAt(commit.seq);
            if (!change.ok()) return change.status();
            ToProto(change->time, result.mutable_time());
            result.set_digest(change->digest);
            return absl::OkStatus();
          }));
    }
    out_.Write(std::move(response));
    out_.Finish(absl::OkStatus());
    return absl::OkStatus();
  }

  void Report(Phase phase, std::int64_t done, std::int64_t total,
              std::int64_t errors) {
    MutexLock lock(mutex_);
    const absl::Time now = absl::Now();
    if (phase == last_phase_ && now - last_report_ < kBetweenReports) return;
    last_phase_ = phase;
    last_report_ = now;
    v1::ImportResponse response;
    v1::ImportProgress& progress = *response.mutable_progress();
    progress.set_phase(static_cast<v1::ImportPhase>(phase));
    progress.set_rows_done(done);
    progress.set_rows_total(total);
    progress.set_bytes(spool_.bytes());
    progress.set_errors(errors);
    out_.Write(std::move(response));
  }

  store::Store& store_;
  Spool spool_;
  rpc::Writer<v1::ImportResponse> out_;
  std::optional<ImportOptions> options_;
  std::string request_id_;
  std::string start_hash_;
  bool finished_ = false;
  Mutex mutex_;  // progress also comes from the writer thread
  Phase last_phase_ ABSL_GUARDED_BY(mutex_) = Phase::kReading;
  absl::Time last_report_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

class ImportService final : public v1::ImportService::CallbackService {
 public:
  ImportService(rpc::Runtime& runtime, store::Store& store,
                std::string spool_directory)
      : runtime_(runtime),
        store_(store),
        spool_directory_(std::move(spool_directory)) {}

  grpc::ServerBidiReactor<v1::ImportRequest, v1::ImportResponse>* Import(
      grpc::CallbackServerContext* context) override {
    rpc::StreamSite site;
    site.runtime = &runtime_;
    site.service = v1::ImportService::service_full_name();
    site.method = __func__;
    site.pool = rpc::PoolKind::kLong;
    return rpc::BidiStream<v1::ImportRequest, v1::ImportResponse>(
        site, context,
        [this](rpc::RequestContext&, rpc::Writer<v1::ImportResponse> out) {
          return std::make_unique<ImportCall>(store_, spool_directory_,
                                              std::move(out));
        });
  }

 private:
  rpc::Runtime& runtime_;
  store::Store& store_;
  const std::string spool_directory_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewImportService(rpc::Runtime& runtime,
                                                store::Store& store,
                                                std::string spool_directory) {
  return std::make_unique<ImportService>(runtime, store,
                                         std::move(spool_directory));
}

}  // namespace qiangji::registry
