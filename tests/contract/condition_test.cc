// Conditions and orders: what the store compiles to SQL and what
// domain::Holds and CompareCells say of rows at hand must agree.
#include "services/domain/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "services/domain/validate.h"
#include "tests/contract/store_cases.h"

namespace qiangji::testing {
namespace {

using domain::Condition;
using domain::Kind;
using domain::TableId;
using domain::Value;
using store::ScanOptions;

// Few values a column, so that conditions often hold; odd ones among them.
class RandomRows {
 public:
  explicit RandomRows(unsigned seed) : random_(seed) {}

  int Below(int n) {
    return std::uniform_int_distribution<int>(0, n - 1)(random_);
  }

  Value CellOf(const domain::Column& column) {
    static const char* const kTexts[] = {"a",   "A",     "ab",   "100%",
                                         "a_b", "it's",  "轴承", "a;--",
                                         "\\",  "\"q\"", "ß",    "轴"};
    static const char* const kIds[] = {"a", "b", "a-b", "a.b", "a_b", "ab"};
    static const char* const kCountries[] = {"CHN", "JPN", "XXF", "ZZZ"};
    switch (column.kind) {
      case Kind::kNumber: {
        static constexpr double kNumbers[] = {0, 1, 0.1, 0.25, 1e-9, 1e15};
        return kNumbers[Below(6)];
      }
      case Kind::kInteger:
      case Kind::kYear:
        return std::int64_t{2020 + Below(4)};
      case Kind::kBool:
        return std::int64_t{Below(2)};
      case Kind::kEnum:
        return std::string(column.values[static_cast<std::size_t>(
            Below(static_cast<int>(column.values.size())))]);
      case Kind::kCountry:
        return std::string(kCountries[Below(4)]);
      case Kind::kTime:
        return absl::StrCat("202", Below(4), "-01-31T00:00:00Z");
      case Kind::kId:
        return std::string(kIds[Below(6)]);
      case Kind::kText:
        return std::string(kTexts[Below(12)]);
      default:
        return List();
    }
  }

  Value MaybeCellOf(const domain::Column& column) {
    const bool stated = column.key && column.required;
    return !stated && Below(4) == 0 ? Value() : CellOf(column);
  }

  domain::Row RowOf(const domain::TableSchema& table) {
    domain::Row row;
    for (const domain::Column& column : table.columns) {
      row.push_back(MaybeCellOf(column));
    }
    return row;
  }

  Condition TestOf(const domain::TableSchema& table) {
    using Test = Condition::Test;
    Condition test;
    test.kind = Condition::Kind::kTest;
    test.column = Below(static_cast<int>(table.columns.size()));
    const domain::Column& column =
        table.columns[static_cast<std::size_t>(test.column)];
    test.negated = Below(2) == 0;
    test.value = CellOf(column);
    if (domain::IsNull(test.value)) test.value = std::string("a");
    static constexpr Test kTests[] = {Test::kStated,  Test::kEqual,
                                      Test::kLess,    Test::kLessEqual,
                                      Test::kGreater, Test::kGreaterEqual};
    test.test = kTests[Below(6)];
    if (domain::IsList(column.kind) && test.test != Test::kStated) {
      test.test = Test::kHasEntry;
      test.value = std::string(kEntries[Below(4)]);
    } else if (column.kind == Kind::kText && Below(3) == 0) {
      test.test = Test::kContains;
    }
    return test;
  }

  Condition ConditionOf(const domain::TableSchema& table, int depth) {
    if (depth == 0 || Below(3) == 0) return TestOf(table);
    Condition condition;
    condition.kind =
        Below(2) == 0 ? Condition::Kind::kAll : Condition::Kind::kAny;
    for (int n = Below(4); n > 0; --n) {
      condition.children.push_back(ConditionOf(table, depth - 1));
    }
    return condition;
  }

