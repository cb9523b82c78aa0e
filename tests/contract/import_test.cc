// Bulk writes by staging.
#include "db/store/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "tests/contract/store_cases.h"

namespace qiangji::testing {
namespace {

using domain::TableId;
using store::AccessScope;
using store::ImportCounts;

class ImportTest : public StoreTest {
 protected:
  struct Outcome {
    std::map<TableId, ImportCounts> counts;
    absl::StatusOr<store::Commit> commit = absl::UnknownError("");
  };
  Outcome Run(const std::vector<std::pair<TableId, domain::Row>>& rows,
              const std::set<TableId>& replace = {}, bool dry_run = false,
              const std::string& owner = "",
              const store::WriteOptions& options = {}) {
    Outcome outcome;
    auto import = store_->NewImport(owner);
    EXPECT_TRUE(import.ok()) << import.status();
    std::int64_t line = 1;
    for (const auto& [id, row] : rows) {
      EXPECT_TRUE((*import)->Add(Table(id), row, ++line).ok());
    }
    auto counts = (*import)->Diff(replace);
    EXPECT_TRUE(counts.ok()) << counts.status();
    if (counts.ok()) outcome.counts = *counts;
    outcome.commit = (*import)->Publish(options, dry_run, nullptr, nullptr);
    return outcome;
  }
};
QJ_INSTANTIATE_STORE_TESTS(ImportTest);

TEST_P(ImportTest, NewChangedUnchangedAndClosed) {
  const auto first = Run({{TableId::kItems, ItemRow("b")},
                          {TableId::kItems, ItemRow("a")},
                          {TableId::kSupply, SupplyRow("b", 2020, "s", 1)},
                          {TableId::kSupply, SupplyRow("a", 2020, "s", 1)}});
  ASSERT_TRUE(first.commit.ok()) << first.commit.status();
  EXPECT_EQ(first.commit->seq, 1);
  EXPECT_EQ(first.counts.at(TableId::kItems).added, 2);
  EXPECT_EQ(ScanAll(*store_, TableId::kSupply).size(), 2u);

  const auto second = Run({{TableId::kItems, ItemRow("a")},
                           {TableId::kSupply, SupplyRow("b", 2020, "s", 7)},
                           {TableId::kSupply, SupplyRow("c", 2020, "s", 1)}},
                          {TableId::kSupply});
  ASSERT_TRUE(second.commit.ok());
  EXPECT_EQ(second.counts.at(TableId::kItems).unchanged, 1);
  const ImportCounts& supply = second.counts.at(TableId::kSupply);
  EXPECT_EQ(supply.rows, 2);
  EXPECT_EQ(supply.changed, 1);
  EXPECT_EQ(supply.added, 1);
  EXPECT_EQ(supply.closed, 1);
  const auto rows = ScanAll(*store_, TableId::kSupply);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].row, SupplyRow("b", 2020, "s", 7));
  EXPECT_EQ(rows[1].row, SupplyRow("c", 2020, "s", 1));
  EXPECT_EQ(ScanAll(*store_, TableId::kItems).size(), 2u);
  store::ScanOptions before;
  before.at = 1;
  EXPECT_EQ(ScanAll(*store_, TableId::kSupply, before)[0].row,
            SupplyRow("a", 2020, "s", 1));
  EXPECT_TRUE(store_->Verify()->findings.empty());
}

TEST_P(ImportTest, SameRowsAgainChangeNothing) {
  const std::vector<std::pair<TableId, domain::Row>> rows = {
      {TableId::kItems, ItemRow("a")},
      {TableId::kSupply, SupplyRow("a", 2020, "s", 1)}};
  ASSERT_TRUE(Run(rows).commit.ok());
  const auto again = Run(rows);
  ASSERT_TRUE(again.commit.ok());
  EXPECT_FALSE(again.commit->changed);
  EXPECT_EQ(again.commit->seq, 1);
  EXPECT_EQ(HeadOf(*store_).seq, 1);
}

