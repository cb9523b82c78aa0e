// qiangji round show|invite|submit|return|accept|freeze
#include <google/protobuf/message.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/number_format.h"
#include "clients/cli/reflect.h"
#include "clients/cli/round_sheets.h"
#include "clients/cli/session.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"
#include "qiangji/registry/v1/round_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using registry::v1::RoundReporter;
using registry::v1::RoundReportStatus;
using registry::v1::RoundStatus;
using registry::v1::SectorResponse;

constexpr ColumnSpec kReports[] = {
    {"organization_id"},
    {"item_id"},
    {"state"},
    {"quantity", Format::kNumber},
    {"previous_quantity", Format::kNumber},
    {"queried", Format::kBool},
    {"reason", Format::kText, 2},
};
constexpr ColumnSpec kSectors[] = {
    {"sector"},
    {"expected", Format::kCount},
    {"answered", Format::kCount},
    {"accepted", Format::kCount},
    {"response_rate", Format::kShare},
};

constexpr Text kHead = {"$0　$1　$2 年　$3", "$0  $1  year $2  $3"};
constexpr Text kDue = {"　截止 $0", "  due $0"};
constexpr Text kFrozen = {"冻结于登记序号 $0：用 --as-of $0 读取",
                          "frozen at sequence $0: read with --as-of $0"};
constexpr Text kReporter = {"$0 $1：$2", "$0 $1: $2"};
constexpr Text kQueries = {
    "有 $0 项与上年相差超过 30%：更正，或 round submit … --confirm 条目=理由",
    "$0 jump by more than 30 % against the year before: correct them, or "
    "round submit … --confirm ITEM=REASON"};
constexpr Text kBadConfirm = {"--confirm：“$0” 应为 条目=理由",
                              "--confirm: '$0' must be ITEM=REASON"};
constexpr Text kNeedReason = {"需要 --reason", "--reason is needed"};
constexpr Text kSheets = {"已为 $0 家填报机构写出预填表：$1",
                          "pre-filled sheets of $0 reporters are in $1"};

constexpr const char* kStates[] = {"", "invited", "submitted", "returned",
                                   "accepted"};
constexpr const char* kReporterStates[] = {"",          "invited",  "partial",
                                           "submitted", "returned", "accepted"};

std::string RoundName(const std::string& word) {
  return absl::StartsWith(word, "rounds/") ? word
                                           : absl::StrCat("rounds/", word);
}

Table Reports(const RoundStatus& status, Lang lang) {
  Table table;
  for (const ColumnSpec& spec : kReports) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  for (const RoundReporter& reporter : status.reporters()) {
    for (const RoundReportStatus& report : reporter.reports()) {
      table.rows.push_back(
          {reporter.organization_id(), report.item_id(),
           std::string(kStates[report.state()]),
           report.has_quantity() ? Cell(report.quantity()) : Cell(),
           report.has_previous_quantity() ? Cell(report.previous_quantity())
                                          : Cell(),
           report.queried(), report.reason()});
    }
  }
  return table;
}

Table Sectors(const RoundStatus& status, Lang lang) {
  Table table;
  for (const ColumnSpec& spec : kSectors) {
    table.columns.push_back(ColumnOf(spec, lang));
  }
  for (const SectorResponse& sector : status.sectors()) {
    table.rows.push_back(
        {sector.sector(), std::int64_t{sector.expected_count()},
         std::int64_t{sector.answered_count()},
         std::int64_t{sector.accepted_count()},
         sector.has_response_rate() ? Cell(sector.response_rate()) : Cell()});
  }
  return table;
}

