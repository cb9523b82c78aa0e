// The command line as a whole, without a server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "clients/cli/app.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/parser.h"

namespace qiangji::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct Ran {
  int status;
  std::string out, err;
};

Ran Call(const std::vector<std::string>& arguments,
         const std::string& lang = "en") {
  std::ostringstream out, err;
  Console console{out, err};
  const Lookup environment =
      [lang](const std::string& name) -> std::optional<std::string> {
    if (name == "QIANGJI_LANG") return lang;
    return std::nullopt;
  };
  const int status = Run(arguments, environment, console);
  return {status, out.str(), err.str()};
}

TEST(CommandLine, SaysItsVersion) {
  const Ran ran = Call({"--version"});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_THAT(ran.out, HasSubstr("qiangji " QJ_VERSION));
}

TEST(CommandLine, HelpSpeaksBothLanguages) {
  EXPECT_THAT(Call({"--help"}, "en").out, HasSubstr("Usage: qiangji"));
  EXPECT_THAT(Call({"--help"}, "zh").out, HasSubstr("用法: qiangji"));
  EXPECT_THAT(Call({"--lang", "zh", "coverage", "show", "--help"}).out,
              HasSubstr("--carry-forward[=YEARS]"));
}

TEST(CommandLine, HelpFitsAHundredColumns) {
  for (const char* lang : {"zh", "en"}) {
    for (const auto& words :
         std::vector<std::vector<std::string>>{{"--help"},
                                               {"coverage", "show", "--help"},
                                               {"import", "--help"}}) {
      std::istringstream lines(Call(words, lang).out);
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), lang == std::string("en") ? 101u : 300u) << line;
      }
    }
  }
}

TEST(CommandLine, SuggestsCommandsAndOptions) {
  const Ran command = Call({"coverge"});
  EXPECT_EQ(command.status, kWrongUsage);
  EXPECT_THAT(command.err, HasSubstr("Did you mean coverage?"));
  const Ran option = Call({"coverage", "show", "--yaer", "2025"});
  EXPECT_EQ(option.status, kWrongUsage);
  EXPECT_THAT(option.err, HasSubstr("Did you mean --year?"));
  EXPECT_THAT(option.err, HasSubstr("qiangji coverage show --help"));
  EXPECT_THAT(Call({"coverge"}, "zh").err, HasSubstr("是否想用 coverage"));
}

TEST(CommandLine, WrongUsageIsStatusTwoAndPrintsNoResult) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"coverage"},
           {"import"},
           {"metrics", "--year"},
           {"metrics", "--year", "25"},
           {"metrics", "--threshold", "0"},
           {"metrics", "--as-of", "Soon!"},
           {"metrics", "--min-evidence", "rumour"},
           {"metrics", "--output", "docx"},
           {"coverage", "show", "--by", "province"},
           {"coverage", "show", "--require", "share"},
           {"item", "get"},
           {"item", "create", "x", "--category", "part"},
           {"item", "create", "x", "colour=red"},
           {"item", "update", "x"},
           {"input", "get", "robot"},
           {"import", "--format", "docx", "x"},
           {"template", "x.csv"},
           {"export", "x.xlsx", "--format", "csv"},
           {"metrics", "--server", "nowhere"},
           {"completion", "tcsh"}}) {
    const Ran ran = Call(words);
    EXPECT_EQ(ran.status, kWrongUsage) << words[0];
    EXPECT_THAT(ran.out, IsEmpty()) << words[0];
    EXPECT_THAT(ran.err, Not(IsEmpty())) << words[0];
  }
}

// Every leaf without a body, wherever it is.
void CheckPlanned(const CommandSpec& command, std::vector<std::string> path,
                  int& planned) {
  for (const CommandSpec& child : command.subcommands) {
    path.push_back(child.name);
    CheckPlanned(child, path, planned);
    path.pop_back();
  }
  if (!command.subcommands.empty() || command.run) return;
  ++planned;
  for (const PositionalSpec& positional : command.positionals) {
    if (positional.required) path.push_back("x");
  }
  const Ran ran = Call(path);
  EXPECT_EQ(ran.status, kWrongUsage) << path[0];
  EXPECT_THAT(ran.err, HasSubstr("not in this build")) << path[0];
}

TEST(CommandLine, WhatIsNotBuiltYetSaysSo) {
  int planned = 0;
  CheckPlanned(CommandTree(Lang::kEn), {}, planned);
  EXPECT_GT(planned, 5);
}

