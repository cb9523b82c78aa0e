#include "services/registry/operations.h"

#include <grpcpp/support/status.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "google/longrunning/operations.pb.h"
#include "services/base/ids.h"
#include "services/rpc/errors.h"
#include "services/rpc/principal.h"
#include "services/rpc/status.h"

namespace qiangji::registry {
namespace {

bool MaySee(const rpc::Principal& principal, const Operation& operation) {
  return operation.owner() == principal.id ||
         principal.roles.Intersects(
             {rpc::Role::kSteward, rpc::Role::kAdministrator});
}

bool Failed(const Operation& operation) {
  google::longrunning::Operation state;
  operation.Fill(&state);
  return state.has_error();
}

}  // namespace

Operation::Operation(std::string name, std::string owner)
    : name_(std::move(name)),
      owner_(std::move(owner)),
      state_(std::make_unique<google::longrunning::Operation>()) {
  state_->set_name(name_);
}

Operation::~Operation() = default;

void Operation::Report(const google::protobuf::Message& metadata) {
  const MutexLock lock(mutex_);
  if (!state_->done()) state_->mutable_metadata()->PackFrom(metadata);
}

template <typename SetResult>
void Operation::End(absl::Time now, SetResult set_result) {
  {
    const MutexLock lock(mutex_);
    if (state_->done()) return;
    set_result(*state_);
    state_->set_done(true);
    done_at_ = now;
  }
  WakeWaiters();
}

void Operation::Succeed(const google::protobuf::Message& response,
                        absl::Time now) {
  End(now, [&](google::longrunning::Operation& state) {
    state.mutable_response()->PackFrom(response);
  });
}

void Operation::Fail(const absl::Status& status, absl::Time now) {
  End(now, [&](google::longrunning::Operation& state) {
    state.mutable_error()->ParseFromString(
        rpc::ToGrpcStatus(status).error_details());
  });
}

absl::Status Operation::Check() const {
  return cancel_ ? absl::CancelledError("the operation was cancelled")
                 : absl::OkStatus();
}

bool Operation::done() const {
  const MutexLock lock(mutex_);
  return state_->done();
}

absl::Time Operation::done_at() const {
  const MutexLock lock(mutex_);
  return done_at_;
}

void Operation::Fill(google::longrunning::Operation* out) const {
  const MutexLock lock(mutex_);
  *out = *state_;
}

std::uint64_t Operation::OnDone(std::function<void()> then) {
  {
    const MutexLock lock(mutex_);
    if (!state_->done()) {
      waiters_.emplace(next_waiter_, std::move(then));
      return next_waiter_++;
    }
  }
  then();
  return 0;
}

void Operation::RemoveWaiter(std::uint64_t token) {
  const MutexLock lock(mutex_);
  waiters_.erase(token);
}

void Operation::WakeWaiters() {
  std::map<std::uint64_t, std::function<void()>> waiters;
  {
    const MutexLock lock(mutex_);
    waiters.swap(waiters_);
  }
  for (const auto& [token, then] : waiters) then();
}

absl::StatusOr<Operations::Begun> Operations::Begin(const Request& request) {
  const MutexLock lock(mutex_);
  if (stopped_) return absl::UnavailableError("the service is shutting down");
  DropOld();
  const Key key{request.owner, {request.method, request.request_id}};
  if (!request.request_id.empty()) {
    if (const auto found = by_request_.find(key); found != by_request_.end()) {
      const Entry& entry = entries_.at(found->second);
      if (!Failed(*entry.operation)) {
        if (entry.hash == request.hash) return Begun{entry.operation, false};
        return absl::AlreadyExistsError(
            absl::StrCat("request id ", request.request_id,
                         " was used for another request"));
      }
    }
  }
  Entry entry;
  entry.operation = std::make_shared<Operation>(
      absl::StrCat("operations/", NewUuid()), request.owner);
  entry.key = key;
  entry.hash = request.hash;
  const std::shared_ptr<Operation> operation = entry.operation;
  if (!request.request_id.empty()) by_request_[key] = operation->name();
  entries_.emplace(operation->name(), std::move(entry));
  return Begun{operation, true};
}

void Operations::Drop(const std::string& name) {
  const auto found = entries_.find(name);
  const auto by_request = by_request_.find(found->second.key);
  // A repeat of a failed one has taken its place.
  if (by_request != by_request_.end() && by_request->second == name) {
    by_request_.erase(by_request);
  }
  entries_.erase(found);
}

void Operations::DropOld() {
  std::vector<std::pair<absl::Time, std::string>> ended;
  for (const auto& [name, entry] : entries_) {
    const absl::Time at = entry.operation->done_at();
    if (at != absl::InfiniteFuture()) ended.emplace_back(at, name);
  }
  std::sort(ended.begin(), ended.end());
  const absl::Time oldest = clock_.Now() - kKept;
  std::size_t left = ended.size();
  for (const auto& [at, name] : ended) {
    if (at >= oldest && left < kMostKept) break;
    Drop(name);
    --left;
  }
}

absl::StatusOr<std::shared_ptr<Operation>> Operations::Find(
    const rpc::Principal& principal, const std::string& name) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end() || !MaySee(principal, *found->second.operation)) {
    return rpc::NotFound(name);
  }
  return found->second.operation;
}

std::vector<std::shared_ptr<Operation>> Operations::List(
    const rpc::Principal& principal, const std::string& after) {
  const MutexLock lock(mutex_);
  std::vector<std::shared_ptr<Operation>> found;
  for (auto at = entries_.upper_bound(after); at != entries_.end(); ++at) {
    if (MaySee(principal, *at->second.operation)) {
      found.push_back(at->second.operation);
    }
  }
  return found;
}

absl::Status Operations::Forget(const rpc::Principal& principal,
                                const std::string& name) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end() || !MaySee(principal, *found->second.operation)) {
    return rpc::NotFound(name);
  }
  if (!found->second.operation->done()) {
    return rpc::FailedPrecondition(
        "OPERATION_RUNNING",
        absl::StrCat(name, " is running; accepted: an ended operation"));
  }
  Drop(name);
  return absl::OkStatus();
}

void Operations::Stop() {
  std::vector<std::shared_ptr<Operation>> all;
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    for (const auto& [name, entry] : entries_) all.push_back(entry.operation);
  }
  for (const auto& operation : all) {
    operation->RequestCancel();
    operation->WakeWaiters();
  }
}

}  // namespace qiangji::registry
