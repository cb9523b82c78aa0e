// Messages as cells and texts, by field name: FORMATS' columns and the fields
// of the API have the same names, so no command repeats them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/read_point.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"

namespace google::protobuf {
class Descriptor;
class EnumDescriptor;
class EnumValueDescriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace qiangji::cli {

// QUALIFICATION_FIRST_BATCH -> "first_batch"; the zero value -> "".
std::string EnumText(const google::protobuf::EnumValueDescriptor& value);

// Every text but that of the zero value, in the order of declaration.
std::vector<std::string> EnumTexts(
    const google::protobuf::EnumDescriptor& type);

// The field `name` of `message`; monostate where it is not stated or the
// message has no such field. Lists are joined by ';', times are RFC 3339 UTC.
Cell FieldCell(const google::protobuf::Message& message,
               absl::string_view name);

// Sets `field` from the text of a CSV cell or an option; "" clears it.
// InvalidArgument in `lang` where the text is not of its type.
absl::Status SetField(const google::protobuf::FieldDescriptor& field,
                      absl::string_view text, Lang lang,
                      google::protobuf::Message* message);

// Sets the fields read_seq or read_time of a request.
void SetReadPoint(const ReadPoint& point, google::protobuf::Message* request);

// Canonical protobuf JSON with the proto's field names, indented, with a line
// feed at its end.
std::string CanonicalJson(const google::protobuf::Message& message);

}  // namespace qiangji::cli
