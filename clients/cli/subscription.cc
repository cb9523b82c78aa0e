// qiangji subscription list|get|create|update|delete|dead|retry
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/print.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "qiangji/bottleneck/v1/subscription_service.pb.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::CreateSubscriptionRequest;
using bottleneck::v1::DeleteSubscriptionRequest;
using bottleneck::v1::GetSubscriptionRequest;
using bottleneck::v1::ListDeadLettersRequest;
using bottleneck::v1::ListDeadLettersResponse;
using bottleneck::v1::ListSubscriptionsRequest;
using bottleneck::v1::ListSubscriptionsResponse;
using bottleneck::v1::RetryDeadLettersRequest;
using bottleneck::v1::RetryDeadLettersResponse;
using bottleneck::v1::Subscription;
using bottleneck::v1::UpdateSubscriptionRequest;

constexpr ColumnSpec kColumns[] = {
    {"subscription_id"},
    {"channel"},
    {"address", Format::kText, 2},
    {"rules", Format::kText, 6},
    {"min_severity", Format::kText, 5},
    {"sectors", Format::kText, 6},
    {"item_ids", Format::kText, 7},
    {"states", Format::kText, 7},
    {"owners", Format::kText, 7},
    {"schedule", Format::kText, 8},
    {"paused", Format::kBool, 4},
    {"delivered_count", Format::kCount, 3},
    {"dead_count", Format::kCount, 1},
    {"last_error", Format::kText, 3},
};
constexpr ColumnSpec kDeadColumns[] = {
    {"subscription_id"},
    {"dead_letter_id"},
    {"event_count", Format::kCount, 3},
    {"failed_attempts", Format::kCount, 4},
    {"dead_time", Format::kText, 2},
    {"retrying", Format::kBool, 1},
    {"last_error", Format::kText, 5},
};

constexpr Text kWritten = {"已写入：$0（变更序号 $1）",
                           "written: $0 (change $1)"};
constexpr Text kDeleted = {"已删除：$0（变更序号 $1）",
                           "deleted: $0 (change $1)"};
constexpr Text kChecked = {"检查通过，未写入", "checked, nothing written"};
constexpr Text kRetrying = {"$0 条死信将重发",
                            "$0 dead letters are sent again"};
constexpr Text kSecret = {"签名密钥（仅显示这一次）：$0",
                          "signing key (shown this once): $0"};
constexpr Text kNothingGiven = {"没有给出要修改的内容",
                                "nothing to change was given"};
constexpr Text kBothPauses = {"--pause 与 --resume 只能用一个",
                              "--pause and --resume exclude each other"};

std::string NameOfWord(const std::string& word) {
  return absl::StartsWith(word, "subscriptions/")
             ? word
             : absl::StrCat("subscriptions/", word);
}

// The options that set a field of the same name.
struct FieldOption {
  const char* option;
  const char* field;
  const char* value;
  Text help;
  bool repeated;
};
constexpr FieldOption kFields[] = {
    {"--channel", "channel", "webhook|email|file", {"渠道", "by what"}, false},
    {"--address",
     "address",
     "ADDRESS",
     {"网址、邮箱或文件名", "a URL, a mail address or a file name"},
     false},
    {"--rule", "rules", "RULE", {"只订此规则", "only this rule"}, true},
    {"--min-severity",
     "min_severity",
     "SEVERITY",
     {"不低于此严重程度", "from this severity on"},
     false},
    {"--sector", "sectors", "SECTOR", {"只订此领域", "only this sector"}, true},
    {"--item", "item_ids", "ITEM", {"只订此条目", "only this item"}, true},
    {"--state",
     "states",
     "STATE",
     {"只订进入此状态的变化", "only what comes into this state"},
     true},
    {"--owner",
     "owners",
     "OWNER",
     {"只订此责任人的预警", "only alerts of this owner"},
     true},
    {"--language",
     "language",
     "zh|en",
     {"邮件语言；默认中英文", "language of mails; both by default"},
     false},
    {"--schedule",
     "schedule",
     "immediate|daily",
     {"即时，或每日一封（仅邮件）",
      "as it happens, or one mail a day (mails only)"},
     false},
    {"--secret",
     "secret",
     "KEY",
     {"Webhook 签名密钥 whsec_…；新建时默认生成",
      "key that signs webhooks, whsec_…; made up by default when creating"},
     false},
};

// One state a value.
absl::Status SetStates(const Invocation& invocation, Subscription* out) {
  const auto* field =
      bottleneck::v1::Alert::descriptor()->FindFieldByName("state");
  for (const std::string& text : invocation.All("--state")) {
    // SetField reads a code into a field of one value.
    bottleneck::v1::Alert alert;
    QJ_RETURN_IF_ERROR(SetField(*field, text, invocation.lang(), &alert));
    if (!text.empty()) out->add_states(alert.state());
  }
  return absl::OkStatus();
}

