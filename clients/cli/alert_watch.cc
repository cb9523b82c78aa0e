// qiangji alerts watch: events as they come, over lost connections.
#include <google/protobuf/util/json_util.h>
#include <grpcpp/channel.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "clients/cli/alert_words.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/csv_writer.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"
#include "clients/cpp/backoff.h"
#include "clients/cpp/status.h"
#include "qiangji/bottleneck/v1/alert_service.grpc.pb.h"
#include "services/base/mutex.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::Alert;
using bottleneck::v1::AlertService;
using bottleneck::v1::WatchAlertsRequest;
using bottleneck::v1::WatchAlertsResponse;

constexpr Text kBadToken = {"--after：“$0” 应为 SEQ 或 SEQ.N",
                            "--after: '$0' must be SEQ or SEQ.N"};
constexpr Text kLost = {"连接中断（$0），从 $1 继续",
                        "the connection was lost ($0); going on from $1"};
constexpr Text kGoOn = {"以 --after $0 继续", "go on with --after $0"};

// "12" or "12.3": everything up to change 12, and 3 alerts of the next.
std::string TokenOf(std::int64_t seq, std::int64_t position) {
  return position == 0 ? absl::StrCat(seq) : absl::StrCat(seq, ".", position);
}

absl::Status SetToken(const std::string& text, Lang lang,
                      WatchAlertsRequest* request) {
  const std::vector<std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('.', 1));
  std::int64_t seq = 0;
  std::int64_t position = 0;
  if (!absl::SimpleAtoi(parts[0], &seq) || seq < 0 ||
      (parts.size() == 2 &&
       (!absl::SimpleAtoi(parts[1], &position) || position < 0))) {
    return UsageError(Say(lang, kBadToken, text));
  }
  request->set_after_seq(seq);
  request->set_after_position(position);
  return absl::OkStatus();
}

absl::StatusOr<WatchAlertsRequest> RequestOf(const Invocation& invocation) {
  WatchAlertsRequest request;
  for (const std::string& rule : invocation.All("--rule")) {
    request.add_rules(
        absl::StrReplaceAll(absl::AsciiStrToUpper(rule), {{"-", "_"}}));
  }
  for (const std::string& severity : invocation.All("--severity")) {
    Alert alert;
    QJ_RETURN_IF_ERROR(
        SetField(*Alert::descriptor()->FindFieldByName("severity"), severity,
                 invocation.lang(), &alert));
    request.add_severities(alert.severity());
  }
  for (const std::string& sector : invocation.All("--sector")) {
    request.add_sectors(sector);
  }
  request.set_include_refreshed(invocation.Has("--figures"));
  if (const auto token = invocation.Get("--after")) {
    QJ_RETURN_IF_ERROR(SetToken(*token, invocation.lang(), &request));
  }
  return request;
}

std::string CodeOf(const google::protobuf::Message& message,
                   const char* field) {
  const Cell cell = FieldCell(message, field);
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string() : *text;
}

class Printer {
 public:
  explicit Printer(const Invocation& invocation) : invocation_(invocation) {}

  void Head() {
    if (invocation_.settings.output != Output::kCsv) return;
    invocation_.console.out << "token,time,event,severity,state,rule,subject,"
                               "caller,comment,summary\n";
  }

  void Event(const WatchAlertsResponse& message) {
    std::ostream& out = invocation_.console.out;
    switch (invocation_.settings.output) {
      case Output::kJson:
        Json(message);
        break;
      case Output::kCsv:
        Csv(message);
        break;
      case Output::kTable:
        Line(message);
        break;
    }
    out.flush();
  }

 private:
  static std::string TokenAfter(const WatchAlertsResponse& message) {
    return TokenOf(message.seq(), message.position());
  }

  // One object a line.
  void Json(const WatchAlertsResponse& message) {
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    std::string json;
    const auto status =
        google::protobuf::util::MessageToJsonString(message, &json, options);
    if (status.ok()) invocation_.console.out << json << '\n';
  }

  void Csv(const WatchAlertsResponse& message) {
    const Alert& alert = message.alert();
    const std::vector<std::string> cells = {
        TokenAfter(message),
        CodeOf(message.event(), "time"),
        CodeOf(message.event(), "kind"),
        CodeOf(alert, "severity"),
        CodeOf(alert, "state"),
        alert.rule(),
        alert.subject(),
        message.event().caller(),
        message.event().comment(),
        SummaryOf(alert, invocation_.lang())};
    WriteCsvLine(cells, invocation_.console.out);
  }

