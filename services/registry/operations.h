// Long-running operations of this process (AIP-151): how far they are and how
// they ended. They live in memory: after a restart none is known, and what was
// not finished was not done; repeating a request under its request id settles
// which it was.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"

namespace google::protobuf {
class Message;
}
namespace google::longrunning {
class Operation;
}
namespace qiangji::rpc {
struct Principal;
}

namespace qiangji::registry {

// One operation. Thread-safe.
class Operation {
 public:
  Operation(std::string name, std::string owner);
  ~Operation();

  const std::string& name() const { return name_; }
  const std::string& owner() const { return owner_; }

  // By the work. Progress after the end is passed over.
  void Report(const google::protobuf::Message& metadata);
  void Succeed(const google::protobuf::Message& response, absl::Time now);
  void Fail(const absl::Status& status, absl::Time now);
  // OK, or CANCELLED once that was asked for. Cheap.
  absl::Status Check() const;

  void RequestCancel() { cancel_ = true; }
  bool done() const;
  absl::Time done_at() const;  // InfiniteFuture while it runs
  void Fill(google::longrunning::Operation* out) const;

  // `then` is called once, when the operation has ended, at once where it has,
  // or by WakeWaiters; it must not block. Returns a token for RemoveWaiter.
  std::uint64_t OnDone(std::function<void()> then);
  void RemoveWaiter(std::uint64_t token);
  void WakeWaiters();

 private:
  template <typename SetResult>
  void End(absl::Time now, SetResult set_result);

  const std::string name_;
  const std::string owner_;
  std::atomic<bool> cancel_{false};
  mutable Mutex mutex_;
  absl::Time done_at_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  const std::unique_ptr<google::longrunning::Operation> state_
      ABSL_PT_GUARDED_BY(mutex_);
  std::uint64_t next_waiter_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<std::uint64_t, std::function<void()>> waiters_
      ABSL_GUARDED_BY(mutex_);
};

// All of them, by name. Thread-safe.
class Operations {
 public:
  // Ended operations are kept so long, and at most so many of them.
  static constexpr absl::Duration kKept = absl::Hours(1);
  static constexpr std::size_t kMostKept = 256;

  explicit Operations(const Clock& clock) : clock_(clock) {}

  // What identifies a request that may be repeated: one (owner, method,
  // request id) is one operation while that runs or is kept. An empty id is a
  // request of its own.
  struct Request {
    std::string owner;
    std::string method;
    std::string request_id;
    std::string hash;  // of the whole request
  };
  struct Begun {
    std::shared_ptr<Operation> operation;
    bool fresh = false;  // else: it is there already, do nothing
  };
  // ALREADY_EXISTS where the id was used for another request. A failed
  // operation does not stand in the way of a repeat.
  absl::StatusOr<Begun> Begin(const Request& request);

  // NOT_FOUND for what is not there or somebody else's (stewards and
  // administrators see all).
  absl::StatusOr<std::shared_ptr<Operation>> Find(
      const rpc::Principal& principal, const std::string& name);
  // In order of names, after `after`.
  std::vector<std::shared_ptr<Operation>> List(const rpc::Principal& principal,
                                               const std::string& after);
  // Forgets an ended one. FAILED_PRECONDITION while it runs.
  absl::Status Forget(const rpc::Principal& principal, const std::string& name);

  // The service shuts down: what runs is cancelled, who waits is answered.
  void Stop();
  bool stopped() const { return stopped_; }

 private:
  using Key = std::pair<std::string, std::pair<std::string, std::string>>;
  struct Entry {
    std::shared_ptr<Operation> operation;
    Key key;
    std::string hash;
  };
  void DropOld() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Drop(const std::string& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  std::atomic<bool> stopped_{false};
  Mutex mutex_;
  std::map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::map<Key, std::string> by_request_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::registry
