// An annotated std::mutex. Not absl::Mutex: that one lives in an
// uninstrumented library, so ThreadSanitizer sees no happens-before in it.
#pragma once

#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"

namespace qiangji {

class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : lock_(mutex.native()) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  // For CondVar only.
  std::unique_lock<std::mutex>& native() { return lock_; }

 private:
  std::unique_lock<std::mutex> lock_;
};

// A condition variable over a MutexLock. Predicates are re-checked by the
// caller's loop, as everywhere: `while (!ready) cv.Wait(lock);`.
class CondVar {
 public:
  void Wait(MutexLock& lock) { cv_.wait(lock.native()); }
  template <typename Duration>
  bool WaitFor(MutexLock& lock, Duration duration) {  // false on time-out
    return cv_.wait_for(lock.native(), duration) == std::cv_status::no_timeout;
  }
  void NotifyOne() { cv_.notify_one(); }
  void NotifyAll() { cv_.notify_all(); }

 private:
  std::condition_variable cv_;
};

// Where a library that ThreadSanitizer cannot look into (gRPC) passes an object
// from one thread to another: what was written before Give is seen after Take.
class Handover {
 public:
  void Give() { const MutexLock lock(mutex_); }
  void Take() { const MutexLock lock(mutex_); }

 private:
  Mutex mutex_;
};

}  // namespace qiangji
