// What a report says, on the worked example of tests/golden/small.
#include "services/coverage/report_content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "services/coverage/report_check.h"
#include "services/report/canonical_json.h"
#include "services/rpc/crypto.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/coverage/small_world.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr double kWithin = 1e-9;

class ReportContentTest : public ::testing::Test {
 protected:
  ReportContentTest() {
    world_
        .Add("targets", {{"target_id", "t25"},
                         {"metric", "share"},
                         {"year", "2025"},
                         {"value", "0.7"}})
        .Add("milestones", {{"item_id", "bearing"},
                            {"stage", "first_batch"},
                            {"date", "2023-06-30"},
                            {"organization_id", ""}})
        .Add("milestones", {{"item_id", "bearing"},
                            {"stage", "series"},
                            {"date", "2025-06-30"},
                            {"organization_id", ""}});
  }
  Picture PictureOf() {
    Picture picture;
    picture.seq = 7;
    picture.time = absl::FromUnixSeconds(1'700'000'000);
    picture.digest = std::string(32, 'd');
    picture.world = world_.World();
    return picture;
  }
  v1::Report Compute(const v1::Report& asked) {
    const Picture picture = PictureOf();
    auto report = ComputeReport(asked, picture, nullptr);
    EXPECT_THAT(report, IsOk());
    return report.ok() ? *std::move(report) : v1::Report();
  }
  v1::Report Asked(v1::ReportKind kind = v1::REPORT_KIND_ANNUAL) {
    v1::Report asked;
    asked.set_kind(kind);
    asked.mutable_options()->set_year(2025);
    return asked;
  }
  SmallWorld world_;
};

TEST_F(ReportContentTest, HoldsWhatItRestsOn) {
  v1::Report asked = Asked();
  asked.mutable_options()->set_language(type::v1::LANGUAGE_EN);
  asked.mutable_options()->set_allow_stale(true);
  const v1::Report report = Compute(asked);
  EXPECT_EQ(report.context().read_seq(), 7);
  EXPECT_EQ(report.context().digest(), std::string(32, 'd'));
  EXPECT_EQ(report.context().year(), 2025);
  EXPECT_EQ(report.options().read_seq(), 7);
  EXPECT_FALSE(report.options().allow_stale());
  EXPECT_EQ(report.options().language(), type::v1::LANGUAGE_UNSPECIFIED);
  EXPECT_THAT(report.program_version(), Not(IsEmpty()));
  EXPECT_FALSE(report.has_create_time());
}

TEST_F(ReportContentTest, IsTheSameToTheByteWheneverItIsComputed) {
  const v1::Report once = Compute(Asked());
  // Another picture of the same facts, and the options of the kept report.
  const v1::Report again = Compute(once);
  EXPECT_EQ(report::CanonicalJson(once), report::CanonicalJson(again));
}

TEST_F(ReportContentTest, TheFirstRowIsTheHeadlineAndItsItemsGiveIt) {
  const v1::Report report = Compute(Asked());
  ASSERT_GT(report.rows_size(), 10);
  const v1::CoverageRow& total = report.rows(0);
  EXPECT_EQ(total.sector(), "");
  double weight = 0, assured = 0;
  for (const v1::ItemMetrics& item : report.items()) {
    if (!item.leaf() || (item.category() != type::v1::CATEGORY_COMPONENT &&
                         item.category() != type::v1::CATEGORY_MATERIAL)) {
      continue;
    }
    weight += item.weight();
    assured += item.assured() ? item.weight() : 0;
  }
  EXPECT_NEAR(total.share(), assured / weight, kWithin);
  EXPECT_EQ(total.target(), 0.7);
}

TEST_F(ReportContentTest, FirstBatchesAreFollowed) {
  const v1::Report report = Compute(Asked());
  ASSERT_THAT(report.conversions(), SizeIs(2));  // all, components
  const v1::StageConversion& all = report.conversions(0);
  EXPECT_EQ(all.first_batch_count(), 1);
  EXPECT_EQ(all.series_count(), 1);
  EXPECT_EQ(all.promoted_count(), 0);
  EXPECT_EQ(all.new_count(), 0);
  // From 2023-06-30 to 2025-06-30: 731 days, one leap day among them.
  EXPECT_NEAR(all.mean_years(), 731 / 365.25, kWithin);
  EXPECT_EQ(report.conversions(1).category(), type::v1::CATEGORY_COMPONENT);
}

TEST_F(ReportContentTest, BottlenecksAreThoseOfTheRulesHardestFirst) {
  const v1::Report report = Compute(Asked());
  ASSERT_FALSE(report.bottlenecks().empty());
  const std::string order[] = {"critical", "high", "medium", "low"};
  std::size_t at = 0;
  std::set<std::string> rules;
  for (const v1::ReportBottleneck& b : report.bottlenecks()) {
    while (at < 4 && order[at] != b.severity()) ++at;
    ASSERT_LT(at, 4u) << b.severity() << " comes too late";
    rules.insert(b.rule());
    EXPECT_THAT(b.summary_en(), Not(IsEmpty()));
  }
  EXPECT_TRUE(rules.contains("CHOKEPOINT"));
  EXPECT_TRUE(rules.contains("BEHIND_TARGET"));
}

TEST_F(ReportContentTest, AnEvaluationTellsWhereTargetsBegan) {
  const v1::Report report = Compute(Asked(v1::REPORT_KIND_EVALUATION));
  EXPECT_EQ(report.baselines_size(), report.targets_size());
  EXPECT_THAT(Compute(Asked()).baselines(), IsEmpty());
}

TEST_F(ReportContentTest, WhatCannotBeAskedIsRefused) {
  v1::Report asked = Asked();
  asked.set_since_year(2025);
  EXPECT_THAT(ComputeReport(asked, PictureOf(), nullptr).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
  asked = Asked();
  auto* text = asked.add_texts();
  text->set_markdown("x");
  *asked.add_texts() = *text;
  EXPECT_THAT(ValidateReport(asked, "report."),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("report.texts[0].section")));
  asked = Asked();
  asked.set_title_zh(std::string(300, 'x'));
  EXPECT_THAT(ValidateReport(asked, ""),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

class ReportCheckTest : public ReportContentTest {
 protected:
  KeptReport Kept(const v1::Report& report) {
    KeptReport kept;
    kept.content = report::CanonicalJson(report);
    kept.head.set_kind(report.kind());
    *kept.head.mutable_context() = report.context();
    kept.head.set_content_digest(rpc::Sha256(kept.content));
    return kept;
  }
};

TEST_F(ReportCheckTest, WhatIsAsItWasHolds) {
  const v1::Report report = Compute(Asked());
  const KeptReport kept = Kept(report);
  v1::VerifyReportResponse response;
  const auto content = CheckKept(kept, &response);
  ASSERT_THAT(content, IsOk());
  CheckComputed(kept.content, Compute(*content), &response);
  EXPECT_THAT(response.findings(), IsEmpty());
  EXPECT_THAT(response.remarks(), IsEmpty());
}

// Every byte of a figure, a name, a brace: something is found, and where.
TEST_F(ReportCheckTest, AnyChangedByteIsFound) {
  const v1::Report report = Compute(Asked());
  const KeptReport kept = Kept(report);
  for (std::size_t at = 0; at < kept.content.size(); at += 97) {
    KeptReport changed = kept;
    changed.content[at] = changed.content[at] == '1' ? '2' : '1';
    v1::VerifyReportResponse response;
    CheckKept(changed, &response).IgnoreError();
    ASSERT_THAT(response.findings(), Not(IsEmpty())) << at;
    EXPECT_THAT(response.findings(0), HasSubstr("content_digest")) << at;
  }
}

TEST_F(ReportCheckTest, AChangedFigureIsNamedByItsPlace) {
  const v1::Report report = Compute(Asked());
  v1::Report changed = report;
  changed.mutable_rows(0)->set_share(0.99);
  v1::VerifyReportResponse response;
  CheckComputed(report::CanonicalJson(changed), report, &response);
  ASSERT_THAT(response.findings(), SizeIs(1));
  EXPECT_THAT(response.findings(0),
              HasSubstr("/rows/0/share: kept 0.99, computed "));
}

TEST_F(ReportCheckTest, OtherBytesOfTheSameValuesAreFound) {
  const v1::Report report = Compute(Asked());
  v1::VerifyReportResponse response;
  CheckComputed(" " + report::CanonicalJson(report), report, &response);
  EXPECT_THAT(response.findings(), ElementsAre(HasSubstr("byte 0")));
}

TEST_F(ReportCheckTest, TheDifferenceOfTwoReportsIsSplitByItem) {
  const v1::Report before = Compute(Asked());
  world_.Supply("bearing", 2025, "CHN", 1e9);
  const v1::Report after = Compute(Asked());
  v1::CompareReportsResponse response;
  CompareContents(before, after, &response);
  EXPECT_FALSE(response.same());
  double sum = 0;
  for (const v1::CompareRow& row : response.rows()) sum += row.change();
  EXPECT_NEAR(sum, after.rows(0).share() - before.rows(0).share(), 1e-12);
  EXPECT_THAT(response.differences(), Not(IsEmpty()));
  CompareContents(before, before, &response);
  EXPECT_TRUE(response.same());
}

}  // namespace
}  // namespace qiangji::coverage
