// METHOD 2.1, 2.5 and 4.8 over the API: what is shown, and criteria that ask
// for a valid test.
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/registry/v1/supply_service.grpc.pb.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = coverage::v1;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using v1::CoverageService;

TableRow Organization(const std::string& id, const std::string& country) {
  return {"organizations",
          {{"organization_id", id}, {"name_zh", id}, {"country", country}}};
}

class ReconcileServiceTest : public ::testing::Test {
 protected:
  ReconcileServiceTest() {
    system_.Write({{"items",
                    {{"item_id", "gear"},
                     {"name_zh", "齿轮"},
                     {"category", "component"},
                     {"sectors", "rail"},
                     {"unit", "件"}}},
                   Organization("maker", "CHN"),
                   Organization("oem-a", "CHN"),
                   Organization("oem-b", "CHN")});
  }
  v1::ReconcileSupplyResponse Reconcile() {
    v1::ReconcileSupplyRequest request;
    request.mutable_options()->set_year(2025);
    request.set_item_id("gear");
    v1::ReconcileSupplyResponse response;
    EXPECT_THAT(Call(*coverage_, &CoverageService::Stub::ReconcileSupply,
                     request, &response),
                IsOk());
    return response;
  }
  // Creates a record by the API, as its reporter would.
  std::string Create(const std::string& supplier, const std::string& reporter,
                     type::v1::Side side, double quantity) {
    registry::v1::CreateSupplyRecordRequest request;
    request.set_parent("items/gear");
    auto& record = *request.mutable_supply_record();
    record.set_year(2025);
    record.set_origin_country("CHN");
    record.set_supplier_id(supplier);
    record.set_reporter_id(reporter);
    record.set_side(side);
    record.set_quantity(quantity);
    registry::v1::SupplyRecord made;
    EXPECT_THAT(
        Call(*supply_, &registry::v1::SupplyService::Stub::CreateSupplyRecord,
             request, &made),
        IsOk());
    return made.name();
  }
  void Delete(const std::string& name) {
    registry::v1::DeleteSupplyRecordRequest request;
    request.set_name(name);
    type::v1::DeleteResponse response;
    EXPECT_THAT(
        Call(*supply_, &registry::v1::SupplyService::Stub::DeleteSupplyRecord,
             request, &response),
        IsOk());
  }

  TestSystem system_;
  std::unique_ptr<CoverageService::Stub> coverage_ =
      CoverageService::NewStub(system_.Outside());
  std::unique_ptr<registry::v1::SupplyService::Stub> supply_ =
      registry::v1::SupplyService::NewStub(system_.Outside());
};

