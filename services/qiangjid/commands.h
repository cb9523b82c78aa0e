// The commands of qiangjid.
#pragma once

#include "services/qiangjid/settings.h"

namespace qiangji::server {

// Exit statuses (FORMATS, "Command line").
constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

// Serves until SIGTERM or SIGINT, then finishes what runs. A second signal
// ends the process at once.
int Serve(const Settings& settings);

// Creates the data directory and its databases.
int Init(const Settings& settings);

// Says of configuration, disk and databases whether a server could start.
int CheckSetup(const Settings& settings);

}  // namespace qiangji::server
