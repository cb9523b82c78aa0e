#include "services/domain/actor.h"

#include <algorithm>

namespace qiangji::domain {

Refusal Denied(absl::string_view reason, absl::string_view message) {
  return {Refusal::Kind::kDenied, std::string(reason), "",
          std::string(message)};
}

Refusal Illegal(absl::string_view reason, absl::string_view message) {
  return {Refusal::Kind::kIllegal, std::string(reason), "",
          std::string(message)};
}

Refusal Invalid(absl::string_view field, absl::string_view message) {
  return {Refusal::Kind::kInvalid, "", std::string(field),
          std::string(message)};
}

Refusal DeniedToRoles() {
  return Denied("ROLE", "no role of the caller may do this");
}

bool Meet(const std::vector<std::string>& a,
          const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& each) {
    return std::find(b.begin(), b.end(), each) != b.end();
  });
}

}  // namespace qiangji::domain
