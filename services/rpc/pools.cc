#include "services/rpc/pools.h"

#include <algorithm>
#include <utility>

namespace qiangji::rpc {
namespace {

PoolOptions Settled(PoolOptions options) {
  if (options.threads <= 0) {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    options.threads = std::max(1, cores - 1);
  }
  return options;
}

}  // namespace

PoolsOptions PoolsOptions::SingleThreaded() {
  PoolsOptions options;
  options.read.threads = 1;
  options.write.threads = 1;
  options.compute.threads = 1;
  options.compute_long.threads = 1;
  return options;
}

Pool::Pool(std::string name, PoolOptions options)
    : name_(std::move(name)), options_(Settled(options)) {
  // The first task comes from a thread that got the pool through gRPC; see
  // Handover.
  const MutexLock lock(mutex_);
}

Pool::~Pool() { Drain(); }

bool Pool::ShouldWake() {
  if (waking_ || idle_ == 0 || Empty()) return false;
  waking_ = true;
  return true;
}

void Pool::StartThreadIfNeeded() {
  const std::size_t waiting = resumed_.size() + queue_.size();
  if (waiting > idle_ &&
      threads_.size() < static_cast<std::size_t>(options_.threads)) {
    threads_.emplace_back([this] { Run(); });
  }
}

bool Pool::TryPost(std::function<void()> task) {
  bool wake = false;
  {
    const MutexLock lock(mutex_);
    if (draining_ || queue_.size() >= options_.queue) return false;
    queue_.push_back(std::move(task));
    StartThreadIfNeeded();
    wake = ShouldWake();
  }
  if (wake) work_.NotifyOne();
  return true;
}

void Pool::Resume(std::function<void()> task) {
  bool wake = false;
  {
    const MutexLock lock(mutex_);
    if (!drained_) {
      resumed_.push_back(std::move(task));
      StartThreadIfNeeded();
      wake = ShouldWake();
      task = nullptr;
    }
  }
  if (task != nullptr) task();
  if (wake) work_.NotifyOne();
}

void Pool::Run() {
  for (;;) {
    std::function<void()> task;
    bool wake = false;
    {
      MutexLock lock(mutex_);
      while (Empty() && !draining_) {
        ++idle_;
        work_.Wait(lock);
        --idle_;
        waking_ = false;
      }
      if (Empty()) return;
      // Turns, so that neither long streams nor new calls starve the other.
      const bool take_resumed =
          queue_.empty() || (resumed_turn_ && !resumed_.empty());
      resumed_turn_ = !take_resumed;
      auto& from = take_resumed ? resumed_ : queue_;
      task = std::move(from.front());
      from.pop_front();
      ++running_;
      wake = ShouldWake();
    }
    if (wake) work_.NotifyOne();
    task();
    task = nullptr;  // what it holds is released before it counts as done
    const MutexLock lock(mutex_);
    --running_;
  }
}

void Pool::Drain() {
  for (;;) {
    std::vector<std::thread> threads;
    {
      const MutexLock lock(mutex_);
      draining_ = true;
      threads.swap(threads_);
      // A task that runs now may still Resume another: look again.
      if (threads.empty() && resumed_.empty() && queue_.empty()) {
        drained_ = true;
        return;
      }
      if (threads.empty()) threads.emplace_back([this] { Run(); });
    }
    work_.NotifyAll();
    for (std::thread& thread : threads) thread.join();
  }
}

std::size_t Pool::queued() const {
  const MutexLock lock(mutex_);
  return queue_.size() + resumed_.size();
}

std::size_t Pool::running() const {
  const MutexLock lock(mutex_);
  return running_;
}

Pools::Pools(const PoolsOptions& options)
    : pools_{std::make_unique<Pool>("read", options.read),
             std::make_unique<Pool>("write", options.write),
             std::make_unique<Pool>("compute", options.compute),
             std::make_unique<Pool>("long", options.compute_long)} {}

void Pools::Drain() {
  for (const auto& pool : pools_) pool->Drain();
}

}  // namespace qiangji::rpc
