#include "services/registry/field_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"

namespace qiangji::registry {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr absl::string_view kUnspecified = "UNSPECIFIED";

// "FIRST_BATCH" of QUALIFICATION_FIRST_BATCH: without what
// QUALIFICATION_UNSPECIFIED begins with.
absl::string_view EnumWord(const EnumDescriptor& type, int index) {
  const std::size_t prefix = type.value(0)->name().size() - kUnspecified.size();
  return absl::string_view(type.value(index)->name()).substr(prefix);
}

std::string EnumText(int number, const EnumDescriptor& type,
                     const domain::Column& column) {
  if (number == 0) return "";
  const auto* value = type.FindValueByNumber(number);
  if (value == nullptr) return absl::StrCat(number);  // refused by ParseCell
  const absl::string_view word = EnumWord(type, value->index());
  for (absl::string_view text : column.values) {
    if (absl::EqualsIgnoreCase(text, word)) return std::string(text);
  }
  return std::string(word);
}

// Enums are short: looking a made-up name up takes longer.
int EnumNumber(absl::string_view text, const EnumDescriptor& type) {
  for (int i = 1; i < type.value_count(); ++i) {
    if (absl::EqualsIgnoreCase(EnumWord(type, i), text)) {
      return type.value(i)->number();
    }
  }
  return 0;
}

std::string TimeText(const Timestamp& time) {
  return absl::FormatTime(
      "%E4Y-%m-%dT%H:%M:%E*SZ",
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
      absl::UTCTimeZone());
}

absl::StatusOr<std::string> ListText(const Message& message,
                                     const FieldDescriptor& field) {
  std::vector<std::string> entries;
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    entries.push_back(reflection.GetRepeatedString(message, &field, i));
    if (absl::StrContains(entries.back(), ';')) {
      return absl::InvalidArgumentError(
          absl::StrCat(domain::Quoted(entries.back()),
                       " holds ';'; accepted: entries without it"));
    }
  }
  return absl::StrJoin(entries, ";");
}

std::string NumberText(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return domain::FormatNumber(reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, &field));
    default:
      return absl::StrCat(reflection.GetInt64(message, &field));
  }
}

}  // namespace

absl::StatusOr<std::string> FieldText(const Message& message,
                                      const FieldDescriptor& field,
                                      const domain::Column& column) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) return ListText(message, field);
  // Fields without presence are not stated where they are 0 or "".
  if (!reflection.HasField(message, &field)) return std::string();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(reflection.GetEnumValue(message, &field),
                      *field.enum_type(), column);
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      Timestamp time;
      time.CopyFrom(reflection.GetMessage(message, &field));
      return TimeText(time);
    }
    default:
      return NumberText(message, field);
  }
}

void SetField(const FieldDescriptor& field, const domain::Value& value,
              Message* message) {
  const Reflection& reflection = *message->GetReflection();
  reflection.ClearField(message, &field);
  if (domain::IsNull(value)) return;
  if (field.is_repeated()) {
    for (absl::string_view entry :
         absl::StrSplit(domain::TextOf(value), ';', absl::SkipEmpty())) {
      reflection.AddString(message, &field, std::string(entry));
    }
    return;
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(message, &field, domain::TextOf(value));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      reflection.SetEnumValue(
          message, &field,
          EnumNumber(domain::TextOf(value), *field.enum_type()));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      reflection.SetDouble(message, &field, domain::NumberOf(value));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      reflection.SetBool(message, &field, domain::IntOf(value) != 0);
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      reflection.SetInt32(message, &field,
                          static_cast<std::int32_t>(domain::IntOf(value)));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      reflection.SetInt64(message, &field, domain::IntOf(value));
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      absl::Time time;
      if (!absl::ParseTime(absl::RFC3339_full, domain::TextOf(value), &time,
                           nullptr)) {
        break;
      }
      Timestamp stamp;
      stamp.set_seconds(absl::ToUnixSeconds(time));
      reflection.MutableMessage(message, &field)->CopyFrom(stamp);
      break;
    }
    default:
      break;
  }
}

}  // namespace qiangji::registry
