// Who acts on alerts and flags, and why an action is refused. Pure.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace qiangji::domain {

enum class ActorRole : std::uint8_t {
  kEnterprise,
  kAlliance,
  kAnalyst,
  kSteward,
  kAdministrator,
  kService,
};
constexpr int kActorRoleCount = 6;

struct Actor {
  std::string id;
  std::bitset<kActorRoleCount> roles;
  std::vector<std::string> sectors;  // of an alliance

  bool Has(ActorRole role) const {
    return roles[static_cast<std::size_t>(role)];
  }
  // A steward or an administrator.
  bool IsSteward() const {
    return Has(ActorRole::kSteward) || Has(ActorRole::kAdministrator);
  }
  // Whether `may` is true of one of the roles.
  template <typename May>
  bool HasAny(May may) const {
    for (int r = 0; r < kActorRoleCount; ++r) {
      const auto role = static_cast<ActorRole>(r);
      if (Has(role) && may(role)) return true;
    }
    return false;
  }
};

// Why an action is not done.
struct Refusal {
  enum class Kind : std::uint8_t {
    kDenied,   // this actor may not
    kIllegal,  // not in this state
    kInvalid,  // `field` of the request is wrong
  };
  Kind kind = Kind::kIllegal;
  std::string reason;   // stable: "ALERT_RESOLVED"
  std::string field;    // of kInvalid
  std::string message;  // for people
};

Refusal Denied(absl::string_view reason, absl::string_view message);
Refusal Illegal(absl::string_view reason, absl::string_view message);
Refusal Invalid(absl::string_view field, absl::string_view message);
// No role of the actor may take the action.
Refusal DeniedToRoles();

// Whether the lists have an entry in common.
bool Meet(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace qiangji::domain
