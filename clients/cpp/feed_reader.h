// Follows the registry for as long as a service lives: a snapshot, then its
// changes; takes up again where it was when the connection breaks, and takes a
// new snapshot when it must.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "clients/cpp/backoff.h"
#include "clients/cpp/feed_stream.h"
#include "services/base/mutex.h"

namespace grpc {
class Channel;
}

namespace qiangji::client {

struct FeedReaderOptions {
  std::shared_ptr<grpc::Channel> registry;
  Executor executor;
  std::vector<std::string> tables;  // empty = all
  // Go on after this sequence instead of taking a snapshot; -1 = snapshot.
  std::int64_t resume_after = -1;
  absl::Duration heartbeat = absl::Seconds(5);
  absl::Duration first_backoff = absl::Milliseconds(50);
  absl::Duration most_backoff = absl::Seconds(2);
};

// Thread-safe.
class FeedReader {
 public:
  // `handler` must outlive the reader. Snapshots replace everything before.
  FeedReader(FeedReaderOptions options, FeedHandler* handler);
  ~FeedReader();  // Stop()
  FeedReader(const FeedReader&) = delete;
  FeedReader& operator=(const FeedReader&) = delete;

  // Once. Never fails: a registry that is not there is waited for.
  void Start();
  // Ends the stream and waits until the handler is not called any more. Not
  // from the handler. Idempotent.
  void Stop();

  // Whether a stream has delivered something since the last break.
  bool connected() const;
  // Newest sequence that was applied; -1 = none yet.
  std::int64_t seq() const;
  // Newest head that the registry has told; may be ahead of seq().
  std::int64_t head() const;
  // Why the last stream ended; OK before that.
  absl::Status last_error() const;

 private:
  class Tap;
  void Open();
  void Ended(const FeedResult& result);
  void Retry(absl::Duration wait);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace qiangji::client
