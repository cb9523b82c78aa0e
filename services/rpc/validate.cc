#include "services/rpc/validate.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/rpc/text.h"

namespace qiangji::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool SafeText(absl::string_view text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const auto byte = static_cast<unsigned char>(text[pos]);
    if (byte >= 0x20 && byte < 0x7f) {  // the usual case
      ++pos;
      continue;
    }
    const DecodedChar c = DecodeChar(text, pos);
    if (!c.valid || IsUnsafeChar(c.code_point, /*allow_lines=*/true)) {
      return false;
    }
    pos += c.length;
  }
  return true;
}

// Value `index` of a repeated field, or the value of a singular one (-1).
struct Cell {
  const Message& message;
  const FieldDescriptor* field;
  int index;

  const Reflection& reflection() const { return *message.GetReflection(); }
  double Number() const {
    const bool is_float = field->cpp_type() == FieldDescriptor::CPPTYPE_FLOAT;
    if (index < 0) {
      return is_float
                 ? static_cast<double>(reflection().GetFloat(message, field))
                 : reflection().GetDouble(message, field);
    }
    return is_float ? static_cast<double>(
                          reflection().GetRepeatedFloat(message, field, index))
                    : reflection().GetRepeatedDouble(message, field, index);
  }
  int Enum() const {
    return index < 0 ? reflection().GetEnumValue(message, field)
                     : reflection().GetRepeatedEnumValue(message, field, index);
  }
  const std::string& Text(std::string* scratch) const {
    return index < 0 ? reflection().GetStringReference(message, field, scratch)
                     : reflection().GetRepeatedStringReference(message, field,
                                                               index, scratch);
  }
  const Message& Nested() const {
    return index < 0 ? reflection().GetMessage(message, field)
                     : reflection().GetRepeatedMessage(message, field, index);
  }
};

// The range of RFC 3339: years 1 to 9999.
void CheckTimestamp(const Message& message, absl::string_view path,
                    Violations* violations) {
  google::protobuf::Timestamp time;
  time.CopyFrom(message);
  if (time.seconds() < -62135596800 || time.seconds() > 253402300799 ||
      time.nanos() < 0 || time.nanos() > 999999999) {
    violations->Add(path, "not a time between the years 1 and 9999");
  }
}

void CheckDuration(const Message& message, absl::string_view path,
                   Violations* violations) {
  google::protobuf::Duration duration;
  duration.CopyFrom(message);
  constexpr std::int64_t kMost = 315576000000;  // 10,000 years
  const bool mixed = (duration.seconds() < 0 && duration.nanos() > 0) ||
                     (duration.seconds() > 0 && duration.nanos() < 0);
  if (std::abs(duration.seconds()) > kMost ||
      std::abs(duration.nanos()) > 999999999 || mixed) {
    violations->Add(path, "not a duration");
  }
}

void CheckNested(const Message& message, const std::string& path,
                 Violations* violations) {
  const std::string& type = message.GetDescriptor()->full_name();
  if (type == "google.protobuf.Timestamp") {
    CheckTimestamp(message, path, violations);
  } else if (type == "google.protobuf.Duration") {
    CheckDuration(message, path, violations);
  } else {
    ValidateMessage(message, absl::StrCat(path, "."), violations);
  }
}

void CheckCell(const Cell& cell, absl::string_view prefix,
               Violations* violations) {
  const auto path = [&cell, prefix] {
    return cell.index < 0
               ? absl::StrCat(prefix, cell.field->name())
               : absl::StrCat(prefix, cell.field->name(), "[", cell.index, "]");
  };
  switch (cell.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      if (!std::isfinite(cell.Number())) {
        violations->Add(path(), "not a finite number");
      }
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      if (cell.field->enum_type()->FindValueByNumber(cell.Enum()) == nullptr) {
        violations->Add(path(), absl::StrCat(cell.Enum(), " is not a value of ",
                                             cell.field->enum_type()->name()));
      }
      break;
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      if (cell.field->type() == FieldDescriptor::TYPE_STRING &&
          !SafeText(cell.Text(&scratch))) {
        violations->Add(path(),
                        "holds control or direction-changing characters");
      }
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      CheckNested(cell.Nested(), path(), violations);
      break;
    default:
      break;
  }
}

}  // namespace

void ValidateMessage(const Message& message, absl::string_view prefix,
                     Violations* violations) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!field->is_repeated()) {
      CheckCell({message, field, -1}, prefix, violations);
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      CheckCell({message, field, i}, prefix, violations);
    }
  }
}

absl::Status ValidateRequest(const Message& request) {
  Violations violations;
  ValidateMessage(request, "", &violations);
  return violations.ToStatus();
}

}  // namespace qiangji::rpc
