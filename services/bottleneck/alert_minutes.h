// Minutes for an alliance's meeting: what happened to alerts since a time.
#pragma once

#include "absl/status/status.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/bottleneck/alert_handlers.h"
#include "services/rpc/context.h"

namespace qiangji::bottleneck {

// Pages of one listing read one change of the store. An alliance that names no
// sectors gets its own. Reads the store: call it on the pool kRead.
absl::Status ListAlertMinutes(const AlertSources& sources,
                              const rpc::RequestContext& call,
                              const v1::ListAlertMinutesRequest& request,
                              v1::ListAlertMinutesResponse* response);

}  // namespace qiangji::bottleneck
