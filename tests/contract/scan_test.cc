// Scans, scopes, the feed and referrers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/contract/store_cases.h"

namespace qiangji::testing {
namespace {

using domain::TableId;
using store::AccessScope;
using store::ScanOptions;

class ScanTest : public StoreTest {
 protected:
  static std::vector<std::string> Ids(const std::vector<store::Stored>& rows,
                                      std::size_t column = 0) {
    std::vector<std::string> ids;
    ids.reserve(rows.size());
    for (const auto& row : rows) ids.push_back(domain::TextOf(row.row[column]));
    return ids;
  }
};
QJ_INSTANTIATE_STORE_TESTS(ScanTest);

TEST_P(ScanTest, ItemKeyedRowsComeByItemIdNotBySurrogate) {
  for (const char* item : {"zeta", "alpha", "mid", "a-1", "a.1", "a"}) {
    ASSERT_TRUE(
        PutAll(*store_, {{TableId::kSupply, SupplyRow(item, 2021, "s", 1)},
                         {TableId::kSupply, SupplyRow(item, 2020, "s", 1)}})
            .ok());
  }
  const auto rows = ScanAll(*store_, TableId::kSupply);
  EXPECT_THAT(Ids(rows), ::testing::ElementsAre("a", "a", "a-1", "a-1", "a.1",
                                                "a.1", "alpha", "alpha", "mid",
                                                "mid", "zeta", "zeta"));
  EXPECT_EQ(rows[0].row[1], domain::Value(std::int64_t{2020}));
}

TEST_P(ScanTest, CursorsContinueWhereTheyWereTaken) {
  std::vector<std::pair<TableId, domain::Row>> rows;
  for (int n = 0; n < 20; ++n) {
    rows.emplace_back(TableId::kItems, ItemRow("i" + std::to_string(n)));
    rows.emplace_back(
        TableId::kSupply,
        SupplyRow("i" + std::to_string(n % 4), 2000 + n / 8,
                  "s" + std::to_string(n % 3), 1, n % 2 == 0 ? "CHN" : "JPN"));
  }
  ASSERT_TRUE(PutAll(*store_, rows).ok());
  ASSERT_TRUE(DeleteRow(*store_, TableId::kItems, ItemKey("i7")).ok());
  for (const TableId id : {TableId::kItems, TableId::kSupply}) {
    for (const store::Seq at : {store::kHead, store::Seq{1}}) {
      ScanOptions all;
      all.at = at;
      const auto expected = ScanAll(*store_, id, all);
      std::vector<store::Stored> paged;
      ScanOptions page = all;
      page.limit = 3;
      for (bool more = true; more;) {
        more = false;
        ASSERT_TRUE(store_
                        ->Read([&](store::Reader& reader) {
                          std::string last;
                          auto status =
                              reader.Scan(Table(id), page, AccessScope::All(),
                                          [&](const store::Stored& row,
                                              absl::string_view cursor) {
                                            paged.push_back(row);
                                            last = std::string(cursor);
                                            more = true;
                                            return absl::OkStatus();
                                          });
                          page.after = last;
                          return status;
                        })
                        .ok());
      }
      EXPECT_EQ(Ids(paged), Ids(expected));
      EXPECT_EQ(paged.size(), id == TableId::kItems
                                  ? (at == store::kHead ? 19u : 20u)
                                  : expected.size());
    }
  }
}

TEST_P(ScanTest, ForeignCursorIsRefused) {
  ScanOptions options;
  options.after = "nonsense";
  auto status = store_->Read([&](store::Reader& reader) {
    return reader.Scan(Table(TableId::kSupply), options, AccessScope::All(),
                       [](const store::Stored&, absl::string_view) {
                         return absl::OkStatus();
                       });
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
}

TEST_P(ScanTest, FiltersByEveryKindOfColumn) {
  ASSERT_TRUE(
      PutAll(*store_, {{TableId::kSupply, SupplyRow("a", 2020, "s1", 1, "CHN")},
                       {TableId::kSupply, SupplyRow("a", 2021, "s2", 2, "JPN")},
                       {TableId::kSupply, SupplyRow("b", 2020, "s1", 3, "JPN")},
                       {TableId::kSupply, SupplyRow("b", 2020, "", 4, "JPN")}})
          .ok());
  const auto count = [&](std::initializer_list<Cell> cells) {
    ScanOptions options;
    for (const auto& [name, value] : cells) {
      options.equals.emplace_back(Table(TableId::kSupply).Find(name), value);
    }
    return ScanAll(*store_, TableId::kSupply, options).size();
  };
  using S = std::string;
  EXPECT_EQ(count({{"item_id", S("a")}}), 2u);
  EXPECT_EQ(count({{"year", std::int64_t{2020}}}), 3u);
  EXPECT_EQ(count({{"supplier_id", S("s1")}}), 2u);
  EXPECT_EQ(count({{"supplier_id", domain::Value()}}), 1u);
  EXPECT_EQ(count({{"origin_country", S("JPN")}}), 3u);
  EXPECT_EQ(count({{"origin_country", S("JPN")},
                   {"market", S("domestic")},
                   {"item_id", S("b")}}),
            2u);
  EXPECT_EQ(count({{"controller_country", domain::Value()}}), 4u);
  EXPECT_EQ(count({{"quantity", 3.0}}), 1u);
  EXPECT_EQ(count({{"share", domain::Value()}}), 4u);
  EXPECT_EQ(count({{"supplier_id", S("nobody")}}), 0u);
  EXPECT_EQ(count({{"item_id", S("' OR 1=1 --")}}), 0u);
}

// Any state can be read later as it was, whatever happened since.
TEST_P(ScanTest, AsOfEqualsWhatWasReadThen) {
  std::mt19937 random(7);
  const auto pick = [&](int n) { return static_cast<int>(random() % n); };
  std::vector<std::vector<domain::Row>> states = {{}};
  for (int change = 1; change <= 40; ++change) {
    const auto commit = store_->ReadWrite({}, [&](store::Transaction& t,
                                                  std::vector<std::string>&) {
      for (int n = 0; n < 5; ++n) {
        const auto row = SupplyRow("i" + std::to_string(pick(4)), 2020,
                                   "s" + std::to_string(pick(3)),
                                   pick(1000) + change * 1000);
        const auto& table = Table(TableId::kSupply);
        auto status = pick(3) == 0
                          ? t.Delete(table, domain::KeyOf(table, row)).status()
                          : t.Put(table, row, "").status();
        if (!status.ok()) return status;
      }
      return absl::OkStatus();
    });
    ASSERT_TRUE(commit.ok());
    if (!commit->changed) continue;
    std::vector<domain::Row> rows;
    for (auto& row : ScanAll(*store_, TableId::kSupply)) {
      rows.push_back(std::move(row.row));
    }
    states.push_back(std::move(rows));
  }
  for (std::size_t seq = 0; seq < states.size(); ++seq) {
    ScanOptions options;
    options.at = static_cast<store::Seq>(seq);
    std::vector<domain::Row> rows;
    for (auto& row : ScanAll(*store_, TableId::kSupply, options)) {
      rows.push_back(std::move(row.row));
    }
    EXPECT_EQ(rows, states[seq]) << "as of " << seq;
  }
  EXPECT_TRUE(store_->Verify()->findings.empty());
}

TEST_P(ScanTest, ScopeHidesWhatIsNotTheCallers) {
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("a", "nev;rail")},
                               {TableId::kItems, ItemRow("b", "power")}})
                  .ok());
  const auto put = [&](const char* item, const char* supplier,
                       const char* owner, const char* visibility) {
    ASSERT_TRUE(PutAll(*store_,
                       {{TableId::kSupply, SupplyRow(item, 2020, supplier, 1,
                                                     "CHN", visibility)}},
                       owner)
                    .ok());
  };
  put("a", "s1", "o1", "private");
  put("a", "s2", "o2", "private");
  put("a", "s3", "o2", "sector");
  put("b", "s4", "o2", "sector");
  put("b", "s5", "o2", "public");
  const auto suppliers = [&](const AccessScope& scope) {
    return Ids(ScanAll(*store_, TableId::kSupply, {}, scope), 4);
  };
  EXPECT_EQ(suppliers(AccessScope::All()).size(), 5u);
  EXPECT_THAT(suppliers(AccessScope::Of("o1", {})),
              ::testing::ElementsAre("s1", "s5"));
  EXPECT_THAT(suppliers(AccessScope::Of("", {})), ::testing::ElementsAre("s5"));
  EXPECT_THAT(suppliers(AccessScope::Of("al", {"rail"})),
              ::testing::ElementsAre("s3", "s5"));
  EXPECT_THAT(suppliers(AccessScope::Of("al", {"ra_l", "r%"})),
              ::testing::ElementsAre("s5"));
  // Tables without a visibility are open.
  EXPECT_EQ(
      ScanAll(*store_, TableId::kItems, {}, AccessScope::Of("", {})).size(),
      2u);
  // Get and History are no way round.
  const auto hidden =
      domain::KeyOf(Table(TableId::kSupply), SupplyRow("a", 2020, "s2", 1));
  ASSERT_TRUE(
      store_
          ->Read([&](store::Reader& reader) {
            const auto& table = Table(TableId::kSupply);
            const auto scope = AccessScope::Of("o1", {});
            EXPECT_FALSE(
                (*reader.Get(table, hidden, scope, store::kHead)).has_value());
            EXPECT_TRUE(reader.History(table, hidden, scope)->empty());
            return absl::OkStatus();
          })
          .ok());
}

