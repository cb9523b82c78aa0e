#include "clients/cli/parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/help_format.h"
#include "services/base/nearest.h"

namespace qiangji::cli {
namespace {

constexpr Text kUnknownOption = {"没有选项 $0", "there is no option $0"};
constexpr Text kUnknownCommand = {"没有命令 “$0”", "there is no command '$0'"};
constexpr Text kUnexpected = {"多余的参数 “$0”", "unexpected argument '$0'"};
constexpr Text kMissing = {"缺少 $0（$1）", "$0 is missing ($1)"};
constexpr Text kNeedsValue = {"$0 需要一个值", "$0 needs a value"};
constexpr Text kBadChoice = {"$0：“$1” 不可用；应为 $2",
                             "$0: '$1' is not accepted; $2"};
constexpr Text kDidYouMean = {"。是否想用 $0？", ". Did you mean $0?"};
constexpr Text kOther = {"参数有误：$0", "wrong usage: $0"};

// "--name_zh=a_b" -> "--name-zh=a_b"; after "--" nothing is an option.
std::vector<std::string> WithDashes(std::vector<std::string> arguments) {
  for (std::string& argument : arguments) {
    if (argument == "--") break;
    if (!absl::StartsWith(argument, "--")) continue;
    const std::size_t end = std::min(argument.find('='), argument.size());
    std::replace(argument.begin(),
                 argument.begin() + static_cast<std::ptrdiff_t>(end), '_', '-');
  }
  return arguments;
}

// One CLI11 parser for one command line.
class Parser {
 public:
  Parser(const CommandSpec& root, const std::vector<std::string>& arguments,
         Lang lang)
      : root_(root),
        lang_(lang),
        words_(arguments.begin(), arguments.end()),
        app_(root.help, root.name) {
    app_.set_help_flag("-h,--help", std::string(kHelpFlag.In(lang)))
        ->group(std::string(kOptionsGroup.In(lang)));
    app_.formatter(MakeHelpFormatter(lang));
    app_.get_formatter()->column_width(34);
    Fill(app_, root);
  }

  Parsed Run(const std::vector<std::string>& arguments) {
    Parsed parsed;
    try {
      std::vector<std::string> reversed = WithDashes(arguments);
      std::reverse(reversed.begin(), reversed.end());  // as CLI11 wants them
      app_.parse(reversed);
    } catch (const CLI::CallForHelp&) {
      Locate(parsed);
      parsed.kind = Parsed::Kind::kHelp;
      parsed.text = Help();
      return parsed;
    } catch (const CLI::ParseError& error) {
      Locate(parsed);
      parsed.text = Explain(error, parsed);
      return parsed;
    }
    Locate(parsed);
    if (!parsed.command->subcommands.empty()) {
      parsed.kind = Parsed::Kind::kIncomplete;
      parsed.text = Help();
      return parsed;
    }
    Collect(parsed);
    return parsed;
  }

 private:
  struct Bound {
    const OptionSpec* spec;
    CLI::Option* option;
  };
  struct Node {
    const CommandSpec* spec = nullptr;
    std::vector<Bound> options;
    std::vector<CLI::Option*> positionals;
  };

  void AddOptions(CLI::App& app, Node& node,
                  const std::vector<OptionSpec>& options, const Text& group) {
    for (const OptionSpec& spec : options) {
      CLI::Option* option = nullptr;
      if (spec.value.empty() || !spec.bare.empty()) {
        option = app.add_flag(
            spec.bare.empty() ? spec.name
                              : absl::StrCat(spec.name, "{", spec.bare, "}"),
            spec.help);
        if (!spec.bare.empty()) {
          option->option_text(absl::StrCat("[=", spec.value, "]"));
        }
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      } else {
        option = app.add_option(spec.name, CLI::callback_t(), spec.help);
        option->option_text(spec.value);
        if (spec.repeated) {
          option->expected(1, 1 << 20)->allow_extra_args(false);
        } else {
          option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
        }
      }
      option->group(std::string(group.In(lang_)));
      node.options.push_back({&spec, option});
    }
  }

  void Fill(CLI::App& app, const CommandSpec& spec) {
    Node& node = nodes_[&app];
    node.spec = &spec;
    app.footer(spec.footer);
    for (const PositionalSpec& positional : spec.positionals) {
      CLI::Option* option =
          app.add_option(positional.name, CLI::callback_t(), positional.help);
      option->option_text(" ");
      if (positional.repeated) {
        option->expected(1, 1 << 20)->allow_extra_args(true);
      }
      option->required(positional.required);
      node.positionals.push_back(option);
    }
    AddOptions(app, node, spec.options, kOptionsGroup);
    if (spec.computes) AddOptions(app, node, computing_, kComputingGroup);
    if (spec.subcommands.empty() || &spec == &root_) {
      AddOptions(app, node, common_, kCommonGroup);
    }
    for (const CommandSpec& child : spec.subcommands) {
      CLI::App* sub = app.add_subcommand(child.name, child.help);
      sub->group(child.group.empty() ? std::string(kCommandsGroup.In(lang_))
                                     : child.group);
      sub->get_help_ptr()->group(std::string(kOptionsGroup.In(lang_)));
      nodes_[sub].spec = &child;
      // Of thousands of options only those of commands that the line names
      // can occur in it.
      if (words_.count(child.name) > 0) Fill(*sub, child);
    }
  }

