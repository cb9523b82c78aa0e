#include "services/registry/import_service.h"

#include <utility>

#include "absl/time/clock.h"
#include "google/longrunning/operations.pb.h"
#include "qiangji/registry/v1/import_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/registry/import_job.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/runtime.h"
#include "services/rpc/stream.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;
namespace lro = ::google::longrunning;
using rpc::RequestContext;

constexpr absl::Duration kBetweenReports = absl::Milliseconds(100);

// Lets a report through where the phase is new or some time has passed.
class Pace {
 public:
  bool Due(Phase phase) {
    const MutexLock lock(mutex_);
    const absl::Time now = absl::Now();
    if (phase == last_phase_ && now - last_ < kBetweenReports) return false;
    last_phase_ = phase;
    last_ = now;
    return true;
  }

 private:
  Mutex mutex_;  // progress also comes from the writer thread
  Phase last_phase_ ABSL_GUARDED_BY(mutex_) = Phase::kReading;
  absl::Time last_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

absl::Status NoFinish() {
  return absl::CancelledError("no finish came: nothing was imported");
}

// Import: one call from the first byte to the result, message by message, each
// on a pool thread.
class ImportCall final : public rpc::StreamReader<v1::ImportRequest> {
 public:
  ImportCall(std::unique_ptr<ImportJob> job,
             rpc::Writer<v1::ImportResponse> out)
      : job_(std::move(job)), out_(std::move(out)) {}

  absl::Status Message(RequestContext& call,
                       v1::ImportRequest& message) override {
    QJ_RETURN_IF_ERROR(job_->Take(message));
    if (!job_->finished()) {
      Report(Phase::kReading, 0, 0, 0);
      return absl::OkStatus();
    }
    ImportHooks hooks;
    hooks.progress = [this](Phase phase, std::int64_t done, std::int64_t total,
                            std::int64_t errors) {
      Report(phase, done, total, errors);
    };
    hooks.check = [&call] { return call.Check(); };
    QJ_ASSIGN_OR_RETURN(v1::ImportResult result,
                        job_->Run(call.principal(), call.method(), hooks));
    v1::ImportResponse response;
    *response.mutable_result() = std::move(result);
    out_.Write(std::move(response));
    out_.Finish(absl::OkStatus());
    return absl::OkStatus();
  }

  absl::Status End(RequestContext&) override {
    return job_->finished() ? absl::OkStatus() : NoFinish();
  }

 private:
  void Report(Phase phase, std::int64_t done, std::int64_t total,
              std::int64_t errors) {
    if (!pace_.Due(phase)) return;
    v1::ImportResponse response;
    *response.mutable_progress() =
        ToProgress(phase, done, total, errors, job_->bytes());
    out_.Write(std::move(response));
  }

  const std::unique_ptr<ImportJob> job_;
  rpc::Writer<v1::ImportResponse> out_;
  Pace pace_;
};

// The work of StartImport, after the call.
void RunOperation(ImportJob& job, Operation& operation,
                  const rpc::Principal& principal, const std::string& method,
                  const Clock& clock) {
  Pace pace;
  ImportHooks hooks;
  hooks.progress = [&](Phase phase, std::int64_t done, std::int64_t total,
                       std::int64_t errors) {
    if (!pace.Due(phase)) return;
    operation.Report(ToProgress(phase, done, total, errors, job.bytes()));
  };
  hooks.check = [&] { return operation.Check(); };
  const absl::Status cancelled = operation.Check();  // while it waited
  const absl::StatusOr<v1::ImportResult> result =
      cancelled.ok() ? job.Run(principal, method, hooks) : cancelled;
  if (result.ok()) {
    operation.Succeed(*result, clock.Now());
  } else {
    operation.Fail(result.status(), clock.Now());
  }
}

// StartImport: takes the files, answers with the operation that imports them.
class StartCall final : public rpc::StreamReader<v1::ImportRequest> {
 public:
  StartCall(std::unique_ptr<ImportJob> job, Operations& operations,
            lro::Operation* response)
      : job_(std::move(job)), operations_(operations), response_(response) {}

  absl::Status Message(RequestContext&, v1::ImportRequest& message) override {
    return job_->Take(message);
  }

  absl::Status End(RequestContext& call) override {
    if (!job_->finished()) return NoFinish();
    QJ_RETURN_IF_ERROR(call.Check());
    QJ_ASSIGN_OR_RETURN(
        const Operations::Begun begun,
        operations_.Begin({call.principal().id, std::string(call.method()),
                           job_->request_id(), job_->RequestHash()}));
    if (begun.fresh) {
      begun.operation->Report(
          ToProgress(Phase::kReading, 0, 0, 0, job_->bytes()));
      Post(call, begun.operation);
    }
    begun.operation->Fill(response_);
    return absl::OkStatus();
  }

 private:
  void Post(RequestContext& call, const std::shared_ptr<Operation>& operation) {
    rpc::Runtime& runtime = call.runtime();
    const bool posted = runtime.pool(rpc::PoolKind::kLong)
                            .TryPost([job = job_, operation, &runtime,
                                      principal = call.principal(),
                                      method = std::string(call.method())] {
                              RunOperation(*job, *operation, principal, method,
                                           runtime.clock());
                            });
    if (!posted) {
      operation->Fail(rpc::QueueFull("imports"), runtime.clock().Now());
    }
  }

  const std::shared_ptr<ImportJob> job_;
  Operations& operations_;
  lro::Operation* const response_;
};

class ImportService final : public v1::ImportService::CallbackService {
 public:
  ImportService(rpc::Runtime& runtime, store::Store& store,
                std::shared_ptr<Operations> operations,
                std::string spool_directory)
      : runtime_(runtime),
        store_(store),
        operations_(std::move(operations)),
        spool_directory_(std::move(spool_directory)) {}

  grpc::ServerBidiReactor<v1::ImportRequest, v1::ImportResponse>* Import(
      grpc::CallbackServerContext* context) override {
    rpc::StreamSite site = Site(__func__);
    site.pool = rpc::PoolKind::kLong;
    return rpc::BidiStream<v1::ImportRequest, v1::ImportResponse>(
        site, context,
        [this](RequestContext&, rpc::Writer<v1::ImportResponse> out) {
          return std::make_unique<ImportCall>(NewJob(), std::move(out));
        });
  }

  // Not on kLong: an import that runs must not hold up what arrives.
  grpc::ServerReadReactor<v1::ImportRequest>* StartImport(
      grpc::CallbackServerContext* context, lro::Operation* response) override {
    return rpc::ClientStream<v1::ImportRequest>(
        Site(__func__), context, response,
        [this](RequestContext&, lro::Operation* out) {
          return std::make_unique<StartCall>(NewJob(), *operations_, out);
        });
  }

 private:
  rpc::StreamSite Site(const char* method) {
    rpc::StreamSite site;
    site.runtime = &runtime_;
    site.service = v1::ImportService::service_full_name();
    site.method = method;
    return site;
  }
  std::unique_ptr<ImportJob> NewJob() {
    return std::make_unique<ImportJob>(store_, spool_directory_);
  }

  rpc::Runtime& runtime_;
  store::Store& store_;
  const std::shared_ptr<Operations> operations_;
  const std::string spool_directory_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewImportService(
    rpc::Runtime& runtime, store::Store& store,
    std::shared_ptr<Operations> operations, std::string spool_directory) {
  return std::make_unique<ImportService>(runtime, store, std::move(operations),
                                         std::move(spool_directory));
}

}  // namespace qiangji::registry
