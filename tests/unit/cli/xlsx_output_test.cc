#include "clients/cli/xlsx_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace qiangji::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// What is in the sheets is read back by the end-to-end test of formats; here
// only that tables arrive typed and text does not.
TEST(WorkbookOutput, TakesTablesInPlaceOfTheirText) {
  WorkbookOutput out;
  Table table;
  table.columns = {{"item_id", "条目编号", Format::kText},
                   {"share", "占比", Format::kShare}};
  table.rows = {{std::string("=cmd"), 0.25}, {std::string("007"), Cell()}};
  PrintCsv(table, out);
  std::ostringstream bytes;
  ASSERT_TRUE(out.Write("metrics", Lang::kZh, bytes).ok());
  EXPECT_THAT(bytes.str(), StartsWith("PK"));
  EXPECT_GT(bytes.str().size(), 1000u);
}

TEST(WorkbookOutput, WithoutATableThereIsNoWorkbook) {
  WorkbookOutput out;
  out << "text";
  std::ostringstream bytes;
  const absl::Status status = out.Write("item get", Lang::kEn, bytes);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no table"));
  EXPECT_EQ(bytes.str(), "");
}

}  // namespace
}  // namespace qiangji::cli
