#include "services/rpc/unary.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <exception>
#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "services/rpc/call.h"
#include "services/rpc/deadlines.h"
#include "services/rpc/errors.h"
#include "services/rpc/permission.h"
#include "services/rpc/runtime.h"
#include "services/rpc/status.h"
#include "services/rpc/validate.h"

namespace qiangji::rpc {
namespace internal {
namespace {

// Owned by itself until gRPC says that the call is done, and by whoever may
// still complete it.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(const CallSite& site, grpc::CallbackServerContext* context)
      : context_(ContextOptions(site.runtime, site.service, site.method,
                                site.max_deadline, context)),
        started_(absl::Now()) {}

  static std::shared_ptr<UnaryCall> Make(const CallSite& site,
                                         grpc::CallbackServerContext* context) {
    auto call = std::make_shared<UnaryCall>(site, context);
    call->self_ = call;
    if (DeadlineIsOurs(call->context_, context)) {
      call->watched_ = site.runtime->deadlines().Watch(
          call->context_.deadline(),
          std::shared_ptr<RequestContext>(call, &call->context_));
    }
    return call;
  }

  RequestContext& context() { return context_; }
  void SetAdmitted() { admitted_ = true; }

  // Once; later calls do nothing.
  void Complete(const absl::Status& status) {
    if (completed_.exchange(true)) return;
    context_.End();
    context_.runtime().deadlines().Forget(watched_);
    RecordEnd(context_, started_, status);
    if (admitted_) context_.runtime().Leave();
    Finish(ToGrpcStatus(status));
  }

  bool completed() const { return completed_.load(); }

  void OnCancel() override { context_.Cancel(); }
  void OnDone() override {
    const std::shared_ptr<UnaryCall> last = std::move(self_);
  }

 private:
  RequestContext context_;
  const absl::Time started_;
  Deadlines::Token watched_;  // only where we end the call
  bool admitted_ = false;
  std::atomic<bool> completed_{false};
  std::shared_ptr<UnaryCall> self_;
};

// Completes the call when nobody is left who could.
class Completion {
 public:
  explicit Completion(std::shared_ptr<UnaryCall> call)
      : call_(std::move(call)) {}
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  ~Completion() {
    if (call_->completed()) return;
    call_->Complete(
        WithReason(absl::InternalError("the call was dropped"), "INTERNAL"));
  }
  void Complete(const absl::Status& status) { call_->Complete(status); }

 private:
  const std::shared_ptr<UnaryCall> call_;
};

// On the pool.
void Run(const std::shared_ptr<UnaryCall>& call,
         const google::protobuf::Message& request, const Handler& handler) {
  RequestContext& context = call->context();
  absl::Status status = context.Check();
  if (status.ok()) status = ValidateRequest(request);
  if (!status.ok()) {
    call->Complete(status);
    return;
  }
  const auto completion = std::make_shared<Completion>(call);
  try {
    handler(context, [completion](const absl::Status& result) {
      completion->Complete(result);
    });
  } catch (const std::exception& e) {
    call->Complete(FromException(context, e.what()));
  } catch (...) {
    call->Complete(FromException(context, "not a std::exception"));
  }
}

}  // namespace

grpc::ServerUnaryReactor* StartUnary(const CallSite& site,
                                     grpc::CallbackServerContext* context,
                                     const google::protobuf::Message& request,
                                     PoolKind pool, Handler handler) {
  const std::shared_ptr<UnaryCall> call = UnaryCall::Make(site, context);
  const absl::Status allowed = CheckPermission(
      FindMethod(site.service, site.method), call->context().principal());
  if (!allowed.ok()) {
    call->Complete(allowed);
  } else if (!site.runtime->Admit()) {
    call->Complete(QueueFull("this service"));
  } else {
    call->SetAdmitted();
    Pool& on = site.runtime->pool(pool);
    if (!on.TryPost([call, &request, handler = std::move(handler)] {
          Run(call, request, handler);
        })) {
      call->Complete(QueueFull(on.name()));
    }
  }
  return call.get();
}

}  // namespace internal

grpc::ServerUnaryReactor* NotInThisBuild(const CallSite& site,
                                         grpc::CallbackServerContext* context,
                                         const google::protobuf::Message&) {
  const auto call = internal::UnaryCall::Make(site, context);
  call->Complete(NotInThisBuild(absl::string_view(call->context().method())));
  return call.get();
}

}  // namespace qiangji::rpc
