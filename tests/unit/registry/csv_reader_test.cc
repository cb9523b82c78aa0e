#include "services/registry/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace qiangji::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

using Rows = std::vector<std::pair<std::int64_t, std::vector<std::string>>>;

struct Read {
  Rows rows;
  absl::Status status;
  std::int64_t line = 0;
};

// Feeds `text` in pieces of `piece` bytes.
Read ReadAll(const std::string& text, std::size_t piece) {
  Read read;
  CsvReader csv([&](std::int64_t line, std::vector<std::string>& cells) {
    read.rows.emplace_back(line, cells);
    return absl::OkStatus();
  });
  for (std::size_t at = 0; read.status.ok() && at < text.size(); at += piece) {
    read.status = csv.Feed(text.substr(at, piece));
  }
  if (read.status.ok()) read.status = csv.Finish();
  read.line = csv.line();
  return read;
}

// However the bytes are cut, the rows are the same.
class CsvPieces : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Sizes, CsvPieces, ::testing::Values(1, 2, 3, 1000));

TEST_P(CsvPieces, LineEndsOfEverySystemGiveTheSameRows) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string nl = end;
    const Read read = ReadAll(
        absl::StrCat("a,b", nl, "1,\"x", nl, "y\"", nl, nl, "2,z"), GetParam());
    ASSERT_TRUE(read.status.ok()) << read.status;
    EXPECT_THAT(read.rows,
                ElementsAre(Pair(1, ElementsAre("a", "b")),
                            Pair(2, ElementsAre("1", "x" + nl + "y")),
                            Pair(5, ElementsAre("2", "z"))));
  }
}

TEST_P(CsvPieces, TheDelimiterIsThatOfTheFirstLine) {
  EXPECT_THAT(ReadAll("a;b\n1,5;2\n", GetParam()).rows,
              ElementsAre(Pair(1, ElementsAre("a", "b")),
                          Pair(2, ElementsAre("1,5", "2"))));
  EXPECT_THAT(ReadAll("a\tb\n1\t \n", GetParam()).rows,
              ElementsAre(Pair(1, ElementsAre("a", "b")),
                          Pair(2, ElementsAre("1", " "))));
  EXPECT_THAT(ReadAll("\"a;;;\",b\n", GetParam()).rows,
              ElementsAre(Pair(1, ElementsAre("a;;;", "b"))));
}

TEST_P(CsvPieces, AByteOrderMarkIsPassedOver) {
  EXPECT_THAT(
      ReadAll("\xEF\xBB\xBFid\nx\n", GetParam()).rows,
      ElementsAre(Pair(1, ElementsAre("id")), Pair(2, ElementsAre("x"))));
}

TEST_P(CsvPieces, QuotesAreStrict) {
  const Read open = ReadAll("a,b\n1,2\n\"x,3\n4,5\n", GetParam());
  EXPECT_EQ(open.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(open.line, 3);
  const Read stray = ReadAll("a,b\n1,2\nx\"y,3\n", GetParam());
  EXPECT_THAT(std::string(stray.status.message()), HasSubstr("inside a cell"));
  EXPECT_EQ(stray.line, 3);
}

TEST(CsvReader, ARowThatNeverEndsIsRefused) {
  const Read read = ReadAll("a\n\"" + std::string(2 << 20, 'x'), 4096);
  EXPECT_THAT(std::string(read.status.message()), HasSubstr("longer than"));
}

TEST(AppendCsvCell, ReadsBackEqual) {
  for (const char* cell : {"", "plain", "a,b", "\"q\"", "x\ny", "=1+1", " "}) {
    std::string line = "first,";
    AppendCsvCell(cell, line);
    const Read read = ReadAll(line + "\n", 1000);
    ASSERT_TRUE(read.status.ok()) << read.status;
    EXPECT_EQ(read.rows[0].second[1], cell);
  }
}

}  // namespace
}  // namespace qiangji::registry
