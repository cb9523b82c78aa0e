#include "services/coverage/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "qiangji/type/v1/row_block.pb.h"
#include "tests/support/status_matchers.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using type::v1::RowBlock;

struct Visited {
  std::string table;
  domain::Row row;
  bool deleted = false;
};

absl::Status Decode(const RowBlock& block, std::vector<Visited>* visited) {
  return DecodeRows(block, [visited](const domain::TableSchema& table,
                                     const domain::Row& row, bool deleted) {
    visited->push_back({std::string(table.name), row, deleted});
    return absl::OkStatus();
  });
}

// Two demand rows: gear 2024 with a quantity, seal 2024 deleted.
RowBlock TwoRows() {
  RowBlock block;
  block.set_table("demand");
  block.set_row_count(2);
  block.set_deleted(std::string("\x02", 1));
  auto* items = block.add_columns();
  items->set_name("item_id");
  items->mutable_texts()->add_dictionary("gear");
  items->mutable_texts()->add_dictionary("seal");
  items->mutable_texts()->add_index(0);
  items->mutable_texts()->add_index(1);
  auto* years = block.add_columns();
  years->set_name("year");
  years->mutable_ints()->add_values(2024);
  years->mutable_ints()->add_values(2024);
  auto* quantities = block.add_columns();
  quantities->set_name("quantity");
  quantities->mutable_doubles()->add_values(12.5);
  quantities->mutable_doubles()->add_values(0);
  quantities->set_presence(std::string("\x01", 1));
  return block;
}

domain::Value Cell(const Visited& visited, absl::string_view column) {
  const int at = domain::FindTable(visited.table)->Find(column);
  return visited.row.at(static_cast<std::size_t>(at));
}

TEST(DecodeRowsTest, CellsComeInTheColumnsOfTheSchema) {
  std::vector<Visited> rows;
  ASSERT_THAT(Decode(TwoRows(), &rows), IsOk());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].table, "demand");
  EXPECT_FALSE(rows[0].deleted);
  EXPECT_EQ(domain::TextOf(Cell(rows[0], "item_id")), "gear");
  EXPECT_EQ(domain::IntOf(Cell(rows[0], "year")), 2024);
  EXPECT_EQ(domain::NumberOf(Cell(rows[0], "quantity")), 12.5);
  // Columns that no row states.
  EXPECT_TRUE(domain::IsNull(Cell(rows[0], "stock_days")));
}

TEST(DecodeRowsTest, ADeletedRowHasItsKey) {
  std::vector<Visited> rows;
  ASSERT_THAT(Decode(TwoRows(), &rows), IsOk());
  EXPECT_TRUE(rows[1].deleted);
  EXPECT_EQ(domain::TextOf(Cell(rows[1], "item_id")), "seal");
  EXPECT_TRUE(domain::IsNull(Cell(rows[1], "quantity")));
}

TEST(DecodeRowsTest, TablesAndColumnsOfANewerRegistryArePassedOver) {
  RowBlock block = TwoRows();
  auto* column = block.add_columns();
  column->set_name("column_of_tomorrow");
  column->mutable_ints()->add_values(1);
  column->mutable_ints()->add_values(2);
  std::vector<Visited> rows;
  ASSERT_THAT(Decode(block, &rows), IsOk());
  EXPECT_EQ(rows.size(), 2u);
  block.set_table("table_of_tomorrow");
  rows.clear();
  ASSERT_THAT(Decode(block, &rows), IsOk());
  EXPECT_TRUE(rows.empty());
}

TEST(DecodeRowsTest, ABlockThatDoesNotFitTogetherIsDataLoss) {
  std::vector<Visited> rows;
  RowBlock short_column = TwoRows();
  short_column.mutable_columns(1)
      ->mutable_ints()
      ->mutable_values()
      ->RemoveLast();
  EXPECT_THAT(Decode(short_column, &rows),
              StatusIs(absl::StatusCode::kDataLoss));
  RowBlock bad_index = TwoRows();
  bad_index.mutable_columns(0)->mutable_texts()->set_index(0, 2);
  EXPECT_THAT(Decode(bad_index, &rows), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_TRUE(rows.empty());
}

// A row that is stated but points into an empty dictionary must not be read.
TEST(DecodeRowsTest, AStatedTextNeedsADictionary) {
  RowBlock block = TwoRows();
  auto* texts = block.mutable_columns(0)->mutable_texts();
  texts->clear_dictionary();
  texts->set_index(1, 0);
  std::vector<Visited> rows;
  EXPECT_THAT(Decode(block, &rows), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(DecodeRowsTest, TheVisitorEndsIt) {
  int visited = 0;
  const absl::Status status = DecodeRows(
      TwoRows(), [&visited](const auto&, const auto&, bool) -> absl::Status {
        ++visited;
        return absl::AbortedError("enough");
      });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(visited, 1);
}

}  // namespace
}  // namespace qiangji::coverage
