#include "clients/cpp/channels.h"

#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace qiangji::client {
namespace {

using ::qiangji::testing::IsOkAndHolds;
using ::qiangji::testing::StatusIs;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(AddressesTest, OneForAllOrOneEach) {
  EXPECT_THAT(ParseAddresses("127.0.0.1:7443"),
              IsOkAndHolds(UnorderedElementsAre(Pair("", "127.0.0.1:7443"))));
  EXPECT_THAT(ParseAddresses("registry=a:1,coverage=b:2,bottleneck=[::1]:3"),
              IsOkAndHolds(UnorderedElementsAre(
                  Pair("registry", "a:1"), Pair("coverage", "b:2"),
                  Pair("bottleneck", "[::1]:3"))));
}

TEST(AddressesTest, RefusesOthers) {
  for (const char* text :
       {"", "host", "host:", ":1", "host:0", "host:65536", "host:x",
        "registry=", "registry=a:1,", "gateway=a:1", "a:1,b:2",
        "registry=a:1,registry=b:2", "=a:1x"}) {
    EXPECT_THAT(ParseAddresses(text),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << text;
  }
}

TEST(ChannelsTest, NamedOnesBeforeTheCommonOne) {
  auto channels = *Channels::Connect("registry=a:1,coverage=a:1");
  EXPECT_EQ(*channels.Get("registry"), *channels.Get("coverage"));
  EXPECT_THAT(channels.Get("bottleneck"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  const auto other = NewChannel("b:2");
  channels.Set("bottleneck", other);
  EXPECT_EQ(*channels.Get("bottleneck"), other);
  auto common = *Channels::Connect("a:1");
  EXPECT_EQ(*common.Get("registry"), *common.Get("admin"));
}

}  // namespace
}  // namespace qiangji::client
