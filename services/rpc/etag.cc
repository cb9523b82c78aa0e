#include "services/rpc/etag.h"

#include "absl/strings/str_cat.h"
#include "services/rpc/errors.h"

namespace qiangji::rpc {

std::string MakeEtag(std::int64_t seq_from) {
  return absl::StrCat("\"", seq_from, "\"");
}

absl::Status CheckEtag(absl::string_view name, absl::string_view etag,
                       std::int64_t seq_from) {
  const std::string current = MakeEtag(seq_from);
  if (etag.empty() || etag == current) return absl::OkStatus();
  return StaleEtag(name, current);
}

}  // namespace qiangji::rpc
