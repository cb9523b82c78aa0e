// What the overview asks the services.
#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "clients/cli/alerts_query.h"
#include "clients/cli/name_book.h"
#include "clients/cli/overview.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::ListAlertsRequest;
using bottleneck::v1::ListAlertsResponse;
using coverage::v1::ComputeTargetsRequest;
using coverage::v1::ComputeTargetsResponse;
using coverage::v1::FigureOptions;
using coverage::v1::TargetStatus;

constexpr std::size_t kWorst = 3;

constexpr Text kOnlyPage = {
    "--overview 是一页文字，不能与 --output $0 并用",
    "--overview is a page of text and does not go with --output $0"};

bool IsHeadline(const TargetStatus& target) {
  return target.metric() == "share" && target.sectors().empty() &&
         target.categories().empty();
}

// A target is judged on the year in which it is due.
absl::StatusOr<std::vector<DueTarget>> HeadlineTargets(
    const FigureOptions& options, Session& session) {
  ComputeTargetsRequest request;
  *request.mutable_options() = options;
  ComputeTargetsResponse now;
  QJ_RETURN_IF_ERROR(session.CallByName("ComputeTargets", request, &now));
  std::vector<DueTarget> targets;
  for (const TargetStatus& target : now.targets()) {
    if (!IsHeadline(target)) continue;
    DueTarget due{target.due_year(), target};
    if (target.year() != target.due_year()) {
      ComputeTargetsResponse then;
      request.mutable_options()->set_year(target.due_year());
      request.clear_target_ids();
      request.add_target_ids(target.target_id());
      QJ_RETURN_IF_ERROR(session.CallByName("ComputeTargets", request, &then));
      if (!then.targets().empty()) due.status = then.targets(0);
    }
    targets.push_back(std::move(due));
  }
  std::stable_sort(
      targets.begin(), targets.end(),
      [](const DueTarget& a, const DueTarget& b) { return a.year < b.year; });
  return targets;
}

// By severity, then (1 − a)·value, then id; an item once, by its worst alert.
absl::StatusOr<std::vector<Alert>> WorstBottlenecks(
    const FigureOptions& options, Session& session) {
  ListAlertsRequest request;
  request.set_read_seq(options.read_seq());
  if (options.has_read_time())
    *request.mutable_read_time() = options.read_time();
  request.set_language(options.language());
  QJ_ASSIGN_OR_RETURN(ListAlertsResponse all,
                      ListAllAlerts(std::move(request), session));
  std::vector<Alert*> alerts;
  for (Alert& alert : *all.mutable_alerts()) {
    if (absl::StartsWith(alert.subject(), "items/")) alerts.push_back(&alert);
  }
  std::stable_sort(alerts.begin(), alerts.end(),
                   [](const Alert* a, const Alert* b) {
                     if (a->severity() != b->severity()) {
                       return a->severity() > b->severity();
                     }
                     const double x = a->not_assured_value_cny();
                     const double y = b->not_assured_value_cny();
                     return x != y ? x > y : a->subject() < b->subject();
                   });
  std::vector<Alert> worst;
  std::set<std::string> seen;
  for (Alert* alert : alerts) {
    if (worst.size() == kWorst) break;
    if (seen.insert(alert->subject()).second) {
      worst.push_back(std::move(*alert));
    }
  }
  return worst;
}

absl::Status NameEquipment(Session& session, Lang lang, OverviewData& data) {
  std::vector<std::string> ids;
  for (const Alert& alert : data.bottlenecks) {
    ids.insert(ids.end(), alert.equipment_ids().begin(),
               alert.equipment_ids().end());
    ids.insert(ids.end(), alert.reached_equipment_ids().begin(),
               alert.reached_equipment_ids().end());
  }
  NameBook book(session, lang);
  QJ_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                      book.Names("item", ids));
  for (std::size_t i = 0; i < ids.size(); ++i)
    data.equipment[ids[i]] = names[i];
  return absl::OkStatus();
}

}  // namespace

absl::Status PrintOverview(
    const Invocation& invocation, const FigureOptions& options,
    const coverage::v1::ComputeCoverageResponse& coverage, Session& session) {
  const Lang lang = invocation.lang();
  if (const auto output = invocation.Get("--output");
      output && *output != "table") {
    return UsageError(Say(lang, kOnlyPage, *output));
  }
  if (coverage.rows().empty()) {
    return absl::InternalError("the server sent no total row");
  }
  OverviewData data;
  data.coverage = coverage;
  QJ_ASSIGN_OR_RETURN(data.targets, HeadlineTargets(options, session));
  QJ_ASSIGN_OR_RETURN(data.bottlenecks, WorstBottlenecks(options, session));
  QJ_RETURN_IF_ERROR(NameEquipment(session, lang, data));
  for (const std::string& line :
       OverviewLines(data, lang, invocation.console.out_colour)) {
    invocation.console.out << line << '\n';
  }
  return absl::OkStatus();
}

}  // namespace qiangji::cli
