// Looks for a cell that is accepted, written and then read as something else.
#include <cstddef>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "services/domain/schema.h"
#include "services/domain/validate.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  GTEST_FLAG_SET(break_on_failure, true);
  return 0;
}

// The first byte chooses the table, the second one the column.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace qiangji::domain;  // NOLINT
  if (size < 2) return -1;
  const TableSchema& table =
      *RegistryTables()[data[0] % RegistryTables().size()];
  const Column& column = table.columns[data[1] % table.columns.size()];
  std::string text;
  // Cells hold no control characters when they come here.
  for (std::size_t k = 2; k < size; ++k) {
    text.push_back(static_cast<char>(' ' + data[k] % ('~' - ' ' + 1)));
  }
  const absl::StatusOr<Value> value = ParseCell(column, text);
  if (!value.ok()) {
    EXPECT_NE(value.status().message().find("accepted: "),
              absl::string_view::npos);
    return 0;
  }
  const std::string written = FormatCell(column, *value);
  const absl::StatusOr<Value> again = ParseCell(column, written);
  EXPECT_TRUE(again.ok()) << column.name << ": '" << written
                          << "': " << again.status();
  EXPECT_EQ(*again, *value) << column.name << ": '" << written << "'";
  EXPECT_EQ(FormatCell(column, *again), written);
  return 0;
}
