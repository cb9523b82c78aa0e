#include "clients/cli/alert_words.h"

#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cli/read_point.h"
#include "clients/cli/reflect.h"
#include "clients/cli/words.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::AlertEvent;

constexpr Text kNotATime = {"$0：“$1” 应为时刻（RFC 3339）或日期",
                            "$0: '$1' must be a time (RFC 3339) or a date"};
constexpr Text kFor = {"由 $0 办理", "for $0"};
constexpr Text kUntil = {"至 $0", "until $0"};

std::string TextOf(const google::protobuf::Message& message,
                   const char* field) {
  const Cell cell = FieldCell(message, field);
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string() : *text;
}

}  // namespace

std::string EventWords(const AlertEvent& event, Lang lang) {
  std::string line = WordFor("event", TextOf(event, "kind"), lang);
  const std::string severity = TextOf(event, "severity");
  const std::string before = TextOf(event, "severity_before");
  if (severity != before) {
    absl::StrAppend(
        &line, "  ",
        before.empty() ? ""
                       : absl::StrCat(WordFor("severity", before, lang), " → "),
        WordFor("severity", severity, lang));
  }
  if (!event.caller().empty()) absl::StrAppend(&line, "  ", event.caller());
  const bool handled =
      event.kind() == bottleneck::v1::ALERT_EVENT_KIND_ACKNOWLEDGED ||
      event.kind() == bottleneck::v1::ALERT_EVENT_KIND_ACCEPTED ||
      event.kind() == bottleneck::v1::ALERT_EVENT_KIND_MITIGATING;
  if (handled && !event.owner().empty() && event.owner() != event.caller()) {
    absl::StrAppend(&line, "  ", Say(lang, kFor, event.owner()));
  }
  if (handled && !event.project().empty()) {
    absl::StrAppend(&line, "  ", event.project());
  }
  if (handled && event.has_due()) {
    absl::StrAppend(&line, "  ", Say(lang, kUntil, TextOf(event, "due")));
  }
  if (!event.comment().empty()) absl::StrAppend(&line, "  ", event.comment());
  return line;
}

std::string EventLine(const AlertEvent& event, Lang lang) {
  return absl::StrCat(TextOf(event, "time"), "  ", EventWords(event, lang));
}

std::string SummaryOf(const bottleneck::v1::Alert& alert, Lang lang) {
  const std::string& text =
      lang == Lang::kZh ? alert.summary_zh() : alert.summary_en();
  return text.empty() ? alert.summary_zh() : text;
}

absl::Status SetTimeOption(const Invocation& invocation, const char* option,
                           const char* field,
                           google::protobuf::Message* request) {
  const auto text = invocation.Get(option);
  if (!text) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(const ReadPoint point,
                      ParseReadPoint(option, *text, invocation.lang()));
  if (!point.time) {
    return UsageError(Say(invocation.lang(), kNotATime, option, *text));
  }
  auto* stamp = static_cast<google::protobuf::Timestamp*>(
      request->GetReflection()->MutableMessage(
          request, request->GetDescriptor()->FindFieldByName(field)));
  const std::int64_t seconds = absl::ToUnixSeconds(*point.time);
  stamp->set_seconds(seconds);
  stamp->set_nanos(static_cast<std::int32_t>(
      absl::ToInt64Nanoseconds(*point.time - absl::FromUnixSeconds(seconds))));
  return absl::OkStatus();
}

PositionalSpec AlertPositional(Lang lang) {
  return {
      "ALERT",
      std::string(Text{"RULE SUBJECT（如 IMPORT_DEPENDENCE bearing），或编号",
                       "RULE SUBJECT (IMPORT_DEPENDENCE bearing), or its id"}
                      .In(lang)),
      true, true};
}

}  // namespace qiangji::cli
