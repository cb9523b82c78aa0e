#include "clients/cli/command_tree.h"

#include <iterator>
#include <utility>

namespace qiangji::cli {
namespace {

constexpr Text kProgram = {
    "强基：产业基础自主保障情况的登记、计算与预警",
    "Qiangji: registers the industrial base, computes how much of it is "
    "assured, and warns of bottlenecks"};
constexpr Text kFooter = {
    "退出状态：0 完成；1 失败；2 用法错误；3 所要求的检查未通过",
    "Exit status: 0 done; 1 failed; 2 wrong usage; 3 the check that was asked "
    "for did not pass"};
constexpr Text kVersionHelp = {"显示版本", "show the version"};
constexpr Text kFigures = {"测算", "Figures"};
constexpr Text kBottlenecks = {"瓶颈与协作", "Bottlenecks and joint work"};
constexpr Text kData = {"数据", "Data"};
constexpr Text kResources = {"登记的资源", "What is registered"};
constexpr Text kOperation = {"运行", "Operation"};

using Commands = std::vector<CommandSpec>;

void Append(Commands more, Commands& to) {
  to.insert(to.end(), std::make_move_iterator(more.begin()),
            std::make_move_iterator(more.end()));
}

CommandSpec Group(const char* name, const Text& help, Lang lang, Commands built,
                  Commands planned) {
  CommandSpec spec;
  spec.name = name;
  spec.help = std::string(help.In(lang));
  spec.subcommands = std::move(built);
  Append(std::move(planned), spec.subcommands);
  return spec;
}

// Adds `commands` under a heading of the program's --help.
void AddUnder(const Text& heading, Lang lang, Commands commands,
              CommandSpec& root) {
  for (CommandSpec& command : commands) {
    command.group = std::string(heading.In(lang));
  }
  Append(std::move(commands), root.subcommands);
}

// A resource may have commands beside the standard ones: `target show`.
void AddToNoun(const char* noun, Commands commands, Commands& nouns) {
  for (CommandSpec& spec : nouns) {
    if (spec.name != noun) continue;
    Append(std::move(commands), spec.subcommands);
    return;
  }
}

}  // namespace

CommandSpec CommandTree(Lang lang) {
  CommandSpec root;
  root.name = "qiangji";
  root.help = std::string(kProgram.In(lang));
  root.footer = std::string(kFooter.In(lang));
  root.options = {{"--version", "", std::string(kVersionHelp.In(lang))}};

  Commands figures = {
      MetricsCommand(lang),
      Group("coverage", {"保障率", "assurance rates"}, lang,
            {CoverageShowCommand(lang), CoverageTrajectoryCommand(lang),
             CoverageCompareCommand(lang)},
            {}),
      ScenarioCommand(lang),
      TraceCommand(lang),
      ChokepointsCommand(lang),
      RankCommand(lang),
      PlanCommand(lang),
      ReleaseCommand(lang),
      ReportCommand(lang),
      BomCommand(lang)};
  Append(PlannedFigureCommands(lang), figures);
  AddUnder(kFigures, lang, std::move(figures), root);

  Commands alerts = {AlertsListCommand(lang), AlertsShowCommand(lang),
                     AlertsHistoryCommand(lang), AlertsWatchCommand(lang)};
  Append(AlertsActionCommands(lang), alerts);
  alerts.push_back(AlertsMinutesCommand(lang));
  Commands work = {Group("alerts", {"瓶颈预警", "bottleneck alerts"}, lang,
                         std::move(alerts), {}),
                   RuleCommand(lang), FlagCommand(lang),
                   SubscriptionCommand(lang)};
  AddUnder(kBottlenecks, lang, std::move(work), root);

  Commands data = {ImportCommand(lang),     ExportCommand(lang),
                   TemplateCommand(lang),   DiffCommand(lang),
                   DuplicatesCommand(lang), MergeCommand(lang)};
  AddUnder(kData, lang, std::move(data), root);

  Commands nouns = NounCommands(lang);
  AddToNoun("target", {TargetShowCommand(lang)}, nouns);
  AddToNoun("chain", PlannedChainCommands(lang), nouns);
  AddToNoun("supply", {SupplyReconcileCommand(lang)}, nouns);
  AddToNoun("test", {TestBenchmarkCommand(lang)}, nouns);
  AddToNoun("round", RoundCommands(lang), nouns);
  AddUnder(kResources, lang, std::move(nouns), root);

  AddUnder(kOperation, lang,
           {Group("admin", {"运维", "operations"}, lang,
                  {AdminVerifyCommand(lang)}, PlannedAdminCommands(lang)),
            CompletionCommand(lang)},
           root);
  return root;
}

}  // namespace qiangji::cli
