#include "services/rpc/log.h"

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"
#include "services/rpc/log_writer.h"
#include "services/rpc/text.h"

namespace qiangji::rpc {
namespace {

constexpr std::size_t kUsualBytes = 320;  // the line of a call fits

std::atomic<LogLevel> g_level{LogLevel::kInfo};

struct TestSink {
  Mutex mutex;
  std::function<void(const std::string&)> sink ABSL_GUARDED_BY(mutex);
};
TestSink& Sink() {
  static auto* const sink = new TestSink;
  return *sink;
}

constexpr absl::string_view Name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
    case LogLevel::kOff:
      break;
  }
  return "off";
}

LogWriter& Writer() {
  static auto* const writer = new LogWriter(STDERR_FILENO);
  return *writer;
}

void Emit(const std::string& line, bool urgent) {
  {
    TestSink& test = Sink();
    const MutexLock lock(test.mutex);
    if (test.sink != nullptr) {
      test.sink(line);
      return;
    }
  }
  Writer().Add(line, urgent);
}

}  // namespace

void SetLogLevel(LogLevel level) { g_level.store(level); }
bool LogEnabled(LogLevel level) { return level >= g_level.load(); }

bool ParseLogLevel(absl::string_view text, LogLevel* level) {
  for (const LogLevel l :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError,
        LogLevel::kOff}) {
    if (text == Name(l)) {
      *level = l;
      return true;
    }
  }
  return false;
}

void FlushLog() { Writer().Flush(); }

void SetLogSinkForTest(std::function<void(const std::string&)> sink) {
  TestSink& test = Sink();
  const MutexLock lock(test.mutex);
  test.sink = std::move(sink);
}

LogLine::LogLine(LogLevel level, absl::string_view event)
    : level_(level), enabled_(LogEnabled(level) && level != LogLevel::kOff) {
  if (!enabled_) return;
  line_.reserve(kUsualBytes);
  absl::StrAppend(&line_, "{\"time\":\"",
                  absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ",
                                   Clock::System().Now(), absl::UTCTimeZone()),
                  "\",\"level\":\"", Name(level_), "\",\"event\":\"");
  AppendJson(event, &line_);
  line_.push_back('"');
}

LogLine::~LogLine() {
  if (!enabled_) return;
  line_.push_back('}');
  Emit(line_, level_ >= LogLevel::kError);
}

void LogLine::Key(absl::string_view key) {
  line_.append(",\"");
  AppendJson(key, &line_);
  line_.append("\":");
}

LogLine& LogLine::Text(absl::string_view key, absl::string_view value) {
  if (!enabled_) return *this;
  Key(key);
  line_.push_back('"');
  AppendJson(value, &line_);
  line_.push_back('"');
  return *this;
}

LogLine& LogLine::Int(absl::string_view key, std::int64_t value) {
  if (!enabled_) return *this;
  Key(key);
  absl::StrAppend(&line_, value);
  return *this;
}

LogLine& LogLine::Number(absl::string_view key, double value) {
  if (!enabled_ || !std::isfinite(value)) return *this;
  Key(key);
  absl::StrAppend(&line_, value);
  return *this;
}

LogLine& LogLine::Millis(absl::string_view key, absl::Duration value) {
  return Number(key, absl::ToDoubleMilliseconds(value));
}

}  // namespace qiangji::rpc
