// The feed never skips or repeats a committed change, however often a reader
// is killed or cut off (ARCHITECTURE, "Feed and snapshot").
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "tests/contract/store_rows.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
using domain::TableId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using type::v1::FeedFrame;
using Watch = grpc::ClientReader<FeedFrame>;

// What a reader has been told, change by change: sequence, time, rows, digest.
class Journal {
 public:
  std::int64_t seq() const { return seq_; }
  const std::vector<std::string>& changes() const { return changes_; }

  // The stream begins anew: what was not ended does not count.
  void Reopen() { open_.clear(); }
  void Take(const FeedFrame& frame) {
    if (frame.has_heartbeat() || frame.has_resnapshot()) {
      EXPECT_THAT(open_, IsEmpty());
      return;
    }
    absl::StrAppend(&open_, frame.SerializeAsString());
    if (!frame.has_end()) return;
    EXPECT_EQ(frame.end().seq(), seq_ + 1);
    seq_ = frame.end().seq();
    changes_.push_back(std::move(open_));
    open_.clear();
  }

 private:
  std::int64_t seq_ = 0;
  std::string open_;
  std::vector<std::string> changes_;
};

// Puts and deletes items and organizations at random, a few or thousands a
// change, so that a change is one frame of rows or several.
void WriteChange(store::Store& store, std::mt19937& random) {
  const int rows =
      random() % 10 == 0 ? 5000 : 1 + static_cast<int>(random() % 9);
  const auto written = store.ReadWrite(
      {},
      [&](store::Transaction& transaction,
          std::vector<std::string>&) -> absl::Status {
        for (int r = 0; r < rows; ++r) {
          const std::string id = absl::StrCat("i", random() % 9000);
          if (random() % 4 == 0) {
            const auto gone =
                transaction.Delete(Table(TableId::kItems), ItemKey(id));
            if (!gone.ok()) return gone.status();
          } else {
            const auto put = transaction.Put(
                Table(TableId::kItems),
                ItemRow(id, random() % 2 == 0 ? "nev" : "rail"), "");
            if (!put.ok()) return put.status();
          }
        }
        return transaction
            .Put(Table(TableId::kOrganizations),
                 OrganizationRow(absl::StrCat("o", random())), "")
            .status();
      });
  ASSERT_THAT(written, IsOk());
}

TEST(FeedResume, AWatcherKilledTwoHundredTimesMissesAndRepeatsNothing) {
  TestRegistry registry;
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  std::atomic<bool> enough{false}, written{false};
  std::thread writer([&] {
    std::mt19937 random(7);
    while (!enough) WriteChange(registry.store(), random);
  });

  Journal steady;
  grpc::ClientContext watching;
  v1::WatchChangesRequest from_start;
  from_start.mutable_heartbeat_interval()->set_nanos(100'000'000);
  const auto watch = stub->WatchChanges(&watching, from_start);
  std::thread reader([&] {
    FeedFrame frame;
    while (watch->Read(&frame)) {
      steady.Take(frame);
      if (written && steady.seq() == registry.Head().seq) break;
    }
    watching.TryCancel();
  });

  Journal killed;
  std::mt19937 random(11);
  FeedFrame frame;
  const auto read_some = [&](int frames) {
    v1::WatchChangesRequest request;
    request.set_after_seq(killed.seq());
    request.mutable_heartbeat_interval()->set_nanos(100'000'000);
    grpc::ClientContext context;
    const auto stream = stub->WatchChanges(&context, request);
    killed.Reopen();
    for (int n = 0; frames < 0 || n < frames; ++n) {
      if (!stream->Read(&frame)) break;
      killed.Take(frame);
      if (frames < 0 && killed.seq() == registry.Head().seq) break;
    }
    context.TryCancel();
    while (stream->Read(&frame)) {
    }
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  };
  for (int kill = 0; kill < 200; ++kill) {
    read_some(static_cast<int>(random() % 12));
  }
  enough = true;
  writer.join();
  written = true;
  read_some(-1);
  reader.join();
  EXPECT_EQ(steady.seq(), registry.Head().seq);
  EXPECT_EQ(killed.seq(), registry.Head().seq);
  EXPECT_GT(killed.seq(), 20);
  EXPECT_EQ(killed.changes(), steady.changes());
}

// One change of about 300 KB that a later one replaces.
void WriteLarge(store::Store& store, int version) {
  std::vector<std::pair<TableId, domain::Row>> rows;
  for (int i = 0; i < 80; ++i) {
    domain::Row row = ItemRow(absl::StrCat("i", i));
    row[static_cast<std::size_t>(Table(TableId::kItems).Find("requirement"))] =
        absl::StrCat(version, ":", i, std::string(4000, 'x'));
    rows.emplace_back(TableId::kItems, std::move(row));
  }
  ASSERT_THAT(PutAll(store, rows), IsOk());
}

