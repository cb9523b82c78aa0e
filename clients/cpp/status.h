// The way back from grpc::Status to absl::Status, details included; the
// inverse of services/rpc/status.h.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace grpc {
class Status;
}

namespace qiangji::client {

// Details that parse become payloads under their type URLs.
absl::Status FromGrpcStatus(const grpc::Status& status);

// Of the google.rpc.ErrorInfo; "" where there is none.
std::string ReasonOf(const absl::Status& status);
std::string MetadataOf(const absl::Status& status, absl::string_view key);
// Field and description of every violation of the google.rpc.BadRequest.
std::vector<std::pair<std::string, std::string>> ViolationsOf(
    const absl::Status& status);

}  // namespace qiangji::client
