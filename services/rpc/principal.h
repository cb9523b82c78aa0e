// Who calls, and what they may do (ARCHITECTURE, "Roles").
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace qiangji::rpc {

enum class Role : std::uint8_t {
  kEnterprise,
  kAlliance,
  kAnalyst,
  kSteward,
  kAdministrator,
  kService,
};

// A set of roles in one word.
class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) bits_ |= Bit(role);
  }
  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr bool Intersects(Roles other) const {
    return (bits_ & other.bits_) != 0;
  }
  constexpr void Add(Role role) { bits_ |= Bit(role); }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(Roles, Roles) = default;

 private:
  static constexpr std::uint32_t Bit(Role role) {
    return std::uint32_t{1} << static_cast<int>(role);
  }
  std::uint32_t bits_ = 0;
};

struct Principal {
  std::string id;  // recorded with each change: "operator", "service:coverage"
  Roles roles;
  std::string organization_id;       // of an enterprise; "" = none
  std::vector<std::string> sectors;  // of an alliance

  bool Has(Role role) const { return roles.Has(role); }
  // Whether every fact is visible (ARCHITECTURE, "Views").
  bool sees_all() const {
    return roles.Intersects(
        {Role::kAnalyst, Role::kSteward, Role::kAdministrator, Role::kService});
  }

  // Every outside caller until identity lands: administrator and steward.
  static Principal Operator();
  // A service of this process, which came in over the in-process server.
  static Principal Service();
};

// The peer of calls over a Server's InProcessChannel, which no outside caller
// can take on.
constexpr char kInProcessPeer[] = "in-process";

// Names the caller of a call from its peer: kInProcessPeer, or gRPC's address.
using Authenticator = std::function<Principal(absl::string_view peer)>;
Principal DefaultPrincipal(absl::string_view peer);

}  // namespace qiangji::rpc
