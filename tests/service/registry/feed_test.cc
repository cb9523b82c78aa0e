#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/row_block.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "services/domain/schema.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
using ::testing::HasSubstr;
using type::v1::FeedFrame;

Files Items(const std::string& lines) {
  return {{"items.csv", "item_id,name_zh,category,sectors,weight\n" + lines}};
}

// What a reader keeps: rows by table and first cells, applied at `end` only.
class Picture {
 public:
  // Reads frames until a change or snapshot has ended.
  template <typename Reader>
  std::int64_t Apply(Reader& reader) {
    FeedFrame frame;
    std::int64_t rows = 0;
    while (reader.Read(&frame)) {
      if (frame.has_rows()) {
        Add(frame.rows());
        rows += frame.rows().row_count();
      }
      if (frame.has_end()) {
        EXPECT_EQ(frame.end().row_count(), rows);
        EXPECT_EQ(frame.end().digest().size(), 32u);
        return frame.end().seq();
      }
    }
    return -1;
  }
  std::map<std::string, std::string> items;  // id -> weight

 private:
  void Add(const type::v1::RowBlock& block) {
    const auto view = client::RowBlockView::Make(block);
    ASSERT_THAT(view, IsOk());
    if (view->table() != "items") return;
    const client::ColumnView* id = view->Find("item_id");
    const client::ColumnView* weight = view->Find("weight");
    for (int r = 0; r < view->rows(); ++r) {
      if (view->deleted(r)) {
        items.erase(id->text_at(r));
        continue;
      }
      items[id->text_at(r)] = weight != nullptr && weight->present(r)
                                  ? absl::StrCat(weight->double_at(r))
                                  : "";
    }
  }
};

TEST(Feed, ChangesAndSnapshotsGiveTheSamePicture) {
  TestRegistry registry;
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  grpc::ClientContext watching;
  const auto watch = stub->WatchChanges(&watching, v1::WatchChangesRequest());
  Picture fed;
  EXPECT_EQ(fed.Apply(*watch), 1);  // the seed

  ASSERT_THAT(registry.Import(Items("a,甲,component,nev,1\n"
                                    "b,乙,component,nev,\n")),
              IsOk());
  EXPECT_EQ(fed.Apply(*watch), 2);
  v1::ImportStart replace;
  replace.set_replace(true);
  ASSERT_THAT(registry.Import(Items("a,甲,component,nev,2.5\n"
                                    "c,丙,component,nev,3\n"),
                              replace),
              IsOk());
  EXPECT_EQ(fed.Apply(*watch), 3);
  watching.TryCancel();
  EXPECT_EQ(fed.items,
            (std::map<std::string, std::string>{{"a", "2.5"}, {"c", "3"}}));

  grpc::ClientContext reading;
  Picture whole;
  const auto snapshot = stub->ReadSnapshot(&reading, v1::ReadSnapshotRequest());
  EXPECT_EQ(whole.Apply(*snapshot), 3);
  EXPECT_EQ(whole.items, fed.items);

  v1::ReadSnapshotRequest earlier;
  earlier.set_read_seq(2);
  grpc::ClientContext looking_back;
  Picture old;
  const auto before = stub->ReadSnapshot(&looking_back, earlier);
  EXPECT_EQ(old.Apply(*before), 2);
  EXPECT_EQ(old.items,
            (std::map<std::string, std::string>{{"a", "1"}, {"b", ""}}));
}

TEST(Feed, ResumesAfterASequenceAndBeatsWhenNothingChanges) {
  TestRegistry registry;
  ASSERT_THAT(registry.Import(Items("a,甲,component,nev,1\n")), IsOk());
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  v1::WatchChangesRequest request;
  request.set_after_seq(1);
  request.mutable_heartbeat_interval()->set_nanos(100000000);
  grpc::ClientContext context;
  const auto watch = stub->WatchChanges(&context, request);
  Picture fed;
  EXPECT_EQ(fed.Apply(*watch), 2);
  FeedFrame frame;
  for (int beats = 0; beats < 2; ++beats) {
    ASSERT_TRUE(watch->Read(&frame));
    ASSERT_TRUE(frame.has_heartbeat());
    EXPECT_EQ(frame.heartbeat().head_seq(), 2);
  }
  context.TryCancel();
}

