#include "services/registry/operation_service.h"

#include <google/protobuf/empty.pb.h>
#include <grpcpp/alarm.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::registry {
namespace {

namespace lro = ::google::longrunning;
using rpc::RequestContext;

// Below the deadline of a call that states none.
constexpr absl::Duration kLongestWait = absl::Seconds(25);

absl::StatusOr<std::optional<bool>> WantedState(const std::string& filter) {
  const std::string plain = absl::StrReplaceAll(filter, {{" ", ""}});
  if (plain.empty()) return std::nullopt;
  if (plain == "done=true") return true;
  if (plain == "done=false") return false;
  return rpc::InvalidField(
      "filter", "is not known; accepted: \"done = true\", \"done = false\"");
}

// Answers a WaitOperation once: at the end, after the time, or when the caller
// goes.
class Wait : public std::enable_shared_from_this<Wait> {
 public:
  Wait(std::shared_ptr<Operation> operation, lro::Operation* response,
       rpc::Done done)
      : operation_(std::move(operation)),
        response_(response),
        done_(std::move(done)) {}

  void Start(RequestContext& call, absl::Duration timeout) {
    {
      const MutexLock lock(mutex_);
      alarm_ = std::make_unique<grpc::Alarm>();
      alarm_->Set(absl::ToChronoTime(absl::Now() + timeout),
                  [self = shared_from_this()](bool) { self->Answer(); });
    }
    call.OnCancel([self = shared_from_this()] { self->Answer(); });
    const std::uint64_t waiter =
        operation_->OnDone([self = shared_from_this()] { self->Answer(); });
    {
      const MutexLock lock(mutex_);
      waiter_ = waiter;
      if (done_ != nullptr) return;
    }
    operation_->RemoveWaiter(waiter);
  }

 private:
  void Answer() {
    rpc::Done done;
    std::unique_ptr<grpc::Alarm> alarm;
    std::uint64_t waiter = 0;
    {
      const MutexLock lock(mutex_);
      if (done_ == nullptr) return;
      done = std::exchange(done_, nullptr);
      alarm = std::move(alarm_);
      waiter = waiter_;
      operation_->Fill(response_);
    }
    operation_->RemoveWaiter(waiter);
    if (alarm != nullptr) alarm->Cancel();
    done(absl::OkStatus());
  }

  const std::shared_ptr<Operation> operation_;
  Mutex mutex_;
  lro::Operation* const response_;
  rpc::Done done_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t waiter_ ABSL_GUARDED_BY(mutex_) = 0;
};

class OperationService final : public lro::Operations::CallbackService {
 public:
  OperationService(rpc::Runtime& runtime, std::shared_ptr<Operations> all)
      : runtime_(runtime), all_(std::move(all)) {}

  grpc::ServerUnaryReactor* GetOperation(
      grpc::CallbackServerContext* context,
      const lro::GetOperationRequest* request,
      lro::Operation* response) override {
    return rpc::Unary(
        Site(__func__), context, request, response, rpc::PoolKind::kRead,
        [this](RequestContext& call, const lro::GetOperationRequest& asked,
               lro::Operation* out) -> absl::Status {
          QJ_ASSIGN_OR_RETURN(const auto found,
                              all_->Find(call.principal(), asked.name()));
          found->Fill(out);
          return absl::OkStatus();
        });
  }

  grpc::ServerUnaryReactor* ListOperations(
      grpc::CallbackServerContext* context,
      const lro::ListOperationsRequest* request,
      lro::ListOperationsResponse* response) override {
    return rpc::Unary(
        Site(__func__), context, request, response, rpc::PoolKind::kRead,
        [this](RequestContext& call, const lro::ListOperationsRequest& asked,
               lro::ListOperationsResponse* out) {
          return List(call, asked, out);
        });
  }

  grpc::ServerUnaryReactor* CancelOperation(
      grpc::CallbackServerContext* context,
      const lro::CancelOperationRequest* request,
      google::protobuf::Empty* response) override {
    return rpc::Unary(
        Site(__func__), context, request, response, rpc::PoolKind::kRead,
        [this](RequestContext& call, const lro::CancelOperationRequest& asked,
               google::protobuf::Empty*) -> absl::Status {
          QJ_ASSIGN_OR_RETURN(const auto found,
                              all_->Find(call.principal(), asked.name()));
          found->RequestCancel();
          return absl::OkStatus();
        });
  }

  grpc::ServerUnaryReactor* DeleteOperation(
      grpc::CallbackServerContext* context,
      const lro::DeleteOperationRequest* request,
      google::protobuf::Empty* response) override {
    return rpc::Unary(
        Site(__func__), context, request, response, rpc::PoolKind::kRead,
        [this](RequestContext& call, const lro::DeleteOperationRequest& asked,
               google::protobuf::Empty*) {
          return all_->Forget(call.principal(), asked.name());
        });
  }

  grpc::ServerUnaryReactor* WaitOperation(
      grpc::CallbackServerContext* context,
      const lro::WaitOperationRequest* request,
      lro::Operation* response) override {
    return rpc::Unary(
        Site(__func__), context, request, response, rpc::PoolKind::kRead,
        [this](RequestContext& call, const lro::WaitOperationRequest& asked,
               lro::Operation* out, rpc::Done done) {
          const auto found = all_->Find(call.principal(), asked.name());
          if (!found.ok()) return done(found.status());
          absl::Duration timeout = kLongestWait;
          if (asked.has_timeout()) {
            timeout = std::clamp(absl::Seconds(asked.timeout().seconds()) +
                                     absl::Nanoseconds(asked.timeout().nanos()),
                                 absl::ZeroDuration(), kLongestWait);
          }
          if (all_->stopped()) timeout = absl::ZeroDuration();
          std::make_shared<Wait>(*found, out, std::move(done))
              ->Start(call, timeout);
        });
  }

 private:
  rpc::CallSite Site(const char* method) {
    return {&runtime_, lro::Operations::service_full_name(), method};
  }

  absl::Status List(RequestContext& call,
                    const lro::ListOperationsRequest& asked,
                    lro::ListOperationsResponse* out) {
    if (!asked.name().empty() && asked.name() != "operations") {
      return rpc::InvalidField("name",
                               "is no collection; accepted: \"operations\"");
    }
    if (asked.return_partial_success()) {
      return rpc::InvalidField("return_partial_success",
                               "is not supported; accepted: false");
    }
    QJ_ASSIGN_OR_RETURN(const std::optional<bool> wanted,
                        WantedState(asked.filter()));
    QJ_ASSIGN_OR_RETURN(const int size,
                        rpc::PageSize(asked.page_size(), rpc::kDefaultPageSize,
                                      rpc::kMaxPageSize));
    QJ_ASSIGN_OR_RETURN(const rpc::PageCursor start,
                        runtime_.page_tokens().Open(asked, call.principal().id,
                                                    asked.page_token()));
    for (const auto& operation : all_->List(call.principal(), start.after)) {
      if (wanted && operation->done() != *wanted) continue;
      if (out->operations_size() == size) {
        const std::string last = out->operations(size - 1).name();
        out->set_next_page_token(
            runtime_.page_tokens().Make(asked, call.principal().id, {last, 0}));
        break;
      }
      operation->Fill(out->add_operations());
    }
    return absl::OkStatus();
  }

  rpc::Runtime& runtime_;
  const std::shared_ptr<Operations> all_;
};

}  // namespace

std::unique_ptr<grpc::Service> NewOperationService(
    rpc::Runtime& runtime, std::shared_ptr<Operations> operations) {
  return std::make_unique<OperationService>(runtime, std::move(operations));
}

}  // namespace qiangji::registry
