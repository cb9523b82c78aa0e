// kill -9 of a writing process, 50 times on one database.
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <set>
#include <thread>

#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "tests/contract/store_rows.h"
#include "tests/fault/fault_disk.h"

namespace qiangji::testing {
namespace {

using domain::TableId;

absl::StatusOr<std::unique_ptr<store::Store>> OpenStore(
    const std::string& path) {
  return store::OpenSqlite(path, domain::RegistryTables(),
                           migrations::Registry());
}

struct Ack {
  int round;
  int number;
};

std::string IdOf(const Ack& ack) {
  return "r" + std::to_string(ack.round) + "-" + std::to_string(ack.number);
}

// The child: four threads write for ever and report each answer.
[[noreturn]] void WriteForEver(const std::string& path, int round, int pipe) {
  auto store = OpenStore(path);
  if (!store.ok()) _exit(2);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int n = thread;; n += 4) {
        const Ack ack{round, n};
        if (!PutAll(**store, {{TableId::kItems, ItemRow(IdOf(ack))}}).ok() ||
            write(pipe, &ack, sizeof(ack)) != sizeof(ack)) {
          _exit(3);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  _exit(4);
}

TEST(KillTest, AcknowledgedWritesSurviveFiftyKills) {
  std::string directory =
      (std::filesystem::temp_directory_path() / "qj-kill-XXXXXX").string();
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const std::string path = directory + "/registry.db";
  std::mt19937 random(42);
  std::set<std::string> acknowledged;
  const int rounds = FaultRounds(50);
  for (int round = 0; round < rounds; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      WriteForEver(path, round, ends[1]);
    }
    close(ends[1]);
    // Killed after so many answers; those already in the pipe count as well.
    int left = 1 + static_cast<int>(random() % 40);
    Ack ack{};
    while (read(ends[0], &ack, sizeof(ack)) == sizeof(ack)) {
      acknowledged.insert(IdOf(ack));
      if (--left == 0) kill(child, SIGKILL);
    }
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";

    auto store = OpenStore(path);
    ASSERT_TRUE(store.ok()) << store.status();
    std::set<std::string> there;
    for (const auto& row : ScanAll(**store, TableId::kItems)) {
      there.insert(domain::TextOf(row.row[0]));
    }
    for (const auto& id : acknowledged) {
      ASSERT_TRUE(there.contains(id)) << id << " was lost in round " << round;
    }
    const auto verified = (*store)->Verify();
    ASSERT_TRUE(verified.ok()) << verified.status();
    ASSERT_TRUE(verified->findings.empty()) << verified->findings[0].what;
    ASSERT_TRUE((*store)->Close().ok());
  }
  EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(rounds));
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace qiangji::testing
