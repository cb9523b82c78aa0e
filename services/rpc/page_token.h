// Page tokens (AIP-158): opaque, URL-safe, authenticated, and bound to the
// rest of the request and to the caller.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::rpc {

// Where the next page starts: the store's cursor, read at the sequence of the
// first page, so that pages belong together.
struct PageCursor {
  std::string after;      // "" = from the beginning
  std::int64_t seq = -1;  // -1 = first page: not settled yet
};

class PageTokens {
 public:
  explicit PageTokens(std::string key);  // secret, 32 bytes

  // The token of the page after `cursor` for a repeat of `request`; its
  // page_token and page_size fields do not count.
  std::string Make(const google::protobuf::Message& request,
                   absl::string_view caller, const PageCursor& cursor) const;

  // An empty token is the first page. INVALID_ARGUMENT (field "page_token")
  // where it was altered, or belongs to another request or caller.
  absl::StatusOr<PageCursor> Open(const google::protobuf::Message& request,
                                  absl::string_view caller,
                                  absl::string_view token) const;

 private:
  std::string Mac(const google::protobuf::Message& request,
                  absl::string_view caller, absl::string_view payload) const;
  std::string key_;
};

// 0 = `otherwise`, larger than `most` = `most`, negative INVALID_ARGUMENT.
absl::StatusOr<int> PageSize(int asked, int otherwise, int most);

}  // namespace qiangji::rpc