  void Line(const WatchAlertsResponse& message) {
    const Lang lang = invocation_.lang();
    const Alert& alert = message.alert();
    const std::string severity = CodeOf(alert, "severity");
    invocation_.console.out
        << TokenAfter(message) << "  "
        << Painted(WordFor("severity", severity, lang),
                   ColourOfWord("severity", severity),
                   invocation_.console.out_colour)
        << "  " << alert.rule() << "  " << alert.subject() << "  "
        << Printable(EventLine(message.event(), lang)) << "  "
        << Printable(SummaryOf(alert, lang)) << '\n';
  }

  const Invocation& invocation_;
};

// One watch over as many connections as it takes.
class Watcher {
 public:
  Watcher(const Invocation& invocation, WatchAlertsRequest request,
          Session& session)
      : invocation_(invocation),
        request_(std::move(request)),
        session_(session),
        printer_(invocation) {
    if (const auto count = invocation.Get("--count")) {
      int left = 0;
      if (absl::SimpleAtoi(*count, &left) && left > 0) left_ = left;
    }
  }

  absl::StatusOr<int> Run() {
    const Interrupt interrupt([this] { Cancel(); });
    client::Backoff backoff(absl::Milliseconds(100), absl::Seconds(5));
    printer_.Head();
    while (true) {
      absl::Status ended = Connect(backoff);
      if (done_ || interrupt.raised()) break;
      const bool again = absl::IsUnavailable(ended) ||
                         absl::IsResourceExhausted(ended) || ended.ok();
      if (!again) return ended;
      invocation_.console.err
          << Say(invocation_.lang(), kLost, ended.message(), Token()) << '\n';
      absl::SleepFor(backoff.Next());
      if (interrupt.raised()) break;
    }
    invocation_.console.err << Say(invocation_.lang(), kGoOn, Token()) << '\n';
    return kDone;
  }

 private:
  std::string Token() const {
    return TokenOf(request_.after_seq(), request_.after_position());
  }

  void Cancel() {
    const MutexLock lock(mutex_);
    cancelled_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }

  absl::Status Connect(client::Backoff& backoff) {
    QJ_ASSIGN_OR_RETURN(const auto channel,
                        session_.channel(Service::kBottleneck));
    const auto stub = AlertService::NewStub(channel);
    const std::unique_ptr<grpc::ClientContext> context =
        session_.StreamContext();
    {
      const MutexLock lock(mutex_);
      if (cancelled_) return absl::CancelledError("interrupted");
      context_ = context.get();
    }
    const auto stream = stub->WatchAlerts(context.get(), request_);
    WatchAlertsResponse message;
    while (!done_ && stream->Read(&message)) {
      backoff.Reset();
      if (message.has_alert()) {
        printer_.Event(message);
        if (left_) done_ = --*left_ == 0;
      }
      request_.set_after_seq(message.seq());
      request_.set_after_position(message.position());
    }
    if (done_) context->TryCancel();
    absl::Status ended = client::FromGrpcStatus(stream->Finish());
    const MutexLock lock(mutex_);
    context_ = nullptr;
    return ended;
  }

  const Invocation& invocation_;
  WatchAlertsRequest request_;
  Session& session_;
  Printer printer_;
  std::optional<int> left_;
  bool done_ = false;
  Mutex mutex_;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

absl::StatusOr<int> Watch(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(WatchAlertsRequest request, RequestOf(invocation));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  return Watcher(invocation, std::move(request), *session).Run();
}

}  // namespace

CommandSpec AlertsWatchCommand(Lang lang) {
  const auto option = [lang](const char* name, const char* value,
                             const Text& help, bool repeated = false) {
    OptionSpec spec{name, value, std::string(help.In(lang))};
    spec.repeated = repeated;
    return spec;
  };
  CommandSpec spec;
  spec.name = "watch";
  spec.help = std::string(
      Text{"持续显示变化，连接中断后接着显示；Ctrl-C 结束",
           "shows changes as they come, over lost connections; Ctrl-C ends it"}
          .In(lang));
  spec.options = {
      option("--after", "TOKEN",
             {"从此处之后（0 为全部）；默认为此刻起",
              "after this point (0 = all); by default from now on"}),
      option("--rule", "RULE", {"只看此规则", "only this rule"}, true),
      option("--severity", "SEVERITY", {"只看此严重程度", "only this severity"},
             true),
      option("--sector", "SECTOR", {"只看此领域", "only this sector"}, true),
      option("--figures", "",
             {"也显示仅数据有变的", "also those whose figures alone changed"}),
      option("--count", "N", {"显示 N 条后结束", "ends after N events"}),
  };
  spec.options[2].choices = {"low", "medium", "high", "critical"};
  spec.run = Watch;
  return spec;
}

}  // namespace qiangji::cli
