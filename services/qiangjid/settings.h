// What qiangjid is asked to do, and how: command line over configuration file
// over defaults.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/qiangjid/notification_settings.h"
#include "services/rpc/log.h"
#include "services/rpc/pools.h"

namespace qiangji::server {

constexpr absl::string_view kServiceNames[] = {"registry", "coverage",
                                               "bottleneck"};

struct Settings {
  std::string data;  // data directory
  std::string listen = "127.0.0.1:7443";
  // Subset of kServiceNames, in that order: a service stands after those that
  // it calls.
  std::vector<std::string> services = {"registry", "coverage", "bottleneck"};
  std::map<std::string, std::string> peers;  // service -> HOST:PORT
  std::string ready_file;  // gets the address once the server answers
  rpc::PoolsOptions pools;
  int cache_mb = 256;
  // METHOD 4.6: n, and p in percent, of releases. Secret: ToToml leaves them
  // out.
  int disclosure_contributors = 3;
  int disclosure_percent = 15;
  // What the rules of METHOD 5 read: the assessed year (0 = as METHOD 5
  // determines it) and how far data are carried forward. Another value counts
  // from the next change of the facts or the rules on.
  int assessed_year = 0;
  int carry_forward_years = 0;
  int grace_seconds = 30;  // for what runs at shutdown
  rpc::LogLevel log_level = rpc::LogLevel::kInfo;
  NotificationSettings notifications;
  int flags_a_day = 20;  // new ones of one alliance

  bool Runs(absl::string_view service) const;
};

// Applies one setting by its name in the configuration file ("listen",
// "peers.registry", "pools.read"). INVALID_ARGUMENT for an unknown name or a
// value out of range, UNIMPLEMENTED for what later versions accept.
absl::Status Apply(absl::string_view name, absl::string_view value,
                   Settings* settings);

// Applies a TOML file. Errors name file, line and setting.
absl::Status ApplyFile(const std::string& path, Settings* settings);

// What no single setting can say: a service whose peer is neither here nor
// named.
absl::Status Check(const Settings& settings);

// The settings in force but for secret ones, as a configuration file that gives
// them again.
std::string ToToml(const Settings& settings);

}  // namespace qiangji::server
