#include "services/rpc/log_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace qiangji::rpc {

void LogWriter::Add(absl::string_view line, bool urgent) {
  bool wake = false;
  {
    const MutexLock lock(mutex_);
    if (waiting_.size() + line.size() >= kMostBytes) {
      ++dropped_;
      return;
    }
    absl::StrAppend(&waiting_, line, "\n");
    if (!thread_.joinable() && !ending_)
      thread_ = std::thread([this] { Run(); });
    wake = asleep_ || (urgent && !urgent_);
    asleep_ = false;
    urgent_ = urgent_ || urgent;
  }
  if (wake) changed_.NotifyAll();
}

void LogWriter::Flush() {
  std::thread thread;
  {
    const MutexLock lock(mutex_);
    if (ending_ || !thread_.joinable()) return;
    ending_ = true;
    thread.swap(thread_);
  }
  changed_.NotifyAll();
  thread.join();
  std::string late;  // came while the thread ended
  {
    const MutexLock lock(mutex_);
    ending_ = false;
    late.swap(waiting_);
  }
  WriteAll(late);
}

void LogWriter::Run() {
  for (bool last = false; !last;) {
    std::string lines;
    std::int64_t dropped = 0;
    {
      MutexLock lock(mutex_);
      while (waiting_.empty() && !ending_) {
        asleep_ = true;
        changed_.Wait(lock);
        asleep_ = false;
      }
      const absl::Time until = absl::Now() + kMostWait;
      for (absl::Duration left = kMostWait;
           left > absl::ZeroDuration() && !urgent_ && !ending_;
           left = until - absl::Now()) {
        changed_.WaitFor(lock, absl::ToChronoNanoseconds(left));
      }
      lines.swap(waiting_);
      std::swap(dropped, dropped_);
      urgent_ = false;
      last = ending_;
    }
    if (dropped > 0) {
      absl::StrAppend(&lines,
                      "{\"level\":\"warning\",\"event\":\"log lines dropped\","
                      "\"lines\":",
                      dropped, "}\n");
    }
    WriteAll(lines);
  }
}

// What cannot be written is lost: there is nowhere to say so.
void LogWriter::WriteAll(absl::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd room = {descriptor_, POLLOUT, 0};
      poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace qiangji::rpc
