// qiangji alerts ack|accept|mitigate|resolve|comment
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/alert_words.h"
#include "clients/cli/alerts_query.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/print.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Alert;

constexpr ColumnSpec kColumns[] = {{"rule"},
                                   {"subject"},
                                   {"severity"},
                                   {"state"},
                                   {"owner"},
                                   {"due"},
                                   {"overdue", Format::kBool}};

constexpr Text kNeeded = {"需要 $0", "$0 is needed"};
constexpr Text kNoComment = {"需要评论的内容：alerts comment 预警 “内容”",
                             "what to say? alerts comment ALERT 'TEXT'"};
constexpr Text kWillReopen = {
    "条件仍成立时，下次评估将重新打开；要停止提示，请用 alerts accept",
    "the next evaluation reopens it if its condition still holds; to silence "
    "it, use alerts accept"};

absl::StatusOr<std::string> Needed(const Invocation& invocation,
                                   const char* option) {
  const auto value = invocation.Get(option);
  if (!value || value->empty()) {
    return UsageError(Say(invocation.lang(), kNeeded, option));
  }
  return *value;
}

// Sends the action on the alert that the words mean, and shows what became of
// it.
template <typename Request>
absl::StatusOr<int> Send(const Invocation& invocation,
                         absl::Span<const std::string> words,
                         const char* method, Request request) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(*request.mutable_name(),
                      FindAlertName(words, invocation.lang(), *session));
  // A repeat by this very program would be done once.
  request.set_request_id(NewUuid());
  Alert alert;
  QJ_RETURN_IF_ERROR(session->CallByName(method, request, &alert));
  PrintAsAsked(invocation,
               TableOf(kColumns, std::vector<Alert>{alert}, invocation.lang()),
               alert);
  return kDone;
}

absl::StatusOr<int> Acknowledge(const Invocation& invocation) {
  bottleneck::v1::AcknowledgeAlertRequest request;
  request.set_owner(invocation.Get("--owner").value_or(""));
  request.set_comment(invocation.Get("--comment").value_or(""));
  request.set_etag(invocation.Get("--etag").value_or(""));
  QJ_RETURN_IF_ERROR(SetTimeOption(invocation, "--due", "due", &request));
  return Send(invocation, invocation.positionals, "AcknowledgeAlert", request);
}

absl::StatusOr<int> Accept(const Invocation& invocation) {
  bottleneck::v1::AcceptAlertRequest request;
  QJ_ASSIGN_OR_RETURN(*request.mutable_reason(),
                      Needed(invocation, "--reason"));
  QJ_RETURN_IF_ERROR(Needed(invocation, "--until").status());
  request.set_etag(invocation.Get("--etag").value_or(""));
  QJ_RETURN_IF_ERROR(SetTimeOption(invocation, "--until", "due", &request));
  return Send(invocation, invocation.positionals, "AcceptAlert", request);
}

absl::StatusOr<int> Mitigate(const Invocation& invocation) {
  bottleneck::v1::MitigateAlertRequest request;
  QJ_ASSIGN_OR_RETURN(const std::string project,
                      Needed(invocation, "--project"));
  request.set_project(absl::StrContains(project, '/')
                          ? project
                          : absl::StrCat("projects/", project));
  request.set_comment(invocation.Get("--comment").value_or(""));
  request.set_etag(invocation.Get("--etag").value_or(""));
  QJ_RETURN_IF_ERROR(SetTimeOption(invocation, "--due", "due", &request));
  return Send(invocation, invocation.positionals, "MitigateAlert", request);
}

absl::StatusOr<int> Resolve(const Invocation& invocation) {
  bottleneck::v1::ResolveAlertRequest request;
  QJ_ASSIGN_OR_RETURN(*request.mutable_reason(),
                      Needed(invocation, "--reason"));
  request.set_etag(invocation.Get("--etag").value_or(""));
  QJ_ASSIGN_OR_RETURN(const int exit, Send(invocation, invocation.positionals,
                                           "ResolveAlert", std::move(request)));
  invocation.console.err << kWillReopen.In(invocation.lang()) << '\n';
  return exit;
}

// The text is --comment, or the word after the alert: RULE SUBJECT TEXT or
// ID TEXT.
absl::StatusOr<int> Comment(const Invocation& invocation) {
  bottleneck::v1::CommentAlertRequest request;
  absl::Span<const std::string> words = invocation.positionals;
  if (const auto text = invocation.Get("--comment")) {
    request.set_comment(*text);
  } else {
    const bool by_id = absl::StartsWith(words[0], "alerts/") ||
                       absl::StrContains(words[0], '~');
    const std::size_t alert = by_id ? 1 : 2;
    if (words.size() != alert + 1) {
      return UsageError(std::string(kNoComment.In(invocation.lang())));
    }
    request.set_comment(words[alert]);
    words = words.subspan(0, alert);
  }
  return Send(invocation, words, "CommentAlert", std::move(request));
}

using Runner = absl::StatusOr<int> (*)(const Invocation&);

CommandSpec Action(Lang lang, const char* name, const Text& help,
                   std::vector<OptionSpec> options, Runner run) {
  CommandSpec spec;
  spec.name = name;
  spec.help = std::string(help.In(lang));
  spec.positionals = {AlertPositional(lang)};
  spec.options = std::move(options);
  spec.run = run;
  return spec;
}

}  // namespace

std::vector<CommandSpec> AlertsActionCommands(Lang lang) {
  const auto option = [lang](const char* name, const char* value,
                             const Text& help) {
    return OptionSpec{name, value, std::string(help.In(lang))};
  };
  const OptionSpec comment =
      option("--comment", "TEXT", {"意见", "what to say"});
  const OptionSpec etag =
      option("--etag", "ETAG",
             {"仅当无人改动时（show 的 etag）",
              "only if nobody changed it since (the etag that show tells)"});
  const OptionSpec due =
      option("--due", "T",
             {"处理期限：日期或时刻；逾期则升级",
              "until when: a date or time; it escalates once that passes"});
  const OptionSpec reason =
      option("--reason", "TEXT", {"理由（必填）", "why (needed)"});
  return {
      Action(lang, "ack",
             {"知悉：指定责任人与期限",
              "acknowledges: assigns it, with a due date"},
             {option("--owner", "WHO",
                     {"责任人；默认为本人", "who works on it; by default you"}),
              due, comment, etag},
             Acknowledge),
      Action(lang, "accept",
             {"接受风险至某日，届时重新提示",
              "accepts the risk until a date, at which it comes back"},
             {reason,
              option("--until", "T",
                     {"接受至：日期或时刻（必填）",
                      "until when: a date or time (needed)"}),
              etag},
             Accept),
      Action(lang, "mitigate",
             {"指定处置项目", "names the project that works on it"},
             {option("--project", "PROJECT",
                     {"已登记的项目（必填）", "a registered project (needed)"}),
              due, comment, etag},
             Mitigate),
      Action(lang, "resolve", {"人工解除", "resolves by hand"}, {reason, etag},
             Resolve),
      Action(lang, "comment",
             {"评论：ALERT 之后写内容", "comments: the text after ALERT"},
             {comment}, Comment),
  };
}

}  // namespace qiangji::cli
