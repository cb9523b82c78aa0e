#include <csignal>
#include <string>
#include <vector>

#include "clients/cli/app.h"

int main(int argc, char** argv) {
  // A reader that went away ends the output by an error, not by a signal.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  qiangji::cli::Console console = qiangji::cli::SystemConsole();
  return qiangji::cli::Run(arguments, qiangji::cli::Environment(), console);
}
