// Writes: versions, sequences, request ids, group commit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "tests/contract/store_cases.h"

namespace qiangji::testing {
namespace {

using domain::TableId;
using store::AccessScope;
using store::WriteOptions;

class WriteTest : public StoreTest {
 protected:
  std::optional<store::Stored> Get(TableId id, const domain::Key& key,
                                   store::Seq at = store::kHead) {
    std::optional<store::Stored> row;
    const auto status = store_->Read([&](store::Reader& reader) {
      auto found = reader.Get(Table(id), key, AccessScope::All(), at);
      if (!found.ok()) return found.status();
      row = *std::move(found);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return row;
  }
};
QJ_INSTANTIATE_STORE_TESTS(WriteTest);

TEST_P(WriteTest, EmptyStoreHasHeadZero) {
  EXPECT_EQ(HeadOf(*store_).seq, 0);
  EXPECT_EQ(HeadOf(*store_).digest, std::string(32, '\0'));
}

TEST_P(WriteTest, PutIsReadBackWithOwnerAndSequence) {
  const auto supply = SupplyRow("bearing", 2024, "acme", 12.5);
  const auto commit = PutAll(*store_, {{TableId::kSupply, supply}}, "acme");
  ASSERT_TRUE(commit.ok()) << commit.status();
  EXPECT_EQ(commit->seq, 1);
  EXPECT_TRUE(commit->changed);
  const auto row =
      Get(TableId::kSupply, domain::KeyOf(Table(TableId::kSupply), supply));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->row, supply);
  EXPECT_EQ(row->owner_id, "acme");
  EXPECT_EQ(row->seq_from, 1);
  EXPECT_EQ(row->seq_to, 0);
}

TEST_P(WriteTest, EveryTableTakesARow) {
  std::vector<std::pair<TableId, domain::Row>> rows;
  for (const auto* table : domain::RegistryTables()) {
    domain::Row row;
    for (const auto& column : table->columns) {
      using domain::Kind;
      if (column.kind == Kind::kNumber) {
        row.emplace_back(0.25);
      } else if (column.kind == Kind::kYear || column.kind == Kind::kInteger ||
                 column.kind == Kind::kBool) {
        row.emplace_back(std::int64_t{1999});
      } else {
        row.emplace_back(std::string(column.name) + "-x");
      }
    }
    rows.emplace_back(table->id, row);
  }
  ASSERT_TRUE(PutAll(*store_, rows, "me").ok());
  for (const auto& [id, row] : rows) {
    const auto stored = ScanAll(*store_, id);
    ASSERT_EQ(stored.size(), 1u) << Table(id).name;
    EXPECT_EQ(stored[0].row, row) << Table(id).name;
  }
}

TEST_P(WriteTest, EqualRowMakesNoVersionAndNoChange) {
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("a")}}).ok());
  const auto again = PutAll(*store_, {{TableId::kItems, ItemRow("a")}});
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(again->seq, 1);
  EXPECT_EQ(HeadOf(*store_).seq, 1);
  // Another owner is another version.
  EXPECT_EQ(PutAll(*store_, {{TableId::kItems, ItemRow("a")}}, "o")->seq, 2);
}

TEST_P(WriteTest, UpdateAndDeleteKeepOldVersions) {
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("a", "nev")}}).ok());
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("a", "rail")}}).ok());
  ASSERT_EQ(DeleteRow(*store_, TableId::kItems, ItemKey("a"))->seq, 3);
  EXPECT_FALSE(DeleteRow(*store_, TableId::kItems, ItemKey("a"))->changed);
  EXPECT_FALSE(Get(TableId::kItems, ItemKey("a")).has_value());
  EXPECT_FALSE(Get(TableId::kItems, ItemKey("a"), 0).has_value());
  EXPECT_EQ(Get(TableId::kItems, ItemKey("a"), 1)->row, ItemRow("a", "nev"));
  EXPECT_EQ(Get(TableId::kItems, ItemKey("a"), 2)->row, ItemRow("a", "rail"));
  EXPECT_FALSE(Get(TableId::kItems, ItemKey("a"), 3).has_value());

  ASSERT_TRUE(store_
                  ->Read([&](store::Reader& reader) {
                    const auto versions =
                        reader.History(Table(TableId::kItems), ItemKey("a"),
                                       AccessScope::All());
                    EXPECT_EQ(versions->size(), 2u);
                    EXPECT_EQ((*versions)[0].seq_from, 2);
                    EXPECT_EQ((*versions)[0].seq_to, 3);
                    EXPECT_EQ((*versions)[1].seq_from, 1);
                    EXPECT_EQ((*versions)[1].seq_to, 2);
                    return versions.status();
                  })
                  .ok());
}