TEST_P(ImportTest, DuplicatesAreNamedWithTheirTags) {
  auto import = *store_->NewImport("");
  const auto& table = Table(TableId::kSupply);
  ASSERT_TRUE(import->Add(table, SupplyRow("a", 2020, "s", 1), 2).ok());
  ASSERT_TRUE(import->Add(table, SupplyRow("b", 2020, "s", 1), 3).ok());
  ASSERT_TRUE(import->Add(table, SupplyRow("a", 2020, "s", 5), 4).ok());
  const auto duplicates = import->Duplicates(10);
  ASSERT_TRUE(duplicates.ok());
  ASSERT_EQ(duplicates->size(), 1u);
  EXPECT_EQ((*duplicates)[0].key,
            domain::KeyOf(table, SupplyRow("a", 2020, "s", 1)));
  EXPECT_EQ((*duplicates)[0].first_tag, 2);
  EXPECT_EQ((*duplicates)[0].second_tag, 4);
  EXPECT_EQ(import->Diff({}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_P(ImportTest, ReplaceClosesOnlyTheOwnersRows) {
  ASSERT_TRUE(
      PutAll(*store_, {{TableId::kSupply, SupplyRow("a", 2020, "s1", 1)}}, "o")
          .ok());
  ASSERT_TRUE(
      PutAll(*store_, {{TableId::kSupply, SupplyRow("a", 2020, "s2", 1)}}, "p")
          .ok());
  const auto outcome = Run({{TableId::kSupply, SupplyRow("b", 2020, "s1", 1)}},
                           {TableId::kSupply}, false, "o");
  ASSERT_TRUE(outcome.commit.ok());
  EXPECT_EQ(outcome.counts.at(TableId::kSupply).closed, 1);
  const auto rows = ScanAll(*store_, TableId::kSupply);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].owner_id, "p");
}

TEST_P(ImportTest, DryRunAndFailedCheckLeaveNothing) {
  const auto dry = Run({{TableId::kItems, ItemRow("a")}}, {}, /*dry_run=*/true);
  ASSERT_TRUE(dry.commit.ok());
  EXPECT_FALSE(dry.commit->changed);
  EXPECT_EQ(dry.counts.at(TableId::kItems).added, 1);

  auto import = *store_->NewImport("");
  ASSERT_TRUE(
      import->Add(Table(TableId::kSupply), SupplyRow("a", 2020, "s", 1), 1)
          .ok());
  ASSERT_TRUE(import->Diff({}).ok());
  std::int64_t steps = 0;
  const auto refused = import->Publish(
      {}, false,
      [](store::Transaction& state) {
        int rows = 0;
        EXPECT_TRUE(state
                        .Scan(Table(TableId::kSupply), {}, AccessScope::All(),
                              [&](const store::Stored&, absl::string_view) {
                                ++rows;
                                return absl::OkStatus();
                              })
                        .ok());
        EXPECT_EQ(rows, 1);  // the state after the import
        EXPECT_EQ(
            state.Put(Table(TableId::kItems), ItemRow("x"), "").status().code(),
            absl::StatusCode::kFailedPrecondition);
        return absl::InvalidArgumentError("shares of a sum to 1.2");
      },
      [&](std::int64_t done, std::int64_t of) {
        steps = done;
        EXPECT_EQ(of, 1);
      });
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(steps, 1);
  EXPECT_TRUE(ScanAll(*store_, TableId::kSupply).empty());
  EXPECT_EQ(HeadOf(*store_).seq, 0);
  // The names of what was rolled back can be used again.
  EXPECT_EQ(
      PutAll(*store_, {{TableId::kSupply, SupplyRow("a", 2020, "s", 1)}})->seq,
      1);
  if (GetParam().persistent) Open();
  EXPECT_EQ(ScanAll(*store_, TableId::kSupply)[0].row,
            SupplyRow("a", 2020, "s", 1));
}

TEST_P(ImportTest, ComparesAgainWithWhatOthersWroteMeanwhile) {
  ASSERT_TRUE(
      PutAll(*store_, {{TableId::kSupply, SupplyRow("a", 2020, "s", 1)}}).ok());
  auto import = *store_->NewImport("");
  const auto& table = Table(TableId::kSupply);
  ASSERT_TRUE(import->Add(table, SupplyRow("a", 2020, "s", 1), 1).ok());
  ASSERT_TRUE(import->Add(table, SupplyRow("b", 2020, "s", 1), 2).ok());
  EXPECT_EQ(import->Diff({})->at(TableId::kSupply).added, 1);
  // Another writer adds b and changes a.
  ASSERT_TRUE(
      PutAll(*store_, {{TableId::kSupply, SupplyRow("a", 2020, "s", 9)},
                       {TableId::kSupply, SupplyRow("b", 2020, "s", 9)}})
          .ok());
  const auto commit = import->Publish({}, false, nullptr, nullptr);
  ASSERT_TRUE(commit.ok()) << commit.status();
  EXPECT_EQ(commit->seq, 3);
  const auto rows = ScanAll(*store_, TableId::kSupply);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].row, SupplyRow("a", 2020, "s", 1));
  EXPECT_EQ(rows[1].row, SupplyRow("b", 2020, "s", 1));
  EXPECT_TRUE(store_->Verify()->findings.empty());
}

