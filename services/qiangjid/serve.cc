#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "services/base/status_macros.h"
#include "services/qiangjid/commands.h"
#include "services/qiangjid/process.h"

namespace qiangji::server {
namespace {

constexpr absl::Duration kHealthInterval = absl::Milliseconds(50);
// How long "ready" waits for the services where none waits for another
// process.
constexpr absl::Duration kReadyWait = absl::Seconds(10);

// SIGTERM and SIGINT, held back from every thread and taken one by one.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }

  // Whether one came within the time.
  bool WaitFor(absl::Duration time) const {
    const timespec wait = absl::ToTimespec(time);
    return sigtimedwait(&set_, nullptr, &wait) > 0;
  }

  // From now on the next one ends the process.
  void EndAtOnce() const {
    std::thread([set = set_] {
      int signal = 0;
      sigwait(&set, &signal);
      _exit(kFailed);
    }).detach();
  }

 private:
  sigset_t set_;
};

void Fail(absl::string_view message) {
  std::fprintf(stderr, "qiangjid: %s\n", std::string(message).c_str());
}

bool NeedsOthers(const Settings& settings) {
  return settings.services.size() < std::size(kServiceNames);
}

absl::Status AnnounceReady(const Settings& settings, const Process& process) {
  rpc::LogLine(rpc::LogLevel::kInfo, "ready")
      .Text("address", process.address())
      .Text("services", absl::StrJoin(settings.services, ","))
      .Int("pid", getpid());
  if (settings.ready_file.empty()) {
    std::printf("ready %s\n", process.address().c_str());
    std::fflush(stdout);
    return absl::OkStatus();
  }
  return WriteWhole(settings.ready_file, absl::StrCat(process.address(), "\n"));
}

// True where a signal came before the services were ready.
bool WaitUntilReady(const Settings& settings, const Signals& signals,
                    Process& process) {
  const absl::Time until = absl::Now() + kReadyWait;
  while (!process.UpdateHealth() && !NeedsOthers(settings) &&
         absl::Now() < until) {
    if (signals.WaitFor(absl::Milliseconds(2))) return true;
  }
  return false;
}

absl::Status Run(const Settings& settings, const Signals& signals) {
  QJ_ASSIGN_OR_RETURN(const auto process, Process::Start(settings));
  bool asked = WaitUntilReady(settings, signals, *process);
  if (!asked) QJ_RETURN_IF_ERROR(AnnounceReady(settings, *process));
  while (!asked) {
    asked = signals.WaitFor(kHealthInterval);
    process->UpdateHealth();
  }
  signals.EndAtOnce();
  rpc::LogLine(rpc::LogLevel::kInfo, "shutting down").Int("pid", getpid());
  absl::Status down = process->Shutdown(absl::Seconds(settings.grace_seconds));
  rpc::LogLine(rpc::LogLevel::kInfo, "down").Int("pid", getpid());
  return down;
}

}  // namespace

int Serve(const Settings& settings) {
  // Before the first thread, so that all of them hold the signals back.
  const Signals signals;
  rpc::SetLogLevel(settings.log_level);
  const absl::Status served = Run(settings, signals);
  rpc::FlushLog();
  if (served.ok()) return kDone;
  Fail(served.message());
  return kFailed;
}

}  // namespace qiangji::server
