// Writes the lines of the log to a descriptor on a thread of its own, many at
// a time: a line a write would cost a call as much as its answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/base/mutex.h"

namespace qiangji::rpc {

// Thread-safe; never blocks on the descriptor. Lines that are not urgent are
// written at most kMostWait late, so that a crash loses no older ones.
class LogWriter {
 public:
  static constexpr absl::Duration kMostWait = absl::Milliseconds(20);
  // What waits to be written. Beyond it lines are dropped, and their number
  // is written once there is room.
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20;

  explicit LogWriter(int descriptor) : descriptor_(descriptor) {}
  ~LogWriter() { Flush(); }
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // `line` has no line end. `urgent` lines are written without waiting.
  void Add(absl::string_view line, bool urgent);
  // Writes what waits and ends the thread; the next line starts another.
  void Flush();

 private:
  void Run();
  void WriteAll(absl::string_view text) const;

  const int descriptor_;
  Mutex mutex_;
  CondVar changed_;
  std::string waiting_ ABSL_GUARDED_BY(mutex_);
  std::int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  bool urgent_ ABSL_GUARDED_BY(mutex_) = false;
  bool asleep_ ABSL_GUARDED_BY(mutex_) = false;  // until there is a line
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::rpc
