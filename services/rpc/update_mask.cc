#include "services/rpc/update_mask.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/api/field_behavior.pb.h"
#include "services/base/status_macros.h"
#include "services/rpc/errors.h"
#include "services/rpc/unknown_path.h"

namespace qiangji::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool HasBehavior(const FieldDescriptor* field,
                 google::api::FieldBehavior behavior) {
  const auto& options = field->options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == behavior) {
      return true;
    }
  }
  return false;
}

bool Settable(const FieldDescriptor* field) {
  return !HasBehavior(field, google::api::OUTPUT_ONLY) &&
         !HasBehavior(field, google::api::IDENTIFIER);
}

// A message with this field only, merged in: reflection has no typed copy of
// lists and messages.
void MergeField(const Message& source, const FieldDescriptor* field,
                Message* target) {
  const std::unique_ptr<Message> only(source.New());
  only->CopyFrom(source);
  std::vector<const FieldDescriptor*> stated;
  only->GetReflection()->ListFields(*only, &stated);
  for (const FieldDescriptor* other : stated) {
    if (other != field) only->GetReflection()->ClearField(only.get(), other);
  }
  only->DiscardUnknownFields();
  target->MergeFrom(*only);
}

void Take(const Message& source, const FieldDescriptor* field,
          Message* target) {
  const google::protobuf::Reflection& reflection = *target->GetReflection();
  reflection.ClearField(target, field);
  if (field->is_repeated()) return MergeField(source, field, target);
  if (!reflection.HasField(source, field)) return;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.SetDouble(target, field,
                                  reflection.GetDouble(source, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(target, field,
                                  reflection.GetString(source, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(target, field,
                                     reflection.GetEnumValue(source, field));
    default:
      MergeField(source, field, target);
  }
}

constexpr char kField[] = "update_mask";

absl::Status TakePath(absl::string_view path, const Message& source,
                      Message* target) {
  const std::vector<std::string> steps = absl::StrSplit(path, '.');
  const Message* from = &source;
  Message* into = target;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto* field = from->GetDescriptor()->FindFieldByName(steps[i]);
    if (field == nullptr) {
      return UnknownPath(kField, path, steps[i], from->GetDescriptor());
    }
    if (!Settable(field)) return absl::OkStatus();
    if (i + 1 == steps.size()) {
      Take(*from, field, into);
      return absl::OkStatus();
    }
    if (field->is_repeated() ||
        field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return InvalidField(kField, absl::StrCat(path, " goes below ", steps[i]));
    }
    from = &from->GetReflection()->GetMessage(*from, field);
    into = into->GetReflection()->MutableMessage(into, field);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyUpdateMask(const google::protobuf::FieldMask& mask,
                             const Message& source, Message* target) {
  if (mask.paths_size() == 0) {
    std::vector<const FieldDescriptor*> stated;
    source.GetReflection()->ListFields(source, &stated);
    for (const FieldDescriptor* field : stated) {
      if (Settable(field)) Take(source, field, target);
    }
    return absl::OkStatus();
  }
  for (const std::string& path : mask.paths()) {
    if (path != "*") {
      QJ_RETURN_IF_ERROR(TakePath(path, source, target));
      continue;
    }
    const auto* type = source.GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      if (Settable(type->field(i))) Take(source, type->field(i), target);
    }
  }
  return absl::OkStatus();
}

void ClearOutputOnly(Message* resource) {
  std::vector<const FieldDescriptor*> stated;
  resource->GetReflection()->ListFields(*resource, &stated);
  for (const FieldDescriptor* field : stated) {
    if (HasBehavior(field, google::api::OUTPUT_ONLY)) {
      resource->GetReflection()->ClearField(resource, field);
    }
  }
}

}  // namespace qiangji::rpc