void PrintForPeople(const RoundStatus& status, Lang lang, Console& console) {
  const registry::v1::Round& round = status.round();
  console.out << Say(lang, kHead, round.round_id(),
                     Printable(NameOf(round, lang)), round.year(),
                     WordFor("state",
                             EnumText(*registry::v1::RoundState_descriptor()
                                           ->FindValueByNumber(round.state())),
                             lang));
  const Cell due = FieldCell(round, "close_time");
  if (const auto* text = std::get_if<std::string>(&due)) {
    console.out << Say(lang, kDue, *text);
  }
  console.out << '\n';
  if (round.frozen_seq() > 0) {
    console.out << Say(lang, kFrozen, round.frozen_seq()) << '\n';
  }
  PrintTable(Sectors(status, lang), lang, console);
  console.out << '\n';
  for (const RoundReporter& reporter : status.reporters()) {
    console.out << Say(lang, kReporter, reporter.organization_id(),
                       Printable(NameOf(reporter, lang)),
                       WordFor("state", kReporterStates[reporter.state()],
                               lang))
                << '\n';
  }
  console.out << '\n';
  PrintTable(Reports(status, lang), lang, console);
}

int Print(const Invocation& invocation, const RoundStatus& status) {
  Console& console = invocation.console;
  const Lang lang = invocation.lang();
  int queried = 0;
  for (const RoundReporter& reporter : status.reporters()) {
    for (const RoundReportStatus& report : reporter.reports()) {
      queried += report.queried();
    }
  }
  switch (invocation.settings.output) {
    case Output::kJson:
      console.out << CanonicalJson(status);
      break;
    case Output::kTable:
      PrintForPeople(status, lang, console);
      break;
    default:
      PrintCsv(invocation.Has("--sectors") ? Sectors(status, lang)
                                           : Reports(status, lang),
               console.out);
  }
  if (queried > 0) console.err << Say(lang, kQueries, queried) << '\n';
  return kDone;
}

// The fields that the moves share, where the request has them.
template <typename Request>
absl::StatusOr<int> Ask(const Invocation& invocation, const char* method,
                        Request request) {
  request.set_name(RoundName(invocation.positionals[0]));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  RoundStatus status;
  QJ_RETURN_IF_ERROR(session->CallByName(method, request, &status));
  return Print(invocation, status);
}

template <typename Request>
Request Reported(const Invocation& invocation) {
  Request request;
  request.set_organization_id(invocation.positionals[1]);
  for (const std::string& item : invocation.All("--item")) {
    request.add_item_ids(item);
  }
  request.set_validate_only(invocation.Has("--dry-run"));
  return request;
}

absl::StatusOr<int> Show(const Invocation& invocation) {
  registry::v1::SummarizeRoundRequest request;
  request.set_organization_id(invocation.Get("--organization").value_or(""));
  return Ask(invocation, "SummarizeRound", request);
}

absl::StatusOr<int> Invite(const Invocation& invocation) {
  registry::v1::InviteReportersRequest request;
  for (const std::string& organization : invocation.All("--organization")) {
    request.add_organization_ids(organization);
  }
  request.set_validate_only(invocation.Has("--dry-run"));
  return Ask(invocation, "InviteReporters", request);
}

absl::StatusOr<int> Sheets(const Invocation& invocation) {
  registry::v1::SummarizeRoundRequest request;
  request.set_name(RoundName(invocation.positionals[0]));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  RoundStatus status;
  QJ_RETURN_IF_ERROR(session->CallByName("SummarizeRound", request, &status));
  QJ_ASSIGN_OR_RETURN(
      const int reporters,
      WriteRoundSheets(status, invocation.positionals[1], *session));
  invocation.console.err << Say(invocation.lang(), kSheets, reporters,
                                invocation.positionals[1])
                         << '\n';
  return kDone;
}

absl::StatusOr<int> Submit(const Invocation& invocation) {
  auto request = Reported<registry::v1::SubmitRoundReportsRequest>(invocation);
  for (const std::string& word : invocation.All("--confirm")) {
    const std::vector<std::string> parts =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
      return UsageError(Say(invocation.lang(), kBadConfirm, word));
    }
    auto* confirmation = request.add_confirmations();
    confirmation->set_item_id(parts[0]);
    confirmation->set_reason(parts[1]);
  }
  return Ask(invocation, "SubmitRoundReports", request);
}

