#include "services/base/countries.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace qiangji {
namespace {

TEST(Countries, AreFoundByEitherCodeInAnyCase) {
  ASSERT_NE(FindCountry("cn"), nullptr);
  EXPECT_EQ(FindCountry("cn"), FindCountry("CHN"));
  EXPECT_EQ(FindCountry("jpn")->alpha2, "JP");
  for (const char* code : {"", "C", "XK", "EUR", "CHNX", "QQQ"}) {
    EXPECT_EQ(FindCountry(code), nullptr) << code;
  }
}

// METHOD 1.
TEST(Countries, AreNamedAsInTheCustomsStatistics) {
  EXPECT_EQ(FindCountry("HKG")->name_zh, "中国香港");
  EXPECT_EQ(FindCountry("MAC")->name_zh, "中国澳门");
  EXPECT_EQ(FindCountry("TWN")->name_zh, "中国台湾");
  EXPECT_EQ(FindCountry("TWN")->name_en, "Taiwan, China");
  EXPECT_EQ(FindCountry(kAbroad)->alpha2, "");
  EXPECT_EQ(FindCountry(kUnknownOrigin)->alpha2, "");
}

TEST(Countries, AreWholeAndSorted) {
  EXPECT_EQ(Countries().size(), 251u);  // ISO 3166-1, XXF and ZZZ
  std::set<std::string> codes;
  std::string before;
  for (const Territory& country : Countries()) {
    EXPECT_LT(before, std::string(country.alpha3));
    before = std::string(country.alpha3);
    EXPECT_EQ(country.alpha3.size(), 3u);
    EXPECT_FALSE(country.name_en.empty());
    EXPECT_FALSE(country.name_zh.empty());
    if (!country.alpha2.empty()) {
      EXPECT_TRUE(codes.insert(std::string(country.alpha2)).second);
    }
  }
}

}  // namespace
}  // namespace qiangji
