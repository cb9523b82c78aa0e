#include "services/bottleneck/evidence_json.h"

#include <gtest/gtest.h>

namespace qiangji::bottleneck {
namespace {

domain::Evidence FullEvidence() {
  domain::Evidence evidence;
  evidence.figures = {{"foreign_share", 0.1 + 0.2, 0.70},
                      {"top_foreign_origin", "JPN"},
                      {"previous_year", 2024.0}};
  evidence.chain = {"robot", "reducer"};
  domain::Closing& closes = evidence.closes;
  closes.column = "foreign_share";
  closes.column_target = 0.68;
  closes.missing = 1e-300;
  closes.unit = "件";
  closes.makers = {{"org-a", "甲", "A", 0.25, "qualification"},
                   {"org-b", "", "", 0.1, ""}};
  closes.projects = {{"p1", "项目", 2027, 12.5, 0.8, true},
                     {"p2", "", 2028, std::nullopt, std::nullopt, false}};
  closes.projects_suffice = true;
  closes.items_short = 0;
  closes.item_ids = {"x"};
  closes.equipment_ids = {"robot"};
  return evidence;
}

TEST(EvidenceJson, ComesBackToTheBit) {
  const domain::Evidence evidence = FullEvidence();
  domain::Evidence back;
  ASSERT_TRUE(ParseFigures(FiguresJson(evidence), &back));
  ASSERT_TRUE(ParseClosing(ClosingJson(evidence.closes), &back.closes));
  EXPECT_EQ(back, evidence);
  EXPECT_EQ(domain::Fingerprint(back), domain::Fingerprint(evidence));
}

TEST(EvidenceJson, EmptyIsShort) {
  EXPECT_EQ(FiguresJson({}), "{\"figures\":[]}");
  EXPECT_EQ(ClosingJson({}), "{}");
}

TEST(EvidenceJson, IsCanonical) {
  EXPECT_EQ(FiguresJson(FullEvidence()),
            "{\"chain\":[\"robot\",\"reducer\"],\"figures\":["
            "[\"foreign_share\",0.30000000000000004,0.7],"
            "[\"top_foreign_origin\",\"JPN\"],[\"previous_year\",2024.0]]}");
}

TEST(EvidenceJson, RefusesAnythingElse) {
  domain::Evidence evidence;
  for (const char* text : {"", "[]", "{", "{}", "{\"figures\":[[1,2]]}",
                           "{\"figures\":[[\"a\"]]}", "{\"figures\":1}"}) {
    EXPECT_FALSE(ParseFigures(text, &evidence)) << text;
  }
  for (const char* text :
       {"", "[]", "{\"missing\":\"x\"}", "{\"makers\":[{\"share\":\"x\"}]}"}) {
    EXPECT_FALSE(ParseClosing(text, &evidence.closes)) << text;
  }
}

}  // namespace
}  // namespace qiangji::bottleneck
