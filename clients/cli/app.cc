#include "clients/cli/app.h"

#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/error_text.h"
#include "clients/cli/parser.h"
#include "clients/cli/version.h"
#include "clients/cli/xlsx_output.h"

namespace qiangji::cli {
namespace {

using Config = std::map<std::string, std::string>;

constexpr Text kNotInThisBuild = {
    "$0：本版本尚未包含此命令（not in this build）", "$0: not in this build"};
constexpr Text kSeeHelp = {"用法见：qiangji $0--help", "see: qiangji $0--help"};

// The language has to be known before the parser that speaks it exists.
std::optional<std::string> LangArgument(
    const std::vector<std::string>& arguments) {
  std::optional<std::string> lang;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--") break;
    if (absl::StartsWith(arguments[i], "--lang=")) {
      lang = arguments[i].substr(7);
    } else if (arguments[i] == "--lang" && i + 1 < arguments.size()) {
      lang = arguments[i + 1];
    }
  }
  return lang;
}

void PrintError(const std::string& text, Console& console) {
  console.err << Painted("qiangji: ", Colour::kRed, console.err_colour) << text
              << '\n';
}

int WrongUsage(const std::string& text, const std::string& path, Lang lang,
               Console& console) {
  PrintError(text, console);
  console.err << Say(lang, kSeeHelp, path.empty() ? "" : path + " ") << '\n';
  return kWrongUsage;
}

int Execute(const Parsed& parsed, Lang lang, const Lookup& environment,
            const Config& config, Console& console) {
  const Lookup options =
      [&parsed](const std::string& name) -> std::optional<std::string> {
    const auto it = parsed.options.find(name);
    if (it == parsed.options.end() || it->second.empty()) return std::nullopt;
    return it->second.back();
  };
  absl::StatusOr<Settings> settings =
      ResolveSettings(lang, options, environment, config, console.out_terminal);
  if (!settings.ok()) {
    return WrongUsage(std::string(settings.status().message()), parsed.path,
                      lang, console);
  }
  // A workbook is written when the command has printed all its tables.
  WorkbookOutput workbook;
  Console sheets{workbook, console.err,       false, console.err_terminal, 0,
                 false,    console.err_colour};
  const bool to_workbook = settings->workbook;
  const Invocation invocation{to_workbook ? sheets : console,
                              *std::move(settings), parsed.path, parsed.options,
                              parsed.positionals};
  absl::StatusOr<int> status = parsed.command->run(invocation);
  if (to_workbook && status.ok()) {
    const absl::Status written = workbook.Write(parsed.path, lang, console.out);
    if (!written.ok()) status = written;
  }
  console.out.flush();
  if (status.ok()) return *status;
  if (IsUsageError(status.status())) {
    return WrongUsage(std::string(status.status().message()), parsed.path, lang,
                      console);
  }
  PrintError(ErrorText(status.status(), invocation.settings), console);
  return kFailed;
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Lookup& environment,
        Console& console) {
  const absl::StatusOr<Config> config = ReadConfig(environment);
  const Lang lang = ChooseLang(LangArgument(arguments), environment,
                               config.ok() ? *config : Config());
  if (!config.ok()) {
    PrintError(std::string(config.status().message()), console);
    return kFailed;
  }
  if (arguments.size() == 1 && arguments[0] == "--version") {
    console.out << "qiangji " << kVersion << '\n';
    return kDone;
  }
  const CommandSpec root = CommandTree(lang);
  const Parsed parsed = Parse(root, arguments, lang);
  switch (parsed.kind) {
    case Parsed::Kind::kHelp:
      console.out << parsed.text;
      return kDone;
    case Parsed::Kind::kIncomplete:
      console.err << parsed.text;
      return kWrongUsage;
    case Parsed::Kind::kError:
      return WrongUsage(parsed.text, parsed.path, lang, console);
    case Parsed::Kind::kRun:
      break;
  }
  if (!parsed.command->run) {
    PrintError(Say(lang, kNotInThisBuild, parsed.path), console);
    return kWrongUsage;
  }
  return Execute(parsed, lang, environment, *config, console);
}

}  // namespace qiangji::cli
