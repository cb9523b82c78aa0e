// kill -9 of a process that imports, at random moments: nothing of the import
// is visible unless all of it is, no file is left behind, and the same request
// id completes it once. (Cancellation: tests/service/registry.)
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"
#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "services/registry/importer.h"
#include "services/registry/spool.h"
#include "tests/contract/store_rows.h"
#include "tests/fault/fault_disk.h"

namespace qiangji::testing {
namespace {

using domain::TableId;
namespace fs = std::filesystem;

constexpr int kRows = 6000;

std::string ItemsCsv(int round) {
  std::string items = "item_id,name_zh,category,sectors\n";
  for (int i = 0; i < kRows; ++i) {
    absl::StrAppend(&items, "i", i, ",第", round, "轮,component,nev\n");
  }
  return items;
}

class ImportKill : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = (fs::temp_directory_path() / "qj-import-XXXXXX").string();
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
  }
  void TearDown() override { fs::remove_all(directory_); }

  absl::StatusOr<std::unique_ptr<store::Store>> Open() const {
    return store::OpenSqlite(directory_ + "/registry.db",
                             domain::RegistryTables(), migrations::Registry());
  }

  absl::StatusOr<registry::ImportOutcome> Import(
      store::Store& store, int round, const registry::ImportHooks& hooks) {
    registry::Spool spool(directory_);
    const absl::Status added = spool.Add("items.csv", ItemsCsv(round), true);
    if (!added.ok()) return added;
    store::WriteOptions write;
    write.caller = "operator";
    write.method = "import";
    write.request_id = absl::StrCat("round-", round);
    write.request_hash = std::string(32, static_cast<char>('a' + round % 26));
    return registry::RunImport(store, spool, {}, write, hooks);
  }

  // The child: imports and says how far it is, one byte a step.
  [[noreturn]] void RunChild(int round, int pipe) {
    auto store = Open();
    if (!store.ok()) _exit(2);
    registry::ImportHooks hooks;
    hooks.progress = [&](registry::Phase phase, std::int64_t, std::int64_t,
                         std::int64_t) {
      const char step = static_cast<char>(phase);
      if (write(pipe, &step, 1) != 1) _exit(3);
    };
    const auto done = Import(**store, round, hooks);
    const char end = 'e';
    if (!done.ok() || write(pipe, &end, 1) != 1) _exit(4);
    for (;;) pause();  // killed here at the latest
  }

  // Items whose name is that of `round`, and all items.
  std::pair<int, int> Count(store::Store& store, int round) {
    const std::string name = absl::StrCat("第", round, "轮");
    std::pair<int, int> count;
    for (const auto& row : ScanAll(store, TableId::kItems)) {
      count.first += domain::TextOf(row.row[1]) == name ? 1 : 0;
      ++count.second;
    }
    return count;
  }

  std::string directory_;
};

TEST_F(ImportKill, Row90KilledAtAnyPointItLeavesNothingOrEverything) {
  {
    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    const auto seeded = PutAll(
        **store, {{TableId::kSectors,
                   RowOf(TableId::kSectors, {{"sector_id", std::string("nev")},
                                             {"name_zh", std::string("n")},
                                             {"name_en", std::string("n")}})}});
    ASSERT_TRUE(seeded.ok()) << seeded.status();
    ASSERT_TRUE((*store)->Close().ok());
  }
  std::mt19937 random(3);
  int nothing = 0;
  store::Seq seq = 1;
  const int rounds = FaultRounds(20);
  for (int round = 0; round < rounds; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      RunChild(round, ends[1]);
    }
    close(ends[1]);
    int left = 1 + static_cast<int>(random() % 7);
    char step = 0;
    bool ended = false;
    while (left > 0 && !ended && read(ends[0], &step, 1) == 1) {
      ended = step == 'e';
      --left;
    }
    // Some more: not only where it reports.
    usleep(static_cast<useconds_t>(random() % 20000));
    kill(child, SIGKILL);
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";

    auto store = Open();
    ASSERT_TRUE(store.ok()) << store.status();
    const store::Seq before = HeadOf(**store).seq;
    const auto [there, all] = Count(**store, round);
    ASSERT_TRUE(before == seq || before == seq + 1);
    ASSERT_EQ(there, before == seq ? 0 : kRows);
    ASSERT_EQ(all, before == 1 ? 0 : kRows);
    nothing += before == seq ? 1 : 0;
    for (const auto& entry : fs::directory_iterator(directory_)) {
      EXPECT_EQ(entry.path().filename().string().rfind("registry.db", 0), 0u)
          << entry.path() << " was left behind";
    }
    // The same request: done once, and only once.
    for (int repeat = 0; repeat < 2; ++repeat) {
      const auto done = Import(**store, round, {});
      ASSERT_TRUE(done.ok()) << done.status();
      EXPECT_EQ(done->commit.seq, seq + 1);
      EXPECT_EQ(done->commit.replayed, repeat == 1 || before > seq);
    }
    seq = HeadOf(**store).seq;
    ASSERT_EQ(Count(**store, round).first, kRows);
    if (round + 1 == rounds) {
      const auto verified = (*store)->Verify();
      ASSERT_TRUE(verified.ok()) << verified.status();
      EXPECT_TRUE(verified->findings.empty()) << verified->findings[0].what;
    }
    ASSERT_TRUE((*store)->Close().ok());
  }
  EXPECT_EQ(seq, rounds + 1);
  EXPECT_GT(nothing, 0);  // some were killed before their end
}

}  // namespace
}  // namespace qiangji::testing
