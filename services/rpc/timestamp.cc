#include "services/rpc/timestamp.h"

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>

namespace qiangji::rpc {

void ToProto(absl::Time time, google::protobuf::Timestamp* out) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  out->set_seconds(seconds);
  out->set_nanos(static_cast<std::int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

}  // namespace qiangji::rpc
