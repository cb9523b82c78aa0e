// Wakes the watchers of a store's feed: after each commit, and when their next
// heartbeat is due. One thread for all of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <thread>

#include "absl/time/time.h"
#include "services/base/mutex.h"

namespace qiangji::rpc {

// Thread-safe.
class ChangeHub {
 public:
  ChangeHub();
  ~ChangeHub();
  ChangeHub(const ChangeHub&) = delete;
  ChangeHub& operator=(const ChangeHub&) = delete;

  // `wake` is called after commits and at least once every `interval`; it must
  // not block. Returns a handle for Remove; `wake` may be called once more
  // while Remove runs, so it owns what it uses.
  std::uint64_t Add(absl::Duration interval, std::function<void()> wake);
  void Remove(std::uint64_t handle);

  // A change was committed. Does not block.
  void Notify();

  // Watches end: `stopped` is seen by their next slice.
  void Stop();
  bool stopped() const;

 private:
  struct Watcher {
    absl::Duration interval;
    absl::Time due;
    std::function<void()> wake;
  };
  void Run();

  mutable Mutex mutex_;
  CondVar changed_;
  std::map<std::uint64_t, Watcher> watchers_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t next_ ABSL_GUARDED_BY(mutex_) = 1;
  bool news_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace qiangji::rpc