TEST_P(ImportTest, Row81PublishIsAnsweredOnceForARequestId) {
  const store::WriteOptions options{"alice", "/Import", "r", "h"};
  const std::vector<std::pair<TableId, domain::Row>> rows = {
      {TableId::kItems, ItemRow("a")}};
  ASSERT_TRUE(Run(rows, {}, false, "", options).commit.ok());
  ASSERT_TRUE(DeleteRow(*store_, TableId::kItems, ItemKey("a")).ok());
  const auto again = Run(rows, {}, false, "", options);
  ASSERT_TRUE(again.commit.ok());
  EXPECT_TRUE(again.commit->replayed);
  EXPECT_EQ(again.commit->seq, 1);
  EXPECT_TRUE(ScanAll(*store_, TableId::kItems).empty());
}

TEST_P(ImportTest, PublishBeforeDiffIsRefused) {
  EXPECT_EQ((*store_->NewImport(""))
                ->Publish({}, false, nullptr, nullptr)
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
}

// Several runs, in random order, equal the same rows put one by one: the rows
// and, surrogates apart, their digests.
TEST_P(ImportTest, ManyRunsEqualSingleWrites) {
  constexpr int kRows = 140'000;
  std::vector<std::pair<TableId, domain::Row>> rows;
  rows.reserve(kRows);
  for (int n = 0; n < kRows; ++n) {
    rows.emplace_back(
        TableId::kSupply,
        SupplyRow("item-" + std::to_string(n % 997), 1950 + n / 997,
                  "s" + std::to_string(n % 5), n, n % 3 == 0 ? "JPN" : "CHN"));
  }
  std::mt19937 random(3);
  std::shuffle(rows.begin(), rows.end(), random);
  const auto outcome = Run(rows);
  ASSERT_TRUE(outcome.commit.ok()) << outcome.commit.status();
  EXPECT_EQ(outcome.counts.at(TableId::kSupply).added, 140'000);
  std::vector<store::TableCount> counts;
  std::int64_t all = 0, seen = 0;
  ASSERT_TRUE(store_
                  ->Read([&](store::Reader& reader) {
                    counts = *reader.ChangedCounts(1);
                    const auto& table = Table(TableId::kSupply);
                    all = *reader.Count(table, AccessScope::All());
                    seen = *reader.Count(table, AccessScope::Of("me", {}));
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].table, TableId::kSupply);
  EXPECT_EQ(counts[0].rows, 140'000);
  EXPECT_EQ(all, 140'000);
  EXPECT_EQ(seen, 0);
  const auto scanned = ScanAll(*store_, TableId::kSupply);
  ASSERT_EQ(scanned.size(), rows.size());
  EXPECT_TRUE(std::is_sorted(
      scanned.begin(), scanned.end(), [](const auto& a, const auto& b) {
        return domain::TextOf(a.row[0]) < domain::TextOf(b.row[0]);
      }));
  const auto verified = store_->Verify();
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(verified->rows, 140'000);
  EXPECT_TRUE(verified->findings.empty());

  // The chain of the same writes in another order of names is the same.
  rows.resize(500);
  FakeClock clock;
  std::filesystem::create_directories(directory_ + "/one");
  std::filesystem::create_directories(directory_ + "/two");
  auto one = GetParam().open(directory_ + "/one", clock);
  auto two = GetParam().open(directory_ + "/two", clock);
  ASSERT_TRUE(PutAll(**one, rows).ok());
  std::reverse(rows.begin(), rows.end());
  ASSERT_TRUE(PutAll(**two, rows).ok());
  EXPECT_EQ(HeadOf(**one).digest, HeadOf(**two).digest);
}

TEST_P(ImportTest, NothingIsLeftInTheDirectory) {
  {
    auto import = *store_->NewImport("");
    ASSERT_TRUE(import->Add(Table(TableId::kItems), ItemRow("a"), 1).ok());
    ASSERT_TRUE(import->Diff({}).ok());
  }
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    EXPECT_THAT(entry.path().filename().string(),
                ::testing::StartsWith("registry.db"));
  }
}

}  // namespace
}  // namespace qiangji::testing