TEST_P(ScanTest, FeedGivesRowsDeletionsAndWhatLeftTheScope) {
  using Seen = std::vector<std::pair<std::string, bool>>;  // supplier, is there
  const auto feed = [&](store::Seq seq, const AccessScope& scope) {
    Seen seen;
    auto status = store_->Read([&](store::Reader& reader) {
      const auto note = [&](const store::ChangedRow& row) {
        seen.emplace_back(domain::TextOf(row.key[4]), row.row.has_value());
        return absl::OkStatus();
      };
      EXPECT_TRUE(
          reader.ChangedRows(seq, {{TableId::kItems}}, scope, note).ok());
      EXPECT_TRUE(seen.empty());  // no row of another table
      return reader.ChangedRows(seq, {{TableId::kSupply}}, scope, note);
    });
    EXPECT_TRUE(status.ok()) << status;
    return seen;
  };
  const auto row = [](const char* supplier, const char* visibility) {
    return std::make_pair(TableId::kSupply,
                          SupplyRow("a", 2020, supplier, 1, "CHN", visibility));
  };
  ASSERT_TRUE(
      PutAll(*store_, {row("s1", "public"), row("s2", "private")}, "o").ok());
  ASSERT_TRUE(
      PutAll(*store_, {row("s1", "private"), row("s2", "public")}, "o").ok());
  ASSERT_TRUE(DeleteRow(*store_, TableId::kSupply,
                        domain::KeyOf(Table(TableId::kSupply),
                                      row("s2", "public").second))
                  .ok());
  const auto others = AccessScope::Of("p", {});
  EXPECT_EQ(feed(1, AccessScope::All()), (Seen{{"s1", true}, {"s2", true}}));
  EXPECT_EQ(feed(1, others), (Seen{{"s1", true}}));
  EXPECT_EQ(feed(2, others), (Seen{{"s1", false}, {"s2", true}}));
  EXPECT_EQ(feed(3, AccessScope::All()), (Seen{{"s2", false}}));
  EXPECT_EQ(feed(3, others), (Seen{{"s2", false}}));
}

