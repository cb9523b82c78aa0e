// What deleted items leave behind: figures and alerts do without them and
// without the records that went with them; states before the deletion keep
// both (AIP-164, METHOD 4.1 "undeleted").
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/bottleneck/v1/alert_service.grpc.pb.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/supply_service.grpc.pb.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using bottleneck::v1::AlertService;
using coverage::v1::CoverageRow;
using coverage::v1::CoverageService;
using coverage::v1::ItemMetrics;
using registry::v1::ItemService;
using registry::v1::SupplyService;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int kYear = 2024;

TableRow Item(const std::string& id, const std::string& parent = "") {
  return {"items",
          {{"item_id", id},
           {"name_zh", id},
           {"category", "component"},
           {"sectors", "rail"},
           {"parent_item_id", parent}}};
}
TableRow Supply(const std::string& item, const std::string& origin,
                int quantity) {
  return {"supply",
          {{"item_id", item},
           {"year", absl::StrCat(kYear)},
           {"origin_country", origin},
           {"quantity", absl::StrCat(quantity)}}};
}

TestSystem::Options WithBottleneck() {
  TestSystem::Options options;
  options.bottleneck = true;
  return options;
}

// "gear" is made at home, "motor" comes from abroad, "robot" needs both.
class DeletedItems : public ::testing::Test {
 protected:
  DeletedItems() : system_(WithBottleneck()), outside_(system_.Outside()) {
    std::vector<TableRow> rows = {Item("gear"), Item("motor"), Item("robot")};
    for (const auto& [item, home] :
         {std::pair{"gear", 90}, {"motor", 10}, {"robot", 80}}) {
      rows.push_back(Supply(item, "CHN", home));
      rows.push_back(Supply(item, "DEU", 100 - home));
    }
    for (const char* input : {"gear", "motor"}) {
      rows.push_back({"inputs",
                      {{"item_id", "robot"},
                       {"input_item_id", input},
                       {"cost_share", "0.4"}}});
    }
    before_ = system_.Write(rows);
    EXPECT_THAT(RulesOf("motor", 0), Contains("IMPORT_DEPENDENCE"));
  }

  absl::Status Delete(const std::string& item, bool force) {
    registry::v1::DeleteItemRequest request;
    request.set_name("items/" + item);
    request.set_force(force);
    registry::v1::Item deleted;
    return Call(*items_, &ItemService::Stub::DeleteItem, request, &deleted);
  }
  absl::Status Undelete(const std::string& item) {
    registry::v1::UndeleteItemRequest request;
    request.set_name("items/" + item);
    registry::v1::Item back;
    return Call(*items_, &ItemService::Stub::UndeleteItem, request, &back);
  }

  // The total row; at `seq` (0 = now).
  CoverageRow Total(store::Seq seq) {
    coverage::v1::ComputeCoverageRequest request;
    request.mutable_options()->set_year(kYear);
    request.mutable_options()->set_read_seq(seq);
    coverage::v1::ComputeCoverageResponse response;
    EXPECT_THAT(Call(*coverage_, &CoverageService::Stub::ComputeCoverage,
                     request, &response),
                IsOk());
    EXPECT_GE(response.rows_size(), 1);
    return response.rows(0);
  }
  std::map<std::string, ItemMetrics> Metrics(store::Seq seq) {
    coverage::v1::QueryItemMetricsRequest request;
    request.mutable_options()->set_year(kYear);
    request.mutable_options()->set_read_seq(seq);
    grpc::ClientContext context;
    std::map<std::string, ItemMetrics> items;
    const auto reader = coverage_->QueryItemMetrics(&context, request);
    for (coverage::v1::QueryItemMetricsResponse part; reader->Read(&part);) {
      for (const ItemMetrics& m : part.items().metrics()) {
        items[m.item_id()] = m;
      }
    }
    EXPECT_TRUE(reader->Finish().ok());
    return items;
  }
  std::vector<std::string> RulesOf(const std::string& item, store::Seq seq) {
    bottleneck::v1::ListAlertsRequest request;
    request.add_subjects("items/" + item);
    request.set_read_seq(seq);
    bottleneck::v1::ListAlertsResponse response;
    EXPECT_THAT(
        Call(*alerts_, &AlertService::Stub::ListAlerts, request, &response),
        IsOk());
    std::vector<std::string> rules;
    for (const auto& alert : response.alerts()) rules.push_back(alert.rule());
    return rules;
  }
  // Records of the item as the registry lists them; at `seq`.
  int Records(const std::string& item, store::Seq seq) {
    registry::v1::ListSupplyRecordsRequest request;
    request.set_parent("items/" + item);
    request.set_read_seq(seq);
    registry::v1::ListSupplyRecordsResponse response;
    EXPECT_THAT(Call(*supply_, &SupplyService::Stub::ListSupplyRecords, request,
                     &response),
                IsOk());
    return response.supply_records_size();
  }

