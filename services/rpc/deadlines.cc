#include "services/rpc/deadlines.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "services/rpc/context.h"

namespace qiangji::rpc {
namespace {

// Deadlines are the machine's time, which may be set back or forth while the
// thread sleeps: it looks at the clock at least this often.
constexpr absl::Duration kLongestSleep = absl::Seconds(60);

}  // namespace

// The first call comes from a thread of gRPC; see Handover.
Deadlines::Deadlines() { const MutexLock lock(mutex_); }

Deadlines::~Deadlines() {
  std::thread thread;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    thread.swap(thread_);
  }
  changed_.NotifyAll();
  if (thread.joinable()) thread.join();
}

Deadlines::Token Deadlines::Watch(absl::Time at,
                                  std::weak_ptr<RequestContext> call) {
  const MutexLock lock(mutex_);
  const Token token{at, next_++};
  calls_.emplace(token, std::move(call));
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  if (at < wakes_at_) changed_.NotifyAll();
  return token;
}

void Deadlines::Forget(const Token& token) {
  if (token.number == 0) return;
  const MutexLock lock(mutex_);
  calls_.erase(token);
}

void Deadlines::Run() {
  for (;;) {
    std::weak_ptr<RequestContext> late;
    {
      MutexLock lock(mutex_);
      while (!stopping_) {
        const absl::Time now = absl::Now();
        if (!calls_.empty() && calls_.begin()->first.at <= now) break;
        if (calls_.empty()) {
          wakes_at_ = absl::InfiniteFuture();
          changed_.Wait(lock);
        } else {
          wakes_at_ = calls_.begin()->first.at;
          changed_.WaitFor(lock, absl::ToChronoNanoseconds(
                                     std::min(wakes_at_ - now, kLongestSleep)));
        }
      }
      if (stopping_) return;
      late = std::move(calls_.begin()->second);
      calls_.erase(calls_.begin());
    }
    if (const auto call = late.lock()) call->Cancel();
  }
}

}  // namespace qiangji::rpc
