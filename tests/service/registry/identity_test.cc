// Identity, evidence tables and rounds over the API. Numbers in the names of
// tests are rows of RELIABILITY 3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "qiangji/registry/v1/identity_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/organization_service.grpc.pb.h"
#include "qiangji/registry/v1/round_service.grpc.pb.h"
#include "qiangji/registry/v1/test_result_service.grpc.pb.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::IdentityService;
using v1::ItemService;
using v1::RoundService;

constexpr char kItems[] =
    "item_id,name_zh,name_en,category,sectors,parent_item_id,aliases\n"
    "bearing,轴承,bearing,component,rail,,\n"
    "bearing-2,滚动轴承,ball bearing,component,rail,,滚珠轴承\n"
    "robot,机器人,,equipment,cnc-robotics,,\n"
    "seal,密封,,component,rail,bearing-2,\n";
constexpr char kOrganizations[] =
    "organization_id,name_zh,name_en,country,uscc,parent_organization_id\n"
    "acme,艾克米,ACME Ltd,CHN,,\n"
    "acme-2,ＡＣＭＥ有限公司,Ａｃｍｅ  ltd.,CHN,91110000802100433B,\n"
    "child,子公司,,CHN,,acme-2\n";
constexpr char kSupply[] =
    "item_id,year,origin_country,supplier_id,reporter_id,side,quantity\n"
    "bearing,2024,CHN,acme,acme,seller,40\n"
    "bearing,2024,JPN,,,,60\n"
    "bearing-2,2025,CHN,acme-2,acme-2,seller,70\n"
    "bearing-2,2025,JPN,,,,30\n"
    "seal,2024,CHN,acme-2,acme-2,seller,10\n";
constexpr char kInputs[] =
    "item_id,input_item_id,cost_share\nrobot,bearing-2,0.2\n";
constexpr char kTests[] =
    "test_id,item_id,organization_id,lab_id,date,property,unit,value,"
    "reference_value,document\n"
    "t1,bearing-2,acme-2,acme,2025-03-01,寿命,h,95,100,"
    "report-7.pdf "
    "sha256:"
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";

class IdentityTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Import({{"items.csv", kItems},
            {"organizations.csv", kOrganizations},
            {"supply.csv", kSupply},
            {"inputs.csv", kInputs},
            {"tests.csv", kTests}});
  }

  void Import(const Files& files) {
    const auto result = registry_.Import(files);
    ASSERT_THAT(result, IsOk());
    ASSERT_THAT(ErrorLines(*result), IsEmpty());
  }
  std::vector<std::string> BadLines(const Files& files) {
    const auto result = registry_.Import(files);
    EXPECT_THAT(result, IsOk());
    return result.ok() ? ErrorLines(*result) : std::vector<std::string>();
  }

  absl::Status Merge(const std::string& kept, const std::string& merged,
                     v1::MergeResourcesResponse* response = nullptr,
                     const std::string& request_id = "") {
    v1::MergeResourcesRequest request;
    request.set_kept_name(kept);
    request.set_merged_name(merged);
    request.set_request_id(request_id);
    v1::MergeResourcesResponse own;
    return registry_.Call(*identity_, &IdentityService::Stub::MergeResources,
                          request, response == nullptr ? &own : response);
  }
  absl::Status Undo(const std::string& merged) {
    v1::UndoMergeRequest request;
    request.set_merged_name(merged);
    v1::UndoMergeResponse response;
    return registry_.Call(*identity_, &IdentityService::Stub::UndoMerge,
                          request, &response);
  }
  v1::Item Item(const std::string& id, std::int64_t seq = 0) {
    v1::GetItemRequest request;
    request.set_name("items/" + id);
    request.set_read_seq(seq);
    v1::Item item;
    EXPECT_THAT(
        registry_.Call(*items_, &ItemService::Stub::GetItem, request, &item),
        IsOk());
    return item;
  }
  std::string Exported(const std::string& file) {
    const auto exported = registry_.Export();
    EXPECT_THAT(exported, IsOk());
    return exported.ok() ? exported->first.at(file) : "";
  }

  TestRegistry registry_;
  std::unique_ptr<IdentityService::Stub> identity_ =
      IdentityService::NewStub(registry_.channel());
  std::unique_ptr<ItemService::Stub> items_ =
      ItemService::NewStub(registry_.channel());
};

