// The one text of a message: what is digested, kept and compared.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::report {

// JSON by the names of the proto file, fields in the order of their numbers,
// what is unset or has proto3's default left out; int64 as text, bytes as
// base64, times in RFC 3339, numbers in the shortest form that reads back the
// same. The same bytes for equal messages on every machine and with every
// version of libprotobuf. A member or an entry of a list at the top stands on a
// line of its own. Numbers are finite.
std::string CanonicalJson(const google::protobuf::Message& message);

// Reads what CanonicalJson wrote. INVALID_ARGUMENT where it is no JSON, or has
// a field that the message has not.
absl::Status ParseJson(absl::string_view text,
                       google::protobuf::Message* message);

// A place where two texts differ. `pointer` is a JSON pointer
// ("/rows/0/share");
// "" = the whole. "" as text = there is nothing.
struct JsonDifference {
  std::string pointer;
  std::string left;
  std::string right;
};

// The places where the values differ, in the order of the left text's members
// sorted by name, at most `most`. Where a text is no JSON: one difference at
// "", which says at which byte it ends to be.
std::vector<JsonDifference> CompareJson(absl::string_view left,
                                        absl::string_view right,
                                        std::size_t most);

}  // namespace qiangji::report
