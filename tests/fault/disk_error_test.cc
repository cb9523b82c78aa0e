// A full or broken disk: writers are told, readers go on, and the request id
// settles what happened.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "tests/contract/store_rows.h"
#include "tests/fault/fault_disk.h"

namespace qiangji::testing {
namespace {

using domain::TableId;

class DiskErrorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    disk_.Erase();
    Open();
    ASSERT_TRUE(Put(0).ok());
  }
  void TearDown() override {
    store_.reset();
    disk_.Erase();
  }
  void Open() {
    store_.reset();
    store::SqliteOptions options;
    options.vfs = kFaultVfs;
    options.read_connections = 2;
    auto store =
        store::OpenSqlite("/fault/registry.db", domain::RegistryTables(),
                          migrations::Registry(), options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  absl::StatusOr<store::Commit> Put(int n) {
    const std::string id = "i" + std::to_string(n);
    return PutAll(*store_, {{TableId::kItems, ItemRow(id)}}, "",
                  {"me", "/Put", "request-" + id, id});
  }
  std::size_t Rows() { return ScanAll(*store_, TableId::kItems).size(); }
  void ExpectSound(std::size_t rows) {
    EXPECT_EQ(Rows(), rows);
    const auto verified = store_->Verify();
    ASSERT_TRUE(verified.ok()) << verified.status();
    EXPECT_TRUE(verified->findings.empty()) << verified->findings[0].what;
    EXPECT_EQ(verified->head.seq, static_cast<store::Seq>(rows));
  }
  FaultDisk& disk_ = FaultDisk::Get();
  std::unique_ptr<store::Store> store_;
};

bool SaysSo(const absl::Status& status) {
  return absl::IsUnknown(status) || absl::IsResourceExhausted(status) ||
         absl::IsUnavailable(status);
}

TEST_F(DiskErrorTest, FullDisk) {
  disk_.FailWrites(SQLITE_FULL, 1'000'000);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto refused = Put(1);
    ASSERT_FALSE(refused.ok());
    EXPECT_TRUE(SaysSo(refused.status())) << refused.status();
    EXPECT_EQ(Rows(), 1u);  // reads go on
  }
  disk_.FailWrites(SQLITE_FULL, 0);
  ASSERT_TRUE(Put(1).ok());
  ASSERT_TRUE(Put(2).ok());
  ExpectSound(3);
  Open();
  ExpectSound(3);
}

// The fault hits each write of a commit in turn.
TEST_F(DiskErrorTest, EveryWriteOfACommitMayFail) {
  std::size_t rows = 1;
  for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE}) {
    for (int failing = 1; failing <= 6; ++failing) {
      disk_.FailWrites(code, failing);
      auto commit = Put(static_cast<int>(rows));
      while (!commit.ok()) {
        EXPECT_TRUE(SaysSo(commit.status())) << commit.status();
        EXPECT_EQ(Rows(), rows);
        commit = Put(static_cast<int>(rows));  // the same request id
      }
      ++rows;
    }
  }
  ExpectSound(rows);
  Open();
  ExpectSound(rows);
}

TEST_F(DiskErrorTest, FailedSyncIsUnknownAndTheRequestIdSettlesIt) {
  disk_.FailSyncs(SQLITE_IOERR_FSYNC, 1);
  const auto first = Put(1);
  ASSERT_FALSE(first.ok());
  EXPECT_TRUE(absl::IsUnknown(first.status())) << first.status();
  EXPECT_EQ(Rows(), 1u);
  const auto again = Put(1);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->seq, 2);
  const auto third = Put(1);
  ASSERT_TRUE(third.ok());
  EXPECT_TRUE(third->replayed);
  EXPECT_EQ(third->seq, 2);
  ExpectSound(2);
}

TEST_F(DiskErrorTest, PowerCutAfterAFailedSyncIsSettledByTheRequestId) {
  for (int round = 0; round < 20; ++round) {
    disk_.FailSyncs(SQLITE_IOERR_FSYNC, 1);
    ASSERT_FALSE(Put(round + 1).ok());
    disk_.CutPowerAt(1);
    EXPECT_FALSE(Put(1000).ok());
    store_.reset();
    disk_.Reboot(static_cast<std::uint64_t>(round));
    Open();
    // Whether or not the failed commit survived, afterwards it is there once.
    ASSERT_TRUE(Put(round + 1).ok());
    ExpectSound(static_cast<std::size_t>(round) + 2);
  }
}

}  // namespace
}  // namespace qiangji::testing
