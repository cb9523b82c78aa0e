// qiangji flag create|endorse|contest|withdraw|adopt|map|decline|judge; list
// and show are in flag_list.cc.
#include <google/protobuf/message.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/alert_words.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/flag_list.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "qiangji/bottleneck/v1/flag_service.pb.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::CreateFlagRequest;
using bottleneck::v1::Flag;
using bottleneck::v1::FlagGoal;

constexpr Text kWritten = {"已写入：$0（变更序号 $1）",
                           "written: $0 (change $1)"};
constexpr Text kChecked = {"检查通过，未写入", "checked, nothing written"};
constexpr Text kNeeded = {"需要 $0", "$0 is needed"};
constexpr Text kOneGoal = {
    "目标须且只能给出一个：--goal、--goal-test 或 --goal-text",
    "exactly one goal is needed: --goal, --goal-test or --goal-text"};
constexpr Text kBadTest = {
    "--goal-test：“$0” 应为 属性<=数值（<、<=、>、>=、=）",
    "--goal-test: '$0' must be PROPERTY<=VALUE (<, <=, >, >=, =)"};
constexpr Text kOneJudgement = {"须给出 --reached 或 --not-reached 之一",
                                "one of --reached and --not-reached is needed"};

absl::StatusOr<std::string> Needed(const Invocation& invocation,
                                   const char* option) {
  const auto value = invocation.Get(option);
  if (!value || value->empty()) {
    return UsageError(Say(invocation.lang(), kNeeded, option));
  }
  return *value;
}

// Sends the request about the flag that the first word names.
template <typename Request>
absl::StatusOr<int> Send(const Invocation& invocation, const char* method,
                         Request request) {
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  request.set_validate_only(invocation.Has("--dry-run"));
  // A repeat by this very program would be done once.
  request.set_request_id(NewUuid());
  Flag flag;
  QJ_RETURN_IF_ERROR(session->CallByName(method, request, &flag));
  const Lang lang = invocation.lang();
  invocation.console.err << (request.validate_only()
                                 ? std::string(kChecked.In(lang))
                                 : Say(lang, kWritten, flag.name(), flag.seq()))
                         << '\n';
  PrintFlags(invocation, {flag}, flag);
  return kDone;
}

template <typename Request>
Request About(const Invocation& invocation) {
  Request request;
  request.set_name(FlagNameOf(invocation.positionals[0]));
  request.set_reason(invocation.Get("--reason").value_or(""));
  request.set_etag(invocation.Get("--etag").value_or(""));
  return request;
}

// `stage>=series` is a milestone, all else a condition.
absl::Status SetCondition(const Invocation& invocation, const std::string& text,
                          FlagGoal* goal) {
  absl::string_view rest = absl::StripAsciiWhitespace(text);
  if (absl::ConsumePrefix(&rest, "stage")) {
    rest = absl::StripLeadingAsciiWhitespace(rest);
    if (absl::ConsumePrefix(&rest, ">=")) {
      return SetField(*FlagGoal::descriptor()->FindFieldByName("stage"),
                      absl::StripAsciiWhitespace(rest), invocation.lang(),
                      goal);
    }
  }
  goal->set_condition(text);
  return absl::OkStatus();
}

absl::Status SetTest(const Invocation& invocation, const std::string& text,
                     FlagGoal* goal) {
  const auto bad = [&] {
    return UsageError(Say(invocation.lang(), kBadTest, text));
  };
  const std::size_t sign = text.find_first_of("<>=");
  if (sign == std::string::npos || sign == 0) return bad();
  absl::string_view rest(text);
  rest.remove_prefix(sign);
  auto& test = *goal->mutable_test();
  test.set_property(std::string(
      absl::StripAsciiWhitespace(absl::string_view(text).substr(0, sign))));
  constexpr std::pair<absl::string_view, bottleneck::v1::Comparison> kSigns[] =
      {{"<=", bottleneck::v1::COMPARISON_LESS_OR_EQUAL},
       {">=", bottleneck::v1::COMPARISON_GREATER_OR_EQUAL},
       {"<", bottleneck::v1::COMPARISON_LESS},
       {">", bottleneck::v1::COMPARISON_GREATER},
       {"=", bottleneck::v1::COMPARISON_EQUAL}};
  for (const auto& [mark, comparison] : kSigns) {
    if (!absl::ConsumePrefix(&rest, mark)) continue;
    test.set_comparison(comparison);
    break;
  }
  double value = 0;
  if (!absl::SimpleAtod(absl::StripAsciiWhitespace(rest), &value)) return bad();
  test.set_value(value);
  return absl::OkStatus();
}

absl::Status SetGoal(const Invocation& invocation, FlagGoal* goal) {
  const auto condition = invocation.Get("--goal");
  const auto test = invocation.Get("--goal-test");
  const auto text = invocation.Get("--goal-text");
  const int given = (condition ? 1 : 0) + (test ? 1 : 0) + (text ? 1 : 0);
  if (given != 1)
    return UsageError(std::string(kOneGoal.In(invocation.lang())));
  if (condition) return SetCondition(invocation, *condition, goal);
  if (test) return SetTest(invocation, *test, goal);
  goal->set_text(*text);
  return absl::OkStatus();
}

