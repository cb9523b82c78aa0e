#include "clients/cli/error_text.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/width.h"
#include "clients/cpp/status.h"

namespace qiangji::cli {
namespace {

struct Kind {
  absl::StatusCode code;
  Text text;
};
constexpr Kind kKinds[] = {
    {absl::StatusCode::kUnavailable, {"服务不可用", "unavailable"}},
    {absl::StatusCode::kDeadlineExceeded, {"超时", "timed out"}},
    {absl::StatusCode::kUnauthenticated,
     {"未通过身份验证", "not authenticated"}},
    {absl::StatusCode::kPermissionDenied, {"没有权限", "not permitted"}},
    {absl::StatusCode::kNotFound, {"未找到", "not found"}},
    {absl::StatusCode::kAlreadyExists, {"已存在", "exists already"}},
    {absl::StatusCode::kInvalidArgument, {"参数不可用", "not accepted"}},
    {absl::StatusCode::kFailedPrecondition,
     {"条件不满足",
      "not possible "
      "now"}},
    {absl::StatusCode::kAborted,
     {"其间已被修改，请重新读取后再试",
      "changed by somebody else meanwhile; read "
      "it again"}},
    {absl::StatusCode::kResourceExhausted, {"超出限额", "over a limit"}},
    {absl::StatusCode::kUnimplemented,
     {"本版本尚未包含（not in this build）", "not in this build"}},
    {absl::StatusCode::kDataLoss, {"数据损坏", "data lost"}},
    {absl::StatusCode::kInternal, {"内部错误", "internal error"}},
    {absl::StatusCode::kUnknown, {"结果未知", "outcome unknown"}},
    {absl::StatusCode::kCancelled, {"已取消", "cancelled"}},
};

constexpr Text kServer = {"（服务器 $0）", " (server $0)"};
constexpr Text kWith = {"$0：$1", "$0: $1"};
constexpr Text kHint = {
    "服务器在运行吗？可用 --server HOST:PORT 或 QIANGJI_SERVER 指明地址",
    "is the server running? --server HOST:PORT or QIANGJI_SERVER says where"};

std::string KindText(const absl::Status& status, const Settings& settings) {
  for (const Kind& kind : kKinds) {
    if (kind.code != status.code()) continue;
    std::string text(kind.text.In(settings.lang));
    if (status.code() == absl::StatusCode::kUnavailable) {
      absl::StrAppend(&text, Say(settings.lang, kServer, settings.server));
    }
    return text;
  }
  return absl::StatusCodeToString(status.code());
}

}  // namespace

std::string ErrorText(const absl::Status& status, const Settings& settings) {
  std::string text = Say(settings.lang, kWith, KindText(status, settings),
                         Printable(status.message()));
  const std::string reason = client::ReasonOf(status);
  if (!reason.empty()) absl::StrAppend(&text, " [", Printable(reason), "]");
  for (const auto& [field, description] : client::ViolationsOf(status)) {
    absl::StrAppend(&text, "\n  ", Printable(field), ": ",
                    Printable(description));
  }
  if (absl::IsUnavailable(status)) {
    absl::StrAppend(&text, "\n  ", kHint.In(settings.lang));
  }
  return text;
}

}  // namespace qiangji::cli