TEST_F(IdentityTest, BothNamesResolveAfterAMergeAndReferencesAreRewritten) {
  const std::int64_t before = registry_.Head().seq;
  v1::MergeResourcesResponse merged;
  ASSERT_THAT(Merge("items/bearing", "items/bearing-2", &merged), IsOk());
  EXPECT_EQ(merged.seq(), before + 1);  // one change
  EXPECT_EQ(Item("bearing-2").name(), "items/bearing");
  EXPECT_THAT(Item("bearing").aliases(),
              ElementsAre("ball bearing", "滚动轴承", "滚珠轴承"));
  EXPECT_EQ(Item("seal").parent_item_id(), "bearing");
  EXPECT_THAT(Exported("supply.csv"), Not(HasSubstr("bearing-2")));
  EXPECT_THAT(Exported("inputs.csv"), HasSubstr("robot,bearing,"));
  EXPECT_THAT(Exported("tests.csv"), HasSubstr("t1,bearing,"));
  // As it was before, nothing has changed.
  EXPECT_EQ(Item("bearing-2", before).name_zh(), "滚动轴承");
  EXPECT_EQ(Item("seal", before).parent_item_id(), "bearing-2");
}

TEST_F(IdentityTest, AMergeIsUndoneInOneChange) {
  const auto before = registry_.Export();
  ASSERT_THAT(before, IsOk());
  ASSERT_THAT(Merge("organizations/acme", "organizations/acme-2"), IsOk());
  EXPECT_THAT(Exported("supply.csv"), Not(HasSubstr("acme-2")));
  EXPECT_THAT(Exported("organizations.csv"), HasSubstr("91110000802100433B"));
  ASSERT_THAT(Undo("organizations/acme-2"), IsOk());
  const auto after = registry_.Export();
  ASSERT_THAT(after, IsOk());
  for (const char* file : {"items.csv", "organizations.csv", "supply.csv",
                           "inputs.csv", "tests.csv"}) {
    EXPECT_EQ(after->first.at(file), before->first.at(file)) << file;
  }
  EXPECT_THAT(Undo("organizations/acme-2"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(IdentityTest, WhatChangedSinceStandsInTheWayOfUndoing) {
  ASSERT_THAT(Merge("items/bearing", "items/bearing-2"), IsOk());
  Import({{"supply.csv",
           "item_id,year,origin_country,supplier_id,reporter_id,side,quantity\n"
           "bearing,2025,CHN,acme-2,acme-2,seller,71\n"}});
  EXPECT_THAT(Undo("items/bearing-2"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("items/bearing/supplyRecords/2025")));
}

TEST_F(IdentityTest, AMergeIsLedOnAndUndoneInTurn) {
  ASSERT_THAT(Merge("items/bearing", "items/bearing-2"), IsOk());
  ASSERT_THAT(Merge("items/robot", "items/bearing"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("items/robot/inputs/bearing")));
  ASSERT_THAT(Merge("items/seal", "items/bearing"), IsOk());
  EXPECT_EQ(Item("bearing-2").name(), "items/seal");
  EXPECT_THAT(Undo("items/bearing-2"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Undo("items/bearing"), IsOk());
  EXPECT_EQ(Item("bearing-2").name(), "items/bearing");
  EXPECT_THAT(Undo("items/bearing-2"), IsOk());
  EXPECT_EQ(Item("bearing-2").name(), "items/bearing-2");
}

TEST_F(IdentityTest, RowsOfBothThatDifferStandInTheWayOfAMerge) {
  Import({{"supply.csv",
           "item_id,year,origin_country,supplier_id,reporter_id,side,quantity\n"
           "bearing,2025,CHN,acme-2,acme-2,seller,69\n"}});
  EXPECT_THAT(Merge("items/bearing", "items/bearing-2"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("items/bearing-2/supplyRecords/2025")));
}

TEST_F(IdentityTest, ReferencesToAMergedIdAreTakenAsThoseToTheKeptOne) {
  ASSERT_THAT(Merge("items/bearing", "items/bearing-2"), IsOk());
  ASSERT_THAT(Merge("organizations/acme", "organizations/acme-2"), IsOk());
  Import({{"supply.csv",
           "item_id,year,origin_country,supplier_id,quantity\n"
           "bearing-2,2023,CHN,uscc:91110000802100433B,5\n"
           "bearing-2,2022,CHN,acme-2,6\n"}});
  EXPECT_THAT(Exported("supply.csv"), HasSubstr("bearing,2023,domestic,CHN,"
                                                "acme,"));
  EXPECT_THAT(Exported("supply.csv"), HasSubstr("bearing,2022,domestic,CHN,"
                                                "acme,"));
  EXPECT_THAT(BadLines({{"items.csv",
                         "item_id,name_zh,category,sectors\n"
                         "bearing-2,滚动轴承,component,rail\n"}}),
              ElementsAre(HasSubstr("was merged into bearing")));
  v1::CreateItemRequest request;
  request.mutable_item()->set_item_id("bearing-2");
  request.mutable_item()->set_name_zh("滚动轴承");
  request.mutable_item()->set_category(type::v1::CATEGORY_COMPONENT);
  request.mutable_item()->add_sectors("rail");
  v1::Item item;
  EXPECT_THAT(
      registry_.Call(*items_, &ItemService::Stub::CreateItem, request, &item),
      StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(IdentityTest, Row81AMergeRepeatedUnderItsRequestIdIsOne) {
  v1::MergeResourcesResponse first, again;
  const char* id = "5b7d6c1e-0000-4000-8000-000000000001";
  ASSERT_THAT(Merge("items/bearing", "items/bearing-2", &first, id), IsOk());
  ASSERT_THAT(Merge("items/bearing", "items/bearing-2", &again, id), IsOk());
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_THAT(Merge("items/bearing", "items/seal", nullptr, id),
              StatusIs(absl::StatusCode::kAlreadyExists));  // row 82
}

TEST_F(IdentityTest, BadMergesAreRefused) {
  EXPECT_THAT(Merge("items/bearing", "items/bearing"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Merge("items/bearing", "organizations/acme"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Merge("items/bearing", "sectors/rail"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Merge("items/bearing", "items/none"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Merge("items/none", "items/bearing"),
              StatusIs(absl::StatusCode::kNotFound));
}

// Width, case, blanks and punctuation do not tell names apart; what is alike
// (row 73: a Cyrillic а) is left to people.
TEST_F(IdentityTest, Row72DuplicatesAreFoundByFoldedNames) {
  v1::FindDuplicatesRequest request;
  v1::FindDuplicatesResponse response;
  ASSERT_THAT(registry_.Call(*identity_, &IdentityService::Stub::FindDuplicates,
                             request, &response),
              IsOk());
  ASSERT_THAT(response.duplicates(), SizeIs(1));
  EXPECT_EQ(response.duplicates(0).name(), "organizations/acme");
  EXPECT_EQ(response.duplicates(0).other_name(), "organizations/acme-2");
  EXPECT_EQ(response.duplicates(0).reasons(0), v1::DUPLICATE_REASON_NAME);
  EXPECT_DOUBLE_EQ(response.duplicates(0).score(), 0.9);
  request.set_minimum_score(2);
  EXPECT_THAT(registry_.Call(*identity_, &IdentityService::Stub::FindDuplicates,
                             request, &response),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(IdentityTest, Rows03And09And39And41NamesThatAreNoneAreRefused) {
  for (const std::string& name : {std::string(), std::string("items/a\0b", 9),
                                  std::string("items/x'; DROP TABLE items; --"),
                                  std::string(1 << 20, 'a')}) {
    EXPECT_THAT(Merge("items/bearing", name),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(Merge(name, "items/bearing"),
                StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(Undo(name), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(IdentityTest, Rows10And11UnknownKindsAndScoresAreRefused) {
  v1::FindDuplicatesRequest request;
  v1::FindDuplicatesResponse response;
  const auto find = [&] {
    return registry_.Call(*identity_, &IdentityService::Stub::FindDuplicates,
                          request, &response);
  };
  request.set_kind(static_cast<v1::MergedKind>(99));
  EXPECT_THAT(find(), StatusIs(absl::StatusCode::kInvalidArgument));
  request.clear_kind();
  request.set_minimum_score(std::nan(""));
  EXPECT_THAT(find(), StatusIs(absl::StatusCode::kInvalidArgument));
  request.clear_minimum_score();
  request.set_limit(-1);
  EXPECT_THAT(find(), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(IdentityTest, ParentsThatFormACircleAreRefused) {
  const auto organizations =
      v1::OrganizationService::NewStub(registry_.channel());
  v1::UpdateOrganizationRequest request;
  request.mutable_organization()->set_name("organizations/acme-2");
  request.mutable_organization()->set_parent_organization_id("child");
  v1::Organization organization;
  EXPECT_THAT(
      registry_.Call(*organizations,
                     &v1::OrganizationService::Stub::UpdateOrganization,
                     request, &organization),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ancestor")));
}

TEST_F(IdentityTest, Rows11To20And26TestsAreValidated) {
  const std::string header =
      "test_id,item_id,organization_id,lab_id,date,property,unit,value,"
      "uncertainty,document\n";
  EXPECT_THAT(
      BadLines({{"tests.csv",
                 header + "t2,bearing,acme,acme,2025-03-01,寿命,h,NaN,,\n" +
                     "t3,bearing,acme,acme,2025-02-29,寿命,h,1,,\n" +
                     "t4,bearing,acme,acme,2025-03-01,寿命,h,1,-1,\n" +
                     "t5,bearing,nobody,acme,2025-03-01,寿命,h,1,,\n" +
                     "t6,bearing,acme,acme,2025-03-01,寿命,h,,,\n" +
                     "t7,bearing,acme,acme,2025-03-01,寿命,h,1,,"
                     "report.pdf sha256:12\n"}}),
      ElementsAre(HasSubstr("value"), HasSubstr("date"),
                  HasSubstr("uncertainty"), HasSubstr("organization_id"),
                  HasSubstr("value"), HasSubstr("sha256")));
}

TEST_F(IdentityTest, EvidenceTablesAreImportedAndExportedAgain) {
  Import(
      {{"standards.csv",
        "standard_id,title_zh,status,degree\ngb-1,滚动轴承,现行,等同\n"},
       {"capacities.csv",
        "organization_id,item_id,year,capacity_quantity,listed\n"
        "uscc:91110000802100433B,bearing,2025,100,true\n"},
       {"memberships.csv",
        "alliance_id,organization_id,role,since\nacme,child,成员,2020-01-01\n"},
       {"chains.csv",
        "chain_id,name_zh,item_id,goal_stage,due_year\n"
        "c1,轴承一条龙,bearing,series,2027\n"}});
  const auto exported = registry_.Export();
  ASSERT_THAT(exported, IsOk());
  EXPECT_THAT(exported->first.at("capacities.csv"),
              HasSubstr("acme-2,bearing,2025,100,"));
  EXPECT_THAT(exported->first.at("chains.csv"),
              HasSubstr("c1,轴承一条龙,bearing,"));
  EXPECT_THAT(exported->first.at("tests.csv"), HasSubstr("sha256:0123"));
  TestRegistry other;
  ASSERT_THAT(other.Import(exported->first), IsOk());
  const auto again = other.Export();
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->first, exported->first);
}

class RoundTest : public IdentityTest {
 protected:
  void SetUp() override {
    IdentityTest::SetUp();
    v1::CreateRoundRequest request;
    request.mutable_round()->set_round_id("r25");
    request.mutable_round()->set_name_zh("2025 年填报");
    request.mutable_round()->set_year(2025);
    request.mutable_round()->set_state(v1::ROUND_STATE_FROZEN);  // passed over
    v1::Round round;
    ASSERT_THAT(registry_.Call(*rounds_, &RoundService::Stub::CreateRound,
                               request, &round),
                IsOk());
    EXPECT_EQ(round.state(), v1::ROUND_STATE_PLANNED);
  }
  template <typename Request>
  absl::Status Move(grpc::Status (RoundService::Stub::*method)(
                        grpc::ClientContext*, const Request&, v1::RoundStatus*),
                    Request request) {
    request.set_name("rounds/r25");
    return registry_.Call(*rounds_, method, request, &status_);
  }
  template <typename Request>
  Request Of(const std::string& organization) {
    Request request;
    request.set_organization_id(organization);
    return request;
  }
  absl::Status Invite() {
    return Move(&RoundService::Stub::InviteReporters,
                v1::InviteReportersRequest());
  }
  absl::Status Submit(const std::string& organization) {
    return Move(&RoundService::Stub::SubmitRoundReports,
                Of<v1::SubmitRoundReportsRequest>(organization));
  }
  absl::Status Accept(const std::string& organization) {
    return Move(&RoundService::Stub::AcceptRoundReports,
                Of<v1::AcceptRoundReportsRequest>(organization));
  }
  absl::Status Return(const std::string& organization,
                      const std::string& reason) {
    auto request = Of<v1::ReturnRoundReportsRequest>(organization);
    request.set_reason(reason);
    return Move(&RoundService::Stub::ReturnRoundReports, request);
  }

  std::unique_ptr<RoundService::Stub> rounds_ =
      RoundService::NewStub(registry_.channel());
  v1::RoundStatus status_;
};

// acme reported bearings in 2024, acme-2 seals.
TEST_F(RoundTest, RoundsMoveByLegalTransitionsOnly) {
  EXPECT_THAT(Submit("acme"), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(Invite(), IsOk());
  EXPECT_EQ(status_.round().state(), v1::ROUND_STATE_COLLECTING);
  ASSERT_THAT(status_.reporters(), SizeIs(2));
  EXPECT_EQ(status_.reporters(0).organization_id(), "acme");
  EXPECT_EQ(status_.reporters(0).state(), v1::REPORTER_STATE_INVITED);
  EXPECT_EQ(status_.sectors(0).expected_count(), 2);
  EXPECT_EQ(status_.sectors(0).response_rate(), 0);
  EXPECT_THAT(Invite(), StatusIs(absl::StatusCode::kFailedPrecondition));
  // Nothing is recorded for 2025 yet.
  EXPECT_THAT(Submit("acme"), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Accept("acme"), StatusIs(absl::StatusCode::kFailedPrecondition));
  Import({{"supply.csv",
           "item_id,year,origin_country,supplier_id,reporter_id,quantity\n"
           "bearing,2025,CHN,acme,acme,45\nbearing,2025,JPN,,,55\n"}});
  ASSERT_THAT(Submit("acme"), IsOk());
  EXPECT_EQ(status_.reporters(0).state(), v1::REPORTER_STATE_SUBMITTED);
  EXPECT_EQ(status_.sectors(0).response_rate(), 0.5);
  EXPECT_THAT(Return("acme", ""), StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_THAT(Return("acme", "请核对"), IsOk());
  EXPECT_EQ(status_.reporters(0).state(), v1::REPORTER_STATE_RETURNED);
  EXPECT_EQ(status_.reporters(0).reports(0).reason(), "请核对");
  EXPECT_THAT(Accept("acme"), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(Submit("acme"), IsOk());
  ASSERT_THAT(Accept("acme"), IsOk());
  EXPECT_EQ(status_.reporters(0).state(), v1::REPORTER_STATE_ACCEPTED);
  EXPECT_THAT(Submit("acme"), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(RoundTest, JumpsAreQueriedUntilConfirmedOrCorrected) {
  ASSERT_THAT(Invite(), IsOk());
  const auto report = [&](const char* quantity) {
    Import({{"supply.csv",
             std::string("item_id,year,origin_country,supplier_id,reporter_id,"
                         "quantity\nbearing,2025,CHN,acme,acme,") +
                 quantity + "\nbearing,2025,JPN,,,55\n"}});
  };
  report("60");  // 50 % above 40
  ASSERT_THAT(Submit("acme"), IsOk());
  EXPECT_TRUE(status_.reporters(0).reports(0).queried());
  EXPECT_THAT(Accept("acme"), StatusIs(absl::StatusCode::kFailedPrecondition,
                                       HasSubstr("acme/bearing (40 to 60)")));
  auto confirm = Of<v1::SubmitRoundReportsRequest>("acme");
  confirm.add_confirmations()->set_item_id("bearing");
  EXPECT_THAT(Move(&RoundService::Stub::SubmitRoundReports, confirm),
              StatusIs(absl::StatusCode::kInvalidArgument));
  confirm.mutable_confirmations(0)->set_reason("新产线");
  ASSERT_THAT(Move(&RoundService::Stub::SubmitRoundReports, confirm), IsOk());
  EXPECT_FALSE(status_.reporters(0).reports(0).queried());
  report("70");  // another volume than the confirmed one
  EXPECT_THAT(Accept("acme"), StatusIs(absl::StatusCode::kFailedPrecondition));
  report("52");  // 30 % above: no jump
  EXPECT_THAT(Accept("acme"), IsOk());
}

TEST_F(RoundTest, AFrozenRoundNamesItsSequenceAndMovesNoMore) {
  ASSERT_THAT(Invite(), IsOk());
  const std::int64_t facts = registry_.Head().seq;
  ASSERT_THAT(Move(&RoundService::Stub::FreezeRound, v1::FreezeRoundRequest()),
              IsOk());
  EXPECT_EQ(status_.round().state(), v1::ROUND_STATE_FROZEN);
  EXPECT_EQ(status_.round().frozen_seq(), facts);
  EXPECT_THAT(Invite(), StatusIs(absl::StatusCode::kFailedPrecondition));
  // Nor by an update: state and sequence are the server's.
  v1::UpdateRoundRequest request;
  request.mutable_round()->set_name("rounds/r25");
  request.mutable_round()->set_state(v1::ROUND_STATE_PLANNED);
  request.mutable_update_mask()->add_paths("state");
  v1::Round round;
  ASSERT_THAT(registry_.Call(*rounds_, &RoundService::Stub::UpdateRound,
                             request, &round),
              IsOk());
  EXPECT_EQ(round.state(), v1::ROUND_STATE_FROZEN);
}

TEST_F(RoundTest, Rows18And84BadYearsAndStaleEtagsAreRefused) {
  v1::UpdateRoundRequest request;
  request.mutable_round()->set_name("rounds/r25");
  request.mutable_round()->set_year(0);
  request.mutable_update_mask()->add_paths("year");
  v1::Round round;
  const auto update = [&] {
    return registry_.Call(*rounds_, &RoundService::Stub::UpdateRound, request,
                          &round);
  };
  EXPECT_THAT(update(), StatusIs(absl::StatusCode::kInvalidArgument));
  request.mutable_round()->set_year(2024);
  request.mutable_round()->set_etag("\"1\"");
  EXPECT_THAT(update(), StatusIs(absl::StatusCode::kAborted));
}

TEST_F(RoundTest, ReportsAreAskedOfThoseThatTheRoundNames) {
  v1::UpdateRoundRequest request;
  request.mutable_round()->set_name("rounds/r25");
  request.mutable_round()->add_organization_ids("child");
  request.mutable_round()->add_item_ids("bearing");
  request.mutable_round()->add_item_ids("robot");
  request.mutable_round()->add_sectors("rail");
  v1::Round round;
  ASSERT_THAT(registry_.Call(*rounds_, &RoundService::Stub::UpdateRound,
                             request, &round),
              IsOk());
  ASSERT_THAT(Invite(), IsOk());
  ASSERT_THAT(status_.reporters(), SizeIs(1));
  ASSERT_THAT(status_.reporters(0).reports(), SizeIs(1));
  EXPECT_EQ(status_.reporters(0).reports(0).item_id(), "bearing");
}

}  // namespace
}  // namespace qiangji::testing