// Seller 40, buyers 25 and 10, customs 100 of the same goods, one record after
// another in every order.
TEST_F(ReconcileServiceTest, SidesAndTotalsReconcileInAnyOrder) {
  std::vector<int> order = {0, 1, 2, 3};
  std::string first;
  do {
    std::vector<std::string> names;
    names.reserve(order.size());
    for (const int k : order) {
      names.push_back(
          k == 0   ? Create("maker", "maker", type::v1::SIDE_SELLER, 40)
          : k == 1 ? Create("maker", "oem-a", type::v1::SIDE_BUYER, 25)
          : k == 2 ? Create("maker", "oem-b", type::v1::SIDE_BUYER, 10)
                   : Create("", "", type::v1::SIDE_THIRD_PARTY, 100));
    }
    v1::ReconcileSupplyResponse response = Reconcile();
    ASSERT_THAT(response.flows(), SizeIs(2));
    const v1::ReconciledFlow& total = response.flows(0);
    EXPECT_EQ(total.supplier_id(), "");
    EXPECT_EQ(total.reported_volume(), 100);
    EXPECT_EQ(total.taken_by_parts(), 40);
    EXPECT_EQ(total.volume(), 60);
    const v1::ReconciledFlow& part = response.flows(1);
    EXPECT_EQ(part.supplier_id(), "maker");
    ASSERT_THAT(part.sides(), SizeIs(2));
    EXPECT_EQ(part.sides(0).volume(), 40);
    EXPECT_EQ(part.sides(1).volume(), 35);
    EXPECT_EQ(part.volume(), 40);
    ASSERT_THAT(part.warnings(), SizeIs(1));
    EXPECT_EQ(part.warnings(0).code(), "SIDES_DIFFER");
    ASSERT_THAT(part.records(), SizeIs(3));
    EXPECT_EQ(part.records(0).use(), v1::RECORD_USE_USED);  // maker's own
    EXPECT_EQ(part.records(1).use(), v1::RECORD_USE_COMPARED);
    EXPECT_EQ(part.records(2).use(), v1::RECORD_USE_COMPARED);
    EXPECT_EQ(response.supplied_quantity(), 100);
    EXPECT_EQ(response.unit(), "件");
    response.clear_context();
    if (first.empty()) first = response.SerializeAsString();
    EXPECT_EQ(response.SerializeAsString(), first);
    for (const std::string& name : names) Delete(name);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(ReconcileServiceTest, AnUnknownItemIsNotFound) {
  v1::ReconcileSupplyRequest request;
  request.mutable_options()->set_year(2025);
  request.set_item_id("none");
  v1::ReconcileSupplyResponse response;
  EXPECT_THAT(Call(*coverage_, &CoverageService::Stub::ReconcileSupply, request,
                   &response),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("items/none")));
}

TEST_F(ReconcileServiceTest, CriteriaThatAskForAValidTestReadTheTests) {
  system_.Write({{"criteria",
                  {{"criteria_id", "tested"},
                   {"version", "1"},
                   {"minimum_qualification", "first_batch"},
                   {"valid_test", "true"}}}});
  Create("maker", "maker", type::v1::SIDE_SELLER, 40);
  system_.Write({{"supply",
                  {{"item_id", "gear"},
                   {"year", "2025"},
                   {"origin_country", "DEU"},
                   {"quantity", "60"}}}});
  const auto failed = [&] {
    v1::ReconcileSupplyRequest request;
    request.mutable_options()->set_year(2025);
    request.mutable_options()->set_criteria("tested");
    request.set_item_id("gear");
    v1::ReconcileSupplyResponse response;
    EXPECT_THAT(Call(*coverage_, &CoverageService::Stub::ReconcileSupply,
                     request, &response),
                IsOk());
    EXPECT_EQ(response.flows(0).supplier_id(), "maker");
    EXPECT_EQ(response.metrics().assured_share() > 0,
              response.flows(0).splits(0).failed_criterion() ==
                  v1::FAILED_CRITERION_UNSPECIFIED);
    return response.flows(0).splits(0).failed_criterion();
  };
  EXPECT_EQ(failed(), v1::FAILED_CRITERION_TEST);
  system_.Write({{"tests",
                  {{"test_id", "t1"},
                   {"item_id", "gear"},
                   {"organization_id", "maker"},
                   {"lab_id", "oem-a"},
                   {"date", "2025-05-01"},
                   {"property", "life"},
                   {"unit", "h"},
                   {"value", "102"},
                   {"reference_value", "100"}}}});
  EXPECT_EQ(failed(), v1::FAILED_CRITERION_UNSPECIFIED);
  v1::ComputeBenchmarkRequest request;
  request.mutable_options()->set_year(2025);
  v1::ComputeBenchmarkResponse response;
  ASSERT_THAT(Call(*coverage_, &CoverageService::Stub::ComputeBenchmark,
                   request, &response),
              IsOk());
  ASSERT_THAT(response.rows(), SizeIs(1));
  EXPECT_EQ(response.rows(0).level(), v1::BENCHMARK_LEVEL_LEADING);
  EXPECT_DOUBLE_EQ(response.rows(0).ratio(), 1.02);
  EXPECT_EQ(response.leading_count(), 1);
}

}  // namespace
}  // namespace qiangji::testing
