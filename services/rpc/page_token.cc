#include "services/rpc/page_token.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/rpc/crypto.h"
#include "services/rpc/errors.h"
#include "services/rpc/serialize.h"

namespace qiangji::rpc {
namespace {

constexpr std::size_t kMacBytes = 16;

// Length before content: no two lists of parts read the same.
void AppendPart(std::string& out, absl::string_view part) {
  absl::StrAppend(&out, part.size(), ":", part);
}

}  // namespace

PageTokens::PageTokens(std::string key) : key_(std::move(key)) {}

std::string PageTokens::Mac(const google::protobuf::Message& request,
                            absl::string_view caller,
                            absl::string_view payload) const {
  std::string data = "page";
  AppendPart(data, caller);
  AppendPart(data, StableBytes(request, {"page_token", "page_size"}));
  AppendPart(data, payload);
  return HmacSha256(key_, data).substr(0, kMacBytes);
}

std::string PageTokens::Make(const google::protobuf::Message& request,
                             absl::string_view caller,
                             const PageCursor& cursor) const {
  const std::string payload = absl::StrCat(cursor.seq, ":", cursor.after);
  return absl::WebSafeBase64Escape(
      absl::StrCat(Mac(request, caller, payload), payload));
}

absl::StatusOr<PageCursor> PageTokens::Open(
    const google::protobuf::Message& request, absl::string_view caller,
    absl::string_view token) const {
  if (token.empty()) return PageCursor{};
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < kMacBytes ||
      absl::WebSafeBase64Escape(bytes) != token) {
    return BadPageToken();
  }
  const absl::string_view payload = absl::string_view(bytes).substr(kMacBytes);
  const absl::string_view mac = absl::string_view(bytes).substr(0, kMacBytes);
  if (!SameSecret(mac, Mac(request, caller, payload))) return BadPageToken();
  PageCursor cursor;
  const std::size_t colon = payload.find(':');
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(payload.substr(0, colon), &cursor.seq)) {
    return BadPageToken();
  }
  cursor.after = std::string(payload.substr(colon + 1));
  return cursor;
}

absl::StatusOr<int> PageSize(int asked, int otherwise, int most) {
  if (asked < 0) return InvalidField("page_size", "below zero");
  return asked == 0 ? otherwise : std::min(asked, most);
}

}  // namespace qiangji::rpc