TEST_P(WriteTest, WritesOfOneChangeAreOneVersion) {
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("a", "nev")}}).ok());
  const auto commit = store_->ReadWrite({}, [&](store::Transaction& t,
                                                std::vector<std::string>&) {
    const auto& items = Table(TableId::kItems);
    EXPECT_TRUE(*t.Put(items, ItemRow("a", "rail"), ""));
    EXPECT_TRUE(*t.Delete(items, ItemKey("a")));
    EXPECT_TRUE(*t.Put(items, ItemRow("a", "power"), ""));
    EXPECT_TRUE(*t.Put(items, ItemRow("gone"), ""));
    EXPECT_TRUE(*t.Delete(items, ItemKey("gone")));
    EXPECT_EQ(
        (*t.Get(items, ItemKey("a"), AccessScope::All(), store::kHead))->row,
        ItemRow("a", "power"));
    return absl::OkStatus();
  });
  ASSERT_TRUE(commit.ok()) << commit.status();
  EXPECT_EQ(commit->seq, 2);
  std::vector<store::TableCount> changed;
  std::int64_t items = 0, seen = 0;
  ASSERT_TRUE(store_
                  ->Read([&](store::Reader& reader) {
                    changed = *reader.ChangedCounts(2);
                    const auto& table = Table(TableId::kItems);
                    items = *reader.Count(table, AccessScope::All());
                    seen = *reader.Count(table, AccessScope::Of("me", {}));
                    return absl::OkStatus();
                  })
                  .ok());
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].table, TableId::kItems);
  EXPECT_EQ(changed[0].rows, 1);
  EXPECT_EQ(items, 1);
  EXPECT_EQ(seen, 1);  // items are everybody's
  EXPECT_EQ(Get(TableId::kItems, ItemKey("a"), 1)->row, ItemRow("a", "nev"));
  EXPECT_TRUE(store_->Verify()->findings.empty());
}

TEST_P(WriteTest, FailingBodyWritesNothing) {
  const auto failed = store_->ReadWrite(
      {}, [&](store::Transaction& t, std::vector<std::string>&) {
        EXPECT_TRUE(t.Put(Table(TableId::kItems), ItemRow("a"), "").ok());
        return absl::AbortedError("changed my mind");
      });
  EXPECT_EQ(failed.status().code(), absl::StatusCode::kAborted);
  EXPECT_FALSE(Get(TableId::kItems, ItemKey("a")).has_value());
  EXPECT_EQ(HeadOf(*store_).seq, 0);
  EXPECT_EQ(PutAll(*store_, {{TableId::kItems, ItemRow("b")}})->seq, 1);
}

TEST_P(WriteTest, WrongCellTypeIsRefused) {
  auto row = ItemRow("a");
  row[1] = 3.0;
  EXPECT_EQ(PutAll(*store_, {{TableId::kItems, row}}).status().code(),
            absl::StatusCode::kInvalidArgument);
  row.pop_back();
  EXPECT_EQ(PutAll(*store_, {{TableId::kItems, row}}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_P(WriteTest, Row81And82RequestIdIsAnsweredOnce) {
  const WriteOptions options{"alice", "/items/Create", "r1", "hash"};
  const auto first =
      PutAll(*store_, {{TableId::kItems, ItemRow("a")}}, "", options);
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("b")}}).ok());
  if (GetParam().persistent) Open();
  const auto again = store_->ReadWrite(
      options, [](store::Transaction&, std::vector<std::string>&) {
        ADD_FAILURE() << "a replay ran the body";
        return absl::OkStatus();
      });
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->replayed);
  EXPECT_TRUE(again->changed);
  EXPECT_EQ(again->seq, first->seq);
  EXPECT_EQ(again->time, first->time);
  EXPECT_THAT(again->names, ::testing::ElementsAre("a"));

  WriteOptions other = options;
  other.request_hash = "other";
  EXPECT_EQ(PutAll(*store_, {{TableId::kItems, ItemRow("c")}}, "", other)
                .status()
                .code(),
            absl::StatusCode::kAlreadyExists);
  other.caller = "bob";  // another caller's ids are his own
  EXPECT_TRUE(
      PutAll(*store_, {{TableId::kItems, ItemRow("c")}}, "", other).ok());
}

