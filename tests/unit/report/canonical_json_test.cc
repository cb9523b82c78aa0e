#include "services/report/canonical_json.h"

#include <gmock/gmock.h>

#include "tests/unit/report/sample_report.h"

namespace qiangji::report {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(CanonicalJson, LeavesOutWhatIsUnsetAndKeepsWhatIsZero) {
  coverage::v1::CoverageRow row;
  row.set_sector("rail");
  row.set_share(0);          // defined, and 0
  row.set_share_upper(0.1);  // the shortest form, not 0.1000000000000000055
  row.set_value_cny(1e21);
  EXPECT_EQ(CanonicalJson(row),
            "{\n\"sector\":\"rail\",\n\"share\":0,\n\"share_upper\":0.1,\n"
            "\"value_cny\":1e+21\n}\n");
}

TEST(CanonicalJson, ReadsBackTheSame) {
  const coverage::v1::Report report = SampleReport();
  const std::string text = CanonicalJson(report);
  coverage::v1::Report again;
  ASSERT_TRUE(ParseJson(text, &again).ok());
  EXPECT_EQ(CanonicalJson(again), text);
  EXPECT_EQ(again.items(0).name_zh(), kHostile);
  EXPECT_EQ(again.context().digest(), std::string(32, '\x07'));
}

TEST(CanonicalJson, RefusesOtherDocuments) {
  coverage::v1::Report report;
  EXPECT_FALSE(ParseJson("{\"nothing\":1}", &report).ok());
  EXPECT_FALSE(ParseJson("{\"rows\":[", &report).ok());
}

TEST(CompareJson, SaysWhereTheyDiffer) {
  coverage::v1::Report report = SampleReport();
  const std::string left = CanonicalJson(report);
  EXPECT_THAT(CompareJson(left, left, 10), IsEmpty());
  report.mutable_rows(1)->set_share(0.75);
  report.mutable_items(0)->clear_located_share();
  const auto found = CompareJson(left, CanonicalJson(report), 10);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].pointer, "/items/0/located_share");
  EXPECT_EQ(found[0].left, "0");
  EXPECT_EQ(found[0].right, "");
  EXPECT_EQ(found[1].pointer, "/rows/1/share");
  EXPECT_EQ(found[1].left, "0.25");
  EXPECT_EQ(found[1].right, "0.75");
  EXPECT_THAT(CompareJson(left, CanonicalJson(report), 1), SizeIs(1));
}

TEST(CompareJson, SaysWhereATextEndsToBeJson) {
  const auto found = CompareJson("{\"a\":1,", "{}", 10);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].pointer, "");
  EXPECT_THAT(found[0].left, HasSubstr("byte 8"));
  const std::string deep(100'000, '[');
  EXPECT_THAT(CompareJson(deep, "{}", 10)[0].left, HasSubstr("deeper"));
}

}  // namespace
}  // namespace qiangji::report