absl::StatusOr<int> Return(const Invocation& invocation) {
  auto request = Reported<registry::v1::ReturnRoundReportsRequest>(invocation);
  const auto reason = invocation.Get("--reason");
  if (!reason)
    return UsageError(std::string(kNeedReason.In(invocation.lang())));
  request.set_reason(*reason);
  return Ask(invocation, "ReturnRoundReports", request);
}

absl::StatusOr<int> Accept(const Invocation& invocation) {
  return Ask(invocation, "AcceptRoundReports",
             Reported<registry::v1::AcceptRoundReportsRequest>(invocation));
}

absl::StatusOr<int> Freeze(const Invocation& invocation) {
  registry::v1::FreezeRoundRequest request;
  request.set_validate_only(invocation.Has("--dry-run"));
  return Ask(invocation, "FreezeRound", request);
}

using Runner = absl::StatusOr<int> (*)(const Invocation&);

class Builder {
 public:
  explicit Builder(Lang lang) : lang_(lang) {}

  CommandSpec Leaf(const char* name, const Text& help,
                   std::vector<OptionSpec> options, Runner run,
                   bool of_reporter = false) const {
    CommandSpec spec;
    spec.name = name;
    spec.help = std::string(help.In(lang_));
    spec.positionals = {{"ROUND", Say(lang_, {"轮次编号", "a round"})}};
    if (of_reporter) {
      spec.positionals.push_back(
          {"ORGANIZATION", Say(lang_, {"填报机构编号", "who reports"})});
      options.push_back(Repeated(
          "--item", "ITEM",
          {"只限此条目（可重复）", "only this item (may be repeated)"}));
    }
    spec.options = std::move(options);
    spec.run = run;
    return spec;
  }
  OptionSpec Option(const char* name, const char* value,
                    const Text& help) const {
    return {name, value, std::string(help.In(lang_))};
  }
  OptionSpec Repeated(const char* name, const char* value,
                      const Text& help) const {
    OptionSpec spec = Option(name, value, help);
    spec.repeated = true;
    return spec;
  }

 private:
  Lang lang_;
};

}  // namespace

std::vector<CommandSpec> RoundCommands(Lang lang) {
  const Builder b(lang);
  const OptionSpec dry_run =
      b.Option("--dry-run", "", {"只检查，不写入", "checks, writes nothing"});
  CommandSpec sheets =
      b.Leaf("sheets",
             {"为每家填报机构写出预填的 CSV（上年各流向，数量留空）",
              "writes pre-filled CSV files, a directory a reporter: the flows "
              "of the year before, quantities left open"},
             {}, Sheets);
  sheets.positionals.push_back(
      {"DIR", Say(lang, {"输出目录", "the directory to write"})});
  return {
      b.Leaf("show",
             {"进度、各领域填报率与待确认项",
              "where it stands, response rates by sector, queries"},
             {b.Option("--organization", "ORGANIZATION",
                       {"只看一家", "only one reporter"}),
              b.Option("--sectors", "",
                       {"CSV 输出各领域填报率",
                        "CSV of the response rates by sector"})},
             Show),
      b.Leaf("invite", {"邀请填报", "invites reporters"},
             {b.Repeated("--organization", "ORGANIZATION",
                         {"只邀请此机构（可重复）",
                          "only this one (may be repeated)"}),
              dry_run},
             Invite),
      std::move(sheets),
      b.Leaf("submit", {"提交", "submits reports"},
             {b.Repeated("--confirm", "ITEM=REASON",
                         {"确认与上年相差超过 30% 的数量",
                          "confirms a volume that jumps by more than 30 %"}),
              dry_run},
             Submit, true),
      b.Leaf("return", {"退回", "returns reports"},
             {b.Option("--reason", "TEXT", {"退回的理由", "why"}), dry_run},
             Return, true),
      b.Leaf("accept", {"接受", "accepts reports"}, {dry_run}, Accept, true),
      b.Leaf("freeze",
             {"冻结：此后按该登记序号读取",
              "freezes it: read as of that sequence from now on"},
             {dry_run}, Freeze)};
}

}  // namespace qiangji::cli
