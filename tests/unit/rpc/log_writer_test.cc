#include "services/rpc/log_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <future>
#include <string>

#include "absl/strings/str_cat.h"

namespace qiangji::rpc {
namespace {

using ::testing::HasSubstr;

class LogWriterTest : public ::testing::Test {
 protected:
  LogWriterTest() { EXPECT_EQ(pipe(ends_.data()), 0); }
  ~LogWriterTest() override {
    CloseWriteEnd();
    close(ends_[0]);
  }
  void CloseWriteEnd() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }
  // What comes until the other end is closed.
  std::string ReadAll() {
    std::string all;
    std::array<char, 65536> buffer;
    for (ssize_t n = 0; (n = read(ends_[0], buffer.data(), buffer.size())) > 0;)
      all.append(buffer.data(), static_cast<std::size_t>(n));
    return all;
  }
  std::array<int, 2> ends_ = {-1, -1};
};

TEST_F(LogWriterTest, FlushWritesEverythingInOrderAndLaterLinesToo) {
  LogWriter writer(ends_[1]);
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    writer.Add(absl::StrCat("line ", i), false);
    absl::StrAppend(&expected, "line ", i, "\n");
    if (i % 40 == 39) writer.Flush();
  }
  writer.Flush();
  writer.Flush();
  CloseWriteEnd();
  EXPECT_EQ(ReadAll(), expected);
}

TEST_F(LogWriterTest, LinesAreWrittenWithoutAFlush) {
  LogWriter writer(ends_[1]);
  for (const bool urgent : {false, true}) {
    writer.Add("x", urgent);
    std::array<char, 8> buffer;
    ASSERT_EQ(read(ends_[0], buffer.data(), buffer.size()), 2);
    EXPECT_EQ(buffer[0], 'x');
  }
}

// Nobody reads: callers are not held up, and what is lost is counted.
TEST_F(LogWriterTest, DropsAndCountsWhatDoesNotFit) {
  LogWriter writer(ends_[1]);
  const std::string line(LogWriter::kMostBytes / 4, 'x');
  constexpr int kLines = 20;
  for (int i = 0; i < kLines; ++i) writer.Add(line, false);
  auto read = std::async(std::launch::async, [this] { return ReadAll(); });
  writer.Flush();
  CloseWriteEnd();
  const std::string all = read.get();
  const auto written = std::count(all.begin(), all.end(), '\n') - 1;
  EXPECT_LT(written, kLines);
  EXPECT_GE(written, 3);
  EXPECT_THAT(all, HasSubstr(absl::StrCat("\"event\":\"log lines dropped\","
                                          "\"lines\":",
                                          kLines - written, "}\n")));
}

}  // namespace
}  // namespace qiangji::rpc
