#include "clients/cli/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace qiangji::cli {
namespace {

constexpr char kSignal = 's';
constexpr char kEnd = 'e';

std::atomic<int> g_pipe{-1};

extern "C" void OnSignal(int) {
  const int saved = errno;
  const int pipe = g_pipe;
  if (pipe >= 0 && write(pipe, &kSignal, 1) < 0) errno = saved;
  errno = saved;
}

}  // namespace

Interrupt::Interrupt(std::function<void()> cancel)
    : cancel_(std::move(cancel)) {
  if (pipe2(ends_, O_CLOEXEC) != 0) return;  // Ctrl-C then ends the program
  g_pipe = ends_[1];
  thread_ = std::thread([this] { Listen(); });
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
}

Interrupt::~Interrupt() {
  if (!thread_.joinable()) return;
  signal(SIGINT, SIG_DFL);
  g_pipe = -1;
  while (write(ends_[1], &kEnd, 1) < 0 && errno == EINTR) {
  }
  thread_.join();
  close(ends_[0]);
  close(ends_[1]);
}

void Interrupt::Listen() {
  char what = kEnd;
  for (;;) {
    const ssize_t got = read(ends_[0], &what, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || what == kEnd) return;
    if (!raised_.exchange(true)) cancel_();
  }
}

}  // namespace qiangji::cli