  std::vector<domain::OrderColumn> OrderOf(const domain::TableSchema& table) {
    std::vector<domain::OrderColumn> order;
    for (int n = Below(4); n > 0; --n) {
      const int column = Below(static_cast<int>(table.columns.size()));
      if (domain::IsList(
              table.columns[static_cast<std::size_t>(column)].kind)) {
        continue;
      }
      order.push_back({column, Below(2) == 0});
    }
    return order;
  }

 private:
  static constexpr const char* kEntries[] = {"a", "A", "a_b", "ab%"};

  Value List() {
    std::string list;
    for (const char* entry : {"A", "a", "a_b", "ab%"}) {
      if (Below(2) == 0) absl::StrAppend(&list, list.empty() ? "" : ";", entry);
    }
    return list.empty() ? Value() : Value(list);
  }

  std::mt19937 random_;
};

class ConditionTest : public StoreTest {
 protected:
  // Writes rows over a few changes, some of them again and some deleted.
  void Fill(RandomRows& random, TableId id) {
    for (int change = 0; change < 6; ++change) {
      std::vector<std::pair<TableId, domain::Row>> rows;
      rows.reserve(60);
      for (int n = 0; n < 60; ++n)
        rows.emplace_back(id, random.RowOf(Table(id)));
      const auto put = PutAll(*store_, rows);
      ASSERT_TRUE(put.ok()) << put.status();
      for (int n = 0; n < 5; ++n) {
        const auto& row = rows[static_cast<std::size_t>(random.Below(60))];
        ASSERT_TRUE(
            DeleteRow(*store_, id, domain::KeyOf(Table(id), row.second)).ok());
      }
    }
  }

  // In pages of `limit` (0 = in one go).
  std::vector<store::Stored> Pages(TableId id, ScanOptions options) {
    std::vector<store::Stored> rows;
    for (bool more = true; more;) {
      more = false;
      std::string last;
      const absl::Status status = store_->Read([&](store::Reader& reader) {
        return reader.Scan(
            Table(id), options, store::AccessScope::All(),
            [&](const store::Stored& row, absl::string_view cursor) {
              rows.push_back(row);
              last = std::string(cursor);
              more = options.limit > 0;
              return absl::OkStatus();
            });
      });
      EXPECT_TRUE(status.ok()) << status;
      if (!status.ok()) break;
      options.after = last;
    }
    return rows;
  }
};
QJ_INSTANTIATE_STORE_TESTS(ConditionTest);

constexpr TableId kTables[] = {TableId::kItems,      TableId::kSupply,
                               TableId::kMilestones, TableId::kOrganizations,
                               TableId::kInputs,     TableId::kEditions};

bool SameRows(const std::vector<store::Stored>& a,
              const std::vector<store::Stored>& b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](const store::Stored& x, const store::Stored& y) {
                      return x.row == y.row && x.seq_from == y.seq_from;
                    });
}

TEST_P(ConditionTest, SqlAndEvaluationAgreeOnRandomFilters) {
  unsigned seed = 1;
  for (const TableId id : kTables) {
    RandomRows random(seed++);
    Fill(random, id);
    int kept = 0;
    for (int round = 0; round < 150; ++round) {
      ScanOptions options;
      const store::Seq head = HeadOf(*store_).seq;
      options.at = round % 3 == 0 ? head - random.Below(8) : store::kHead;
      std::vector<store::Stored> expected;
      options.where = Condition();
      const Condition where = random.ConditionOf(Table(id), 4);
      for (store::Stored& row : ScanAll(*store_, id, options)) {
        if (domain::Holds(where, row.row)) expected.push_back(std::move(row));
      }
      options.where = where;
      options.limit = round % 2 == 0 ? 0 : 1 + random.Below(20);
      kept += static_cast<int>(expected.size());
      ASSERT_TRUE(SameRows(Pages(id, options), expected))
          << Table(id).name << " round " << round;
    }
    EXPECT_GT(kept, 100) << "the filters leave too little to compare";
  }
}

