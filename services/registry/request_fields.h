// Fields that standard methods share, by name: one implementation serves the
// requests of every resource. A field that a request has not is at its
// default.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "db/store/store.h"
#include "services/rpc/timestamp.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace qiangji::registry {

std::string GetText(const google::protobuf::Message& message,
                    const char* field);
bool GetFlag(const google::protobuf::Message& message, const char* field);
std::int64_t GetInteger(const google::protobuf::Message& message,
                        const char* field);
std::vector<std::string> GetTexts(const google::protobuf::Message& message,
                                  const char* field);
std::vector<const google::protobuf::Message*> GetMessages(
    const google::protobuf::Message& message, const char* field);

void SetText(google::protobuf::Message* message, const char* field,
             std::string value);
void SetInteger(google::protobuf::Message* message, const char* field,
                std::int64_t value);
void SetFlag(google::protobuf::Message* message, const char* field, bool value);
void SetTime(google::protobuf::Message* message, const char* field,
             absl::Time value);

// The field of `request` (repeated or not) that holds messages of `type`;
// nullptr if none.
const google::protobuf::FieldDescriptor* FieldOfType(
    const google::protobuf::Descriptor* request,
    const google::protobuf::Descriptor* type);

using rpc::ToProto;  // beside the conversions of this service

// The state that read_time or read_seq of a request means: at most one of
// them, neither is the head. OUT_OF_RANGE beyond the head or before the first
// change.
struct ReadState {
  store::Change change;
  store::Seq at = store::kHead;  // for the store's reads
};
absl::StatusOr<ReadState> ResolveReadState(
    store::Reader& reader, const google::protobuf::Message& request);

// The state that reads of a change see: its own, or simply the head.
inline store::Seq At(store::Seq seq, const store::Change& head) {
  return seq == head.seq ? store::kHead : seq;
}

}  // namespace qiangji::registry