TEST(Feed, RefusesSequencesThatAreNotRecorded) {
  TestRegistry registry;
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  v1::WatchChangesRequest request;
  request.set_after_seq(99);
  grpc::ClientContext context;
  const auto watch = stub->WatchChanges(&context, request);
  FeedFrame frame;
  EXPECT_FALSE(watch->Read(&frame));
  EXPECT_THAT(client::FromGrpcStatus(watch->Finish()),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(Feed, HeadIsTheLastWriteAndTheChainVerifies) {
  TestRegistry registry;
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  for (int i = 0; i < 20; ++i) {
    const auto written =
        registry.Import(Items(absl::StrCat("i", i, ",条目,component,nev,1\n")));
    ASSERT_THAT(written, IsOk());
    v1::GetHeadResponse head;
    ASSERT_THAT(registry.Call(*stub, &v1::ChangeService::Stub::GetHead,
                              v1::GetHeadRequest(), &head),
                IsOk());
    EXPECT_EQ(head.seq(), written->seq());
    EXPECT_EQ(head.digest(), written->digest());
    EXPECT_EQ(head.tables_size(), 0);  // nobody asked for them
  }
  v1::GetHeadRequest count;
  count.set_count_rows(true);
  v1::GetHeadResponse counted;
  ASSERT_THAT(
      registry.Call(*stub, &v1::ChangeService::Stub::GetHead, count, &counted),
      IsOk());
  std::map<std::string, std::int64_t> rows;
  for (const auto& table : counted.tables()) {
    rows[table.table()] = table.row_count();
  }
  EXPECT_EQ(rows.size(), domain::RegistryTables().size());
  EXPECT_EQ(rows["items"], 20);
  EXPECT_EQ(rows["sectors"], 12);
  EXPECT_EQ(rows["supply"], 0);
  v1::VerifyChainRequest request;
  request.set_expect_seq(1);
  request.set_expect_digest("not it");
  v1::VerifyChainResponse verified;
  ASSERT_THAT(registry.Call(*stub, &v1::ChangeService::Stub::VerifyChain,
                            request, &verified),
              IsOk());
  EXPECT_EQ(verified.change_count(), 21);
  EXPECT_EQ(verified.head().row_count(), 1);
  ASSERT_EQ(verified.findings_size(), 1);
  EXPECT_THAT(verified.findings(0).what(), HasSubstr("not the one"));

  v1::ListChangesRequest list;
  list.set_page_size(2);
  v1::ListChangesResponse page;
  ASSERT_THAT(
      registry.Call(*stub, &v1::ChangeService::Stub::ListChanges, list, &page),
      IsOk());
  ASSERT_EQ(page.changes_size(), 2);
  EXPECT_EQ(page.changes(0).seq(), 21);
  EXPECT_EQ(page.changes(0).row_count(), 1);
  ASSERT_EQ(page.changes(0).tables_size(), 1);
  EXPECT_EQ(page.changes(0).tables(0).table(), "items");
  EXPECT_EQ(page.changes(0).tables(0).row_count(), 1);
  list.set_page_token(page.next_page_token());
  ASSERT_THAT(
      registry.Call(*stub, &v1::ChangeService::Stub::ListChanges, list, &page),
      IsOk());
  EXPECT_EQ(page.changes(0).seq(), 19);
}

// A new data directory: the twelve scopes, the default criteria, nothing else.
TEST(Feed, TheFirstChangeIsTheSeed) {
  TestRegistry registry;
  EXPECT_EQ(registry.Head().seq, 1);
  const Files files = registry.Export()->first;
  for (const auto& [name, content] : files) {
    const auto lines = std::count(content.begin(), content.end(), '\n');
    EXPECT_EQ(lines, name == "sectors.csv"    ? 13
                     : name == "criteria.csv" ? 2
                                              : 1)
        << name;
  }
  EXPECT_THAT(files.at("criteria.csv"),
              HasSubstr("default,1,默认口径,Default criteria,first_batch,true,"
                        "true,false\n"));
}

}  // namespace
}  // namespace qiangji::testing
