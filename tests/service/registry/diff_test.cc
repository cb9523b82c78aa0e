// What differs between two recorded states.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "tests/contract/store_rows.h"
#include "tests/service/registry/every_table.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

void ImportAll(TestRegistry& registry, const Files& files) {
  const auto result = registry.Import(files);
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(ErrorLines(*result), IsEmpty());
}

TEST(Diff, NamesEveryCellThatDiffersBetweenTwoStates) {
  TestRegistry registry;
  ImportAll(registry, {{"items.csv",
                        "item_id,name_zh,category,sectors,weight\n"
                        "a,甲,component,nev,1\nb,乙,material,nev,2\n"}});
  ImportAll(registry, {{"items.csv",
                        "item_id,name_zh,category,sectors,weight\n"
                        "a,甲,component,nev,1.5\nc,丙,component,rail,\n"}});
  ASSERT_THAT(
      DeleteRow(registry.store(), domain::TableId::kItems, ItemKey("b")),
      IsOk());
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  const auto diff = [&](const v1::DiffResourcesRequest& request) {
    grpc::ClientContext context;
    const auto stream = stub->DiffResources(&context, request);
    std::vector<std::string> lines;
    v1::DiffResourcesResponse part;
    while (stream->Read(&part)) {
      for (const auto& row : part.diffs()) {
        for (const auto& field : row.fields()) {
          lines.push_back(absl::StrCat(row.name(), " ", field.field(), ": ",
                                       field.before(), "->", field.after()));
        }
      }
    }
    EXPECT_TRUE(stream->Finish().ok());
    return lines;
  };
  v1::DiffResourcesRequest request;
  request.set_from_seq(2);
  EXPECT_THAT(
      diff(request),
      ElementsAre("items/a weight: 1->1.5", "items/b item_id: b->",
                  "items/b name_zh: 乙->", "items/b category: material->",
                  "items/b sectors: nev->", "items/b weight: 2->",
                  "items/c item_id: ->c", "items/c name_zh: ->丙",
                  "items/c category: ->component", "items/c sectors: ->rail"));
  request.set_filter("weight>=1 AND category=component");
  EXPECT_THAT(diff(request), ElementsAre("items/a weight: 1->1.5"));
  request.set_to_seq(2);
  EXPECT_THAT(diff(request), IsEmpty());
  request.Clear();
  request.set_to_seq(1);
  request.add_tables("criteria");
  EXPECT_THAT(diff(request),
              ::testing::Contains("criteria/default~1 minimum_qualification: "
                                  "->first_batch"));
}

TEST(Diff, RefusesStatesThatAreNotThereOrInTheWrongOrder) {
  TestRegistry registry;
  ImportAll(registry, EveryTable(1));
  const auto stub = v1::ChangeService::NewStub(registry.channel());
  const auto refuse = [&](std::int64_t from, std::int64_t to,
                          absl::StatusCode code) {
    v1::DiffResourcesRequest request;
    request.set_from_seq(from);
    request.set_to_seq(to);
    grpc::ClientContext context;
    const auto stream = stub->DiffResources(&context, request);
    v1::DiffResourcesResponse part;
    EXPECT_FALSE(stream->Read(&part));
    EXPECT_THAT(client::FromGrpcStatus(stream->Finish()), StatusIs(code));
  };
  refuse(2, 1, absl::StatusCode::kInvalidArgument);
  refuse(1, 99, absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace qiangji::testing