TEST(CommandLine, AnUnreachableServerIsAFailureThatNamesIt) {
  const Ran ran =
      Call({"metrics", "--server", "127.0.0.1:1", "--timeout", "2s"});
  EXPECT_EQ(ran.status, kFailed);
  EXPECT_THAT(ran.err, HasSubstr("127.0.0.1:1"));
}

TEST(CommandLine, CompletionIsValidShellAndKnowsEveryCommand) {
  const Ran ran = Call({"completion", "bash"});
  ASSERT_EQ(ran.status, kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("'coverage show')"));
  EXPECT_THAT(ran.out, HasSubstr("--carry-forward"));
  FILE* bash = popen("bash -n", "w");
  ASSERT_NE(bash, nullptr);
  fputs(ran.out.c_str(), bash);
  EXPECT_EQ(pclose(bash), 0);
  EXPECT_THAT(Call({"completion", "zsh"}).out, HasSubstr("bashcompinit"));
  EXPECT_THAT(Call({"completion", "fish"}).out,
              HasSubstr("complete -c qiangji"));
}

TEST(CommandLine, CompletionOffersSubcommandsAndValues) {
  const Ran ran = Call({"completion", "bash"});
  const auto complete = [&ran](const std::string& words, int at) {
    std::string script = ran.out;
    script += "\nCOMP_WORDS=(" + words + "); COMP_CWORD=" + std::to_string(at) +
              "; _qiangji; echo \"${COMPREPLY[@]}\"\n";
    const std::string file =
        ::testing::TempDir() + "completion-" + std::to_string(getpid());
    std::ofstream(file) << script;
    FILE* bash = popen(("bash " + file).c_str(), "r");
    char buffer[65536] = {};
    const std::size_t n = fread(buffer, 1, sizeof(buffer) - 1, bash);
    pclose(bash);
    std::remove(file.c_str());
    return std::string(buffer, n);
  };
  EXPECT_EQ(complete("qiangji cov", 1), "coverage\n");
  EXPECT_EQ(complete("qiangji coverage sh", 2), "show\n");
  EXPECT_EQ(complete("qiangji metrics --min-evidence aud", 3), "audited\n");
}

TEST(Parse, BareCarryForwardMeansFiveYears) {
  const CommandSpec root = CommandTree(Lang::kEn);
  const auto years = [&root](const std::vector<std::string>& words) {
    return Parse(root, words, Lang::kEn).options["--carry-forward"];
  };
  EXPECT_THAT(years({"metrics", "--carry-forward"}), ElementsAre("5"));
  EXPECT_THAT(years({"metrics", "--carry-forward=6"}), ElementsAre("6"));
  EXPECT_THAT(years({"metrics"}), IsEmpty());
}

TEST(Parse, CommonOptionsStandOnEitherSideAndTheLastWins) {
  const CommandSpec root = CommandTree(Lang::kEn);
  const Parsed parsed =
      Parse(root, {"--server", "a:1", "--names", "rank", "--server", "b:2"},
            Lang::kEn);
  ASSERT_EQ(parsed.kind, Parsed::Kind::kRun) << parsed.text;
  EXPECT_EQ(parsed.options.at("--server").back(), "b:2");
  EXPECT_EQ(parsed.options.count("--names"), 1u);
  EXPECT_EQ(parsed.path, "rank");
}

TEST(Parse, EveryResourceHasAnOptionAColumn) {
  const CommandSpec root = CommandTree(Lang::kEn);
  const Parsed parsed = Parse(root,
                              {"supply", "create", "--item_id", "bearing",
                               "--origin-country", "SWE", "year=2025"},
                              Lang::kEn);
  ASSERT_EQ(parsed.kind, Parsed::Kind::kRun) << parsed.text;
  EXPECT_THAT(parsed.options.at("--item-id"), ElementsAre("bearing"));
  EXPECT_THAT(parsed.positionals, ElementsAre("year=2025"));
}

TEST(Parse, RepeatedOptionsKeepEveryValue) {
  const CommandSpec root = CommandTree(Lang::kEn);
  const Parsed parsed = Parse(
      root,
      {"coverage", "show", "--require", "share>=0.7", "--require", "gap<0.1"},
      Lang::kEn);
  ASSERT_EQ(parsed.kind, Parsed::Kind::kRun) << parsed.text;
  EXPECT_THAT(parsed.options.at("--require"),
              ElementsAre("share>=0.7", "gap<0.1"));
}

}  // namespace
}  // namespace qiangji::cli
