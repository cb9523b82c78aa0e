#include "services/rpc/request_id.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "qiangji/registry/v1/item_service.pb.h"
#include "services/base/ids.h"
#include "services/rpc/crypto.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;

TEST(RequestIdTest, Form) {
  EXPECT_THAT(CheckRequestId(""), IsOk());
  EXPECT_THAT(CheckRequestId(NewUuid()), IsOk());
  EXPECT_THAT(CheckRequestId(std::string(128, 'x')), IsOk());
  for (const std::string& bad :
       {std::string(129, 'x'), std::string("a b"), std::string("a\n"),
        std::string("号"), std::string(1, '\0')}) {
    EXPECT_THAT(CheckRequestId(bad),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(RequestHashTest, IsOfTheBodyWithoutTheId) {
  registry::v1::CreateItemRequest a;
  a.mutable_item()->set_item_id("x");
  a.set_request_id("1");
  registry::v1::CreateItemRequest b = a;
  b.set_request_id("2");
  EXPECT_EQ(RequestHash(a), RequestHash(b));
  EXPECT_EQ(RequestHash(a).size(), 32u);
  b.mutable_item()->set_item_id("y");
  EXPECT_NE(RequestHash(a), RequestHash(b));
  // Two kinds of request never have one hash.
  EXPECT_NE(RequestHash(registry::v1::GetItemRequest()),
            RequestHash(registry::v1::DeleteItemRequest()));
}

TEST(CryptoTest, KnownAnswers) {
  EXPECT_EQ(absl::BytesToHexString(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, case 2.
  EXPECT_EQ(absl::BytesToHexString(
                HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_TRUE(SameSecret("ab", "ab"));
  EXPECT_FALSE(SameSecret("ab", "ac"));
  EXPECT_FALSE(SameSecret("ab", "abc"));
}

TEST(EtagTest, MatchesOrAborts) {
  EXPECT_EQ(MakeEtag(42), "\"42\"");
  EXPECT_THAT(CheckEtag("items/a", "", 42), IsOk());
  EXPECT_THAT(CheckEtag("items/a", "\"42\"", 42), IsOk());
  for (const char* stale : {"\"41\"", "42", "*"}) {
    const auto status = CheckEtag("items/a", stale, 42);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
    EXPECT_EQ(MetadataOf(status, "etag"), "\"42\"");
  }
}

}  // namespace
}  // namespace qiangji::rpc
