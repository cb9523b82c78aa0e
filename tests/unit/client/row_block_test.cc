#include "clients/cpp/row_block.h"

#include <gtest/gtest.h>

#include <functional>

#include "qiangji/type/v1/row_block.pb.h"
#include "tests/support/status_matchers.h"

namespace qiangji::client {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using type::v1::RowBlock;

// Three rows: a (2020, 0.5), b (2021, not stated), c deleted.
RowBlock Good() {
  RowBlock block;
  block.set_table("demand");
  block.set_row_count(3);
  auto* id = block.add_columns();
  id->set_name("item_id");
  for (const char* text : {"a", "b", "c"})
    id->mutable_texts()->add_dictionary(text);
  for (const int i : {0, 1, 2}) id->mutable_texts()->add_index(i);
  auto* year = block.add_columns();
  year->set_name("year");
  for (const int y : {2020, 2021, 2022}) year->mutable_ints()->add_values(y);
  auto* quantity = block.add_columns();
  quantity->set_name("quantity");
  for (const double q : {0.5, 0.0, 0.0})
    quantity->mutable_doubles()->add_values(q);
  quantity->set_presence("\x01");
  block.set_deleted("\x04");
  for (const int seq : {7, 8, 9}) block.add_seq_from(seq);
  block.add_owners("");
  block.add_owners("org");
  for (const int owner : {0, 1, 0}) block.add_owner_index(owner);
  return block;
}

TEST(RowBlockTest, ReadsColumns) {
  const RowBlock block = Good();
  const auto view = RowBlockView::Make(block);
  ASSERT_THAT(view, IsOk());
  EXPECT_EQ(view->table(), "demand");
  EXPECT_EQ(view->rows(), 3);
  EXPECT_EQ(view->Find("item_id")->text_at(1), "b");
  EXPECT_EQ(view->Find("year")->int_at(2), 2022);
  EXPECT_TRUE(view->Find("quantity")->present(0));
  EXPECT_EQ(view->Find("quantity")->double_at(0), 0.5);
  EXPECT_FALSE(view->Find("quantity")->present(1));
  EXPECT_EQ(view->Find("source"), nullptr);
  EXPECT_FALSE(view->deleted(1));
  EXPECT_TRUE(view->deleted(2));
  EXPECT_EQ(view->seq_from(1), 8);
  EXPECT_EQ(view->owner(0), "");
  EXPECT_EQ(view->owner(1), "org");
}

TEST(RowBlockTest, RefusesWhatDoesNotFit) {
  const std::vector<std::function<void(RowBlock&)>> breaks = {
      [](RowBlock& b) { b.set_row_count(4); },
      [](RowBlock& b) { b.set_row_count(-1); },
      [](RowBlock& b) { b.set_row_count(5000); },
      [](RowBlock& b) { b.add_seq_from(1); },
      [](RowBlock& b) { b.set_owner_index(1, 2); },
      [](RowBlock& b) { b.set_owner_index(1, -1); },
      [](RowBlock& b) { b.clear_owners(); },
      [](RowBlock& b) {
        b.mutable_columns(0)->mutable_texts()->set_index(2, 3);
      },
      [](RowBlock& b) { b.mutable_columns(1)->mutable_ints()->add_values(1); },
      [](RowBlock& b) { b.mutable_columns(2)->clear_doubles(); },
  };
  for (std::size_t i = 0; i < breaks.size(); ++i) {
    RowBlock block = Good();
    breaks[i](block);
    EXPECT_THAT(RowBlockView::Make(block),
                StatusIs(absl::StatusCode::kDataLoss))
        << i;
  }
}

TEST(RowBlockTest, BitmapsMustReachEveryRow) {
  RowBlock block;
  block.set_row_count(9);
  block.set_deleted("\xff");
  EXPECT_THAT(RowBlockView::Make(block), StatusIs(absl::StatusCode::kDataLoss));
  block.set_deleted("\xff\x01");
  EXPECT_THAT(RowBlockView::Make(block), IsOk());
}

}  // namespace
}  // namespace qiangji::client