  TestSystem system_;
  std::shared_ptr<grpc::Channel> outside_;
  std::unique_ptr<ItemService::Stub> items_ = ItemService::NewStub(outside_);
  std::unique_ptr<SupplyService::Stub> supply_ =
      SupplyService::NewStub(outside_);
  std::unique_ptr<CoverageService::Stub> coverage_ =
      CoverageService::NewStub(outside_);
  std::unique_ptr<AlertService::Stub> alerts_ = AlertService::NewStub(outside_);
  store::Seq before_ = 0;
};

TEST_F(DeletedItems, AreLeftOutOfFiguresWithTheirRecords) {
  const CoverageRow with = Total(0);
  EXPECT_EQ(with.items(), 3);
  EXPECT_EQ(with.items_with_data(), 3);
  EXPECT_NEAR(with.share(), 2.0 / 3, 1e-12);
  EXPECT_NEAR(Metrics(0)["robot"].assured_content_lower(),
              0.8 * (0.2 + 0.4 * 0.9 + 0.4 * 0.1), 1e-9);
  ASSERT_THAT(Delete("motor", /*force=*/false),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("items/motor")));
  EXPECT_EQ(Total(0).items(), 3);

  ASSERT_THAT(Delete("motor", /*force=*/true), IsOk());
  const CoverageRow without = Total(0);
  EXPECT_EQ(without.items(), 2);
  EXPECT_EQ(without.items_with_data(), 2);
  EXPECT_NEAR(without.share(), 1, 1e-12);
  auto metrics = Metrics(0);
  EXPECT_EQ(metrics.count("motor"), 0u);
  // What is not an input any more is value added.
  EXPECT_NEAR(metrics["robot"].assured_content_lower(), 0.8 * (0.6 + 0.4 * 0.9),
              1e-9);
  EXPECT_EQ(Records("motor", 0), 0);

  const CoverageRow then = Total(before_);
  EXPECT_EQ(then.items(), 3);
  EXPECT_NEAR(then.share(), with.share(), 0);
  metrics = Metrics(before_);
  ASSERT_EQ(metrics.count("motor"), 1u);
  EXPECT_NEAR(metrics["motor"].assured_share(), 0.1, 1e-12);
  EXPECT_EQ(Records("motor", before_), 2);
}

TEST_F(DeletedItems, HaveNoAlerts) {
  ASSERT_THAT(Delete("motor", /*force=*/true), IsOk());
  EXPECT_THAT(RulesOf("motor", 0), IsEmpty());
  EXPECT_THAT(RulesOf("motor", before_), Contains("IMPORT_DEPENDENCE"));
}

TEST_F(DeletedItems, ComeBackWithoutTheRecordsThatWentWithThem) {
  ASSERT_THAT(Delete("motor", /*force=*/true), IsOk());
  ASSERT_THAT(Undelete("motor"), IsOk());
  const CoverageRow back = Total(0);
  EXPECT_EQ(back.items(), 3);
  EXPECT_EQ(back.items_with_data(), 2);
  EXPECT_FALSE(Metrics(0)["motor"].has_data());
  EXPECT_THAT(RulesOf("motor", 0), Not(Contains("IMPORT_DEPENDENCE")));
  // Stated again they count again.
  system_.Write({Supply("motor", "CHN", 10), Supply("motor", "DEU", 90)});
  EXPECT_EQ(Total(0).items_with_data(), 3);
  EXPECT_THAT(RulesOf("motor", 0), Contains("IMPORT_DEPENDENCE"));
}

// A parent is a leaf again when its last type is deleted (METHOD 4.1).
TEST_F(DeletedItems, DoNotKeepTheirParentFromBeingALeaf) {
  system_.Write({Item("spur-gear", "gear")});
  EXPECT_EQ(Metrics(0).count("spur-gear"), 1u);
  EXPECT_EQ(Total(0).items(), 3);  // spur-gear stands for gear
  EXPECT_EQ(Total(0).items_with_data(), 2);
  ASSERT_THAT(Delete("spur-gear", /*force=*/false), IsOk());
  EXPECT_EQ(Total(0).items(), 3);
  EXPECT_EQ(Total(0).items_with_data(), 3);
}

// Records past the handlers whose item is gone: a store that was put together
// by hand. They belong to nothing, and count for nothing.
TEST_F(DeletedItems, RecordsWithoutTheirItemCountForNothing) {
  system_.Delete({Item("motor")});
  const CoverageRow total = Total(0);
  EXPECT_EQ(total.items(), 2);
  EXPECT_NEAR(total.share(), 1, 1e-12);
  EXPECT_EQ(Metrics(0).count("motor"), 0u);
  EXPECT_THAT(RulesOf("motor", 0), IsEmpty());
  system_.Write({Item("motor")});
  EXPECT_NEAR(Metrics(0)["motor"].assured_share(), 0.1, 1e-12);
}

}  // namespace
}  // namespace qiangji::testing
