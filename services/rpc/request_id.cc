#include "services/rpc/request_id.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "services/rpc/crypto.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/serialize.h"

namespace qiangji::rpc {

absl::Status CheckRequestId(absl::string_view request_id) {
  const bool printable =
      std::all_of(request_id.begin(), request_id.end(), [](char c) {
        return absl::ascii_isgraph(static_cast<unsigned char>(c));
      });
  if (printable && request_id.size() <= kMaxRequestIdBytes) {
    return absl::OkStatus();
  }
  return InvalidField(
      "request_id", "not 1 to 128 printable ASCII characters, such as a UUID");
}

std::string RequestHash(const google::protobuf::Message& request) {
  return Sha256(StableBytes(request, {"request_id"}));
}

}  // namespace qiangji::rpc
