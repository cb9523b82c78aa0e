#include "clients/cli/alerts_query.h"

#include <google/protobuf/message.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/command.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using bottleneck::v1::ListAlertsRequest;
using bottleneck::v1::ListAlertsResponse;

constexpr int kPageSize = 1000;  // the API's largest

constexpr Text kBadWords = {
    "“$0” 不是预警；应为 RULE SUBJECT（如 IMPORT_DEPENDENCE "
    "bearing）或预警编号",
    "'$0' is no alert; write RULE SUBJECT (IMPORT_DEPENDENCE bearing) or an "
    "alert's id"};
constexpr Text kNone = {"没有这样的预警：$0 $1", "no such alert: $0 $1"};

}  // namespace

absl::StatusOr<ListAlertsResponse> ListAllAlerts(ListAlertsRequest request,
                                                 Session& session) {
  request.set_page_size(kPageSize);
  return AllPages<ListAlertsResponse>("ListAlerts", std::move(request),
                                      session);
}

absl::StatusOr<std::string> FindAlertName(absl::Span<const std::string> words,
                                          Lang lang, Session& session) {
  if (words.size() == 1) {
    return absl::StartsWith(words[0], "alerts/")
               ? words[0]
               : absl::StrCat("alerts/", words[0]);
  }
  if (words.size() != 2) {
    return UsageError(Say(lang, kBadWords, absl::StrJoin(words, " ")));
  }
  ListAlertsRequest request;
  request.add_rules(
      absl::StrReplaceAll(absl::AsciiStrToUpper(words[0]), {{"-", "_"}}));
  request.add_subjects(absl::StrContains(words[1], '/')
                           ? words[1]
                           : absl::StrCat("items/", words[1]));
  for (int state = bottleneck::v1::ALERT_STATE_OPEN;
       state <= bottleneck::v1::AlertState_MAX; ++state) {
    request.add_states(static_cast<bottleneck::v1::AlertState>(state));
  }
  QJ_ASSIGN_OR_RETURN(const ListAlertsResponse found,
                      ListAllAlerts(std::move(request), session));
  if (found.alerts().empty()) {
    return absl::NotFoundError(Say(lang, kNone, words[0], words[1]));
  }
  return found.alerts(0).name();
}

}  // namespace qiangji::cli
