#include "services/rpc/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"
#include "services/rpc/text.h"

namespace qiangji::rpc {
namespace {

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

// Lines come formatted: spdlog only queues and writes them.
struct Writer {
  Mutex mutex;
  std::shared_ptr<spdlog::details::thread_pool> pool ABSL_GUARDED_BY(mutex);
  std::shared_ptr<spdlog::logger> logger ABSL_GUARDED_BY(mutex);
};
Writer& TheWriter() {
  static auto* const writer = new Writer;
  return *writer;
}

std::shared_ptr<spdlog::logger> Logger() {
  Writer& writer = TheWriter();
  const MutexLock lock(writer.mutex);
  if (writer.logger == nullptr) {
    writer.pool = std::make_shared<spdlog::details::thread_pool>(8192, 1);
    writer.logger = std::make_shared<spdlog::async_logger>(
        "qiangji", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
        writer.pool, spdlog::async_overflow_policy::overrun_oldest);
    writer.logger->set_pattern("%v");
  }
  return writer.logger;
}

void Emit(const std::string& line) {
  {
    TestSink& test = Sink();
    const MutexLock lock(test.mutex);
    if (test.sink != nullptr) {
      test.sink(line);
      return;
    }
  }
  Logger()->info(line);
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

void FlushLog() {
  // The writing thread empties its queue before it ends. A later line starts
  // a new one.
  Writer& writer = TheWriter();
  std::shared_ptr<spdlog::details::thread_pool> pool;
  const MutexLock lock(writer.mutex);
  writer.logger.reset();
  pool = std::move(writer.pool);
}

void SetLogSinkForTest(std::function<void(const std::string&)> sink) {
  TestSink& test = Sink();
  const MutexLock lock(test.mutex);
  test.sink = std::move(sink);
}

LogLine::LogLine(LogLevel level, absl::string_view event)
    : level_(level), enabled_(LogEnabled(level) && level != LogLevel::kOff) {
  if (!enabled_) return;
  absl::StrAppend(&line_, "{\"time\":\"",
                  absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ",
                                   Clock::System().Now(), absl::UTCTimeZone()),
                  "\",\"level\":\"", Name(level_), "\",\"event\":\"",
                  JsonEscape(event), "\"");
}

LogLine::~LogLine() {
  if (!enabled_) return;
  line_.push_back('}');
  Emit(line_);
}

LogLine& LogLine::Text(absl::string_view key, absl::string_view value) {
  if (enabled_) {
    absl::StrAppend(&line_, ",\"", JsonEscape(key), "\":\"", JsonEscape(value),
                    "\"");
  }
  return *this;
}

LogLine& LogLine::Int(absl::string_view key, std::int64_t value) {
  if (enabled_) absl::StrAppend(&line_, ",\"", JsonEscape(key), "\":", value);
  return *this;
}

LogLine& LogLine::Number(absl::string_view key, double value) {
  if (enabled_ && std::isfinite(value)) {
    absl::StrAppend(&line_, ",\"", JsonEscape(key), "\":", value);
  }
  return *this;
}

LogLine& LogLine::Millis(absl::string_view key, absl::Duration value) {
  return Number(key, absl::ToDoubleMilliseconds(value));
}

}  // namespace qiangji::rpc
