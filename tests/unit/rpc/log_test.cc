#include "services/rpc/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "services/rpc/text.h"

namespace qiangji::rpc {
namespace {

class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    SetLogSinkForTest(
        [this](const std::string& line) { lines_.push_back(line); });
  }
  ~LogTest() override {
    SetLogSinkForTest(nullptr);
    SetLogLevel(LogLevel::kInfo);
  }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, OneEventIsOneLineOfJson) {
  LogLine(LogLevel::kWarning, "call")
      .Text("method", "a\r\nb\"\\\x1b[31m\u202E轴")
      .Text("bad", "\xff")
      .Int("seq", -3)
      .Number("nan", 0.0 / 0.0)
      .Millis("ms", absl::Microseconds(1500));
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_EQ(lines_[0].find_first_of("\r\n\x1b"), std::string::npos);
  EXPECT_EQ(lines_[0].find("\u202E"), std::string::npos);
  const auto json = nlohmann::json::parse(lines_[0]);
  EXPECT_EQ(json["level"], "warning");
  EXPECT_EQ(json["event"], "call");
  EXPECT_EQ(json["method"], "a\r\nb\"\\\x1b[31m\u202E轴");
  EXPECT_EQ(json["bad"], "\uFFFD");
  EXPECT_EQ(json["seq"], -3);
  EXPECT_EQ(json["ms"], 1.5);
  EXPECT_FALSE(json.contains("nan"));
}

TEST_F(LogTest, LevelsBelowAreLeftOut) {
  SetLogLevel(LogLevel::kError);
  LogLine(LogLevel::kWarning, "x").Int("seq", 1);
  LogLine(LogLevel::kError, "y").Int("seq", 2);
  EXPECT_EQ(lines_.size(), 1u);
  LogLevel level = LogLevel::kInfo;
  EXPECT_TRUE(ParseLogLevel("debug", &level));
  EXPECT_EQ(level, LogLevel::kDebug);
  EXPECT_FALSE(ParseLogLevel("loud", &level));
}

TEST(TextTest, CutsBetweenCharacters) {
  EXPECT_EQ(CutText("abc", 3), "abc");
  EXPECT_EQ(CutText("abcdef", 5), "ab…");
  EXPECT_EQ(CutText("轴承轴承", 9), "轴承…");
  EXPECT_EQ(CutText("轴承轴承", 8), "轴…");
}

TEST(TextTest, KnowsInvalidUtf8) {
  // Overlong, surrogate, truncated, beyond U+10FFFF, stray continuation.
  for (const char* bad :
       {"\xc0\xaf", "\xed\xa0\x80", "\xe8\xbd", "\xf4\x90\x80\x80", "\x80"}) {
    EXPECT_FALSE(DecodeChar(bad, 0).valid);
    EXPECT_EQ(ToValidUtf8(bad), std::string(std::string(bad).size(), '?'));
  }
  EXPECT_EQ(DecodeChar("\xf0\x9f\x90\x89", 0).code_point, 0x1f409u);
}

}  // namespace
}  // namespace qiangji::rpc
