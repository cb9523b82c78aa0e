#include "db/sql/key_codec.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace qiangji::sql {
namespace {

std::string IntKey(std::int64_t value) {
  std::string bytes;
  AppendKeyInt(value, &bytes);
  return bytes;
}
std::string TextKey(const std::string& text) {
  std::string bytes;
  AppendKeyText(text, &bytes);
  return bytes;
}

TEST(KeyCodecTest, IntegersSortAndComeBack) {
  const std::vector<std::int64_t> values = {
      std::numeric_limits<std::int64_t>::min(),
      -65537,
      -65536,
      -256,
      -255,
      -2,
      -1,
      0,
      1,
      255,
      256,
      65535,
      65536,
      1'000'000'007,
      std::numeric_limits<std::int64_t>::max()};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string bytes = IntKey(values[i]);
    if (i > 0) {
      EXPECT_LT(IntKey(values[i - 1]), bytes) << values[i];
    }
    absl::string_view rest = bytes;
    std::int64_t back = 0;
    ASSERT_TRUE(TakeKeyInt(&rest, &back));
    EXPECT_EQ(back, values[i]);
    EXPECT_TRUE(rest.empty());
  }
}

TEST(KeyCodecTest, TextsSortAsBytesAlsoWithWhatFollows) {
  std::vector<std::string> texts = {"",
                                    std::string("\0", 1),
                                    std::string("\0\xff", 2),
                                    "a",
                                    std::string("a\0", 2),
                                    std::string("a\0b", 3),
                                    "a-1",
                                    "a.1",
                                    "ab",
                                    "轴承",
                                    "\xff"};
  std::sort(texts.begin(), texts.end());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(TextKey(texts[i - 1]) + "\xff", TextKey(texts[i]) + "\x01");
    }
    const std::string bytes = TextKey(texts[i]) + "rest";
    absl::string_view rest = bytes;
    std::string back;
    ASSERT_TRUE(TakeKeyText(&rest, &back));
    EXPECT_EQ(back, texts[i]);
    EXPECT_EQ(std::string(rest), "rest");
  }
}

TEST(KeyCodecTest, BytesThatAreNoKeyAreRefused) {
  std::int64_t value = 0;
  std::string text;
  for (const std::string& bytes :
       {std::string(), std::string("\x89"), std::string("\x81"),
        std::string("\xff\x01")}) {
    absl::string_view view = bytes;
    EXPECT_FALSE(TakeKeyInt(&view, &value));
  }
  for (const std::string& bytes :
       {std::string("open"), std::string("a\0\x02", 3),
        std::string("a\0", 2)}) {
    absl::string_view view = bytes;
    EXPECT_FALSE(TakeKeyText(&view, &text));
  }
}

TEST(KeyCodecTest, BlocksGiveTheirKeysBack) {
  std::mt19937 random(1);
  std::vector<std::string> keys;
  keys.reserve(KeyBlock::kBlockKeys);
  KeyBlock block;
  for (int n = 0; n < KeyBlock::kBlockKeys; ++n) {
    keys.push_back(IntKey(n / 7) + TextKey(std::string(random() % 300, 'x')));
  }
  std::sort(keys.begin(), keys.end());
  for (const auto& key : keys) {
    EXPECT_FALSE(block.full());
    block.Add(key);
  }
  EXPECT_TRUE(block.full());
  std::vector<std::string> back;
  ASSERT_TRUE(KeyBlock::Decode(block.bytes(), block.count(), &back));
  EXPECT_EQ(back, keys);
  EXPECT_FALSE(KeyBlock::Decode(block.bytes(), block.count() - 1, &back));
  EXPECT_FALSE(KeyBlock::Decode(block.bytes(), block.count() + 1, &back));
  std::string damaged = block.bytes();
  damaged[0] = '\x05';  // shares bytes with a key that is not there
  EXPECT_FALSE(KeyBlock::Decode(damaged, block.count(), &back));
}

}  // namespace
}  // namespace qiangji::sql