// Sets what the options say; adds the fields to `mask`.
absl::Status SetFields(const Invocation& invocation, Subscription* out,
                       google::protobuf::FieldMask* mask) {
  for (const FieldOption& option : kFields) {
    if (!invocation.Has(option.option)) continue;
    const auto* field =
        Subscription::descriptor()->FindFieldByName(option.field);
    mask->add_paths(option.field);
    if (absl::string_view(option.field) == "states") {
      QJ_RETURN_IF_ERROR(SetStates(invocation, out));
      continue;
    }
    std::string value = absl::StrJoin(invocation.All(option.option), ";");
    if (absl::string_view(option.field) == "rules") {
      // As in `alerts list`: import-dependence is IMPORT_DEPENDENCE.
      value = absl::StrReplaceAll(absl::AsciiStrToUpper(value), {{"-", "_"}});
    }
    QJ_RETURN_IF_ERROR(SetField(*field, value, invocation.lang(), out));
  }
  const bool pause = invocation.Has("--pause");
  const bool resume = invocation.Has("--resume");
  if (pause && resume) {
    return UsageError(std::string(kBothPauses.In(invocation.lang())));
  }
  if (pause || resume) {
    out->set_paused(pause);
    mask->add_paths("paused");
  }
  return absl::OkStatus();
}

void Print(const Invocation& invocation, const Subscription& subscription) {
  const Subscription only[] = {subscription};
  PrintAsAsked(invocation, TableOf(kColumns, only, invocation.lang()),
               subscription);
}

void SayWritten(const Invocation& invocation, const Subscription& written) {
  invocation.console.err << (invocation.Has("--dry-run")
                                 ? std::string(kChecked.In(invocation.lang()))
                                 : Say(invocation.lang(), kWritten,
                                       written.name(), written.seq()))
                         << '\n';
}

absl::StatusOr<int> List(const Invocation& invocation) {
  ListSubscriptionsRequest request;
  request.set_filter(invocation.Get("--filter").value_or(""));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const auto all,
                      AllPages<ListSubscriptionsResponse>("ListSubscriptions",
                                                          request, *session));
  PrintAsAsked(invocation,
               TableOf(kColumns, all.subscriptions(), invocation.lang()), all);
  return kDone;
}

absl::StatusOr<int> Get(const Invocation& invocation) {
  GetSubscriptionRequest request;
  request.set_name(NameOfWord(invocation.positionals[0]));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  Subscription found;
  QJ_RETURN_IF_ERROR(session->CallByName("GetSubscription", request, &found));
  Print(invocation, found);
  return kDone;
}

