#include "services/registry/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/registry/encoding.h"

namespace qiangji::registry {
namespace {

std::string Normal(absl::string_view text) {
  const absl::StatusOr<std::string> normal = NormalizeText(text);
  return normal.ok() ? *normal : "! " + std::string(normal.status().message());
}
bool Rejects(absl::string_view text) {
  const std::string normal = Normal(text);
  return normal.substr(0, 2) == "! " &&
         normal.find("; accepted: ") != std::string::npos;
}

TEST(NormalizeText, ComposesAndTrims) {
  EXPECT_EQ(Normal("  gear "), "gear");
  EXPECT_EQ(Normal("\xE3\x80\x80齿轮\xC2\xA0\n"), "齿轮");
  EXPECT_EQ(Normal("Pe\xCC\x81"), "P\xC3\xA9");
  EXPECT_EQ(Normal("a\r\nb\rc"), "a\nb\nc");
  EXPECT_EQ(Normal("\xE3\x80\x80"), "");
}

TEST(NormalizeText, KeepsWhatIsText) {
  // An emoji of three with joiners, an astral character, Cyrillic.
  for (const char* text :
       {"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", "\xF0\xA0\x80\x80",
        "\xD0\xB0", "'; DROP --", "%_"}) {
    EXPECT_EQ(Normal(text), text);
  }
}

TEST(NormalizeText, RejectsWhatIsNotSeen) {
  using std::string;
  EXPECT_TRUE(Rejects(string("a\0b", 3)));
  for (const char* text : {"a\x1B[0m", "a\x7F",
                           "a\xE2\x80\x8B"
                           "b",
                           "a\xE2\x80\x8D"
                           "b",
                           "a\xE2\x80\xAE"
                           "b",
                           "a\xE2\x81\xA6"
                           "b",
                           "a\xEF\xBB\xBF"
                           "b",
                           "a\xC2\x85"
                           "b"}) {
    EXPECT_TRUE(Rejects(text)) << text;
  }
}

TEST(NormalizeText, RejectsWhatIsNotUtf8) {
  for (const char* text :
       {"\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE9", "a\x80"}) {
    EXPECT_TRUE(Rejects(text));
    EXPECT_FALSE(IsUtf8(text));
  }
}

TEST(EncodingScanner, FindsTheLineHoweverTheBytesAreCut) {
  const std::string good = "甲\n乙\n丙";
  const std::string bad = "甲\n\xB3\xDD\n丙";
  for (std::size_t piece : {1, 2, 3, 100}) {
    EncodingScanner fine, broken;
    for (std::size_t at = 0; at < good.size(); at += piece) {
      fine.Feed(good.substr(at, piece));
    }
    for (std::size_t at = 0; at < bad.size(); at += piece) {
      broken.Feed(bad.substr(at, piece));
    }
    EXPECT_TRUE(fine.IsUtf8());
    EXPECT_FALSE(broken.IsUtf8());
    EXPECT_EQ(broken.line(), 2) << piece;
  }
  EncodingScanner cut;
  cut.Feed("\xE7\x94");
  EXPECT_FALSE(cut.IsUtf8());
  EXPECT_EQ(cut.Detected(), FileEncoding::kGb18030);
}

TEST(EncodingScanner, KnowsUtf16ByItsMarkOrItsZeroBytes) {
  const auto detect = [](const std::string& bytes, std::size_t piece) {
    EncodingScanner scanner;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      scanner.Feed(bytes.substr(at, piece));
    }
    return scanner.Detected();
  };
  for (std::size_t piece : {1, 2, 100}) {
    EXPECT_EQ(detect(std::string("\xFF\xFE"
                                 "a\0",
                                 4),
                     piece),
              FileEncoding::kUtf16Le);
    EXPECT_EQ(detect(std::string("\xFE\xFF\0a", 4), piece),
              FileEncoding::kUtf16Be);
    EXPECT_EQ(detect(std::string("i\0d\0\n\0", 6), piece),
              FileEncoding::kUtf16Le);
    EXPECT_EQ(detect(std::string("\0i\0d\0\n", 6), piece),
              FileEncoding::kUtf16Be);
    EXPECT_EQ(detect("id\n", piece), FileEncoding::kUtf8);
  }
  // One zero byte in a text of another encoding is a mistake in the text.
  EXPECT_EQ(detect(std::string("item_id\ngear\0\n", 14), 100),
            FileEncoding::kUtf8);
}

TEST(ParseEncoding, KnowsTheNamesOfTheOption) {
  EXPECT_EQ(ParseEncoding(""), FileEncoding::kDetect);
  EXPECT_EQ(ParseEncoding("utf-16be"), FileEncoding::kUtf16Be);
  EXPECT_EQ(ParseEncoding("latin-1"), std::nullopt);
}

TEST(Decoder, ReadsGb18030InPieces) {
  const std::string bytes = "a\xB3\xDD\xC2\xD6\x95\x32\x82\x36,";
  for (std::size_t piece : {1, 2, 3, 100}) {
    auto decoder = Decoder::Of(FileEncoding::kGb18030);
    ASSERT_TRUE(decoder.ok());
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_TRUE((*decoder)->Feed(bytes.substr(at, piece), out).ok());
    }
    EXPECT_TRUE((*decoder)->Finish().ok());
    EXPECT_EQ(out, "a齿轮\xF0\xA0\x80\x80,");
  }
  std::string out;
  auto decoder = Decoder::Of(FileEncoding::kGb18030);
  EXPECT_EQ((*decoder)->Feed("ok\n\xFF\xFF", out).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ((*decoder)->line(), 2);
}

TEST(Decoder, ReadsUtf16InPieces) {
  // "a齿" and a character beyond the first plane.
  const std::string bytes("\0a\x9F\x7F\xD8\x40\xDC\x00", 8);
  for (std::size_t piece : {1, 2, 3, 100}) {
    auto decoder = Decoder::Of(FileEncoding::kUtf16Be);
    ASSERT_TRUE(decoder.ok());
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_TRUE((*decoder)->Feed(bytes.substr(at, piece), out).ok());
    }
    EXPECT_TRUE((*decoder)->Finish().ok());
    EXPECT_EQ(out, "a齿\xF0\xA0\x80\x80");
  }
  std::string out;
  auto decoder = Decoder::Of(FileEncoding::kUtf16Le);
  EXPECT_TRUE((*decoder)->Feed("\n", out).ok());
  EXPECT_FALSE((*decoder)->Finish().ok());  // half a character
}

}  // namespace
}  // namespace qiangji::registry
