#include "services/qiangjid/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cpp/channels.h"
#include "services/base/status_macros.h"
#include "services/base/years.h"

namespace qiangji::server {
namespace {

absl::Status Bad(absl::string_view name, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", what));
}

absl::Status ApplyInt(absl::string_view name, absl::string_view value,
                      int least, int most, int* out) {
  int number = 0;
  if (!absl::SimpleAtoi(value, &number) || number < least || number > most) {
    return Bad(name, absl::StrCat("'", value, "' is not a number from ", least,
                                  " to ", most));
  }
  *out = number;
  return absl::OkStatus();
}

bool IsService(absl::string_view name) {
  return std::find(std::begin(kServiceNames), std::end(kServiceNames), name) !=
         std::end(kServiceNames);
}

absl::Status ApplyServices(absl::string_view value, Settings* settings) {
  const std::vector<std::string> asked =
      absl::StrSplit(value, ',', absl::SkipEmpty());
  for (const std::string& service : asked) {
    if (!IsService(service)) {
      return Bad("services", absl::StrCat("'", service, "' is not one of ",
                                          absl::StrJoin(kServiceNames, ", ")));
    }
  }
  if (asked.empty()) return Bad("services", "none named");
  settings->services.clear();
  for (const absl::string_view service : kServiceNames) {
    if (std::find(asked.begin(), asked.end(), service) != asked.end()) {
      settings->services.emplace_back(service);
    }
  }
  return absl::OkStatus();
}

absl::Status ApplyPeer(absl::string_view service, absl::string_view address,
                       Settings* settings) {
  const auto parsed = client::ParseAddresses(address);
  if (!IsService(service) || !parsed.ok() || parsed->size() != 1 ||
      parsed->begin()->first != "") {
    return Bad(absl::StrCat("peers.", service),
               absl::StrCat("'", address, "' is not HOST:PORT of one of ",
                            absl::StrJoin(kServiceNames, ", ")));
  }
  settings->peers[std::string(service)] = std::string(address);
  return absl::OkStatus();
}

absl::Status ApplyListen(absl::string_view value, Settings* settings) {
  const std::size_t colon = value.rfind(':');
  int port = -1;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(value.substr(colon + 1), &port) || port < 0 ||
      port > 65535) {
    return Bad("listen", absl::StrCat("'", value, "' is not HOST:PORT"));
  }
  settings->listen = std::string(value);
  return absl::OkStatus();
}

absl::Status ApplyPools(absl::string_view pool, absl::string_view value,
                        Settings* settings) {
  constexpr int kMostThreads = 256;
  int threads = 0;
  QJ_RETURN_IF_ERROR(
      ApplyInt(absl::StrCat("pools.", pool), value, 1, kMostThreads, &threads));
  rpc::PoolsOptions& pools = settings->pools;
  const bool all = pool == "all";
  if (all || pool == "read") pools.read.threads = threads;
  if (all || pool == "write") pools.write.threads = threads;
  if (all || pool == "compute") pools.compute.threads = threads;
  if (all || pool == "long") pools.compute_long.threads = threads;
  if (all || pool == "read" || pool == "write" || pool == "compute" ||
      pool == "long") {
    return absl::OkStatus();
  }
  return Bad(absl::StrCat("pools.", pool),
             "unknown; accepted: all, read, write, compute, long");
}

// Settings of later versions are refused by name, never passed over.
bool IsLater(absl::string_view name) {
  return name == "http" || name == "database" || absl::StartsWith(name, "tls");
}

absl::Status ApplyNode(const std::string& name, const toml::node& node,
                       Settings* settings) {
  if (const auto* table = node.as_table()) {
    for (const auto& [key, child] : *table) {
      QJ_RETURN_IF_ERROR(ApplyNode(
          absl::StrCat(name, ".", std::string(key.str())), child, settings));
    }
    return absl::OkStatus();
  }
  if (const auto* array = node.as_array()) {
    std::vector<std::string> parts;
    for (const auto& element : *array) {
      const auto text = element.value<std::string>();
      if (!text.has_value()) return Bad(name, "not a list of texts");
      parts.push_back(*text);
    }
    return Apply(name, absl::StrJoin(parts, ","), settings);
  }
  if (const auto text = node.value_exact<std::string>()) {
    return Apply(name, *text, settings);
  }
  if (const auto number = node.value_exact<std::int64_t>()) {
    return Apply(name, absl::StrCat(*number), settings);
  }
  return Bad(name, "neither a text nor a whole number");
}

absl::string_view LevelName(rpc::LogLevel level) {
  for (const absl::string_view name :
       {"debug", "info", "warning", "error", "off"}) {
    rpc::LogLevel parsed = rpc::LogLevel::kInfo;
    if (rpc::ParseLogLevel(name, &parsed) && parsed == level) return name;
  }
  return "info";
}

}  // namespace

bool Settings::Runs(absl::string_view service) const {
  return std::find(services.begin(), services.end(), service) != services.end();
}

