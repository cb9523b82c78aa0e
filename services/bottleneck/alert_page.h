// Pages of a listing that is numbered: the cursor says how many came before.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"

namespace qiangji::bottleneck {

// Entries [begin, end) of a listing.
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// One page of `n` entries from the cursor on, as of `seq`; sets the next token.
template <typename Request, typename Response>
absl::StatusOr<Page> PageOf(const rpc::PageTokens& tokens,
                            const rpc::RequestContext& call,
                            const Request& request,
                            const rpc::PageCursor& cursor, std::int64_t seq,
                            std::size_t n, Response* response) {
  Page page;
  std::size_t offset = 0;
  if (!cursor.after.empty() && !absl::SimpleAtoi(cursor.after, &offset)) {
    return rpc::BadPageToken();
  }
  QJ_ASSIGN_OR_RETURN(const int size,
                      rpc::PageSize(request.page_size(), rpc::kDefaultPageSize,
                                    rpc::kMaxPageSize));
  page.begin = std::min(offset, n);
  page.end = std::min(n, page.begin + static_cast<std::size_t>(size));
  if (page.end < n) {
    response->set_next_page_token(tokens.Make(request, call.principal().id,
                                              {absl::StrCat(page.end), seq}));
  }
  return page;
}

}  // namespace qiangji::bottleneck
