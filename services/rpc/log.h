// Structured logs: one JSON object a line on standard error. Never bodies,
// tokens or cell values; texts are escaped, so one event is one line.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace qiangji::rpc {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };

// Everything below is not written. Default kInfo.
void SetLogLevel(LogLevel level);
bool LogEnabled(LogLevel level);
// "debug" "info" "warning" "error" "off"; false for another text.
bool ParseLogLevel(absl::string_view text, LogLevel* level);

// Writes what is queued; call before the process ends.
void FlushLog();

// Sends lines to `sink` instead; nullptr ends that. Test only.
void SetLogSinkForTest(std::function<void(const std::string&)> sink);

// Builds one line and writes it when it goes out of scope:
//   LogLine(LogLevel::kInfo, "call").Text("method", m).Int("seq", seq);
// Writing never blocks for long: lines are queued for one thread
// (log_writer.h), and dropped and counted when it cannot keep up.
class LogLine {
 public:
  LogLine(LogLevel level, absl::string_view event);
  ~LogLine();
  LogLine(const LogLine&) = delete;
  LogLine& operator=(const LogLine&) = delete;

  LogLine& Text(absl::string_view key, absl::string_view value);
  LogLine& Int(absl::string_view key, std::int64_t value);
  LogLine& Number(absl::string_view key, double value);
  LogLine& Millis(absl::string_view key, absl::Duration value);

 private:
  void Key(absl::string_view key);

  const LogLevel level_;
  const bool enabled_;
  std::string line_;
};

}  // namespace qiangji::rpc
