// Partial updates (AIP-134, 161) by reflection.
#pragma once

#include "absl/status/status.h"

namespace google::protobuf {
class FieldMask;
class Message;
}  // namespace google::protobuf

namespace qiangji::rpc {

// Takes the fields that `mask` names over from `source` into `target` (of one
// type); a field that `source` does not state is cleared. An empty mask takes
// the stated fields, "*" all. Output-only fields and identifiers are passed
// over. INVALID_ARGUMENT (field "update_mask") for an unknown path, an index,
// or a path below anything but one message.
absl::Status ApplyUpdateMask(const google::protobuf::FieldMask& mask,
                             const google::protobuf::Message& source,
                             google::protobuf::Message* target);

// Clears every output-only field of a resource that came in (AIP-203).
void ClearOutputOnly(google::protobuf::Message* resource);

}  // namespace qiangji::rpc