TEST_P(ScanTest, ReferrersAreFoundThroughEveryKindOfColumn) {
  using S = std::string;
  ASSERT_TRUE(PutAll(*store_,
                     {{TableId::kItems, ItemRow("a", "nev;rail")},
                      {TableId::kInputs,
                       RowOf(TableId::kInputs,
                             {{"item_id", S("p")}, {"input_item_id", S("a")}})},
                      {TableId::kSupply, SupplyRow("a", 2020, "acme", 1)},
                      {TableId::kTargets,
                       RowOf(TableId::kTargets, {{"target_id", S("t2")},
                                                 {"metric", S("share")},
                                                 {"year", std::int64_t{2025}},
                                                 {"value", 0.7},
                                                 {"supersedes", S("t1")}})}})
                  .ok());
  const auto referrers = [&](TableId id, const char* name, int limit) {
    std::vector<TableId> tables;
    auto status = store_->Read([&](store::Reader& reader) {
      auto found = reader.Referrers(Table(id), name, limit);
      for (const auto& [table, key] : *found) tables.push_back(table);
      return found.status();
    });
    EXPECT_TRUE(status.ok());
    return tables;
  };
  using ::testing::ElementsAre;
  using ::testing::UnorderedElementsAre;
  EXPECT_THAT(referrers(TableId::kItems, "a", 9),
              UnorderedElementsAre(TableId::kInputs, TableId::kSupply));
  EXPECT_EQ(referrers(TableId::kItems, "a", 1).size(), 1u);
  EXPECT_THAT(referrers(TableId::kSectors, "rail", 9),
              ElementsAre(TableId::kItems));
  EXPECT_THAT(referrers(TableId::kSectors, "rai", 9), ElementsAre());
  EXPECT_THAT(referrers(TableId::kOrganizations, "acme", 9),
              ElementsAre(TableId::kSupply));
  EXPECT_THAT(referrers(TableId::kTargets, "t1", 9),
              ElementsAre(TableId::kTargets));
  EXPECT_THAT(referrers(TableId::kItems, "never-seen", 9), ElementsAre());
}

TEST_P(ScanTest, StatusOfTheVisitorStopsTheScan) {
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("a")},
                               {TableId::kItems, ItemRow("b")}})
                  .ok());
  int seen = 0;
  auto status = store_->Read([&](store::Reader& reader) {
    return reader.Scan(Table(TableId::kItems), {}, AccessScope::All(),
                       [&](const store::Stored&, absl::string_view) {
                         ++seen;
                         return absl::CancelledError("enough");
                       });
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace qiangji::testing
