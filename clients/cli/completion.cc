// qiangji completion bash|zsh|fish
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/parser.h"

namespace qiangji::cli {
namespace {

// What may follow each command path ("" = the program): its subcommands and
// options, and the values of options with a fixed choice.
struct Words {
  std::map<std::string, std::vector<std::string>> next;     // by path
  std::map<std::string, std::vector<std::string>> choices;  // by option
};

void AddOptions(const std::vector<OptionSpec>& options, const std::string& path,
                Words& words) {
  for (const OptionSpec& option : options) {
    words.next[path].push_back(option.name);
    if (!option.choices.empty()) words.choices[option.name] = option.choices;
  }
}

void Collect(const CommandSpec& command, const std::string& path, Lang lang,
             Words& words) {
  for (const CommandSpec& child : command.subcommands) {
    words.next[path].push_back(child.name);
    Collect(child,
            path.empty() ? child.name : absl::StrCat(path, " ", child.name),
            lang, words);
  }
  AddOptions(command.options, path, words);
  if (command.computes) AddOptions(ComputingOptions(lang), path, words);
  if (command.subcommands.empty() || path.empty()) {
    AddOptions(CommonOptions(lang), path, words);
  }
  words.next[path].push_back("--help");
}

// The same `case` serves bash and zsh (by bashcompinit).
std::string BashScript(const Words& words) {
  std::string paths, options;
  for (const auto& [path, next] : words.next) {
    absl::StrAppend(&paths, "    '", path, "') words='",
                    absl::StrJoin(next, " "), "' ;;\n");
  }
  for (const auto& [option, choices] : words.choices) {
    absl::StrAppend(&options, "    ", option, ") words='",
                    absl::StrJoin(choices, " "), "' ;;\n");
  }
  return absl::StrReplaceAll(R"(_qiangji() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"
  local path='' words='' i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${COMP_WORDS[i]}"
    case "$word" in -*|*=*) continue ;; esac
    case " @GROUPS@ " in
      *" ${path:+${path}_}${word} "*) path="${path:+$path }$word" ;;
    esac
  done
  case "$prev" in
@OPTIONS@  esac
  if [ -z "$words" ]; then
    case "$path" in
@PATHS@    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ ${#COMPREPLY[@]} -eq 0 ]; then
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _qiangji qiangji
)",
                             {{"@OPTIONS@", options}, {"@PATHS@", paths}});
}

// Paths as single words ("coverage_show"), to look them up in one string.
std::string PathWords(const Words& words) {
  std::vector<std::string> names;
  for (const auto& [path, next] : words.next) {
    if (!path.empty()) names.push_back(absl::StrReplaceAll(path, {{" ", "_"}}));
  }
  return absl::StrJoin(names, " ");
}

std::string FishScript(const Words& words) {
  std::string script = "complete -c qiangji -e\n";
  for (const auto& [path, next] : words.next) {
    std::string condition = "__fish_use_subcommand";
    if (!path.empty()) {
      std::vector<std::string> seen;
      for (absl::string_view word : absl::StrSplit(path, ' ')) {
        seen.push_back(absl::StrCat("__fish_seen_subcommand_from ", word));
      }
      condition = absl::StrJoin(seen, "; and ");
    }
    for (const std::string& word : next) {
      if (word.rfind("--", 0) == 0) {
        const auto it = words.choices.find(word);
        absl::StrAppend(
            &script, "complete -c qiangji -n '", condition, "' -l ",
            word.substr(2),
            it == words.choices.end()
                ? std::string()
                : absl::StrCat(" -x -a '", absl::StrJoin(it->second, " "), "'"),
            "\n");
      } else if (word[0] != '-') {
        absl::StrAppend(&script, "complete -c qiangji -f -n '", condition,
                        "' -a ", word, "\n");
      }
    }
  }
  return script;
}

absl::StatusOr<int> Completion(const Invocation& invocation) {
  constexpr Text kBadShell = {"“$0” 不可用；应为 bash、zsh 或 fish",
                              "'$0' is not accepted; bash, zsh or fish"};
  Words words;
  Collect(CommandTree(invocation.lang()), "", invocation.lang(), words);
  const std::string& shell = invocation.positionals[0];
  std::ostream& out = invocation.console.out;
  if (shell == "fish") {
    out << FishScript(words);
    return kDone;
  }
  if (shell != "bash" && shell != "zsh") {
    return UsageError(Say(invocation.lang(), kBadShell, shell));
  }
  if (shell == "zsh") out << "autoload -U +X bashcompinit && bashcompinit\n";
  out << absl::StrReplaceAll(BashScript(words),
                             {{"@GROUPS@", PathWords(words)}});
  return kDone;
}

}  // namespace

CommandSpec CompletionCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "completion";
  spec.help = say({"打印命令行补全脚本，例如 source <(qiangji completion bash)",
                   "prints a completion script; for instance "
                   "source <(qiangji completion bash)"});
  spec.positionals = {{"SHELL", "bash | zsh | fish"}};
  spec.run = Completion;
  return spec;
}

}  // namespace qiangji::cli
