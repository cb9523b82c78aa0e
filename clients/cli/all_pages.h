// A List call of all pages, so that what is printed is one document.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "clients/cpp/pager.h"

namespace qiangji::cli {

// The pages of the rpc `name` of Request's service, merged; without a token.
template <typename Response, typename Request>
absl::StatusOr<Response> AllPages(const char* name, Request request,
                                  Session& session) {
  Response all;
  QJ_RETURN_IF_ERROR(client::ForEachPage<Response>(
      std::move(request),
      [&](const Request& asked, Response* page) {
        return session.CallByName(name, asked, page);
      },
      [&](Response& page) {
        all.MergeFrom(page);
        return absl::OkStatus();
      }));
  all.clear_next_page_token();
  return all;
}

}  // namespace qiangji::cli