  // CLI11 leaves two empty lines between groups.
  std::string Help() const {
    return absl::StrReplaceAll(app_.help(), {{"\n\n\n", "\n\n"}});
  }

  // The deepest command that was understood.
  void Locate(Parsed& parsed) {
    CLI::App* app = &app_;
    std::vector<std::string> path;
    while (!app->get_subcommands().empty()) {
      app = app->get_subcommands().back();
      path.push_back(app->get_name());
    }
    deepest_ = app;
    parsed.path = absl::StrJoin(path, " ");
    parsed.command = nodes_[app].spec;
  }

  std::string Suggestion(const std::string& word,
                         const std::vector<std::string>& candidates) const {
    const auto nearest = Nearest(word, candidates);
    return nearest ? Say(lang_, kDidYouMean, *nearest) : "";
  }

  std::string ExplainExtra(const std::string& word) {
    std::vector<std::string> known;
    if (absl::StartsWith(word, "-")) {
      const std::string name = word.substr(0, word.find('='));
      for (const Bound& bound : nodes_[deepest_].options) {
        known.push_back(bound.spec->name);
      }
      return absl::StrCat(Say(lang_, kUnknownOption, name),
                          Suggestion(name, known));
    }
    const CommandSpec& spec = *nodes_[deepest_].spec;
    if (spec.subcommands.empty()) return Say(lang_, kUnexpected, word);
    for (const CommandSpec& child : spec.subcommands) {
      known.push_back(child.name);
    }
    return absl::StrCat(Say(lang_, kUnknownCommand, word),
                        Suggestion(word, known));
  }

  std::string Explain(const CLI::ParseError& error, const Parsed& parsed) {
    const std::vector<std::string> extras = app_.remaining(true);
    const std::string what = error.what();
    // By type: the name of an ExtrasError is that of the command.
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr &&
        !extras.empty()) {
      return ExplainExtra(extras.front());
    }
    // A mistyped option is the likelier cause of a missing argument.
    for (const std::string& extra : extras) {
      if (absl::StartsWith(extra, "-")) return ExplainExtra(extra);
    }
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
      const Node& node = nodes_[deepest_];
      for (std::size_t i = 0; i < node.positionals.size(); ++i) {
        const PositionalSpec& spec = parsed.command->positionals[i];
        if (spec.required && node.positionals[i]->count() == 0) {
          return Say(lang_, kMissing, spec.name, spec.help);
        }
      }
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
      return Say(lang_, kNeedsValue, what.substr(0, what.find(':')));
    }
    return Say(lang_, kOther, what);
  }

  // Later levels override earlier ones: `--lang en coverage show --lang zh`.
  void Collect(Parsed& parsed) {
    for (CLI::App* app : {static_cast<CLI::App*>(&app_), deepest_}) {
      for (const Bound& bound : nodes_[app].options) {
        if (bound.option->count() == 0) continue;
        parsed.options[bound.spec->name] = bound.option->results();
      }
    }
    for (CLI::Option* option : nodes_[deepest_].positionals) {
      const std::vector<std::string> words = option->results();
      parsed.positionals.insert(parsed.positionals.end(), words.begin(),
                                words.end());
    }
    parsed.kind = Parsed::Kind::kRun;
    for (const Bound& bound : nodes_[deepest_].options) {
      for (const std::string& value : bound.option->results()) {
        const std::vector<std::string>& choices = bound.spec->choices;
        if (choices.empty() ||
            std::find(choices.begin(), choices.end(), value) != choices.end()) {
          continue;
        }
        parsed.kind = Parsed::Kind::kError;
        parsed.text = absl::StrCat(Say(lang_, kBadChoice, bound.spec->name,
                                       value, absl::StrJoin(choices, " | ")),
                                   Suggestion(value, choices));
      }
    }
  }

  const CommandSpec& root_;
  const Lang lang_;
  const std::set<std::string> words_;
  const std::vector<OptionSpec> common_ = CommonOptions(lang_);
  const std::vector<OptionSpec> computing_ = ComputingOptions(lang_);
  CLI::App app_;
  CLI::App* deepest_ = &app_;
  std::map<const CLI::App*, Node> nodes_;
};

}  // namespace

Parsed Parse(const CommandSpec& root, const std::vector<std::string>& arguments,
             Lang lang) {
  return Parser(root, arguments, lang).Run(arguments);
}

}  // namespace qiangji::cli
