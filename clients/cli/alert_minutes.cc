// qiangji alerts minutes: what to talk about since the last meeting.
#include "clients/cli/alert_words.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/flag_words.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "clients/cli/table.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::AlertEvent;
using bottleneck::v1::Flag;
using bottleneck::v1::ListAlertMinutesRequest;
using bottleneck::v1::ListAlertMinutesResponse;
using bottleneck::v1::MinutesEntry;
using bottleneck::v1::MinutesSection;

constexpr ColumnSpec kAlertColumns[] = {{"rule"},  {"subject"}, {"severity"},
                                        {"state"}, {"owner"},   {"due"}};

constexpr Text kNeedSince = {"需要 --since T", "--since T is needed"};
constexpr Text kNothing = {"此后没有变化", "nothing happened since then"};
constexpr Text kHead = {"$0（$1）", "$0 ($1)"};
constexpr Text kFlag = {"联盟标记  $0  $1", "flag  $0  $1"};

std::string SectionCode(MinutesSection section) {
  return EnumText(
      *bottleneck::v1::MinutesSection_descriptor()->FindValueByNumber(section));
}

// A flag in the columns of alerts: its alliance as owner, its reason as
// summary, the answer to it as what happened.
std::vector<Cell> RowOfFlag(const MinutesEntry& entry, Lang lang) {
  const Flag& flag = entry.flag();
  const auto text = [](const std::string& value) {
    return value.empty() ? Cell() : Cell(value);
  };
  return {SectionCode(entry.section()),
          flag.name(),
          FlagSubject(flag, lang),
          FieldCell(flag, "severity"),
          FieldCell(flag, "state"),
          text(flag.alliance_id()),
          FieldCell(flag, "due"),
          text(flag.reason()),
          text(flag.reply())};
}

// One row an alert or a flag; its events in one cell.
Table TableOfEntries(const ListAlertMinutesResponse& response, Lang lang) {
  Table table;
  table.columns.push_back(ColumnOf({"section"}, lang));
  for (const ColumnSpec& spec : kAlertColumns) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  table.columns.push_back(ColumnOf({"summary"}, lang));
  table.columns.push_back(ColumnOf({"events"}, lang));
  for (const MinutesEntry& entry : response.entries()) {
    std::vector<Cell> row = {SectionCode(entry.section())};
    if (entry.has_flag()) {
      table.rows.push_back(RowOfFlag(entry, lang));
      continue;
    }
    for (Cell& cell : RowOf(kAlertColumns, entry.alert())) {
      row.push_back(std::move(cell));
    }
    row.emplace_back(SummaryOf(entry.alert(), lang));
    std::string events;
    for (const AlertEvent& event : entry.alert().events()) {
      if (!events.empty()) events += "; ";
      events += EventLine(event, lang);
    }
    row.emplace_back(std::move(events));
    table.rows.push_back(std::move(row));
  }
  return table;
}

void PrintEntry(const Alert& alert, Lang lang, Console& console) {
  const std::string name = NameOf(alert, lang, "subject_");
  const Cell severity = FieldCell(alert, "severity");
  console.out << "- "
              << Painted(
                     WordFor("severity", std::get<std::string>(severity), lang),
                     ColourOfWord("severity", std::get<std::string>(severity)),
                     console.out_colour)
              << "  " << alert.rule() << "  " << alert.subject() << "  "
              << Printable(name) << '\n'
              << "  " << Printable(SummaryOf(alert, lang)) << '\n';
  for (const AlertEvent& event : alert.events()) {
    console.out << "    " << Printable(EventLine(event, lang)) << '\n';
  }
}

void PrintEntry(const MinutesEntry& entry, Lang lang, Console& console) {
  if (!entry.has_flag()) return PrintEntry(entry.alert(), lang, console);
  const Flag& flag = entry.flag();
  const std::vector<std::string> lines = FlagLines(flag, lang);
  console.out << "- " << Say(lang, kFlag, FlagSubject(flag, lang), lines[0])
              << '\n';
  for (std::size_t i = 1; i < lines.size(); ++i) {
    console.out << Printable(lines[i]) << '\n';
  }
  if (!flag.reply().empty()) {
    console.out << "    " << Printable(flag.reply()) << '\n';
  }
}

void PrintForPeople(const ListAlertMinutesResponse& response, Lang lang,
                    Console& console) {
  if (response.entries().empty()) {
    console.out << kNothing.In(lang) << '\n';
    return;
  }
  for (int i = 0; i < response.entries_size();) {
    const MinutesSection section = response.entries(i).section();
    int end = i;
    while (end < response.entries_size() &&
           response.entries(end).section() == section) {
      ++end;
    }
    console.out << Painted(Say(lang, kHead,
                               WordFor("section", SectionCode(section), lang),
                               end - i),
                           Colour::kBold, console.out_colour)
                << '\n';
    for (; i < end; ++i) PrintEntry(response.entries(i), lang, console);
    console.out << '\n';
  }
}

absl::StatusOr<int> Minutes(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  if (!invocation.Has("--since")) {
    return UsageError(std::string(kNeedSince.In(lang)));
  }
  ListAlertMinutesRequest request;
  QJ_RETURN_IF_ERROR(SetTimeOption(invocation, "--since", "since", &request));
  for (const std::string& sector : invocation.All("--sector")) {
    request.add_sectors(sector);
  }
  request.set_page_size(1000);  // the API's largest
  request.set_language(lang == Lang::kZh ? type::v1::LANGUAGE_ZH
                                         : type::v1::LANGUAGE_EN);
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const ListAlertMinutesResponse response,
                      AllPages<ListAlertMinutesResponse>(
                          "ListAlertMinutes", std::move(request), *session));
  switch (invocation.settings.output) {
    case Output::kJson:
      invocation.console.out << CanonicalJson(response);
      break;
    case Output::kCsv:
      PrintCsv(TableOfEntries(response, lang), invocation.console.out);
      break;
    case Output::kTable:
      PrintForPeople(response, lang, invocation.console);
      break;
  }
  return kDone;
}

}  // namespace

CommandSpec AlertsMinutesCommand(Lang lang) {
  CommandSpec spec;
  spec.name = "minutes";
  spec.help = std::string(
      Text{"会议纪要：此后解除、逾期、新增、变动的预警",
           "for the minutes: what was resolved, is overdue, is new, moved"}
          .In(lang));
  spec.options = {
      {"--since", "T",
       std::string(Text{"自何时起：日期或时刻", "since when: a date or time"}
                       .In(lang))},
      {"--sector",
       "SECTOR",
       std::string(Text{"只看此领域", "only this sector"}.In(lang)),
       {},
       {},
       true}};
  spec.run = Minutes;
  return spec;
}

}  // namespace qiangji::cli
