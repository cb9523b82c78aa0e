// Every command of FORMATS' table. Those without `run` belong to later
// versions and answer "not in this build".
#pragma once

#include "clients/cli/command.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

// The program itself, with all its commands.
CommandSpec CommandTree(Lang lang);

// The built commands, one file each.
CommandSpec ImportCommand(Lang lang);
CommandSpec ExportCommand(Lang lang);
CommandSpec TemplateCommand(Lang lang);
CommandSpec DiffCommand(Lang lang);
CommandSpec MetricsCommand(Lang lang);
CommandSpec CoverageShowCommand(Lang lang);
CommandSpec CoverageTrajectoryCommand(Lang lang);
CommandSpec CoverageCompareCommand(Lang lang);
CommandSpec TargetShowCommand(Lang lang);
CommandSpec ScenarioCommand(Lang lang);
CommandSpec TraceCommand(Lang lang);
CommandSpec ChokepointsCommand(Lang lang);
CommandSpec RankCommand(Lang lang);
CommandSpec PlanCommand(Lang lang);
CommandSpec ReleaseCommand(Lang lang);
CommandSpec BomCommand(Lang lang);
CommandSpec ReportCommand(Lang lang);
CommandSpec AlertsListCommand(Lang lang);
CommandSpec AlertsShowCommand(Lang lang);
CommandSpec AlertsHistoryCommand(Lang lang);
CommandSpec AlertsWatchCommand(Lang lang);
// ack, accept, mitigate, resolve, comment.
std::vector<CommandSpec> AlertsActionCommands(Lang lang);
CommandSpec AlertsMinutesCommand(Lang lang);
CommandSpec RuleCommand(Lang lang);
CommandSpec SubscriptionCommand(Lang lang);
CommandSpec FlagCommand(Lang lang);
CommandSpec SupplyReconcileCommand(Lang lang);
CommandSpec TestBenchmarkCommand(Lang lang);
CommandSpec DuplicatesCommand(Lang lang);
CommandSpec MergeCommand(Lang lang);
// invite, submit and the like, beside the standard commands of the noun.
std::vector<CommandSpec> RoundCommands(Lang lang);
CommandSpec AdminVerifyCommand(Lang lang);
CommandSpec CompletionCommand(Lang lang);
// get, list, create, update, delete and history of every resource.
std::vector<CommandSpec> NounCommands(Lang lang);

// Commands of later versions, for help, completion and clear answers.
std::vector<CommandSpec> PlannedFigureCommands(Lang lang);
std::vector<CommandSpec> PlannedChainCommands(Lang lang);
std::vector<CommandSpec> PlannedAdminCommands(Lang lang);

}  // namespace qiangji::cli
