// The server's own limits on calls that came without a nearer deadline.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "services/base/mutex.h"

namespace qiangji::rpc {

class RequestContext;

// Cancels calls whose time has passed. One thread watches all of them, because
// a timer of gRPC wakes two threads a call even where it never fires; this one
// sleeps on while calls come and go in time. Thread-safe.
class Deadlines {
 public:
  // Names a watched call; the default one names none.
  struct Token {
    absl::Time at = absl::InfinitePast();
    std::uint64_t number = 0;
    friend bool operator<(const Token& a, const Token& b) {
      return std::pair(a.at, a.number) < std::pair(b.at, b.number);
    }
  };

  Deadlines();
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  // Cancels `call` at `at`, unless it is gone or forgotten by then.
  Token Watch(absl::Time at, std::weak_ptr<RequestContext> call);
  // A cancellation may still be under way after that. Idempotent.
  void Forget(const Token& token);

 private:
  void Run();

  Mutex mutex_;
  CondVar changed_;
  std::uint64_t next_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<Token, std::weak_ptr<RequestContext>> calls_ ABSL_GUARDED_BY(mutex_);
  // When the thread looks again by itself.
  absl::Time wakes_at_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_ ABSL_GUARDED_BY(mutex_);  // from the first call on
};

}  // namespace qiangji::rpc
