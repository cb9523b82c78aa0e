#include "services/registry/request_fields.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/rpc/errors.h"

namespace qiangji::registry {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

const FieldDescriptor* Find(const Message& message, const char* field) {
  return message.GetDescriptor()->FindFieldByName(field);
}

}  // namespace

std::string GetText(const Message& message, const char* field) {
  const FieldDescriptor* found = Find(message, field);
  return found == nullptr ? std::string()
                          : message.GetReflection()->GetString(message, found);
}

bool GetFlag(const Message& message, const char* field) {
  const FieldDescriptor* found = Find(message, field);
  return found != nullptr && message.GetReflection()->GetBool(message, found);
}

std::int64_t GetInteger(const Message& message, const char* field) {
  const FieldDescriptor* found = Find(message, field);
  if (found == nullptr) return 0;
  return found->cpp_type() == FieldDescriptor::CPPTYPE_INT32
             ? message.GetReflection()->GetInt32(message, found)
             : message.GetReflection()->GetInt64(message, found);
}

std::vector<std::string> GetTexts(const Message& message, const char* field) {
  std::vector<std::string> texts;
  const FieldDescriptor* found = Find(message, field);
  if (found == nullptr) return texts;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, found); ++i) {
    texts.push_back(
        message.GetReflection()->GetRepeatedString(message, found, i));
  }
  return texts;
}

std::vector<const Message*> GetMessages(const Message& message,
                                        const char* field) {
  std::vector<const Message*> messages;
  const FieldDescriptor* found = Find(message, field);
  if (found == nullptr) return messages;
  for (int i = 0; i < message.GetReflection()->FieldSize(message, found); ++i) {
    messages.push_back(
        &message.GetReflection()->GetRepeatedMessage(message, found, i));
  }
  return messages;
}

void SetText(Message* message, const char* field, std::string value) {
  if (const FieldDescriptor* found = Find(*message, field)) {
    message->GetReflection()->SetString(message, found, std::move(value));
  }
}

void SetInteger(Message* message, const char* field, std::int64_t value) {
  if (const FieldDescriptor* found = Find(*message, field)) {
    message->GetReflection()->SetInt64(message, found, value);
  }
}

void SetFlag(Message* message, const char* field, bool value) {
  if (const FieldDescriptor* found = Find(*message, field)) {
    message->GetReflection()->SetBool(message, found, value);
  }
}

void SetTime(Message* message, const char* field, absl::Time value) {
  if (const FieldDescriptor* found = Find(*message, field)) {
    Timestamp time;
    ToProto(value, &time);
    message->GetReflection()->MutableMessage(message, found)->CopyFrom(time);
  }
}

const FieldDescriptor* FieldOfType(const Descriptor* request,
                                   const Descriptor* type) {
  for (int i = 0; i < request->field_count(); ++i) {
    if (request->field(i)->message_type() == type) return request->field(i);
  }
  return nullptr;
}

absl::StatusOr<ReadState> ResolveReadState(store::Reader& reader,
                                           const Message& request) {
  QJ_ASSIGN_OR_RETURN(store::Change head, reader.Head());
  const std::int64_t seq = GetInteger(request, "read_seq");
  const FieldDescriptor* at = Find(request, "read_time");
  const bool timed =
      at != nullptr && request.GetReflection()->HasField(request, at);
  if (timed && seq != 0) {
    return rpc::InvalidField("read_seq",
                             "is stated beside read_time; accepted: one of "
                             "them");
  }
  if (seq != 0) {
    if (seq < 0 || seq > head.seq) {
      return rpc::OutOfRange(
          "read_seq",
          absl::StrCat(seq, " is not recorded; accepted: 1 to ", head.seq));
    }
    if (seq == head.seq) return ReadState{std::move(head)};
    QJ_ASSIGN_OR_RETURN(store::Change change, reader.ChangeAt(seq));
    return ReadState{std::move(change), seq};
  }
  if (!timed) return ReadState{std::move(head)};
  Timestamp time;
  time.CopyFrom(request.GetReflection()->GetMessage(request, at));
  QJ_ASSIGN_OR_RETURN(const store::Seq found,
                      reader.SeqAt(absl::FromUnixSeconds(time.seconds()) +
                                   absl::Nanoseconds(time.nanos())));
  if (found == 0) {
    return rpc::OutOfRange("read_time",
                           "is before the first change; accepted: times from "
                           "it on");
  }
  if (found == head.seq) return ReadState{std::move(head)};
  QJ_ASSIGN_OR_RETURN(store::Change change, reader.ChangeAt(found));
  return ReadState{std::move(change), found};
}

}  // namespace qiangji::registry
