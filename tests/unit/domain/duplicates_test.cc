#include "services/domain/duplicates.h"

#include <vector>

#include "gtest/gtest.h"

namespace qiangji::domain {
namespace {

DuplicateCandidate One(const std::string& id, std::vector<std::string> names) {
  DuplicateCandidate c;
  c.id = id;
  c.names = std::move(names);
  return c;
}

TEST(Duplicates, ACodeIsCertainAndANameNearlySo) {
  std::vector<DuplicateCandidate> all = {One("b", {"x"}), One("a", {"y"}),
                                         One("c", {"y"})};
  all[0].uscc = all[1].uscc = "1";
  const auto found = FindDuplicates(all, 0.5);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(all[found[0].first].id, "a");  // the smaller id first
  EXPECT_EQ(all[found[0].second].id, "b");
  EXPECT_EQ(found[0].score, 1);
  EXPECT_EQ(found[1].score, 0.9);
  EXPECT_EQ(found[1].reasons, std::vector{DuplicateReason::kName});
}

TEST(Duplicates, FurtherReasonsRaiseTheScore) {
  std::vector<DuplicateCandidate> all = {One("a", {"bearing"}),
                                         One("b", {"bearing"})};
  all[0].parent = all[1].parent = "p";
  const auto found = FindDuplicates(all, 0);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_DOUBLE_EQ(found[0].score, 0.95);
  EXPECT_EQ(found[0].reasons.size(), 2u);
}

TEST(Duplicates, NamesUnderOneParentMustBeAlike) {
  std::vector<DuplicateCandidate> all = {
      One("a", {"深沟球轴承"}), One("b", {"深沟球滚轴承"}), One("c", {"密封"})};
  for (DuplicateCandidate& c : all) c.parent = "p";
  const auto found = FindDuplicates(all, 0);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(all[found[0].second].id, "b");
  EXPECT_DOUBLE_EQ(found[0].score, 0.8 * 2 * 3 / 9);
  EXPECT_TRUE(FindDuplicates(all, 0.6).empty());
}

TEST(Duplicates, LikenessIsThatOfNeighbouringCharacters) {
  EXPECT_EQ(LikenessOf("abc", "abc"), 1);
  EXPECT_EQ(LikenessOf("abc", "xyz"), 0);
  EXPECT_DOUBLE_EQ(LikenessOf("abcd", "abce"), 2.0 * 2 / 6);
  EXPECT_EQ(LikenessOf("a", "b"), 0);
}

}  // namespace
}  // namespace qiangji::domain
