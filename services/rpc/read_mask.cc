#include "services/rpc/read_mask.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/rpc/unknown_path.h"

namespace qiangji::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What is kept below a message: whole fields have an empty tree of their own.
struct Kept {
  bool whole = false;
  std::map<const FieldDescriptor*, Kept> fields;
};

constexpr char kAccepted[] = "; accepted: paths of the answer joined by commas";

absl::Status AddPath(absl::string_view path, const Descriptor* type,
                     Kept* kept) {
  const std::vector<std::string> steps = absl::StrSplit(path, '.');
  for (const std::string& step : steps) {
    const FieldDescriptor* field =
        type == nullptr ? nullptr : type->FindFieldByName(step);
    if (field == nullptr) {
      return UnknownPath(kReadMaskKey, path, step, type, kAccepted);
    }
    kept = &kept->fields[field];
    type = field->message_type();
  }
  kept->whole = true;
  return absl::OkStatus();
}

// As deep as the paths are.
void Prune(const Kept& kept, Message* message) {
  const auto* reflection = message->GetReflection();
  std::vector<const FieldDescriptor*> stated;
  reflection->ListFields(*message, &stated);
  for (const FieldDescriptor* field : stated) {
    const auto found = kept.fields.find(field);
    if (found == kept.fields.end()) {
      reflection->ClearField(message, field);
    } else if (found->second.whole) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection->FieldSize(*message, field); ++i) {
        Prune(found->second,
              reflection->MutableRepeatedMessage(message, field, i));
      }
    } else {
      Prune(found->second, reflection->MutableMessage(message, field));
    }
  }
}

}  // namespace

absl::Status ApplyReadMask(absl::string_view mask, Message* message) {
  Kept kept;
  bool all = true;
  for (absl::string_view path : absl::StrSplit(mask, ',')) {
    path = absl::StripAsciiWhitespace(path);
    if (path == "*") return absl::OkStatus();
    if (path.empty() && mask.empty()) break;
    all = false;
    QJ_RETURN_IF_ERROR(AddPath(path, message->GetDescriptor(), &kept));
  }
  if (!all) Prune(kept, message);
  return absl::OkStatus();
}

}  // namespace qiangji::rpc
