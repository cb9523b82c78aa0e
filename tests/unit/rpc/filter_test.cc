#include "services/rpc/filter.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::StatusIs;
using ::testing::HasSubstr;

// "a=1,b=2", or the error's message.
std::string Parsed(absl::string_view filter) {
  const auto terms = ParseFilter(filter);
  if (!terms.ok()) return absl::StrCat("! ", terms.status().message());
  return absl::StrJoin(*terms, ",", [](std::string* out, const FilterTerm& t) {
    absl::StrAppend(out, t.column, "=", t.value);
  });
}

TEST(FilterTest, Accepts) {
  EXPECT_EQ(Parsed(""), "");
  EXPECT_EQ(Parsed("  "), "");
  EXPECT_EQ(Parsed("year=2023"), "year=2023");
  EXPECT_EQ(Parsed("category = \"component\" AND sectors = \"rail\""),
            "category=component,sectors=rail");
  EXPECT_EQ(Parsed("((a = b) AND (c = d))"), "a=b,c=d");
  EXPECT_EQ(Parsed("(a = b AND (c = d AND e = f)) AND g = h"),
            "a=b,c=d,e=f,g=h");
  EXPECT_EQ(Parsed(R"(name = "say \"no\" \\ AND or")"),
            R"(name=say "no" \ AND or)");
  EXPECT_EQ(Parsed("name = \"\""), "name=");
  EXPECT_EQ(Parsed("name_zh = \"轴承\""), "name_zh=轴承");
}

TEST(FilterTest, RefusesEverythingElse) {
  for (const absl::string_view filter : {"a",
                                         "a =",
                                         "= b",
                                         "a = b OR c = d",
                                         "a != b",
                                         "a > 1",
                                         "a = b AND",
                                         "AND a = b",
                                         "a = b AND AND c = d",
                                         "a = b c = d",
                                         "NOT a = b",
                                         "a = \"b",
                                         "a = \"\\n\"",
                                         "(a = b",
                                         "a = b)",
                                         "()",
                                         "(",
                                         ")",
                                         "a = b or 1=1",
                                         "a = b; DROP TABLE items",
                                         "a:b",
                                         "A = b",
                                         "a = b ANDc = d",
                                         "a = (b)"}) {
    EXPECT_THAT(ParseFilter(filter).status(),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("filter: at character")))
        << filter;
  }
}

TEST(FilterTest, LimitsDepthTermsAndLength) {
  const auto nested = [](std::size_t depth) {
    return absl::StrCat(std::string(depth, '('), "a = b",
                        std::string(depth, ')'));
  };
  EXPECT_EQ(Parsed(nested(32)), "a=b");
  EXPECT_THAT(Parsed(nested(33)), HasSubstr("deeper than 32"));
  EXPECT_THAT(ParseFilter(nested(10'000)).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> terms(32, "a=b");
  EXPECT_EQ(ParseFilter(absl::StrJoin(terms, " AND "))->size(), 32u);
  terms.push_back("a=b");
  EXPECT_THAT(Parsed(absl::StrJoin(terms, " AND ")), HasSubstr("more than 32"));
}

}  // namespace
}  // namespace qiangji::rpc
