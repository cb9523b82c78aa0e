// Reads every page of a List call.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "services/base/status_macros.h"

namespace qiangji::client {

// `fetch` is absl::Status(const Request&, Response*), `visit` is
// absl::Status(Response&); the first non-OK status ends it and is returned.
template <typename Response, typename Request, typename Fetch, typename Visit>
absl::Status ForEachPage(Request request, Fetch fetch, Visit visit) {
  for (;;) {
    Response page;
    QJ_RETURN_IF_ERROR(fetch(request, &page));
    QJ_RETURN_IF_ERROR(visit(page));
    if (page.next_page_token().empty()) return absl::OkStatus();
    if (page.next_page_token() == request.page_token()) {
      return absl::InternalError("the server repeats a page");
    }
    request.set_page_token(page.next_page_token());
  }
}

}  // namespace qiangji::client