TEST_P(WriteTest, Row87And88CommitTimesIncreaseThoughTheClockDoesNot) {
  absl::Time last = absl::UnixEpoch();
  for (int n = 0; n < 4; ++n) {
    if (n == 2) clock_.Set(absl::FromUnixSeconds(1'600'000'000));
    const auto commit =
        PutAll(*store_, {{TableId::kItems, ItemRow("a" + std::to_string(n))}});
    ASSERT_TRUE(commit.ok());
    EXPECT_GT(commit->time, last);
    last = commit->time;
  }
  ASSERT_TRUE(store_
                  ->Read([&](store::Reader& reader) {
                    EXPECT_EQ(*reader.SeqAt(last), 4);
                    EXPECT_EQ(*reader.SeqAt(last - absl::Microseconds(1)), 3);
                    EXPECT_EQ(*reader.SeqAt(absl::UnixEpoch()), 0);
                    EXPECT_EQ(reader.ChangeAt(3)->seq, 3);
                    EXPECT_EQ(reader.ChangeAt(5).status().code(),
                              absl::StatusCode::kNotFound);
                    return absl::OkStatus();
                  })
                  .ok());
}

TEST_P(WriteTest, SixtyFourWritersGetSequencesWithoutGaps) {
  constexpr int kThreads = 64;
  constexpr int kWrites = 8;
  std::atomic<store::Seq> heard{0};
  store_->SetCommitListener([&](const store::Change& head) {
    EXPECT_GT(head.seq, heard.exchange(head.seq));
  });
  Mutex mutex;
  std::set<store::Seq> seqs;
  int refused = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int n = 0; n < kWrites; ++n) {
        const std::string id =
            "i" + std::to_string(thread) + "-" + std::to_string(n);
        const bool fail = n == 3;  // between others of its group
        const auto commit = store_->ReadWrite(
            {}, [&](store::Transaction& t, std::vector<std::string>&) {
              const auto put = t.Put(Table(TableId::kSupply),
                                     SupplyRow(id, 2020, "s" + id, 1), "");
              if (!put.ok()) return put.status();
              return fail ? absl::AbortedError("no") : absl::OkStatus();
            });
        MutexLock lock(mutex);
        if (commit.ok()) {
          seqs.insert(commit->seq);
        } else {
          ++refused;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  constexpr int kCommitted = kThreads * (kWrites - 1);
  EXPECT_EQ(refused, kThreads);
  ASSERT_EQ(seqs.size(), static_cast<std::size_t>(kCommitted));
  EXPECT_EQ(*seqs.begin(), 1);
  EXPECT_EQ(*seqs.rbegin(), kCommitted);
  EXPECT_EQ(heard.load(), kCommitted);
  EXPECT_EQ(ScanAll(*store_, TableId::kSupply).size(), seqs.size());
  const auto verified = store_->Verify();
  ASSERT_TRUE(verified.ok());
  EXPECT_EQ(verified->changes, kCommitted);
  EXPECT_TRUE(verified->findings.empty());
}

TEST_P(WriteTest, WriteWithinAWriteIsRefusedNotDeadlocked) {
  const auto outer = store_->ReadWrite(
      {}, [&](store::Transaction&, std::vector<std::string>&) {
        return PutAll(*store_, {{TableId::kItems, ItemRow("a")}}).status();
      });
  EXPECT_EQ(outer.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(WriteTest, ReadSeesOneStateWhileOthersWrite) {
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("a")}}).ok());
  ASSERT_TRUE(
      store_
          ->Read([&](store::Reader& reader) {
            EXPECT_TRUE(
                PutAll(*store_, {{TableId::kItems, ItemRow("b")}}).ok());
            EXPECT_EQ(reader.Head()->seq, 1);
            EXPECT_FALSE((*reader.Get(Table(TableId::kItems), ItemKey("b"),
                                      AccessScope::All(), store::kHead))
                             .has_value());
            return absl::OkStatus();
          })
          .ok());
  EXPECT_EQ(HeadOf(*store_).seq, 2);
}

TEST_P(WriteTest, ClosedStoreRefuses) {
  ASSERT_TRUE(PutAll(*store_, {{TableId::kItems, ItemRow("a")}}).ok());
  ASSERT_TRUE(store_->Close().ok());
  EXPECT_EQ(PutAll(*store_, {{TableId::kItems, ItemRow("b")}}).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(
      store_->Read([](store::Reader&) { return absl::OkStatus(); }).code(),
      absl::StatusCode::kFailedPrecondition);
  if (!GetParam().persistent) return;
  Open();
  EXPECT_TRUE(Get(TableId::kItems, ItemKey("a")).has_value());
}

}  // namespace
}  // namespace qiangji::testing
