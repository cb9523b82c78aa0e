#include "services/bottleneck/address_filter.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::bottleneck {
namespace {

constexpr int kMappedBits = 96;
constexpr std::size_t kMappedBytes = kMappedBits / 8;

IpAddress Mapped(const std::uint8_t* four) {
  IpAddress address{};
  address[10] = address[11] = 0xff;
  std::copy(four, four + 4, address.begin() + kMappedBytes);
  return address;
}

bool InNetwork(const std::uint8_t* address, const std::uint8_t* network,
               int bits) {
  const int whole = bits / 8;
  if (!std::equal(address, address + whole, network)) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  const int shift = 8 - rest;
  return (address[whole] >> shift) == (network[whole] >> shift);
}

struct Block4 {
  std::uint8_t address[4];
  int bits;
};
// IANA's special-purpose registry, multicast and what is reserved.
constexpr Block4 kSpecial4[] = {
    {{0, 0, 0, 0}, 8},      {{10, 0, 0, 0}, 8},     {{100, 64, 0, 0}, 10},
    {{127, 0, 0, 0}, 8},    {{169, 254, 0, 0}, 16}, {{172, 16, 0, 0}, 12},
    {{192, 0, 0, 0}, 24},   {{192, 0, 2, 0}, 24},   {{192, 88, 99, 0}, 24},
    {{192, 168, 0, 0}, 16}, {{198, 18, 0, 0}, 15},  {{198, 51, 100, 0}, 24},
    {{203, 0, 113, 0}, 24}, {{224, 0, 0, 0}, 4},    {{240, 0, 0, 0}, 4}};

bool IsPublic4(const std::uint8_t* address) {
  return std::none_of(std::begin(kSpecial4), std::end(kSpecial4),
                      [&](const Block4& block) {
                        return InNetwork(address, block.address, block.bits);
                      });
}

struct Block6 {
  std::uint8_t address[12];
  int bits;
};
constexpr Block6 kMapped6 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr Block6 kTranslated6 = {{0, 0x64, 0xff, 0x9b}, 96};  // RFC 6052
constexpr Block6 k6to4 = {{0x20, 0x02}, 16};
constexpr Block6 kGlobal6 = {{0x20}, 3};  // all that is given out
constexpr Block6 kSpecial6[] = {
    {{0x20, 0x01}, 23},              // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff}, 20},              // documentation
};

bool InBlock(const IpAddress& address, const Block6& block) {
  return InNetwork(address.data(), block.address, block.bits);
}

}  // namespace

absl::StatusOr<IpAddress> ParseIpAddress(absl::string_view text) {
  const std::string copy(text);
  IpAddress address{};
  if (inet_pton(AF_INET6, copy.c_str(), address.data()) == 1) return address;
  std::uint8_t four[4];
  if (inet_pton(AF_INET, copy.c_str(), four) == 1) return Mapped(four);
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is not a network address"));
}

absl::StatusOr<IpAddress> IpAddressOf(const sockaddr& address) {
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof(six));
    IpAddress out{};
    std::memcpy(out.data(), &six.sin6_addr, out.size());
    return out;
  }
  if (address.sa_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address, sizeof(four));
    std::uint8_t bytes[4];
    std::memcpy(bytes, &four.sin_addr, sizeof(bytes));
    return Mapped(bytes);
  }
  return absl::InvalidArgumentError("neither an IPv4 nor an IPv6 address");
}

bool IsPublic(const IpAddress& address) {
  if (InBlock(address, kMapped6) || InBlock(address, kTranslated6)) {
    return IsPublic4(address.data() + kMappedBytes);
  }
  if (InBlock(address, k6to4)) return IsPublic4(address.data() + 2);
  return InBlock(address, kGlobal6) &&
         std::none_of(
             std::begin(kSpecial6), std::end(kSpecial6),
             [&](const Block6& block) { return InBlock(address, block); });
}

absl::StatusOr<AddressFilter> AddressFilter::Allowing(
    const std::vector<std::string>& networks) {
  AddressFilter filter;
  for (const std::string& text : networks) {
    const std::size_t slash = text.find('/');
    const bool four = text.find(':') == std::string::npos;
    const int most = four ? 128 - kMappedBits : 128;
    int bits = most;
    if (slash != std::string::npos &&
        (!absl::SimpleAtoi(text.substr(slash + 1), &bits) || bits < 0 ||
         bits > most)) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", text, "' is not a network ADDRESS/BITS"));
    }
    Network network;
    QJ_ASSIGN_OR_RETURN(network.address, ParseIpAddress(text.substr(0, slash)));
    network.bits = four ? bits + kMappedBits : bits;
    filter.networks_.push_back(network);
  }
  return filter;
}

bool AddressFilter::Allows(const IpAddress& address) const {
  return IsPublic(address) ||
         std::any_of(networks_.begin(), networks_.end(),
                     [&](const Network& network) {
                       return InNetwork(address.data(), network.address.data(),
                                        network.bits);
                     });
}

}  // namespace qiangji::bottleneck