TEST_P(ConditionTest, OrdersAreStableAndPagesContinue) {
  unsigned seed = 100;
  for (const TableId id : kTables) {
    RandomRows random(seed++);
    Fill(random, id);
    for (int round = 0; round < 60; ++round) {
      ScanOptions options;
      const store::Seq head = HeadOf(*store_).seq;
      options.at = round % 2 == 0 ? head - random.Below(8) : store::kHead;
      options.where = random.ConditionOf(Table(id), 1);
      std::vector<store::Stored> expected = ScanAll(*store_, id, options);
      options.order = random.OrderOf(Table(id));
      std::stable_sort(expected.begin(), expected.end(),
                       [&](const store::Stored& a, const store::Stored& b) {
                         for (const domain::OrderColumn& by : options.order) {
                           const auto c = static_cast<std::size_t>(by.column);
                           const int compared =
                               domain::CompareCells(a.row[c], b.row[c]);
                           if (compared != 0)
                             return (compared < 0) != by.descending;
                         }
                         return false;
                       });
      options.limit = 1 + random.Below(30);
      ASSERT_TRUE(SameRows(Pages(id, options), expected))
          << Table(id).name << " round " << round;
    }
  }
}

// Deleted rows stand among the others, each with its last version.
TEST_P(ConditionTest, DeletedRowsAreThoseOfTheTime) {
  for (const TableId id : {TableId::kItems, TableId::kSupply}) {
    RandomRows random(7);
    Fill(random, id);
    const store::Seq head = HeadOf(*store_).seq;
    std::size_t found = 0;
    for (store::Seq at = head - 10; at <= head; ++at) {
      ScanOptions options;
      options.at = at;
      options.deleted = true;
      const auto shown = Pages(id, options);
      options.limit = 7;
      EXPECT_TRUE(SameRows(Pages(id, options), shown));
      std::size_t deleted = 0;
      for (const store::Stored& row : shown) {
        if (row.seq_to == 0 || row.seq_to > at) continue;
        ++deleted;
        const domain::Key key = domain::KeyOf(Table(id), row.row);
        ASSERT_TRUE(store_
                        ->Read([&](store::Reader& reader) {
                          const auto live = reader.Get(
                              Table(id), key, store::AccessScope::All(), at);
                          EXPECT_TRUE(live.ok() && !live->has_value());
                          return live.status();
                        })
                        .ok());
      }
      options.deleted = false;
      EXPECT_EQ(Pages(id, options).size() + deleted, shown.size());
      found += deleted;
    }
    EXPECT_GT(found, 0u);
  }
}

// A page of an old state by key, where every row was written again and again.
TEST_P(ConditionTest, PagesOfAnOldStateWalkOverRevisions) {
  for (int revision = 0; revision < 20; ++revision) {
    std::vector<std::pair<TableId, domain::Row>> rows;
    for (int n = 0; n < 30; ++n) {
      rows.emplace_back(TableId::kItems, ItemRow(absl::StrCat("i", n),
                                                 absl::StrCat("s", revision)));
      rows.emplace_back(TableId::kSupply, SupplyRow(absl::StrCat("i", n % 7),
                                                    2000 + n, "s", revision));
    }
    const auto put = PutAll(*store_, rows);
    ASSERT_TRUE(put.ok()) << put.status();
  }
  for (const TableId id : {TableId::kItems, TableId::kSupply}) {
    for (const store::Seq at : {store::Seq{1}, store::Seq{10}}) {
      ScanOptions options;
      options.at = at;
      const auto whole = ScanAll(*store_, id, options);
      EXPECT_EQ(whole.size(), 30u);
      for (const std::int64_t limit : {1, 4, 29, 30, 31}) {
        options.limit = limit;
        EXPECT_TRUE(SameRows(Pages(id, options), whole));
      }
      options.equals = {{0, Value(std::string("i3"))}};
      options.limit = 2;
      const auto of_one = Pages(id, options);
      EXPECT_EQ(of_one.size(), id == TableId::kItems ? 1u : 4u);
    }
  }
}

}  // namespace
}  // namespace qiangji::testing
