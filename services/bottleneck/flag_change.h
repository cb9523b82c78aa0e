// What the writes of FlagService have in common.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/flag_handlers.h"
#include "services/rpc/request_id.h"

namespace qiangji::bottleneck {

using FlagNames = std::vector<std::string>;

// Runs `body` as one change under the request's id; with validate_only nothing
// is kept, and the commit has sequence 0.
template <typename Request, typename Body>
absl::StatusOr<store::Commit> WriteFlag(const FlagSources& sources,
                                        const rpc::RequestContext& call,
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
  auto commit = sources.alerts.store.ReadWrite(
      options,
      [&](store::Transaction& transaction, FlagNames& names) -> absl::Status {
        QJ_RETURN_IF_ERROR(body(transaction, names));
        valid = true;
        return request.validate_only() ? absl::CancelledError("validate_only")
                                       : absl::OkStatus();
      });
  if (request.validate_only() && valid && absl::IsCancelled(commit.status())) {
    return store::Commit();
  }
  return commit;
}

// The flag as of the commit; of a dry run what it would be.
absl::Status AnswerFlag(const FlagSources& sources, const store::Commit& commit,
                        const StoredFlag& written, v1::Flag* response);

}  // namespace qiangji::bottleneck
