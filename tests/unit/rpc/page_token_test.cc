#include "services/rpc/page_token.h"

#include <gtest/gtest.h>

#include "qiangji/registry/v1/item_service.pb.h"
#include "services/rpc/errors.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::IsOkAndHolds;
using ::qiangji::testing::StatusIs;

constexpr char kCaller[] = "operator";

class PageTokenTest : public ::testing::Test {
 protected:
  PageTokenTest() { request_.set_filter("category = \"component\""); }

  std::string Token() const {
    return tokens_.Make(request_, kCaller, {cursor_, 42});
  }

  const std::string cursor_ = std::string("items\0\xff/after", 13);
  PageTokens tokens_{std::string(32, 'k')};
  registry::v1::ListItemsRequest request_;
};

TEST_F(PageTokenTest, GivesTheCursorBack) {
  const auto cursor = tokens_.Open(request_, kCaller, Token());
  ASSERT_THAT(cursor, IsOk());
  EXPECT_EQ(cursor->after, cursor_);
  EXPECT_EQ(cursor->seq, 42);
}

TEST_F(PageTokenTest, EmptyIsTheFirstPage) {
  const auto cursor = tokens_.Open(request_, kCaller, "");
  ASSERT_THAT(cursor, IsOk());
  EXPECT_EQ(cursor->after, "");
  EXPECT_EQ(cursor->seq, -1);
}

TEST_F(PageTokenTest, IsUrlSafe) {
  for (const char c : Token()) {
    EXPECT_TRUE(isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_');
  }
}

TEST_F(PageTokenTest, PageSizeAndTokenMayChange) {
  const std::string token = Token();
  request_.set_page_size(7);
  request_.set_page_token(token);
  EXPECT_THAT(tokens_.Open(request_, kCaller, token), IsOk());
}

TEST_F(PageTokenTest, EveryAlteredCharacterIsRefused) {
  const std::string token = Token();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    const auto opened = tokens_.Open(request_, kCaller, altered);
    EXPECT_THAT(opened, StatusIs(absl::StatusCode::kInvalidArgument)) << i;
    EXPECT_EQ(ReasonOf(opened.status()), "BAD_PAGE_TOKEN");
  }
  for (const absl::string_view bad :
       {"A", "AAAA", "not a token", "====", "-"}) {
    EXPECT_THAT(tokens_.Open(request_, kCaller, bad),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << bad;
  }
  EXPECT_THAT(tokens_.Open(request_, kCaller, token + "A"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(PageTokenTest, BelongsToItsRequestCallerAndServer) {
  const std::string token = Token();
  EXPECT_THAT(tokens_.Open(request_, "somebody", token),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(PageTokens(std::string(32, 'x')).Open(request_, kCaller, token),
              StatusIs(absl::StatusCode::kInvalidArgument));
  registry::v1::ListItemsRequest other = request_;
  other.set_filter("category = \"material\"");
  EXPECT_THAT(tokens_.Open(other, kCaller, token),
              StatusIs(absl::StatusCode::kInvalidArgument));
  other = request_;
  other.set_read_seq(41);
  EXPECT_THAT(tokens_.Open(other, kCaller, token),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PageSizeTest, DefaultsAndClamps) {
  EXPECT_THAT(PageSize(0, 100, 1000), IsOkAndHolds(100));
  EXPECT_THAT(PageSize(7, 100, 1000), IsOkAndHolds(7));
  EXPECT_THAT(PageSize(1'000'000'000, 100, 1000), IsOkAndHolds(1000));
  EXPECT_THAT(PageSize(-1, 100, 1000),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace qiangji::rpc