absl::Status Apply(absl::string_view name, absl::string_view value,
                   Settings* settings) {
  if (IsLater(name)) {
    return absl::UnimplementedError(
        absl::StrCat(name, " is not in this build"));
  }
  if (name == "data") {
    settings->data = std::string(value);
    return absl::OkStatus();
  }
  if (name == "ready_file") {
    settings->ready_file = std::string(value);
    return absl::OkStatus();
  }
  if (name == "listen") return ApplyListen(value, settings);
  if (name == "services") return ApplyServices(value, settings);
  if (name == "cache_mb") {
    return ApplyInt(name, value, 1, 1 << 20, &settings->cache_mb);
  }
  if (name == "disclosure.contributors") {
    return ApplyInt(name, value, 2, 100, &settings->disclosure_contributors);
  }
  if (name == "disclosure.percent") {
    return ApplyInt(name, value, 1, 99, &settings->disclosure_percent);
  }
  if (name == "rules.assessed_year") {
    if (value == "0") {
      settings->assessed_year = 0;
      return absl::OkStatus();
    }
    return ApplyInt(name, value, kFirstYear, kLastYear,
                    &settings->assessed_year);
  }
  if (name == "rules.carry_forward_years") {
    return ApplyInt(name, value, 0, 100, &settings->carry_forward_years);
  }
  if (name == "flags.most_a_day") {
    return ApplyInt(name, value, 1, 10'000, &settings->flags_a_day);
  }
  if (name == "grace_seconds") {
    return ApplyInt(name, value, 0, 3600, &settings->grace_seconds);
  }
  if (name == "log_level") {
    return rpc::ParseLogLevel(value, &settings->log_level)
               ? absl::OkStatus()
               : Bad(name, "not debug, info, warning, error or off");
  }
  if (absl::StartsWith(name, "peers.")) {
    return ApplyPeer(name.substr(6), value, settings);
  }
  if (absl::StartsWith(name, "pools.")) {
    return ApplyPools(name.substr(6), value, settings);
  }
  if (absl::StartsWith(name, "notifications.")) {
    return ApplyNotification(name, value, &settings->notifications);
  }
  return Bad(name, "unknown setting");
}

absl::Status ApplyFile(const std::string& path, Settings* settings) {
  toml::table file;
  try {
    file = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    const std::string where =
        at.line > 0 ? absl::StrCat(path, ":", at.line, ": ") : path + ": ";
    return absl::InvalidArgumentError(
        absl::StrCat(where, std::string(error.description())));
  }
  for (const auto& [key, node] : file) {
    const absl::Status applied =
        ApplyNode(std::string(key.str()), node, settings);
    if (!applied.ok()) {
      return absl::Status(applied.code(),
                          absl::StrCat(path, ":", node.source().begin.line,
                                       ": ", applied.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status Check(const Settings& settings) {
  const auto needs = [&settings](absl::string_view service,
                                 absl::string_view peer) -> absl::Status {
    if (!settings.Runs(service) || settings.Runs(peer) ||
        settings.peers.count(std::string(peer)) != 0) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        absl::StrCat(service, " needs the ", peer, ": run it here too, or say ",
                     "where it is with --peer ", peer, "=HOST:PORT"));
  };
  QJ_RETURN_IF_ERROR(needs("coverage", "registry"));
  QJ_RETURN_IF_ERROR(needs("bottleneck", "registry"));
  return needs("bottleneck", "coverage");
}

std::string ToToml(const Settings& settings) {
  toml::array services;
  for (const std::string& service : settings.services) {
    services.push_back(service);
  }
  toml::table peers;
  for (const auto& [service, address] : settings.peers) {
    peers.insert(service, address);
  }
  toml::table pools{{"read", settings.pools.read.threads},
                    {"write", settings.pools.write.threads},
                    {"long", settings.pools.compute_long.threads}};
  // 0 stands for the cores but one.
  if (settings.pools.compute.threads > 0) {
    pools.insert("compute", settings.pools.compute.threads);
  }
  toml::table all{
      {"listen", settings.listen},
      {"services", services},
      {"cache_mb", settings.cache_mb},
      {"grace_seconds", settings.grace_seconds},
      {"log_level", std::string(LevelName(settings.log_level))},
      {"pools", pools},
      {"rules",
       toml::table{{"assessed_year", settings.assessed_year},
                   {"carry_forward_years", settings.carry_forward_years}}}};
  if (!settings.data.empty()) all.insert("data", settings.data);
  if (!settings.ready_file.empty()) {
    all.insert("ready_file", settings.ready_file);
  }
  if (!peers.empty()) all.insert("peers", peers);
  toml::table notifications;
  for (const auto& [name, value] : ToLines(settings.notifications)) {
    notifications.insert(name, value);
  }
  all.insert("notifications", notifications);
  toml::table flags;
  flags.insert("most_a_day", settings.flags_a_day);
  all.insert("flags", flags);
  std::ostringstream out;
  out << all << '\n';
  return out.str();
}

}  // namespace qiangji::server
