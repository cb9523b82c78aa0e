#include "services/qiangjid/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/qiangjid/commands.h"

namespace qiangji::server {
namespace {

// What was given, in the words of the configuration file.
struct Given {
  std::string config;
  std::vector<std::pair<std::string, std::string>> values;
  bool print_config = false;
};

void AddValue(CLI::App* app, Given* given, const std::string& flag,
              std::string name, const std::string& help,
              const std::string& type = "TEXT") {
  app->add_option_function<std::string>(
         flag,
         [given, name = std::move(name)](const std::string& value) {
           given->values.emplace_back(name, value);
         },
         help)
      ->type_name(type);
}

void AddPeers(CLI::App* app, Given* given) {
  app->add_option_function<std::vector<std::string>>(
         "--peer",
         [given](const std::vector<std::string>& peers) {
           for (const std::string& peer : peers) {
             const std::size_t equals = peer.find('=');
             if (equals == std::string::npos) {
               throw CLI::ValidationError(
                   "--peer", "'" + peer + "' is not SERVICE=HOST:PORT");
             }
             given->values.emplace_back("peers." + peer.substr(0, equals),
                                        peer.substr(equals + 1));
           }
         },
         "where a service is that does not run here")
      ->type_name("SERVICE=HOST:PORT");
}

void AddSettings(CLI::App* app, Given* given) {
  app->add_option("--config", given->config, "configuration file (TOML)")
      ->type_name("FILE");
  AddValue(app, given, "--data", "data", "data directory", "DIR");
  AddValue(app, given, "--listen", "listen",
           "address of the gRPC server; port 0 = any", "HOST:PORT");
  AddValue(app, given, "--services", "services",
           "what to run: registry,coverage,bottleneck", "LIST");
  AddPeers(app, given);
  AddValue(app, given, "--ready-file", "ready_file",
           "file that gets the address once the server answers; without it a "
           "line on standard output",
           "FILE");
  AddValue(app, given, "--cache-mb", "cache_mb", "budget of cached analyses",
           "MIB");
  AddValue(app, given, "--threads", "pools.all", "threads of each pool",
           "COUNT");
  AddValue(app, given, "--grace", "grace_seconds",
           "time for running calls at shutdown", "SECONDS");
  AddValue(app, given, "--log-level", "log_level",
           "debug, info, warning, error or off", "LEVEL");
  AddValue(app, given, "--http", "http", "gateway (not in this build)",
           "HOST:PORT");
  AddValue(app, given, "--database", "database",
           "PostgreSQL (not in this build)", "URL");
}

absl::StatusOr<Settings> SettingsOf(const Given& given, bool needs_data) {
  Settings settings;
  if (!given.config.empty()) {
    QJ_RETURN_IF_ERROR(ApplyFile(given.config, &settings));
  }
  for (const auto& [name, value] : given.values) {
    QJ_RETURN_IF_ERROR(Apply(name, value, &settings));
  }
  if (needs_data && settings.data.empty()) {
    return absl::InvalidArgumentError("--data DIR is missing");
  }
  QJ_RETURN_IF_ERROR(Check(settings));
  return settings;
}

int Do(const CLI::App& app, const Given& given) {
  const auto settings = SettingsOf(given, !given.print_config);
  if (!settings.ok()) {
    std::fprintf(stderr, "qiangjid: %s\n",
                 std::string(settings.status().message()).c_str());
    return kWrongUsage;
  }
  if (given.print_config) {
    std::fputs(ToToml(*settings).c_str(), stdout);
    return kDone;
  }
  if (app.got_subcommand("init")) return Init(*settings);
  if (app.got_subcommand("check")) return CheckSetup(*settings);
  return Serve(*settings);
}

}  // namespace

int RunCommandLine(int argc, const char* const* argv) {
  Given given;
  CLI::App app("The server of Qiangji (强基).", "qiangjid");
  app.set_version_flag("--version", QJ_VERSION);
  app.add_flag("--print-config", given.print_config,
               "print the settings in force and end");
  AddSettings(&app, &given);
  for (const auto& [name, help] :
       {std::pair("serve", "serve until SIGTERM or SIGINT"),
        std::pair("init", "create the data directory"),
        std::pair("check", "check configuration, disk and databases")}) {
    AddSettings(app.add_subcommand(name, help), &given);
  }
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kWrongUsage;
  }
  if (app.get_subcommands().empty() && !given.print_config) {
    std::fputs(app.help().c_str(), stderr);
    return kWrongUsage;
  }
  return Do(app, given);
}

}  // namespace qiangji::server
