// One field of a resource message as the text of a cell, and back.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace qiangji::registry {

// "" = not stated. INVALID_ARGUMENT (the text of a violation) for a list
// entry that holds ';'.
absl::StatusOr<std::string> FieldText(
    const google::protobuf::Message& message,
    const google::protobuf::FieldDescriptor& field,
    const domain::Column& column);

// A null cell clears the field.
void SetField(const google::protobuf::FieldDescriptor& field,
              const domain::Value& value, google::protobuf::Message* message);

}  // namespace qiangji::registry
