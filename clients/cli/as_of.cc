#include "clients/cli/as_of.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "qiangji/registry/v1/round_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

constexpr char kCollection[] = "rounds/";

constexpr Text kNoRound = {
    "$0：没有名为 “$1” 的填报轮次；应为登记序号、RFC 3339 "
    "时刻、日期，或已冻结的"
    "填报轮次",
    "$0: there is no round '$1'; accepted are a sequence number, an RFC 3339 "
    "time, a date, or a frozen round"};
constexpr Text kNotFrozen = {
    "$0：填报轮次 “$1” 尚未冻结，没有登记序号；冻结：qiangji round freeze $1",
    "$0: round '$1' is not frozen, so no sequence is its own; to freeze it: "
    "qiangji round freeze $1"};

// The id of a round, as far as its letters tell. What is digits alone, or a
// date, is a sequence or a date: such a round is "rounds/2025".
std::optional<std::string> RoundIdOf(absl::string_view text) {
  const bool named = absl::ConsumePrefix(&text, kCollection);
  const auto digit = [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  };
  const bool id = !text.empty() && text[0] != '-' && text[0] != '.' &&
                  text[0] != '_' &&
                  std::all_of(text.begin(), text.end(), [&](char c) {
                    return digit(c) || (c >= 'a' && c <= 'z') || c == '-' ||
                           c == '.' || c == '_';
                  });
  const bool other = std::all_of(text.begin(), text.end(), [&](char c) {
    return digit(c) || c == '-' || c == '.';
  });
  if (!id || (other && !named)) return std::nullopt;
  return std::string(text);
}

}  // namespace

OptionSpec AsOfOption(Lang lang) {
  return {"--as-of", "WHEN",
          std::string(Text{"按当时所知：登记序号、RFC 3339 时刻、日期，或已冻结"
                           "的填报轮次名",
                           "as it was known then: a sequence number, an RFC "
                           "3339 time, a date, or the name of a frozen round"}
                          .In(lang))};
}

absl::StatusOr<ReadPoint> FindReadPoint(absl::string_view option,
                                        const std::string& text,
                                        const Invocation& invocation) {
  const Lang lang = invocation.lang();
  const std::optional<std::string> id = RoundIdOf(text);
  if (!id) return ParseReadPoint(option, text, lang);
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  registry::v1::GetRoundRequest request;
  request.set_name(absl::StrCat(kCollection, *id));
  registry::v1::Round round;
  const absl::Status found = session->CallByName("GetRound", request, &round);
  if (absl::IsNotFound(found)) {
    return absl::NotFoundError(Say(lang, kNoRound, option, *id));
  }
  QJ_RETURN_IF_ERROR(found);
  if (round.frozen_seq() == 0) {
    return absl::FailedPreconditionError(Say(lang, kNotFrozen, option, *id));
  }
  ReadPoint point;
  point.seq = round.frozen_seq();
  return point;
}

absl::Status SetAsOf(const Invocation& invocation,
                     google::protobuf::Message* request) {
  const auto text = invocation.Get("--as-of");
  if (!text) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(const ReadPoint point,
                      FindReadPoint("--as-of", *text, invocation));
  SetReadPoint(point, request);
  return absl::OkStatus();
}

}  // namespace qiangji::cli
