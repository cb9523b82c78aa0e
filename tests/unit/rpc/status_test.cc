#include "services/rpc/status.h"

#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;

absl::Status OverTheWire(const absl::Status& status) {
  return client::FromGrpcStatus(ToGrpcStatus(status));
}

TEST(StatusTest, OkIsOk) { EXPECT_THAT(OverTheWire(absl::OkStatus()), IsOk()); }

TEST(StatusTest, EveryCodeAndMessageSurvives) {
  for (int code = 1; code <= 16; ++code) {
    const auto got =
        OverTheWire(absl::Status(static_cast<absl::StatusCode>(code), "缺失"));
    EXPECT_EQ(static_cast<int>(got.code()), code);
    EXPECT_EQ(got.message(), "缺失");
    // There is always a reason.
    EXPECT_EQ(client::ReasonOf(got), absl::StatusCodeToString(got.code()));
  }
}

TEST(StatusTest, DetailsSurvive) {
  Violations violations;
  violations.Add("item.category", "missing; accepted: component");
  violations.Add("item.weight", "below 0");
  const auto got = OverTheWire(violations.ToStatus());
  EXPECT_THAT(got, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(client::ReasonOf(got), "INVALID_FIELD");
  EXPECT_EQ(client::ViolationsOf(got), ViolationsOf(violations.ToStatus()));
  ASSERT_EQ(client::ViolationsOf(got).size(), 2u);
  EXPECT_EQ(client::ViolationsOf(got)[1].first, "item.weight");
  const auto behind = OverTheWire(Behind("the picture", 12, 9));
  EXPECT_EQ(client::MetadataOf(behind, "wanted_seq"), "12");
  EXPECT_EQ(client::MetadataOf(behind, "have_seq"), "9");
}

TEST(StatusTest, LongOnesAreCutAndStayWhole) {
  std::string chinese;
  for (int i = 0; i < 1000; ++i) chinese += "轴";
  Violations violations;
  for (int i = 0; i < 500; ++i) {
    violations.Add(absl::StrCat("rows[", i, "].item_id"),
                   chinese.substr(0, 90));
  }
  const grpc::Status wire = ToGrpcStatus(violations.ToStatus());
  EXPECT_LE(wire.error_message().size(), kMaxStatusMessageBytes);
  EXPECT_LE(wire.error_details().size(), kMaxStatusDetailBytes);
  const auto got = client::FromGrpcStatus(wire);
  EXPECT_EQ(client::ReasonOf(got), "INVALID_FIELD");
  EXPECT_GT(client::ViolationsOf(got).size(), 5u);
  EXPECT_EQ(client::ViolationsOf(got)[0].first, "rows[0].item_id");

  const grpc::Status cut = ToGrpcStatus(absl::NotFoundError(chinese));
  EXPECT_LE(cut.error_message().size(), kMaxStatusMessageBytes);
  EXPECT_EQ((cut.error_message().size()) % 3, 0u);  // whole characters
}

TEST(StatusTest, BrokenTextDoesNotLoseTheDetails) {
  const auto got = OverTheWire(absl::NotFoundError("\xff\xfe x"));
  EXPECT_EQ(got.message(), "?? x");
  EXPECT_EQ(client::ReasonOf(got), "NOT_FOUND");
}

TEST(StatusTest, OneErrorInfoOnly) {
  const auto status = WithReason(
      WithReason(absl::AbortedError("x"), "FIRST", {{"a", "1"}}), "SECOND");
  EXPECT_EQ(ReasonOf(status), "SECOND");
  EXPECT_EQ(MetadataOf(status, "a"), "");
}

}  // namespace
}  // namespace qiangji::rpc
