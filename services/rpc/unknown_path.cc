#include "services/rpc/unknown_path.h"

#include <google/protobuf/descriptor.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "services/base/nearest.h"
#include "services/rpc/errors.h"

namespace qiangji::rpc {

absl::Status UnknownPath(absl::string_view field, absl::string_view path,
                         absl::string_view step,
                         const google::protobuf::Descriptor* type,
                         absl::string_view accepted) {
  std::vector<std::string> known;
  for (int i = 0; type != nullptr && i < type->field_count(); ++i) {
    known.push_back(type->field(i)->name());
  }
  return InvalidField(field, absl::StrCat("unknown path ", path,
                                          DidYouMean(step, known), accepted));
}

}  // namespace qiangji::rpc