TEST(FeedResume, Row108ASlowReaderIsCutOffAtFourMebibytesAndResumes) {
  TestRegistry registry;
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  Journal journal;
  grpc::ClientContext slow;
  const auto watch = stub->WatchChanges(&slow, v1::WatchChangesRequest());
  FeedFrame frame;
  while (watch->Read(&frame) && !frame.has_heartbeat()) journal.Take(frame);
  EXPECT_EQ(journal.seq(), 1);
  // Nothing is read meanwhile: 48 MB are more than the transport holds.
  for (int version = 0; version < 150; ++version) {
    WriteLarge(registry.store(), version);
  }
  const auto others = [&] {  // are not held up
    v1::GetHeadResponse head;
    return registry.Call(*stub, &v1::ChangeService::Stub::GetHead,
                         v1::GetHeadRequest(), &head);
  };
  EXPECT_THAT(others(), IsOk());
  while (watch->Read(&frame)) journal.Take(frame);
  const absl::Status cut = client::FromGrpcStatus(watch->Finish());
  EXPECT_THAT(cut, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(client::MetadataOf(cut, "after_seq"), absl::StrCat(journal.seq()));
  EXPECT_LT(journal.seq(), 150);

  v1::WatchChangesRequest resume;
  resume.set_after_seq(journal.seq());
  grpc::ClientContext again;
  const auto rest = stub->WatchChanges(&again, resume);
  journal.Reopen();
  while (journal.seq() < 151 && rest->Read(&frame)) journal.Take(frame);
  again.TryCancel();
  EXPECT_EQ(journal.seq(), 151);

  Journal whole;
  grpc::ClientContext all;
  const auto reread = stub->WatchChanges(&all, v1::WatchChangesRequest());
  while (whole.seq() < 151 && reread->Read(&frame)) whole.Take(frame);
  all.TryCancel();
  EXPECT_EQ(whole.changes(), journal.changes());
}

TEST(FeedResume, OnlyTheTablesAskedForComeButEveryChangeDoes) {
  TestRegistry registry;
  ASSERT_THAT(PutAll(registry.store(), {{TableId::kItems, ItemRow("a")}}),
              IsOk());
  ASSERT_THAT(PutAll(registry.store(),
                     {{TableId::kItems, ItemRow("b")},
                      {TableId::kOrganizations, OrganizationRow("o")}}),
              IsOk());
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  v1::WatchChangesRequest request;
  request.add_tables("organizations");
  grpc::ClientContext context;
  const auto watch = stub->WatchChanges(&context, request);
  std::vector<std::string> seen;
  FeedFrame frame;
  while (watch->Read(&frame) && !frame.has_heartbeat()) {
    if (frame.has_begin()) seen.push_back(absl::StrCat(frame.begin().seq()));
    if (frame.has_rows()) seen.push_back(frame.rows().table());
    if (frame.has_end()) {
      EXPECT_EQ(frame.end().digest().size(), 32u);
    }
  }
  context.TryCancel();
  EXPECT_THAT(seen, ElementsAre("1", "2", "3", "organizations"));
}

TEST(FeedResume, HeartbeatsCarryHeadAndTimeAtABoundedInterval) {
  TestRegistry registry;
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  for (const std::int64_t nanos : {0L, 99'999'999L, 60'000'000'001L, -1L}) {
    v1::WatchChangesRequest request;
    request.mutable_heartbeat_interval()->set_seconds(nanos / 1'000'000'000);
    request.mutable_heartbeat_interval()->set_nanos(
        static_cast<int>(nanos % 1'000'000'000));
    grpc::ClientContext context;
    const auto watch = stub->WatchChanges(&context, request);
    FeedFrame frame;
    EXPECT_FALSE(watch->Read(&frame)) << nanos;
    EXPECT_THAT(client::FromGrpcStatus(watch->Finish()),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  v1::WatchChangesRequest request;
  request.set_after_seq(1);
  request.mutable_heartbeat_interval()->set_nanos(100'000'000);
  grpc::ClientContext context;
  const auto watch = stub->WatchChanges(&context, request);
  FeedFrame frame;
  std::int64_t last = 0;
  for (int beat = 0; beat < 3; ++beat) {
    ASSERT_TRUE(watch->Read(&frame));
    EXPECT_EQ(frame.heartbeat().head_seq(), 1);
    const auto& time = frame.heartbeat().time();
    const std::int64_t now = time.seconds() * 1'000'000'000 + time.nanos();
    if (beat > 1) {
      EXPECT_GE(now - last, 90'000'000);
    }
    last = now;
  }
  context.TryCancel();
}

TEST(FeedResume, ALargeChangeAsksThoseWhoWantItsTableForASnapshot) {
  TestRegistry registry;
  std::string items = "item_id,name_zh,category,sectors\n";
  for (int i = 0; i <= 100'000; ++i) {
    absl::StrAppend(&items, "i", i, ",n,component,nev\n");
  }
  ASSERT_THAT(registry.Import({{"items.csv", items}}), IsOk());
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  const auto ask = [&](const char* table) {
    v1::WatchChangesRequest request;
    request.set_after_seq(1);
    request.add_tables(table);
    grpc::ClientContext context;
    const auto watch = stub->WatchChanges(&context, request);
    FeedFrame frame;
    EXPECT_TRUE(watch->Read(&frame));
    if (frame.has_resnapshot()) {
      EXPECT_EQ(frame.resnapshot().seq(), 2);
      EXPECT_FALSE(watch->Read(&frame));
      EXPECT_TRUE(watch->Finish().ok());
      return true;
    }
    context.TryCancel();
    return false;
  };
  EXPECT_TRUE(ask("items"));
  EXPECT_FALSE(ask("organizations"));
}

}  // namespace
}  // namespace qiangji::testing
