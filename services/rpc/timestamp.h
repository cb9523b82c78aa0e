// Times of this code as those of protobuf.
#pragma once

#include "absl/time/time.h"

namespace google::protobuf {
class Timestamp;
}

namespace qiangji::rpc {

// Nanoseconds are never negative, before 1970 too.
void ToProto(absl::Time time, google::protobuf::Timestamp* out);

}  // namespace qiangji::rpc
