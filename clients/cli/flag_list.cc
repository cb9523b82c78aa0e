// qiangji flag list|show
#include "clients/cli/flag_list.h"

#include <google/protobuf/message.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/as_of.h"
#include "clients/cli/columns.h"
#include "clients/cli/flag_words.h"
#include "clients/cli/print.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "clients/cli/sheet.h"
#include "qiangji/bottleneck/v1/flag_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Flag;
using bottleneck::v1::GetFlagRequest;
using bottleneck::v1::ListFlagHistoryRequest;
using bottleneck::v1::ListFlagHistoryResponse;
using bottleneck::v1::ListFlagsRequest;
using bottleneck::v1::ListFlagsResponse;

constexpr ColumnSpec kColumns[] = {
    {"flag_id"},
    {"alliance_id", Format::kText, 3},
    {"item_id"},
    {"proposed_name_zh", Format::kText, 4},
    {"severity"},
    {"state"},
    {"goal_text", Format::kText, 1},
    {"due", Format::kText, 2},
    {"overdue", Format::kBool, 5},
    {"endorsement_count", Format::kCount, 6},
    {"contest_count", Format::kCount, 6},
    {"create_time", Format::kText, 9},
    {"reason", Format::kText, 7},
    {"reply", Format::kText, 8},
};

constexpr Text kEvidence = {"证据", "evidence"};
constexpr Text kEquipment = {"受影响整机", "equipment affected"};
constexpr Text kVoices = {"表态", "voices"};
constexpr Text kEvents = {"经过", "events"};

// The options that filter by the column.
constexpr std::pair<const char*, const char*> kFilters[] = {
    {"--item", "item_id"},  {"--alliance", "alliance_id"},
    {"--sector", "sector"}, {"--severity", "severity"},
    {"--state", "state"},
};

std::string FilterOf(const Invocation& invocation) {
  std::vector<std::string> terms;
  for (const auto& [option, column] : kFilters) {
    if (const auto value = invocation.Get(option)) {
      terms.push_back(absl::StrCat(column, " = \"", *value, "\""));
    }
  }
  if (invocation.Has("--overdue")) terms.emplace_back("overdue = \"true\"");
  return absl::StrJoin(terms, " AND ");
}

absl::StatusOr<int> List(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  ListFlagsRequest request;
  request.set_filter(FilterOf(invocation));
  request.set_order_by("severity desc, due");
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, &request));
  QJ_ASSIGN_OR_RETURN(const auto all, AllPages<ListFlagsResponse>(
                                          "ListFlags", request, *session));
  PrintFlags(invocation, {all.flags().begin(), all.flags().end()}, all);
  return kDone;
}

absl::StatusOr<std::vector<std::string>> EventsOf(const std::string& name,
                                                  Lang lang, Session& session) {
  std::vector<std::string> lines;
  ListFlagHistoryRequest request;
  request.set_name(name);
  QJ_ASSIGN_OR_RETURN(const auto all, AllPages<ListFlagHistoryResponse>(
                                          "ListFlagHistory", request, session));
  // They come newest first.
  for (const auto& version : all.versions()) {
    lines.insert(lines.begin(), FlagEventLine(version, lang));
  }
  return lines;
}

void PrintFlag(const Flag& flag, const std::vector<std::string>& events,
               Lang lang, Console& console) {
  Sheet sheet(lang, console);
  const std::vector<Cell> cells = RowOf(kColumns, flag);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (std::holds_alternative<std::monostate>(cells[c])) continue;
    const TableColumn column = ColumnOf(kColumns[c], lang);
    sheet.Line(column.header, TableCell(column, cells[c], lang));
  }
  sheet.Lines(kEvidence, {flag.evidence().begin(), flag.evidence().end()});
  if (!flag.equipment_ids().empty()) {
    sheet.Lines(kEquipment, {absl::StrJoin(flag.equipment_ids(), " ")});
  }
  sheet.Lines(kVoices, VoiceLines(flag, lang));
  sheet.Lines(kEvents, events);
}

absl::StatusOr<int> Show(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  GetFlagRequest request;
  request.set_name(FlagNameOf(invocation.positionals[0]));
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, &request));
  Flag flag;
  QJ_RETURN_IF_ERROR(session->CallByName("GetFlag", request, &flag));
  if (invocation.settings.output != Output::kTable) {
    PrintFlags(invocation, {flag}, flag);
    return kDone;
  }
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const auto events,
                      EventsOf(request.name(), lang, *session));
  PrintFlag(flag, events, lang, invocation.console);
  return kDone;
}

}  // namespace

std::string FlagNameOf(const std::string& word) {
  return absl::StartsWith(word, "flags/") ? word : absl::StrCat("flags/", word);
}

void PrintFlags(const Invocation& invocation, const std::vector<Flag>& flags,
                const google::protobuf::Message& response) {
  PrintAsAsked(invocation, TableOf(kColumns, flags, invocation.lang()),
               response);
}

CommandSpec FlagListCommand(Lang lang) {
  const auto option = [lang](const char* name, const char* value,
                             const Text& help,
                             std::vector<std::string> choices = {}) {
    return OptionSpec{name, value, std::string(help.In(lang)),
                      std::move(choices)};
  };
  CommandSpec spec;
  spec.name = "list";
  spec.help = std::string(
      Text{"列出标记，最严重的在前", "lists flags, the most severe first"}.In(
          lang));
  spec.options = {
      option("--item", "ITEM", {"只看此条目", "only of this item"}),
      option("--alliance", "ALLIANCE", {"只看此联盟", "only of this alliance"}),
      option("--sector", "SECTOR", {"只看此领域", "only this sector"}),
      option("--severity", "SEVERITY", {"只看此严重程度", "only this severity"},
             {"low", "medium", "high", "critical"}),
      option("--state", "STATE", {"只看此状态", "only this state"},
             {"proposed", "open", "contested", "reached", "withdrawn",
              "declined"}),
      option("--overdue", "", {"只看已逾期的", "only overdue ones"}),
      AsOfOption(lang),
  };
  spec.run = List;
  return spec;
}

CommandSpec FlagShowCommand(Lang lang) {
  CommandSpec spec;
  spec.name = "show";
  spec.help =
      std::string(Text{"一个标记：目标、期限、表态与经过",
                       "one flag: its goal, date, voices and what happened"}
                      .In(lang));
  spec.positionals = {
      {"FLAG", std::string(Text{"标记编号", "a flag"}.In(lang))}};
  spec.options = {AsOfOption(lang)};
  spec.run = Show;
  return spec;
}

}  // namespace qiangji::cli
