#include "services/registry/row_block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/row_block.h"
#include "qiangji/type/v1/row_block.pb.h"

namespace qiangji::registry {
namespace {

using domain::TableId;
using ::testing::SizeIs;

const domain::TableSchema& Inputs() {
  return *domain::FindTable(TableId::kInputs);
}

store::Stored Input(const std::string& item, const std::string& input,
                    domain::Value share, const std::string& owner = "") {
  store::Stored stored;
  stored.row.resize(Inputs().columns.size());
  const auto set = [&](absl::string_view column, domain::Value value) {
    stored.row[static_cast<std::size_t>(Inputs().Find(column))] =
        std::move(value);
  };
  set("item_id", item);
  set("input_item_id", input);
  set("cost_share", std::move(share));
  stored.owner_id = owner;
  stored.seq_from = 7;
  return stored;
}

class RowBlockTest : public ::testing::Test {
 protected:
  std::vector<type::v1::RowBlock> blocks_;
  RowBlockEncoder encoder_{[this](type::v1::RowBlock block) {
    blocks_.push_back(std::move(block));
  }};
};

TEST_F(RowBlockTest, CellsComeBackThroughTheClientsView) {
  encoder_.Add(Inputs(), Input("a", "b", 0.25));
  encoder_.Add(Inputs(), Input("a", "c", domain::Value(), "plant"));
  encoder_.AddDeleted(Inputs(), {std::string("a"), std::string("d")}, 9);
  encoder_.Flush();
  ASSERT_THAT(blocks_, SizeIs(1));
  const auto view = client::RowBlockView::Make(blocks_[0]);
  ASSERT_TRUE(view.ok()) << view.status();
  EXPECT_EQ(view->table(), "inputs");
  ASSERT_EQ(view->rows(), 3);
  const client::ColumnView* item = view->Find("item_id");
  EXPECT_EQ(item->dictionary_size(), 1);  // one text for three rows
  EXPECT_EQ(item->text_at(2), "a");
  const client::ColumnView* share = view->Find("cost_share");
  EXPECT_TRUE(share->present(0));
  EXPECT_EQ(share->double_at(0), 0.25);
  EXPECT_FALSE(share->present(1));
  EXPECT_EQ(view->owner(0), "");
  EXPECT_EQ(view->owner(1), "plant");
  EXPECT_FALSE(view->deleted(1));
  EXPECT_TRUE(view->deleted(2));
  EXPECT_EQ(view->seq_from(0), 7);
  EXPECT_EQ(view->seq_from(2), 9);
  // Columns that no row states are not there.
  EXPECT_EQ(view->Find("substitution_group"), nullptr);
}

TEST_F(RowBlockTest, BlocksAreBoundedAndOfOneTable) {
  const domain::TableSchema& items = *domain::FindTable(TableId::kItems);
  store::Stored item;
  item.row.resize(items.columns.size());
  item.row[0] = std::string("a");
  item.row[1] = std::string(3000, 'x');
  for (int i = 0; i < 5000; ++i) {
    encoder_.Add(Inputs(), Input("a", absl::StrCat("i", i), 0.1));
  }
  for (int i = 0; i < 300; ++i) {
    item.row[0] = absl::StrCat("i", i);
    item.row[1] = absl::StrCat(i, std::string(3000, 'x'));
    encoder_.Add(items, item);
  }
  encoder_.Flush();
  EXPECT_EQ(encoder_.rows(), 5300);
  int rows = 0;
  for (const type::v1::RowBlock& block : blocks_) {
    rows += block.row_count();
    EXPECT_LE(block.row_count(), kMaxBlockRows);
    EXPECT_LE(block.ByteSizeLong(), 256u << 10);
    EXPECT_TRUE(client::RowBlockView::Make(block).ok());
  }
  EXPECT_EQ(rows, 5300);
}

}  // namespace
}  // namespace qiangji::registry
