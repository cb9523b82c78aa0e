#include "services/rpc/change_hub.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "absl/time/clock.h"

namespace qiangji::rpc {

ChangeHub::ChangeHub() : thread_([this] { Run(); }) {}

ChangeHub::~ChangeHub() {
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    ended_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

std::uint64_t ChangeHub::Add(absl::Duration interval,
                             std::function<void()> wake) {
  MutexLock lock(mutex_);
  const std::uint64_t handle = next_++;
  watchers_.emplace(handle,
                    Watcher{interval, absl::Now() + interval, std::move(wake)});
  changed_.NotifyAll();
  return handle;
}

void ChangeHub::Remove(std::uint64_t handle) {
  MutexLock lock(mutex_);
  watchers_.erase(handle);
}

void ChangeHub::Notify() {
  MutexLock lock(mutex_);
  news_ = true;
  changed_.NotifyAll();
}

void ChangeHub::Stop() {
  MutexLock lock(mutex_);
  stopped_ = true;
  news_ = true;
  changed_.NotifyAll();
}

bool ChangeHub::stopped() const {
  MutexLock lock(mutex_);
  return stopped_;
}

void ChangeHub::Run() {
  while (true) {
    std::vector<std::function<void()>> due;
    {
      MutexLock lock(mutex_);
      if (ended_) return;
      const absl::Time now = absl::Now();
      absl::Time next = now + absl::Seconds(60);
      for (auto& [handle, watcher] : watchers_) {
        if (news_ || watcher.due <= now) {
          watcher.due = now + watcher.interval;
          due.push_back(watcher.wake);
        }
        next = std::min(next, watcher.due);
      }
      news_ = false;
      if (due.empty()) {
        changed_.WaitFor(lock, absl::ToChronoMilliseconds(next - now) +
                                   std::chrono::milliseconds(1));
      }
    }
    // Without the lock: a watch that ends now removes itself.
    for (const std::function<void()>& wake : due) wake();
  }
}

}  // namespace qiangji::rpc
