// qiangji alerts show: figures, chain, and what would close it.
#include <google/protobuf/message.h>

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/alert_words.h"
#include "clients/cli/alerts_query.h"
#include "clients/cli/as_of.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/flag_words.h"
#include "clients/cli/name_book.h"
#include "clients/cli/number_format.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "clients/cli/sheet.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"
#include "qiangji/bottleneck/v1/flag_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::AlertEvent;
using bottleneck::v1::ClosingMaker;
using bottleneck::v1::ClosingProject;
using bottleneck::v1::Figure;
using bottleneck::v1::GetAlertRequest;

constexpr Text kFigures = {"依据", "figures"};
constexpr Text kAgainst = {"（界限 $0）", " (threshold $0)"};
constexpr Text kChain = {"链条", "chain"};
constexpr Text kNamed = {"$0（$1）", "$0 ($1)"};
constexpr Text kBetween = {"、", ", "};
constexpr Text kEquipment = {"断供即停产的整机", "equipment that it stops"};
constexpr Text kReached = {"用到它的整机", "equipment that it goes into"};
constexpr Text kDependsOn = {"依赖于", "depends on"};
constexpr Text kCloses = {"解除条件", "what would close it"};
constexpr Text kMakers = {"国内生产者", "makers at home"};
constexpr Text kFails = {"不满足：$0", "fails: $0"};
constexpr Text kProjects = {"在建项目", "projects under way"};
constexpr Text kSuffice = {"全部成功即可解除", "enough if all succeed"};
constexpr Text kDoNotSuffice = {"全部成功仍不足",
                                "not enough even if all "
                                "succeed"};
constexpr Text kEvidence = {"证据", "evidence"};
constexpr Text kFlags = {"联盟标记", "flags"};
constexpr Text kEvents = {"经过", "events"};

constexpr ColumnSpec kHead[] = {
    {"rule"},
    {"subject"},
    {"severity"},
    {"state"},
    {"owner"},
    {"due"},
    {"overdue", Format::kBool},
    {"reason"},
    {"project"},
    {"age_days", Format::kCount},
    {"first_seen"},
    {"last_seen"},
    {"shortfall", Format::kNumber},
};

using Names = std::map<std::string, std::string>;

std::string NameIn(const Names& names, const std::string& id) {
  const auto found = names.find(id);
  return found == names.end() ? "" : found->second;
}

// The chain as a tree: each item below what it goes into.
std::vector<std::string> ChainLines(const Alert& alert, const Names& names) {
  std::vector<std::string> lines;
  std::string indent;
  for (const std::string& id : alert.chain()) {
    lines.push_back(absl::StrCat(indent, lines.empty() ? "" : "└─ ", id, "  ",
                                 NameIn(names, id)));
    if (lines.size() > 1) absl::StrAppend(&indent, "   ");
  }
  return lines;
}

template <typename Ids>
std::string NamedIds(const Ids& ids, const Names& names, Lang lang) {
  std::vector<std::string> texts;
  for (const std::string& id : ids) {
    const std::string name = NameIn(names, id);
    texts.push_back(name.empty() ? id : Say(lang, kNamed, name, id));
  }
  return absl::StrJoin(texts, kBetween.In(lang));
}

bool IsShareColumn(absl::string_view column) {
  return column.find("share") != absl::string_view::npos ||
         column.find("content") != absl::string_view::npos ||
         column.find("score") != absl::string_view::npos ||
         column.find("_loss") != absl::string_view::npos;
}

std::string FigureText(const Figure& figure, Lang lang) {
  const auto number = [&figure](double value) {
    return IsShareColumn(figure.column()) ? Percent(value) : Quantity(value);
  };
  std::string value = figure.column() == "top_foreign_origin"
                          ? std::string(WordFor("country", figure.text(), lang))
                          : figure.text();
  if (figure.has_value()) value = number(figure.value());
  if (value.empty()) value = "–";
  std::string text =
      absl::StrCat(HeaderOf(figure.column(), Format::kText, lang), " ", value);
  if (figure.has_threshold()) {
    absl::StrAppend(&text, Say(lang, kAgainst, number(figure.threshold())));
  }
  return text;
}

std::string MakerText(const ClosingMaker& maker, Lang lang) {
  const std::string name = NameOf(maker, lang);
  std::string text = absl::StrCat(name.empty() ? maker.organization_id() : name,
                                  " ", Percent(maker.share()));
  if (!maker.failed_criterion().empty()) {
    absl::StrAppend(&text, "  ", Say(lang, kFails, maker.failed_criterion()));
  }
  return text;
}

std::string ProjectText(const ClosingProject& project) {
  std::string text = absl::StrCat(project.project_id(), " ", project.title(),
                                  " ", project.completion_year());
  if (project.has_added_quantity()) {
    absl::StrAppend(&text, " +", Quantity(project.added_quantity()));
  }
  if (project.has_probability()) {
    absl::StrAppend(&text, " p=", Quantity(project.probability()));
  }
  return text;
}

void PrintClosing(const Alert& alert, Lang lang, Sheet& sheet) {
  const auto& closes = alert.closes();
  const std::string& text =
      lang == Lang::kZh ? closes.text_zh() : closes.text_en();
  if (!text.empty()) sheet.Lines(kCloses, {text});
  std::vector<std::string> makers, projects;
  for (const ClosingMaker& maker : closes.makers()) {
    makers.push_back(MakerText(maker, lang));
  }
  sheet.Lines(kMakers, makers);
  for (const ClosingProject& project : closes.projects()) {
    projects.push_back(ProjectText(project));
  }
  if (!projects.empty()) {
    projects.emplace_back(
        (closes.projects_suffice() ? kSuffice : kDoNotSuffice).In(lang));
  }
  sheet.Lines(kProjects, projects);
}

