#include "services/rpc/filter.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/rpc/errors.h"
#include "tests/support/status_matchers.h"

namespace qiangji::rpc {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::HasSubstr;

// The tree with every pair of parentheses written out, "q" before quoted
// values.
std::string Text(const FilterNode& node) {
  switch (node.kind) {
    case FilterNode::Kind::kTest:
      return absl::StrCat(node.column, ComparatorText(node.comparator),
                          node.quoted ? "q" : "", node.value);
    case FilterNode::Kind::kNot:
      return absl::StrCat("!", Text(node.children[0]));
    default:
      break;
  }
  const char* between = node.kind == FilterNode::Kind::kAnd ? " & " : " | ";
  return absl::StrCat(
      "(",
      absl::StrJoin(node.children, between,
                    [](std::string* out, const FilterNode& child) {
                      absl::StrAppend(out, Text(child));
                    }),
      ")");
}

std::string Parsed(absl::string_view filter) {
  const auto node = ParseFilter(filter);
  if (!node.ok()) return absl::StrCat("! ", node.status().message());
  return Text(*node);
}

TEST(FilterTest, ReadsRestrictions) {
  EXPECT_EQ(Parsed(""), "()");
  EXPECT_EQ(Parsed("  "), "()");
  EXPECT_EQ(Parsed("year=2023"), "year=2023");
  EXPECT_EQ(Parsed("year != 2023"), "year!=2023");
  EXPECT_EQ(Parsed("year<2023"), "year<2023");
  EXPECT_EQ(Parsed("year <= 2023"), "year<=2023");
  EXPECT_EQ(Parsed("year > -1.5e3"), "year>-1.5e3");
  EXPECT_EQ(Parsed("year>=2023"), "year>=2023");
  EXPECT_EQ(Parsed("sectors:nev"), "sectors:nev");
  EXPECT_EQ(Parsed("unit:*"), "unit:*");
  EXPECT_EQ(Parsed("unit:\"*\""), "unit:q*");
  EXPECT_EQ(Parsed("date > 2024-01-31T08:00:00Z"), "date>2024-01-31T08:00:00Z");
  EXPECT_EQ(Parsed(R"(name = "say \"no\" \\ AND or")"),
            R"(name=qsay "no" \ AND or)");
  EXPECT_EQ(Parsed(R"(name = 'it is "so"')"), R"(name=qit is "so")");
  EXPECT_EQ(Parsed("name = \"\""), "name=q");
  EXPECT_EQ(Parsed("name_zh = 轴承"), "name_zh=轴承");
}

TEST(FilterTest, OrBindsTighterThanAnd) {
  EXPECT_EQ(Parsed("a=1 AND b=2 AND c=3"), "(a=1 & b=2 & c=3)");
  EXPECT_EQ(Parsed("a=1 AND b=2 OR c=3 AND d=4"), "(a=1 & (b=2 | c=3) & d=4)");
  EXPECT_EQ(Parsed("(a=1 AND b=2) OR c=3"), "((a=1 & b=2) | c=3)");
  EXPECT_EQ(Parsed("NOT a=1 OR -b=2"), "(!a=1 | !b=2)");
  EXPECT_EQ(Parsed("NOT (a=1 AND - (b=2))"), "!(a=1 & !b=2)");
  EXPECT_EQ(Parsed("NOT -a=1"), "!!a=1");
  EXPECT_EQ(Parsed("((((a = b))))"), "a=b");
}

TEST(FilterTest, RefusesEverythingElse) {
  for (const absl::string_view filter : {"a",
                                         "a =",
                                         "= b",
                                         "a = b AND",
                                         "AND a = b",
                                         "a = b AND AND c = d",
                                         "a = b OR",
                                         "OR a = b",
                                         "a = b c = d",
                                         "NOT",
                                         "-",
                                         "NOT NOT",
                                         "a = \"b",
                                         "a = 'b\"",
                                         "a = \"\\n\"",
                                         "(a = b",
                                         "a = b)",
                                         "()",
                                         "(",
                                         ")",
                                         "a = b or 1=1",
                                         "a = b; DROP",
                                         "A = b",
                                         "a = b ANDc = d",
                                         "a = (b)",
                                         "a == b",
                                         "a => b",
                                         "a.b = c",
                                         "f(a) = b",
                                         "1 = 1",
                                         "a ~ b",
                                         "a = b, c = d",
                                         "NOTa = b"}) {
    EXPECT_THAT(ParseFilter(filter).status(),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("filter: at character")))
        << filter;
  }
}

TEST(FilterTest, LimitsDepthTermsAndLength) {
  const auto nested = [](std::size_t depth, const char* open,
                         const char* close) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += "a = b";
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  EXPECT_EQ(Parsed(nested(32, "(", ")")), "a=b");
  EXPECT_THAT(Parsed(nested(33, "(", ")")), HasSubstr("deeper than 32"));
  EXPECT_THAT(Parsed(nested(33, "NOT ", "")), HasSubstr("deeper than 32"));
  EXPECT_THAT(Parsed(nested(17, "-(", ")")), HasSubstr("deeper than 32"));
  EXPECT_THAT(ParseFilter(nested(10'000, "(", ")")).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> terms(128, "a=b");
  EXPECT_THAT(ParseFilter(absl::StrJoin(terms, " AND ")), IsOk());
  terms.push_back("a=b");
  for (const char* between : {" AND ", " OR "}) {
    const auto status = ParseFilter(absl::StrJoin(terms, between)).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                                 HasSubstr("more than 128")));
    EXPECT_EQ(ReasonOf(status), "FILTER_TOO_LARGE");
  }
  EXPECT_THAT(ParseFilter(std::string(65'537, ' ')).status(),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(FilterTest, EqualitiesAreAFlatList) {
  const auto terms = ParseEqualities("a = b AND (c = \"d\" AND e = f)");
  ASSERT_THAT(terms, IsOk());
  ASSERT_EQ(terms->size(), 3u);
  EXPECT_EQ((*terms)[1].column, "c");
  EXPECT_EQ((*terms)[1].value, "d");
  for (const char* filter : {"a = b OR c = d", "a != b", "NOT a = b", "a:b"}) {
    EXPECT_THAT(ParseEqualities(filter).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << filter;
  }
}

TEST(FilterTest, OrderByIsAListOfColumns) {
  const auto text = [](absl::string_view order_by) {
    const auto terms = ParseOrderBy(order_by);
    if (!terms.ok()) return std::string("!");
    return absl::StrJoin(*terms, ",", [](std::string* out, const auto& term) {
      absl::StrAppend(out, term.column, term.descending ? "-" : "+");
    });
  };
  EXPECT_EQ(text(""), "");
  EXPECT_EQ(text("  "), "");
  EXPECT_EQ(text("a"), "a+");
  EXPECT_EQ(text(" a ,b   desc,c asc"), "a+,b-,c+");
  for (const char* bad : {",", "a,", "a b", "a desc desc", "a DESC", "1", "A",
                          "a;b", "a.b", "desc desc desc"}) {
    EXPECT_EQ(text(bad), "!") << bad;
  }
  EXPECT_EQ(text("a,b,c,d,e,f,g,h"), "a+,b+,c+,d+,e+,f+,g+,h+");
  EXPECT_EQ(text("a,b,c,d,e,f,g,h,i"), "!");
}

}  // namespace
}  // namespace qiangji::rpc
