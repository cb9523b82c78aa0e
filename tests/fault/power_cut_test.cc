// 300 power cuts in the middle of writes, commits and checkpoints: what was
// acknowledged is there and the chain holds. The same without syncs must lose
// something, or the test would prove nothing.
#include <gtest/gtest.h>

#include <random>

#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "tests/contract/store_rows.h"
#include "tests/fault/fault_disk.h"

namespace qiangji::testing {
namespace {

using domain::TableId;

constexpr char kPath[] = "/fault/registry.db";
constexpr int kWritesASession = 8;

absl::StatusOr<std::unique_ptr<store::Store>> OpenStore(bool sync) {
  store::SqliteOptions options;
  options.vfs = kFaultVfs;
  options.read_connections = 1;
  options.unsafe_synchronous_off = !sync;
  return store::OpenSqlite(kPath, domain::RegistryTables(),
                           migrations::Registry(), options);
}

// Writes in two sessions, with a checkpoint after each; gives the number of
// acknowledged changes. Change n puts item "i<n mod 5>" with n as its weight.
int WriteUntilTheCut(bool sync) {
  int acknowledged = 0;
  for (int session = 0; session < 2; ++session) {
    auto store = OpenStore(sync);
    if (!store.ok()) return acknowledged;
    for (int n = 0; n < kWritesASession; ++n) {
      auto row = ItemRow("i" + std::to_string((acknowledged + 1) % 5));
      row[static_cast<std::size_t>(Table(TableId::kItems).Find("weight"))] =
          static_cast<double>(acknowledged + 1);
      if (!PutAll(**store, {{TableId::kItems, row}}).ok()) return acknowledged;
      ++acknowledged;
    }
    if (!(*store)->Close().ok()) return acknowledged;
  }
  return acknowledged;
}

// What is wrong after the cut; "" = nothing.
std::string Problem(bool sync, int acknowledged) {
  auto store = OpenStore(sync);
  if (!store.ok()) return "open: " + store.status().ToString();
  const store::Seq head = HeadOf(**store).seq;
  if (head < acknowledged) {
    return "lost: head " + std::to_string(head) + " of " +
           std::to_string(acknowledged);
  }
  if (head > acknowledged + 1) return "a change that nobody made";
  const auto verified = (*store)->Verify();
  if (!verified.ok()) return "verify: " + verified.status().ToString();
  if (!verified->findings.empty()) return verified->findings[0].what;
  const auto rows = ScanAll(**store, TableId::kItems);
  if (rows.size() != static_cast<std::size_t>(std::min<store::Seq>(head, 5))) {
    return "rows are missing";
  }
  for (const auto& stored : rows) {
    const double weight = domain::NumberOf(stored.row[static_cast<std::size_t>(
        Table(TableId::kItems).Find("weight"))]);
    if (weight != static_cast<double>(stored.seq_from)) return "wrong row";
    if (stored.seq_from + 5 <= head) return "an old row is back";
  }
  return "";
}

struct Tally {
  int cuts = 0;
  std::vector<std::string> problems;
};

Tally CutPower(bool sync, int rounds, std::uint64_t seed) {
  FaultDisk& disk = FaultDisk::Get();
  disk.Erase();
  EXPECT_TRUE((*OpenStore(true))->Close().ok());
  const auto fresh = disk.Save();
  std::mt19937_64 random(seed);
  Tally tally;
  for (int round = 0; round < rounds; ++round) {
    disk.Restore(fresh);
    disk.CutPowerAt(1 + static_cast<int>(random() % 220));
    const int acknowledged = WriteUntilTheCut(sync);
    if (!disk.powered()) ++tally.cuts;
    disk.Reboot(random());
    const std::string problem = Problem(sync, acknowledged);
    if (!problem.empty()) {
      tally.problems.push_back("round " + std::to_string(round) + ": " +
                               problem);
    }
  }
  disk.Erase();
  return tally;
}

TEST(PowerCutTest, NothingAcknowledgedIsLost) {
  const int rounds = FaultRounds(300);
  const Tally tally = CutPower(true, rounds, 42);
  EXPECT_GT(tally.cuts, rounds / 2);
  ASSERT_TRUE(tally.problems.empty())
      << tally.problems.size() << " rounds, first " << tally.problems[0];
}

TEST(PowerCutTest, WithoutSyncsTheSameTestFails) {
  const Tally tally = CutPower(false, 60, 42);
  EXPECT_GT(tally.cuts, 0);
  EXPECT_GT(tally.problems.size(), 5u);
}

}  // namespace
}  // namespace qiangji::testing