// Of the items that the alert names; ids alone where the registry does not
// answer, for a name is a help, not a condition of the answer.
Names NamesOf(const Alert& alert, Lang lang, Session& session) {
  std::set<std::string> wanted(alert.chain().begin(), alert.chain().end());
  wanted.insert(alert.equipment_ids().begin(), alert.equipment_ids().end());
  wanted.insert(alert.reached_equipment_ids().begin(),
                alert.reached_equipment_ids().end());
  const std::vector<std::string> ids(wanted.begin(), wanted.end());
  NameBook book(session, lang);
  const auto texts = book.Names("item", ids);
  Names names;
  if (!texts.ok()) return names;
  for (std::size_t i = 0; i < ids.size(); ++i) names[ids[i]] = (*texts)[i];
  return names;
}

// The flags that the alert rests on, as of the same state.
absl::StatusOr<std::vector<bottleneck::v1::Flag>> FlagsOf(
    const Invocation& invocation, const Alert& alert, Session& session) {
  std::vector<bottleneck::v1::Flag> flags;
  if (alert.rule() != "ALLIANCE_FLAG") return flags;
  for (const auto& entry : alert.evidence()) {
    bottleneck::v1::GetFlagRequest request;
    request.set_name(entry.name());
    QJ_RETURN_IF_ERROR(SetAsOf(invocation, &request));
    QJ_RETURN_IF_ERROR(
        session.CallByName("GetFlag", request, &flags.emplace_back()));
  }
  return flags;
}

void PrintAlert(const Alert& alert, const Names& names,
                const std::vector<bottleneck::v1::Flag>& flags, Lang lang,
                Console& console) {
  Sheet sheet(lang, console);
  console.out << Painted(Printable(SummaryOf(alert, lang)), Colour::kBold,
                         console.out_colour)
              << '\n';
  const std::vector<Cell> cells = RowOf(kHead, alert);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (std::holds_alternative<std::monostate>(cells[c])) continue;
    const TableColumn column = ColumnOf(kHead[c], lang);
    std::string text = TableCell(column, cells[c], lang);
    if (kHead[c].name == "shortfall") {
      absl::StrAppend(&text, " ", alert.unit());
    }
    if (kHead[c].name == "subject") {
      const std::string name = NameOf(alert, lang, "subject_");
      if (!name.empty()) absl::StrAppend(&text, "  ", name);
    }
    sheet.Line(column.header, text);
  }
  if (!alert.depends_on().empty()) {
    sheet.Line(
        kDependsOn.In(lang),
        absl::StrCat(
            WordFor("country", alert.depends_on(), lang), " ",
            alert.has_depends_share() ? Percent(alert.depends_share()) : ""));
  }
  std::vector<std::string> figures, evidence, events;
  for (const Figure& figure : alert.figures()) {
    figures.push_back(FigureText(figure, lang));
  }
  sheet.Lines(kFigures, figures);
  if (alert.chain_size() > 1) sheet.Lines(kChain, ChainLines(alert, names));
  if (!alert.equipment_ids().empty()) {
    sheet.Line(kEquipment.In(lang),
               NamedIds(alert.equipment_ids(), names, lang));
  }
  if (!alert.reached_equipment_ids().empty()) {
    sheet.Line(kReached.In(lang),
               NamedIds(alert.reached_equipment_ids(), names, lang));
  }
  PrintClosing(alert, lang, sheet);
  std::vector<std::string> flag_lines;
  for (const auto& flag : flags) {
    for (std::string& line : FlagLines(flag, lang)) {
      flag_lines.push_back(std::move(line));
    }
  }
  sheet.Lines(kFlags, flag_lines);
  for (const auto& entry : alert.evidence()) {
    evidence.push_back(absl::StrCat(
        entry.name(), entry.text().empty() ? "" : "  ", entry.text()));
  }
  sheet.Lines(kEvidence, evidence);
  for (const AlertEvent& event : alert.events()) {
    events.push_back(EventLine(event, lang));
  }
  sheet.Lines(kEvents, events);
}

absl::StatusOr<int> Show(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  GetAlertRequest request;
  QJ_ASSIGN_OR_RETURN(*request.mutable_name(),
                      FindAlertName(invocation.positionals, lang, *session));
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, &request));
  Alert alert;
  QJ_RETURN_IF_ERROR(session->CallByName("GetAlert", request, &alert));
  Console& console = invocation.console;
  switch (invocation.settings.output) {
    case Output::kJson:
      console.out << CanonicalJson(alert);
      break;
    case Output::kCsv:
      PrintCsv(TableOf(kHead, std::vector<Alert>{alert}, lang), console.out);
      break;
    case Output::kTable: {
      QJ_ASSIGN_OR_RETURN(const auto flags,
                          FlagsOf(invocation, alert, *session));
      PrintAlert(alert, NamesOf(alert, lang, *session), flags, lang, console);
      break;
    }
  }
  return kDone;
}

}  // namespace

CommandSpec AlertsShowCommand(Lang lang) {
  CommandSpec spec;
  spec.name = "show";
  spec.help =
      std::string(Text{"一条预警：依据、链条、解除条件",
                       "one alert: its figures, its chain, what would close it"}
                      .In(lang));
  spec.positionals = {AlertPositional(lang)};
  spec.options = {AsOfOption(lang)};
  spec.run = Show;
  return spec;
}

}  // namespace qiangji::cli