absl::StatusOr<int> Create(const Invocation& invocation) {
  CreateSubscriptionRequest request;
  if (!invocation.positionals.empty()) {
    request.set_subscription_id(invocation.positionals[0]);
  }
  Subscription& asked = *request.mutable_subscription();
  google::protobuf::FieldMask ignored;
  QJ_RETURN_IF_ERROR(SetFields(invocation, &asked, &ignored));
  const bool make_secret =
      asked.channel() == bottleneck::v1::SUBSCRIPTION_CHANNEL_WEBHOOK &&
      asked.secret().empty();
  if (make_secret) {
    constexpr std::size_t kKeyBytes = 32;
    asked.set_secret(
        absl::StrCat("whsec_", absl::Base64Escape(RandomBytes(kKeyBytes))));
  }
  request.set_validate_only(invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  Subscription made;
  QJ_RETURN_IF_ERROR(session->CallByName("CreateSubscription", request, &made));
  SayWritten(invocation, made);
  if (make_secret && !invocation.Has("--dry-run")) {
    invocation.console.err << Say(invocation.lang(), kSecret, asked.secret())
                           << '\n';
  }
  Print(invocation, made);
  return kDone;
}

absl::StatusOr<int> Update(const Invocation& invocation) {
  UpdateSubscriptionRequest request;
  Subscription& asked = *request.mutable_subscription();
  QJ_RETURN_IF_ERROR(
      SetFields(invocation, &asked, request.mutable_update_mask()));
  if (request.update_mask().paths().empty()) {
    return UsageError(std::string(kNothingGiven.In(invocation.lang())));
  }
  asked.set_name(NameOfWord(invocation.positionals[0]));
  request.set_validate_only(invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  Subscription made;
  QJ_RETURN_IF_ERROR(session->CallByName("UpdateSubscription", request, &made));
  SayWritten(invocation, made);
  Print(invocation, made);
  return kDone;
}

absl::StatusOr<int> Delete(const Invocation& invocation) {
  DeleteSubscriptionRequest request;
  request.set_name(NameOfWord(invocation.positionals[0]));
  request.set_validate_only(invocation.Has("--dry-run"));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  type::v1::DeleteResponse response;
  QJ_RETURN_IF_ERROR(
      session->CallByName("DeleteSubscription", request, &response));
  const Lang lang = invocation.lang();
  invocation.console.err << (request.validate_only()
                                 ? std::string(kChecked.In(lang))
                                 : Say(lang, kDeleted, request.name(),
                                       response.seq()))
                         << '\n';
  return kDone;
}

absl::StatusOr<int> Dead(const Invocation& invocation) {
  ListDeadLettersRequest request;
  request.set_parent(NameOfWord(
      invocation.positionals.empty() ? "-" : invocation.positionals[0]));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(
      const auto all,
      AllPages<ListDeadLettersResponse>("ListDeadLetters", request, *session));
  PrintAsAsked(invocation,
               TableOf(kDeadColumns, all.dead_letters(), invocation.lang()),
               all);
  return kDone;
}

absl::StatusOr<int> Retry(const Invocation& invocation) {
  RetryDeadLettersRequest request;
  request.set_name(NameOfWord(invocation.positionals[0]));
  for (std::size_t i = 1; i < invocation.positionals.size(); ++i) {
    request.add_dead_letter_ids(invocation.positionals[i]);
  }
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  RetryDeadLettersResponse response;
  QJ_RETURN_IF_ERROR(
      session->CallByName("RetryDeadLetters", request, &response));
  invocation.console.err << Say(invocation.lang(), kRetrying,
                                response.names_size())
                         << '\n';
  return kDone;
}

using Runner = absl::StatusOr<int> (*)(const Invocation&);

class Builder {
 public:
  explicit Builder(Lang lang) : lang_(lang) {}

  CommandSpec Leaf(const char* name, const Text& help,
                   std::vector<PositionalSpec> positionals,
                   std::vector<OptionSpec> options, Runner run) const {
    CommandSpec spec;
    spec.name = name;
    spec.help = In(help);
    spec.positionals = std::move(positionals);
    spec.options = std::move(options);
    spec.run = run;
    return spec;
  }
  std::string In(const Text& text) const { return std::string(text.In(lang_)); }

  std::vector<OptionSpec> Fields(bool update) const {
    std::vector<OptionSpec> options;
    for (const FieldOption& field : kFields) {
      if (update && absl::string_view(field.field) == "channel") continue;
      OptionSpec option{field.option, field.value, In(field.help)};
      option.repeated = field.repeated;
      options.push_back(std::move(option));
    }
    options.push_back({"--pause", "", In({"暂停", "sends nothing for now"})});
    if (update) {
      options.push_back({"--resume", "", In({"恢复", "goes on"})});
    }
    options.push_back(
        {"--dry-run", "", In({"只检查，不写入", "checks, writes nothing"})});
    return options;
  }

 private:
  Lang lang_;
};

}  // namespace

CommandSpec SubscriptionCommand(Lang lang) {
  const Builder b(lang);
  const PositionalSpec one = {"SUBSCRIPTION",
                              b.In({"订阅编号", "a subscription"})};
  PositionalSpec any = one;
  any.required = false;
  PositionalSpec letters = {"DEAD_LETTER", b.In({"死信编号；默认全部",
                                                 "a dead letter; by "
                                                 "default all"})};
  letters.required = false;
  letters.repeated = true;
  const OptionSpec dry_run = {
      "--dry-run", "", b.In({"只检查，不写入", "checks, writes nothing"})};
  CommandSpec group;
  group.name = "subscription";
  group.help = b.In({"订阅预警：Webhook、邮件或文件",
                     "subscriptions to alerts: webhook, mail or file"});
  group.subcommands = {
      b.Leaf("list", {"列出订阅及送达情况", "subscriptions and deliveries"}, {},
             {{"--filter", "FILTER",
               b.In({"筛选，如 'rule = \"IMPORT_DEPENDENCE\"'",
                     "such as 'rule = \"IMPORT_DEPENDENCE\"'"})}},
             List),
      b.Leaf("get", {"一个订阅", "one subscription"}, {one}, {}, Get),
      b.Leaf("create", {"新建订阅", "creates one"}, {any}, b.Fields(false),
             Create),
      b.Leaf("update", {"修改订阅", "changes one"}, {one}, b.Fields(true),
             Update),
      b.Leaf("delete",
             {"删除订阅及其死信", "deletes one with its dead letters"}, {one},
             {dry_run}, Delete),
      b.Leaf("dead",
             {"未能送达而放弃的通知（死信）",
              "what could not be delivered (dead letters)"},
             {any}, {}, Dead),
      b.Leaf("retry", {"重发死信", "sends dead letters again"}, {one, letters},
             {}, Retry)};
  return group;
}

}  // namespace qiangji::cli
