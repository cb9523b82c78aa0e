// The bounded thread pools on which every handler body runs (ARCHITECTURE,
// "One request", 2). No thread waits for work of its own pool.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "services/base/mutex.h"

namespace qiangji::rpc {

enum class PoolKind : std::uint8_t {
  kRead,     // store reads: blocks on a read connection
  kWrite,    // store writes: waits for the writer's group commit
  kCompute,  // short computation
  kLong,     // imports, cold builds, evaluations
};
constexpr int kPoolKinds = 4;

struct PoolOptions {
  int threads = 1;           // at least 1
  std::size_t queue = 1024;  // tasks that may wait for a thread
};

struct PoolsOptions {
  PoolOptions read{.threads = 4, .queue = 4096};
  // Each thread waits for a commit; more threads make larger groups.
  PoolOptions write{.threads = 64, .queue = 4096};
  PoolOptions compute{.threads = 0, .queue = 1024};  // 0: cores - 1, at least 1
  PoolOptions compute_long{.threads = 1, .queue = 64};

  // Every pool at one thread, for tests.
  static PoolsOptions SingleThreaded();
};

// Threads start on demand up to the limit. Thread-safe.
class Pool {
 public:
  Pool(std::string name, PoolOptions options);
  ~Pool();  // Drain()
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Queues new work. False, without running it, where the queue is full or
  // the pool has drained: the caller answers RESOURCE_EXHAUSTED.
  [[nodiscard]] bool TryPost(std::function<void()> task);

  // Queues the continuation of work that was admitted earlier: never refused,
  // takes turns with new work. After Drain it runs on the calling thread, so
  // that what was promised to run does.
  void Resume(std::function<void()> task);

  // Refuses new work, runs what is queued, joins the threads. Idempotent.
  // Must not be called on a thread of this pool.
  void Drain();

  const std::string& name() const { return name_; }
  int threads() const { return options_.threads; }
  std::size_t queued() const;  // waiting now
  std::size_t running() const;

 private:
  void Run();
  void StartThreadIfNeeded() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Empty() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return resumed_.empty() && queue_.empty();
  }
  // Whether the caller is to notify: work waits, a thread is idle, and none is
  // being woken. A woken thread asks again when it has taken a task, so that
  // threads wake one another, one at a time, while there is work for them;
  // waking one for each task costs more than many a task.
  bool ShouldWake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string name_;
  const PoolOptions options_;
  mutable Mutex mutex_;
  CondVar work_;
  std::deque<std::function<void()>> resumed_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  bool resumed_turn_ ABSL_GUARDED_BY(mutex_) = true;
  std::size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool waking_ ABSL_GUARDED_BY(mutex_) = false;  // notified, not yet running
  std::size_t running_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool drained_ ABSL_GUARDED_BY(mutex_) = false;
};

class Pools {
 public:
  explicit Pools(const PoolsOptions& options);
  Pool& Get(PoolKind kind) { return *pools_[static_cast<std::size_t>(kind)]; }
  // All of them. Work of one pool may Resume on another meanwhile.
  void Drain();

 private:
  std::array<std::unique_ptr<Pool>, kPoolKinds> pools_;
};

}  // namespace qiangji::rpc
