// Commands as data: one description makes the parser, --help in both
// languages, the shell completions and the test against FORMATS.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/settings.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

// Exit statuses of FORMATS.
constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kCheckFailed = 3;

struct OptionSpec {
  std::string name;   // "--by"
  std::string value;  // "YEARS"; "" = a switch
  std::string help;
  std::vector<std::string> choices = {};  // the accepted values; empty = any
  std::string bare = {};                  // value of a bare --name; "" = none
  bool repeated = false;
};

struct PositionalSpec {
  std::string name;  // "PATH"
  std::string help;
  bool required = true;
  bool repeated = false;
};

struct Invocation;

struct CommandSpec {
  std::string name;
  std::string help;
  std::vector<PositionalSpec> positionals = {};
  std::vector<OptionSpec> options = {};
  std::vector<CommandSpec> subcommands = {};
  // The options common to what computes (--year, --as-of …) apply.
  bool computes = false;
  // Answers an exit status. None in a leaf: a command of a later version.
  std::function<absl::StatusOr<int>(const Invocation&)> run = {};
  // Under which heading the parent's --help lists it; "" = the first.
  std::string group = {};
  // More help: examples, columns.
  std::string footer = {};
};

// What one call of the program asked for.
struct Invocation {
  Console& console;
  Settings settings;
  std::string command;                                      // "coverage show"
  std::map<std::string, std::vector<std::string>> options;  // by "--name"
  std::vector<std::string> positionals;

  Lang lang() const { return settings.lang; }
  bool Has(const std::string& option) const {
    return options.count(option) > 0;
  }
  // The last value given; nullopt where the option was not.
  std::optional<std::string> Get(const std::string& option) const {
    const auto it = options.find(option);
    if (it == options.end() || it->second.empty()) return std::nullopt;
    return it->second.back();
  }
  const std::vector<std::string>& All(const std::string& option) const {
    static const auto* const none = new std::vector<std::string>;
    const auto it = options.find(option);
    return it == options.end() ? *none : it->second;
  }
};

// An error that exits with status 2.
absl::Status UsageError(absl::string_view message);
bool IsUsageError(const absl::Status& status);

}  // namespace qiangji::cli