absl::Status SetEnum(const Invocation& invocation, const char* option,
                     const char* field, Flag* flag) {
  QJ_ASSIGN_OR_RETURN(const std::string value, Needed(invocation, option));
  return SetField(*Flag::descriptor()->FindFieldByName(field), value,
                  invocation.lang(), flag);
}

absl::StatusOr<int> Create(const Invocation& invocation) {
  CreateFlagRequest request;
  request.set_flag_id(invocation.Get("--id").value_or(""));
  Flag& flag = *request.mutable_flag();
  const std::string& subject = invocation.positionals[0];
  if (invocation.Has("--new")) {
    flag.set_proposed_name_zh(subject);
    flag.set_proposed_name_en(invocation.Get("--name-en").value_or(""));
    QJ_RETURN_IF_ERROR(
        SetEnum(invocation, "--category", "proposed_category", &flag));
    for (const std::string& sector : invocation.All("--sector")) {
      flag.add_proposed_sectors(sector);
    }
  } else {
    absl::string_view id = subject;
    absl::ConsumePrefix(&id, "items/");
    flag.set_item_id(std::string(id));
  }
  QJ_RETURN_IF_ERROR(SetEnum(invocation, "--severity", "severity", &flag));
  QJ_ASSIGN_OR_RETURN(*flag.mutable_reason(), Needed(invocation, "--reason"));
  QJ_RETURN_IF_ERROR(SetGoal(invocation, flag.mutable_goal()));
  QJ_RETURN_IF_ERROR(SetTimeOption(invocation, "--due", "due", &flag));
  for (const std::string& entry : invocation.All("--evidence")) {
    flag.add_evidence(entry);
  }
  for (const std::string& item : invocation.All("--equipment")) {
    flag.add_equipment_ids(item);
  }
  flag.set_alliance_id(invocation.Get("--alliance").value_or(""));
  return Send(invocation, "CreateFlag", std::move(request));
}

absl::StatusOr<int> Endorse(const Invocation& invocation) {
  auto request = About<bottleneck::v1::EndorseFlagRequest>(invocation);
  request.set_organization_id(invocation.Get("--organization").value_or(""));
  return Send(invocation, "EndorseFlag", std::move(request));
}

absl::StatusOr<int> Contest(const Invocation& invocation) {
  auto request = About<bottleneck::v1::ContestFlagRequest>(invocation);
  request.set_organization_id(invocation.Get("--organization").value_or(""));
  return Send(invocation, "ContestFlag", std::move(request));
}

absl::StatusOr<int> Withdraw(const Invocation& invocation) {
  return Send(invocation, "WithdrawFlag",
              About<bottleneck::v1::WithdrawFlagRequest>(invocation));
}

template <typename Request>
absl::StatusOr<int> Settle(const Invocation& invocation, const char* method) {
  auto request = About<Request>(invocation);
  absl::string_view id = invocation.positionals[1];
  absl::ConsumePrefix(&id, "items/");
  request.set_item_id(std::string(id));
  return Send(invocation, method, std::move(request));
}

absl::StatusOr<int> Adopt(const Invocation& invocation) {
  return Settle<bottleneck::v1::AdoptFlagRequest>(invocation, "AdoptFlag");
}

absl::StatusOr<int> Map(const Invocation& invocation) {
  return Settle<bottleneck::v1::MapFlagRequest>(invocation, "MapFlag");
}

absl::StatusOr<int> Decline(const Invocation& invocation) {
  QJ_RETURN_IF_ERROR(Needed(invocation, "--reason").status());
  return Send(invocation, "DeclineFlag",
              About<bottleneck::v1::DeclineFlagRequest>(invocation));
}

absl::StatusOr<int> Judge(const Invocation& invocation) {
  QJ_RETURN_IF_ERROR(Needed(invocation, "--reason").status());
  const bool reached = invocation.Has("--reached");
  if (reached == invocation.Has("--not-reached")) {
    return UsageError(std::string(kOneJudgement.In(invocation.lang())));
  }
  auto request = About<bottleneck::v1::JudgeFlagRequest>(invocation);
  request.set_reached(reached);
  return Send(invocation, "JudgeFlag", std::move(request));
}

using Runner = absl::StatusOr<int> (*)(const Invocation&);

class Builder {
 public:
  explicit Builder(Lang lang) : lang_(lang) {}

  std::string In(const Text& text) const { return std::string(text.In(lang_)); }

  OptionSpec Option(const char* name, const char* value, const Text& help,
                    bool repeated = false,
                    std::vector<std::string> choices = {}) const {
    OptionSpec spec{name, value, In(help), std::move(choices)};
    spec.repeated = repeated;
    return spec;
  }

