// qiangji alerts list|history; show is in alert_show.cc.
#include <google/protobuf/message.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "clients/cli/alert_words.h"
#include "clients/cli/alerts_query.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/as_of.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/figures.h"
#include "clients/cli/print.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::ListAlertHistoryRequest;
using bottleneck::v1::ListAlertHistoryResponse;
using bottleneck::v1::ListAlertsRequest;
using bottleneck::v1::ListAlertsResponse;

constexpr ColumnSpec kColumns[] = {
    {"rule"},
    {"subject"},
    {"severity"},
    {"state", Format::kText, 2},
    {"owner", Format::kText, 5},
    {"due", Format::kText, 5},
    {"age_days", Format::kCount, 3},
    {"first_seen", Format::kText, 8},
    {"last_seen", Format::kText, 9},
    {"shortfall", Format::kNumber, 4},
};
constexpr ColumnSpec kSummary = {"summary"};
constexpr std::size_t kSubject = 1;

constexpr ColumnSpec kVersionColumns[] = {
    {"seq_from", Format::kYear},
    {"start_time"},
};
constexpr ColumnSpec kVersionOf[] = {
    {"state"},
    {"severity"},
    {"shortfall", Format::kNumber},
    {"registry_seq", Format::kYear},
};

// Where the subject has a name, it stands behind the id.
void ShowSubjects(const ListAlertsResponse& response, Lang lang, Table& table) {
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const Alert& alert = response.alerts(static_cast<int>(r));
    const std::string name = NameOf(alert, lang, "subject_");
    if (!name.empty()) {
      table.rows[r][kSubject] = absl::StrCat(
          absl::StripPrefix(alert.subject(), "items/"), "  ", name);
    }
  }
}

absl::Status SetEnumFilter(const Invocation& invocation, const char* option,
                           const char* field, ListAlertsRequest* request) {
  // The filter's own parser is SetField, on a request of one alert.
  for (const std::string& text : invocation.All(option)) {
    Alert alert;
    const auto* descriptor = Alert::descriptor()->FindFieldByName(field);
    QJ_RETURN_IF_ERROR(SetField(*descriptor, text, invocation.lang(), &alert));
    if (alert.state() != bottleneck::v1::ALERT_STATE_UNSPECIFIED) {
      request->add_states(alert.state());
    }
    if (alert.severity() != bottleneck::v1::SEVERITY_UNSPECIFIED) {
      request->add_severities(alert.severity());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ListAlertsRequest> RequestOf(const Invocation& invocation) {
  ListAlertsRequest request;
  QJ_RETURN_IF_ERROR(
      SetEnumFilter(invocation, "--severity", "severity", &request));
  QJ_RETURN_IF_ERROR(SetEnumFilter(invocation, "--state", "state", &request));
  for (const std::string& rule : invocation.All("--rule")) {
    request.add_rules(
        absl::StrReplaceAll(absl::AsciiStrToUpper(rule), {{"-", "_"}}));
  }
  for (const std::string& sector : invocation.All("--sector")) {
    request.add_sectors(sector);
  }
  request.set_owner(invocation.Get("--owner").value_or(""));
  request.set_overdue(invocation.Has("--overdue"));
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, &request));
  request.set_language(invocation.lang() == Lang::kZh ? type::v1::LANGUAGE_ZH
                                                      : type::v1::LANGUAGE_EN);
  return request;
}

absl::StatusOr<int> List(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(ListAlertsRequest request, RequestOf(invocation));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const ListAlertsResponse response,
                      ListAllAlerts(std::move(request), *session));
  Table table = TableOf(kColumns, response.alerts(), lang);
  std::vector<std::string> summaries, names;
  for (const Alert& alert : response.alerts()) {
    summaries.push_back(SummaryOf(alert, lang));
    names.push_back(NameOf(alert, lang, "subject_"));
  }
  InsertTexts(kSummary, lang, table.columns.size(), summaries, table);
  Console& console = invocation.console;
  const bool marked = response.evaluation().contains_illustrative();
  switch (invocation.settings.output) {
    case Output::kJson:
      console.out << CanonicalJson(response);
      break;
    case Output::kCsv:
      if (marked) console.err << IllustrativeMark(lang) << '\n';
      if (invocation.settings.names) {
        InsertTexts({"subject_name"}, lang, table.columns.size(), names, table);
      }
      PrintCsv(table, console.out);
      break;
    case Output::kTable:
      if (marked) console.out << IllustrativeMark(lang) << '\n';
      ShowSubjects(response, lang, table);
      PrintTable(table, lang, console);
      break;
  }
  return kDone;
}

absl::StatusOr<int> History(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ListAlertHistoryRequest request;
  QJ_ASSIGN_OR_RETURN(*request.mutable_name(),
                      FindAlertName(invocation.positionals, lang, *session));
  QJ_ASSIGN_OR_RETURN(const ListAlertHistoryResponse response,
                      AllPages<ListAlertHistoryResponse>(
                          "ListAlertHistory", std::move(request), *session));
  Table table = TableOf(kVersionColumns, response.versions(), lang);
  for (const ColumnSpec& spec : kVersionOf) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  std::vector<std::string> summaries, events;
  for (int i = 0; i < response.versions_size(); ++i) {
    const Alert& alert = response.versions(i).resource();
    events.push_back(
        alert.events().empty() ? "" : EventWords(alert.events(0), lang));
    for (Cell& cell : RowOf(kVersionOf, alert)) {
      table.rows[static_cast<std::size_t>(i)].push_back(std::move(cell));
    }
    summaries.push_back(SummaryOf(alert, lang));
  }
  InsertTexts({"events"}, lang, table.columns.size(), events, table);
  InsertTexts(kSummary, lang, table.columns.size(), summaries, table);
  PrintAsAsked(invocation, table, response);
  return kDone;
}

OptionSpec Repeated(const char* name, const char* value, const Text& help,
                    Lang lang, std::vector<std::string> choices = {}) {
  return {name, value, std::string(help.In(lang)), std::move(choices),
          {},   true};
}

}  // namespace

CommandSpec AlertsListCommand(Lang lang) {
  CommandSpec spec;
  spec.name = "list";
  spec.help = std::string(
      Text{"列出未解除的预警，最严重的在前",
           "the alerts that are not resolved, the most severe first"}
          .In(lang));
  spec.options = {
      Repeated("--rule", "RULE", {"只看此规则", "only this rule"}, lang),
      Repeated("--severity", "SEVERITY",
               {"只看此严重程度", "only this severity"}, lang,
               {"low", "medium", "high", "critical"}),
      Repeated("--state", "STATE",
               {"只看此状态；默认为除已解除外的全部",
                "only this state; by default all but resolved"},
               lang,
               {"open", "acknowledged", "accepted", "mitigating", "resolved"}),
      Repeated("--sector", "SECTOR", {"只看此领域", "only this sector"}, lang),
      {"--owner", "WHO",
       std::string(
           Text{"只看此责任人的", "only those of this owner"}.In(lang))},
      {"--overdue", "",
       std::string(Text{"只看已逾期的", "only overdue ones"}.In(lang))},
      AsOfOption(lang),
  };
  spec.run = List;
  return spec;
}

CommandSpec AlertsHistoryCommand(Lang lang) {
  CommandSpec spec;
  spec.name = "history";
  spec.help = std::string(
      Text{"一条预警的各个版本", "the versions of one alert"}.In(lang));
  spec.positionals = {AlertPositional(lang)};
  spec.run = History;
  return spec;
}

}  // namespace qiangji::cli
