// Which network addresses a notification may be sent to: none of a private
// network unless the operator allows it, so that a subscriber cannot make the
// server talk to its neighbours. Asked of the address that a socket is about
// to connect to, after names are resolved.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct sockaddr;

namespace qiangji::bottleneck {

// An IPv6 address; an IPv4 address is the one it is mapped to, ::ffff:a.b.c.d.
using IpAddress = std::array<std::uint8_t, 16>;

// INVALID_ARGUMENT for anything but an address in digits.
absl::StatusOr<IpAddress> ParseIpAddress(absl::string_view text);
// INVALID_ARGUMENT for another family.
absl::StatusOr<IpAddress> IpAddressOf(const sockaddr& address);

// Whether the address is one of the public Internet: not this host, private,
// shared, link-local, multicast, reserved or for documentation. An IPv6 address
// that carries an IPv4 address (mapped, translated, 6to4) is judged by that.
bool IsPublic(const IpAddress& address);

class AddressFilter {
 public:
  // Public addresses only.
  AddressFilter() = default;
  // And those of the networks, "10.1.0.0/16" or "::1/128".
  static absl::StatusOr<AddressFilter> Allowing(
      const std::vector<std::string>& networks);

  bool Allows(const IpAddress& address) const;

 private:
  struct Network {
    IpAddress address;
    int bits;  // of the 128
  };
  std::vector<Network> networks_;
};

}  // namespace qiangji::bottleneck
