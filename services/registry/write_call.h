// A writing rpc beside the standard methods: its transaction.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/rpc/context.h"
#include "services/rpc/request_id.h"

namespace qiangji::registry {

// Runs `body` in a transaction of its own, as one change under the request's
// id. With validate_only nothing is committed, and the answer has sequence 0.
template <typename Request, typename Body>
absl::StatusOr<store::Commit> WriteCall(rpc::RequestContext& call,
                                        store::Store& store,
                                        const Request& request, Body body) {
  QJ_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  store::WriteOptions options;
  options.caller = call.principal().id;
  options.method = std::string(call.method());
  if (!request.validate_only() && !request.request_id().empty()) {
    options.request_id = request.request_id();
    options.request_hash = rpc::RequestHash(request);
  }
  bool valid = false;
  auto commit = store.ReadWrite(
      options,
      [&](store::Transaction& transaction,
          std::vector<std::string>&) -> absl::Status {
        QJ_RETURN_IF_ERROR(body(transaction));
        valid = true;
        return request.validate_only() ? absl::CancelledError("validate_only")
                                       : absl::OkStatus();
      });
  if (request.validate_only() && valid && absl::IsCancelled(commit.status())) {
    return store::Commit();
  }
  return commit;
}

}  // namespace qiangji::registry
