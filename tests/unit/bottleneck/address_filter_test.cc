#include "services/bottleneck/address_filter.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace qiangji::bottleneck {
namespace {

bool Public(const char* text) {
  const auto address = ParseIpAddress(text);
  EXPECT_TRUE(address.ok()) << text;
  return address.ok() && IsPublic(*address);
}

TEST(AddressFilter, PublicAddressesPass) {
  for (const char* text : {"8.8.8.8",
                           "1.1.1.1",
                           "9.255.255.255",
                           "11.0.0.0",
                           "100.63.255.255",
                           "100.128.0.0",
                           "126.255.255.255",
                           "128.0.0.0",
                           "169.253.255.255",
                           "172.15.255.255",
                           "172.32.0.0",
                           "192.167.255.255",
                           "192.169.0.0",
                           "198.17.255.255",
                           "198.20.0.0",
                           "223.255.255.255",
                           "2606:4700:4700::1111",
                           "2001:4860:4860::8888",
                           "2400:3200::1",
                           "::ffff:8.8.8.8",
                           "64:ff9b::8.8.8.8",
                           "2002:808:808::1"}) {
    EXPECT_TRUE(Public(text)) << text;
  }
}

TEST(AddressFilter, PrivateAndReservedOnesDoNot) {
  for (const char* text :
       {"0.0.0.0",         "10.0.0.1",        "10.255.255.255",
        "100.64.0.1",      "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "169.254.169.254", "172.16.0.1",
        "172.31.255.255",  "192.0.0.1",       "192.0.2.1",
        "192.88.99.1",     "192.168.0.1",     "198.18.0.1",
        "198.19.255.255",  "198.51.100.1",    "203.0.113.1",
        "224.0.0.1",       "239.255.255.255", "240.0.0.1",
        "255.255.255.255"}) {
    EXPECT_FALSE(Public(text)) << text;
  }
  for (const char* text :
       {"::", "::1", "fe80::1", "febf::1", "fec0::1", "fc00::1", "fd12::1",
        "ff02::1", "2001::1", "2001:db8::1", "3fff::1", "100::1", "4000::1",
        "64:ff9b:1::1"}) {
    EXPECT_FALSE(Public(text)) << text;
  }
}

// An IPv6 address that leads to an IPv4 one is judged by that.
TEST(AddressFilter, LooksInsideAddressesThatCarryAnother) {
  for (const char* text :
       {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:1::"}) {
    EXPECT_FALSE(Public(text)) << text;
  }
}

TEST(AddressFilter, WhatIsAllowedPasses) {
  const auto filter =
      AddressFilter::Allowing({"10.1.0.0/16", "127.0.0.1", "fd00:1::/32"});
  ASSERT_TRUE(filter.ok()) << filter.status();
  const auto allows = [&](const char* text) {
    return filter->Allows(*ParseIpAddress(text));
  };
  EXPECT_TRUE(allows("10.1.255.255"));
  EXPECT_TRUE(allows("::ffff:10.1.2.3"));
  EXPECT_FALSE(allows("10.2.0.0"));
  EXPECT_TRUE(allows("127.0.0.1"));
  EXPECT_FALSE(allows("127.0.0.2"));
  EXPECT_TRUE(allows("fd00:1:2::3"));
  EXPECT_FALSE(allows("fd00:2::"));
  EXPECT_TRUE(allows("8.8.8.8"));
}

TEST(AddressFilter, NamesWhatIsNoNetwork) {
  for (const char* text : {"", "localhost", "10.0.0.0/33", "10.0.0.0/-1",
                           "::/129", "10.0.0.0/x", "10.0.0"}) {
    EXPECT_EQ(AddressFilter::Allowing({text}).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(AddressFilter, ReadsSocketAddresses) {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(*IpAddressOf(reinterpret_cast<const sockaddr&>(four)),
            *ParseIpAddress("127.0.0.1"));
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_addr = in6addr_loopback;
  EXPECT_EQ(*IpAddressOf(reinterpret_cast<const sockaddr&>(six)),
            *ParseIpAddress("::1"));
  six.sin6_family = AF_UNIX;
  EXPECT_FALSE(IpAddressOf(reinterpret_cast<const sockaddr&>(six)).ok());
}

}  // namespace
}  // namespace qiangji::bottleneck
