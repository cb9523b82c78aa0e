// What is exported comes back: the current state by any import, the history
// into an empty registry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "services/rpc/limits.h"
#include "tests/service/registry/every_table.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kLog[] = "history/log.csv";

void ImportAll(TestRegistry& registry, const Files& files,
               const v1::ImportStart& start = {}) {
  const auto result = registry.Import(files, start);
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(ErrorLines(*result), IsEmpty());
  EXPECT_TRUE(result->changed());
}

// Three versions of every table, a deletion, and a row that came back.
void MakeHistory(TestRegistry& registry) {
  ImportAll(registry, EveryTable(1));
  ImportAll(registry, EveryTable(2));
  v1::ImportStart replace;
  replace.set_replace(true);
  ImportAll(registry,
            {{"supply.csv",
              "item_id,year,origin_country,quantity\ngear,2024,DEU,7\n"}},
            replace);
  ImportAll(registry, EveryTable(3));
}

Files WithHistory(TestRegistry& registry) {
  v1::ExportRequest request;
  request.set_with_history(true);
  const auto exported = registry.Export(request);
  EXPECT_THAT(exported, IsOk());
  return exported->first;
}

absl::StatusOr<v1::ImportResult> Restore(TestRegistry& registry,
                                         const std::string& log,
                                         bool dry_run = false) {
  v1::ImportStart start;
  start.set_format(v1::IMPORT_FORMAT_HISTORY);
  start.set_dry_run(dry_run);
  return registry.Import({{"log.csv", log}}, start);
}

TEST(Export, ImportedIntoAnEmptyRegistryEveryReadIsTheSameToTheByte) {
  TestRegistry first;
  MakeHistory(first);
  Files exported = first.Export()->first;
  for (const auto& [name, content] : EveryTable(1)) {
    EXPECT_GT(std::count(exported[name].begin(), exported[name].end(), '\n'), 1)
        << name;
  }
  TestRegistry second;
  ImportAll(second, exported);
  EXPECT_EQ(EveryRead(second, 0, true), EveryRead(first, 0, true));
  EXPECT_EQ(second.Export()->first, exported);
}

TEST(Export, TheHistoryRestoredGivesEveryEarlierReadAndTheChain) {
  TestRegistry first;
  MakeHistory(first);
  const Files exported = WithHistory(first);
  TestRegistry second;
  const auto restored = Restore(second, exported.at(kLog));
  ASSERT_THAT(restored, IsOk());
  ASSERT_THAT(ErrorLines(*restored), IsEmpty());
  EXPECT_TRUE(restored->changed());
  const store::Change head = first.Head();
  EXPECT_EQ(restored->seq(), head.seq);
  EXPECT_EQ(second.Head().digest, head.digest);
  EXPECT_EQ(second.Head().time, head.time);
  for (store::Seq seq = 1; seq <= head.seq; ++seq) {
    // Etags and times included.
    EXPECT_EQ(EveryRead(second, seq, false), EveryRead(first, seq, false))
        << seq;
  }
  const auto verified = second.store().Verify();
  ASSERT_THAT(verified, IsOk());
  EXPECT_THAT(verified->findings, IsEmpty());
  EXPECT_EQ(verified->changes, head.seq);
  EXPECT_EQ(WithHistory(second), exported);
  // It goes on from there.
  ImportAll(second, EveryTable(4));
  EXPECT_EQ(second.Head().seq, head.seq + 1);
  EXPECT_EQ(second.Head().previous, head.digest);
}

// More of one change than a stream may have queued: a reader that takes its
// time is waited for, it is not cut off.
TEST(Export, AChangeLargerThanAQueueIsExported) {
  constexpr int kItems = 4000;
  std::string items = "item_id,name_zh,category,sectors,requirement\n";
  for (int i = 0; i < kItems; ++i) {
    absl::StrAppend(&items, "item-", i, ",条目,component,rail,",
                    std::string(2000, static_cast<char>('a' + i % 26)), "\n");
  }
  ASSERT_GT(items.size(), rpc::kMaxStreamQueueBytes);
  TestRegistry first;
  ImportAll(first, {{"items.csv", items}});
  const Files exported = WithHistory(first);
  EXPECT_EQ(std::count(exported.at("items.csv").begin(),
                       exported.at("items.csv").end(), '\n'),
            kItems + 1);
  TestRegistry second;
  ASSERT_THAT(Restore(second, exported.at(kLog)), IsOk());
  EXPECT_EQ(second.Head().digest, first.Head().digest);
}

TEST(Export, AWatcherOfARestoredRegistryIsToldToTakeASnapshot) {
  TestRegistry first;
  MakeHistory(first);
  TestRegistry second;
  const auto stub = v1::ChangeService::NewStub(second.channel());
  grpc::ClientContext context;
  const auto watch = stub->WatchChanges(&context, v1::WatchChangesRequest());
  type::v1::FeedFrame frame;
  while (watch->Read(&frame) && !frame.has_heartbeat()) {
  }
  ASSERT_THAT(Restore(second, WithHistory(first).at(kLog)), IsOk());
  while (watch->Read(&frame) && frame.has_heartbeat()) {
  }
  ASSERT_TRUE(frame.has_resnapshot());
  EXPECT_EQ(frame.resnapshot().seq(), first.Head().seq);
}

TEST(Export, AHistoryGoesOnlyIntoARegistryThatNothingWasWrittenTo) {
  TestRegistry first;
  MakeHistory(first);
  const std::string log = WithHistory(first).at(kLog);
  TestRegistry second;
  ImportAll(second, EveryTable(1));
  EXPECT_THAT(Restore(second, log),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  TestRegistry third;
  const store::Change before = third.Head();
  const auto dry = Restore(third, log, /*dry_run=*/true);
  ASSERT_THAT(dry, IsOk());
  EXPECT_THAT(ErrorLines(*dry), IsEmpty());
  EXPECT_EQ(third.Head().digest, before.digest);
  EXPECT_THAT(Restore(third, log), IsOk());
}

TEST(Export, AChangedHistoryIsRefusedWithItsLine) {
  TestRegistry first;
  MakeHistory(first);
  const std::string log = WithHistory(first).at(kLog);
  const auto refuse = [&](const std::string& from, const std::string& to) {
    const std::size_t at = log.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    std::string changed = log;
    changed.replace(at, from.size(), to);
    TestRegistry registry;
    const store::Change before = registry.Head();
    const auto result = Restore(registry, changed);
    ASSERT_THAT(result, IsOk());
    EXPECT_THAT(ErrorLines(*result), ElementsAre(HasSubstr("log.csv:")));
    EXPECT_EQ(registry.Head().digest, before.digest);
    EXPECT_TRUE(registry.Export()->first.at("items.csv").size() < 400);
  };
  refuse("qiangji-history,1", "qiangji-history,2");
  refuse("检测所", "检验所");
  refuse("change,3,", "change,4,");
  refuse(",maker,", ",mraker,");
  refuse("\nend,", "\nfin,");
  refuse("delete,supply", "put,supply");
  refuse(log.substr(log.size() - 300), "");
}

}  // namespace
}  // namespace qiangji::testing
