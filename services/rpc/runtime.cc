#include "services/rpc/runtime.h"

#include <utility>

#include "services/base/ids.h"

namespace qiangji::rpc {
namespace {

constexpr std::size_t kKeyBytes = 32;

}  // namespace

Runtime::Runtime(RuntimeOptions options)
    : options_(std::move(options)),
      pools_(options_.pools),
      page_tokens_(options_.token_key.empty() ? RandomBytes(kKeyBytes)
                                              : options_.token_key) {}

bool Runtime::Admit() {
  if (calls_.fetch_add(1) < options_.max_calls) return true;
  calls_.fetch_sub(1);
  return false;
}

void Runtime::Leave() { calls_.fetch_sub(1); }

void Runtime::StopWaitingStreams() {
  std::map<std::uint64_t, std::function<void()>> hooks;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    hooks = hooks_;
  }
  for (const auto& [token, hook] : hooks) hook();
}

std::uint64_t Runtime::AddStopHook(std::function<void()> hook) {
  std::uint64_t token = 0;
  {
    const MutexLock lock(mutex_);
    token = next_hook_++;
    hooks_.emplace(token, hook);
    if (!stopping_) return token;
  }
  hook();
  return token;
}

void Runtime::RemoveStopHook(std::uint64_t token) {
  const MutexLock lock(mutex_);
  hooks_.erase(token);
}

}  // namespace qiangji::rpc
