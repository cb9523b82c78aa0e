#include "services/bottleneck/webhook_signature.h"

#include <gmock/gmock.h>

namespace qiangji::bottleneck {
namespace {

using absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::Not;

// The vector of the scheme's own documentation.
TEST(WebhookSignature, IsThatOfTheScheme) {
  const auto key = ParseWebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->size(), 24u);
  EXPECT_EQ(WebhookSignature(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek",
                             absl::FromUnixSeconds(1614265330),
                             R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, DependsOnIdTimeBodyAndKey) {
  const absl::Time time = absl::FromUnixSeconds(1);
  const std::string one = WebhookSignature("key", "id", time, "body");
  EXPECT_NE(WebhookSignature("kez", "id", time, "body"), one);
  EXPECT_NE(WebhookSignature("key", "ie", time, "body"), one);
  EXPECT_NE(WebhookSignature("key", "id", time, "bodz"), one);
  EXPECT_NE(WebhookSignature("key", "id", time + absl::Seconds(1), "body"),
            one);
}

TEST(ParseWebhookSecret, RefusesOthersWithoutRepeatingThem) {
  for (const char* secret :
       {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!!",
        "whsec_c2hvcnQ=",  // "short"
        "whsek_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
    const auto key = ParseWebhookSecret(secret);
    EXPECT_EQ(key.status().code(), StatusCode::kInvalidArgument) << secret;
    EXPECT_THAT(std::string(key.status().message()), Not(HasSubstr("MfKQ")));
  }
}

}  // namespace
}  // namespace qiangji::bottleneck
