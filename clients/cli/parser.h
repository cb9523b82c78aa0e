// From the words of the command line to a command with its options, by CLI11,
// with every message and all help in the language chosen.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

struct Parsed {
  enum class Kind {
    kRun,         // `command`, `options` and `positionals` hold
    kHelp,        // `text` is the help that was asked for
    kIncomplete,  // a command without its subcommand: `text` is its help
    kError,       // `text` says what is wrong
  };
  Kind kind = Kind::kError;
  std::string text;
  std::string path;  // "coverage show"; of the deepest command understood
  const CommandSpec* command = nullptr;
  std::map<std::string, std::vector<std::string>> options;
  std::vector<std::string> positionals;
};

// `root` is the program and outlives the answer. `arguments` are without the
// program's own name. Options common to all may stand before the command as
// well as after it; "--name_zh" is read as "--name-zh".
Parsed Parse(const CommandSpec& root, const std::vector<std::string>& arguments,
             Lang lang);

// The options that every command has, and those of commands that compute.
std::vector<OptionSpec> CommonOptions(Lang lang);
std::vector<OptionSpec> ComputingOptions(Lang lang);

}  // namespace qiangji::cli