  CommandSpec Leaf(const char* name, const Text& help,
                   std::vector<PositionalSpec> positionals,
                   std::vector<OptionSpec> options, Runner run) const {
    CommandSpec spec;
    spec.name = name;
    spec.help = In(help);
    spec.positionals = std::move(positionals);
    spec.options = std::move(options);
    spec.options.push_back(
        Option("--dry-run", "", {"只检查，不写入", "checks, writes nothing"}));
    spec.run = run;
    return spec;
  }

  std::vector<OptionSpec> OfAction(std::vector<OptionSpec> more = {}) const {
    more.push_back(Option("--reason", "TEXT", {"理由", "why"}));
    more.push_back(
        Option("--etag", "ETAG",
               {"仅当无人改动时", "only if nobody changed it since"}));
    return more;
  }

  std::vector<OptionSpec> OfCreate() const {
    return {
        Option("--new", "",
               {"条目尚未登记：给出中文名称、--category 与 --sector",
                "an item not registered yet: give its Chinese name, --category "
                "and --sector"}),
        Option("--severity", "SEVERITY",
               {"严重程度（必填）", "how bad (needed)"}, false,
               {"low", "medium", "high", "critical"}),
        Option("--reason", "TEXT", {"理由（必填）", "why (needed)"}),
        Option("--goal", "CONDITION",
               {"解除目标，如 'assured_share>=0.3' 或 'stage>=series'",
                "when it is settled: 'assured_share>=0.3', 'stage>=series'"}),
        Option("--goal-test", "TEST",
               {"解除目标：检测结果，如 'accuracy<=0.01'",
                "a test result as goal: 'accuracy<=0.01'"}),
        Option("--goal-text", "TEXT",
               {"解除目标：由管理员评判的文字",
                "a goal in words, which a steward judges"}),
        Option("--due", "T",
               {"期限：日期或时刻；逾期则升级",
                "by when: a date or time; it escalates once that passes"}),
        Option("--evidence", "REFERENCE",
               {"证据：资源名称、文件或链接",
                "what supports it: a resource, a document, a link"},
               true),
        Option("--equipment", "ITEM",
               {"受影响的整机", "equipment that it affects"}, true),
        Option("--alliance", "ALLIANCE",
               {"提出标记的联盟；默认为本联盟",
                "the alliance that flags; by default yours"}),
        Option("--category", "CATEGORY",
               {"新条目的类别", "category of the new item"}),
        Option("--sector", "SECTOR", {"新条目的领域", "sector of the new item"},
               true),
        Option("--name-en", "NAME",
               {"新条目的英文名称", "English name of the new item"}),
        Option("--id", "ID",
               {"标记编号；默认由服务器给出",
                "id of the flag; by default the server gives one"}),
    };
  }

 private:
  Lang lang_;
};

}  // namespace

CommandSpec FlagCommand(Lang lang) {
  const Builder b(lang);
  const PositionalSpec one = {"FLAG", b.In({"标记编号", "a flag"})};
  const PositionalSpec item = {"ITEM", b.In({"条目编号", "an item"})};
  const PositionalSpec subject = {
      "ITEM", b.In({"条目编号；与 --new 合用时为新条目的中文名称",
                    "an item; with --new the Chinese name of a new one"})};
  const auto voice = b.OfAction({b.Option(
      "--organization", "ORGANIZATION",
      {"代表的机构（仅管理员）；默认为本机构",
       "the organization that speaks (stewards only); by default yours"})});
  CommandSpec group;
  group.name = "flag";
  group.help = b.In(
      {"联盟标记：联盟提出的瓶颈", "flags: bottlenecks that an alliance sees"});
  group.subcommands = {
      b.Leaf("create", {"标记条目或工艺", "flags an item or process"},
             {subject}, b.OfCreate(), Create),
      b.Leaf("endorse", {"附议", "endorses a flag"}, {one}, voice, Endorse),
      b.Leaf("contest", {"异议", "contests a flag"}, {one}, voice, Contest),
      b.Leaf("withdraw", {"撤回", "withdraws a flag"}, {one}, b.OfAction(),
             Withdraw),
      FlagListCommand(lang),
      FlagShowCommand(lang),
      b.Leaf("adopt",
             {"采纳：登记为此条目（管理员）",
              "takes a proposal over as the item registered for it (stewards)"},
             {one, item}, b.OfAction(), Adopt),
      b.Leaf("map",
             {"归入已有条目（管理员）",
              "moves a flag to an item that was there (stewards)"},
             {one, item}, b.OfAction(), Map),
      b.Leaf("decline",
             {"不采纳，说明理由（管理员）",
              "declines a proposal with a reason (stewards)"},
             {one}, b.OfAction(), Decline),
      b.Leaf(
          "judge",
          {"评判文字目标是否达到（管理员）",
           "says whether a goal in words is reached (stewards)"},
          {one},
          b.OfAction({b.Option("--reached", "", {"已达到", "it is"}),
                      b.Option("--not-reached", "", {"未达到", "it is not"})}),
          Judge),
  };
  return group;
}

}  // namespace qiangji::cli
