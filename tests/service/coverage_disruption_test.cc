// Traces, scenarios, exposures, chokepoints and bills of materials through the
// service.
#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "services/rpc/errors.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::Call;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::qiangji::testing::TableRow;
using ::qiangji::testing::TestSystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using v1::CoverageService;

TableRow Item(const std::string& id,
              const std::string& category = "component") {
  return {"items",
          {{"item_id", id},
           {"name_zh", id},
           {"category", category},
           {"sectors", "rail"}}};
}
TableRow Supply(const std::string& item, const std::string& origin,
                double quantity) {
  return {"supply",
          {{"item_id", item},
           {"year", "2025"},
           {"origin_country", origin},
           {"quantity", absl::StrCat(quantity)}}};
}
TableRow Input(const std::string& item, const std::string& input, double cost) {
  return {"inputs",
          {{"item_id", item},
           {"input_item_id", input},
           {"cost_share", absl::StrCat(cost)},
           {"essentiality", "1"}}};
}

// press = 0.5 gear + its own; gear = 0.4 steel + its own. press and gear are
// made at home but for a fifth from Germany; steel comes from Japan.
std::vector<TableRow> Press() {
  return {Item("press", "equipment"), Item("gear"),
          Item("steel", "material"),  Supply("press", "CHN", 80),
          Supply("press", "DEU", 20), Supply("gear", "CHN", 80),
          Supply("gear", "DEU", 20),  Supply("steel", "CHN", 0),
          Supply("steel", "JPN", 10), Input("press", "gear", 0.5),
          Input("gear", "steel", 0.4)};
}

// The fields that a call was refused for, in order; empty where it was not.
std::vector<std::string> FieldsOf(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const auto& [field, what] : rpc::ViolationsOf(status)) {
    fields.push_back(field);
  }
  return fields;
}

class DisruptionTest : public ::testing::Test {
 protected:
  DisruptionTest() : DisruptionTest(TestSystem::Options()) {}
  explicit DisruptionTest(const TestSystem::Options& options)
      : system_(options),
        channel_(system_.Outside()),
        stub_(CoverageService::NewStub(channel_)) {
    seq_ = system_.Write(Press());
  }

  template <typename Request, typename Response>
  absl::Status Read(std::unique_ptr<grpc::ClientReader<Response>> (
                        CoverageService::Stub::*method)(grpc::ClientContext*,
                                                        const Request&),
                    const Request& request, std::vector<Response>* messages) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
    const auto reader = (stub_.get()->*method)(&context, request);
    for (Response part; reader->Read(&part);) {
      messages->push_back(std::move(part));
    }
    return client::FromGrpcStatus(reader->Finish());
  }
  absl::Status Scenario(const v1::RunScenarioRequest& request,
                        std::vector<v1::RunScenarioResponse>* messages) {
    return Read(&CoverageService::Stub::RunScenario, request, messages);
  }
  absl::Status Trace(const std::string& item, double explain,
                     std::vector<v1::TraceItemResponse>* messages) {
    v1::TraceItemRequest request;
    request.set_item_id(item);
    if (explain != 1) request.set_explain(explain);
    return Read(&CoverageService::Stub::TraceItem, request, messages);
  }
  absl::Status Chokepoints(
      const v1::ComputeChokepointsRequest& request,
      std::vector<v1::ComputeChokepointsResponse>* messages) {
    return Read(&CoverageService::Stub::ComputeChokepoints, request, messages);
  }
  absl::Status Exposure(const v1::ComputeExposureRequest& request,
                        v1::ComputeExposureResponse* response) {
    return Call(*stub_, &CoverageService::Stub::ComputeExposure, request,
                response);
  }
  absl::Status Assess(const v1::AssessBomRequest& request,
                      v1::AssessBomResponse* response) {
    return Call(*stub_, &CoverageService::Stub::AssessBom, request, response);
  }

  TestSystem system_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<CoverageService::Stub> stub_;
  std::int64_t seq_ = 0;
};

TestSystem::Options OneThread() {
  TestSystem::Options options;
  options.pools = rpc::PoolsOptions::SingleThreaded();
  return options;
}

class SingleThreadedDisruptionTest : public DisruptionTest {
 protected:
  SingleThreadedDisruptionTest() : DisruptionTest(OneThread()) {}
};

TEST_F(DisruptionTest, TraceStreamsAHeadThenContributions) {
  std::vector<v1::TraceItemResponse> messages;
  ASSERT_THAT(Trace("press", 1, &messages), IsOk());
  ASSERT_THAT(messages, SizeIs(2));
  const v1::TraceHead& head = messages[0].head();
  EXPECT_EQ(head.context().read_seq(), seq_);
  EXPECT_EQ(head.item_id(), "press");
  // gear: 0.8·0.6 = 0.48; press: 0.8·(0.5 + 0.24) = 0.592.
  EXPECT_NEAR(head.assured_content(), 0.592, 1e-9);
  EXPECT_EQ(head.unexplained(), 0);
  const auto& rows = messages[1].contributions().rows();
  ASSERT_EQ(rows.size(), 3);
  // press itself 0.2; steel 0.8·0.5·0.8·0.4 = 0.128; gear 0.8·0.5·0.2 = 0.08.
  EXPECT_EQ(rows[0].input_item_id(), "press");
  EXPECT_NEAR(rows[0].contribution(), 0.2, 1e-9);
  EXPECT_EQ(rows[1].country(), "JPN");
  EXPECT_NEAR(rows[1].contribution(), 0.128, 1e-9);
  EXPECT_THAT(rows[1].chain(), ElementsAre("press", "gear", "steel"));
  EXPECT_EQ(rows[1].chain_length(), 3);
  EXPECT_NEAR(rows[2].contribution(), 0.08, 1e-9);

  messages.clear();
  ASSERT_THAT(Trace("press", 0.4, &messages), IsOk());
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[1].contributions().rows_size(), 1);
  EXPECT_NEAR(messages[0].head().unexplained(), 0.208, 1e-9);
}

TEST_F(DisruptionTest, TraceRefusesWhatIsNotThere) {
  std::vector<v1::TraceItemResponse> messages;
  EXPECT_THAT(Trace("gone", 1, &messages),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("items/gone")));
  for (const double explain : {0.0, 1.1, -1.0}) {
    EXPECT_THAT(
        Trace("press", explain, &messages),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("explain")));
  }
  EXPECT_TRUE(messages.empty());
}

TEST_F(DisruptionTest, ScenarioStreamsSectorsThenItems) {
  v1::RunScenarioRequest request;
  auto* embargo = request.mutable_scenario()->add_embargo();
  embargo->set_subject("JPN");
  request.set_explain_item_id("press");
  std::vector<v1::RunScenarioResponse> messages;
  ASSERT_THAT(Scenario(request, &messages), IsOk());
  ASSERT_THAT(messages, SizeIs(3));
  const v1::ScenarioHead& head = messages[0].head();
  EXPECT_EQ(head.context().read_seq(), seq_);
  EXPECT_THAT(head.limits_en(), SizeIs(3));
  EXPECT_THAT(head.limits_zh(), SizeIs(3));
  EXPECT_LE(head.error(), 1e-9);
  ASSERT_THAT(head.failure_chain(), SizeIs(3));
  EXPECT_EQ(head.failure_chain(2).item_id(), "steel");
  EXPECT_EQ(head.failure_chain(2).direct_loss(), 1);
  const auto& sectors = messages[1].sectors().rows();
  EXPECT_EQ(sectors[0].sector(), "");
  // Losses: steel 1, gear 0.8, press 0.64.
  EXPECT_NEAR(sectors[0].mean_loss(), (1 + 0.8 + 0.64) / 3, 1e-9);
  EXPECT_EQ(sectors[0].stopped_items(), 3);
  EXPECT_EQ(sectors[0].items(), 3);
  EXPECT_GE(sectors.size(), 11);  // the total and the ten
  const auto& items = messages[2].items().rows();
  ASSERT_EQ(items.size(), 3);
  EXPECT_EQ(items[0].item_id(), "gear");
  EXPECT_NEAR(items[0].loss(), 0.8, 1e-9);
  EXPECT_EQ(items[0].limiting_input_id(), "steel");
  EXPECT_NEAR(items[1].capability(), 0.36, 1e-9);
  EXPECT_EQ(items[2].limiting_input_id(), "");
  // A scenario stores nothing.
  const auto registry = registry::v1::ChangeService::NewStub(system_.Outside());
  registry::v1::GetHeadResponse stored;
  ASSERT_THAT(Call(*registry, &registry::v1::ChangeService::Stub::GetHead,
                   registry::v1::GetHeadRequest(), &stored),
              IsOk());
  EXPECT_EQ(stored.seq(), seq_);
}

TEST_F(DisruptionTest, ScenarioOfASectorListsItsItemsOnly) {
  v1::RunScenarioRequest request;
  request.mutable_scenario()->add_lost_items("steel");
  request.add_sectors("power");
  std::vector<v1::RunScenarioResponse> messages;
  ASSERT_THAT(Scenario(request, &messages), IsOk());
  EXPECT_THAT(messages, SizeIs(2));  // head and sectors
}

TEST_F(DisruptionTest, ScenarioNamesEverythingThatIsWrong) {
  v1::RunScenarioRequest request;
  std::vector<v1::RunScenarioResponse> messages;
  EXPECT_THAT(Scenario(request, &messages),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("nothing is lost")));
  for (const char* code : {"CHN", "XXF", "QQQ", "JPN", "JPN"}) {
    request.mutable_scenario()->add_embargo()->set_subject(code);
  }
  request.mutable_scenario()->mutable_embargo(3)->set_surviving(1.5);
  EXPECT_THAT(FieldsOf(Scenario(request, &messages)),
              UnorderedElementsAre("scenario.embargo[0].subject",
                                   "scenario.embargo[1].subject",
                                   "scenario.embargo[2].subject",
                                   "scenario.embargo[3].surviving",
                                   "scenario.embargo[4].subject"));
  request.clear_scenario();
  request.mutable_scenario()->add_lost_suppliers()->set_subject("nobody");
  request.mutable_scenario()->add_lost_items("nothing");
  request.set_explain_item_id("nowhere");
  request.add_sectors("no-sector");
  EXPECT_THAT(
      Scenario(request, &messages),
      StatusIs(
          absl::StatusCode::kNotFound,
          AllOf(HasSubstr("organizations/nobody"), HasSubstr("items/nothing"),
                HasSubstr("items/nowhere"), HasSubstr("sectors/no-sector"))));
  EXPECT_TRUE(messages.empty());
}

TEST_F(DisruptionTest, ExposureByCountryAndSector) {
  v1::ComputeExposureResponse response;
  ASSERT_THAT(Exposure({}, &response), IsOk());
  ASSERT_THAT(response.rows(), SizeIs(2));
  EXPECT_EQ(response.rows(0).country(), "DEU");
  EXPECT_EQ(response.rows(1).country(), "JPN");
  EXPECT_NEAR(response.rows(1).mean_loss(), (1 + 0.8 + 0.64) / 3, 1e-9);
  EXPECT_EQ(response.rows(1).stopped_items(), 3);
  EXPECT_THAT(response.limits_en(), SizeIs(3));
  const v1::ComputeExposureResponse first = response;

  v1::ComputeExposureRequest request;
  request.add_countries("JPN");
  request.set_by_sector(true);
  ASSERT_THAT(Exposure(request, &response), IsOk());
  EXPECT_GE(response.rows_size(), 11);
  EXPECT_EQ(response.rows(0).sector(), "");
  EXPECT_EQ(response.rows(0).mean_loss(), first.rows(1).mean_loss());
  // From the cache: the same to the bit.
  ASSERT_THAT(Exposure({}, &response), IsOk());
  EXPECT_EQ(response.SerializeAsString(), first.SerializeAsString());

  request.add_countries("CHN");
  request.add_countries("JPN");
  EXPECT_THAT(FieldsOf(Exposure(request, &response)),
              ElementsAre("countries[1]", "countries[2]"));
}

TEST_F(DisruptionTest, ChokepointsAreProvenAndLimited) {
  std::vector<v1::ComputeChokepointsResponse> messages;
  ASSERT_THAT(Chokepoints({}, &messages), IsOk());
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_TRUE(messages[0].head().proven());
  EXPECT_THAT(messages[0].head().limits_zh(), SizeIs(3));
  const auto& rows = messages[1].items().rows();
  // steel: (0.8 + 0.64) / 2; gear's fifth: 0.2·0.8 / 2; press hurts nobody.
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].item_id(), "steel");
  EXPECT_NEAR(rows[0].score(), 0.72, 1e-9);
  EXPECT_EQ(rows[0].sectors_hit(), 1);
  ASSERT_THAT(rows[0].sector_losses(), SizeIs(1));
  EXPECT_EQ(rows[0].sector_losses(0).sector(), "rail");
  EXPECT_NEAR(rows[1].score(), 0.08, 1e-9);

  v1::ComputeChokepointsRequest request;
  request.set_limit(1);
  request.set_variant(v1::CHOKEPOINT_VARIANT_WHOLE);
  messages.clear();
  ASSERT_THAT(Chokepoints(request, &messages), IsOk());
  ASSERT_THAT(messages, SizeIs(2));
  EXPECT_EQ(messages[1].items().rows_size(), 1);
  request.set_limit(-1);
  request.set_budget(-1);
  EXPECT_THAT(FieldsOf(Chokepoints(request, &messages)),
              ElementsAre("limit", "budget"));
}

TEST_F(DisruptionTest, BomOfAnItemAndOfLines) {
  v1::AssessBomRequest request;
  request.set_item_id("press");
  v1::AssessBomResponse response;
  ASSERT_THAT(Assess(request, &response), IsOk());
  ASSERT_THAT(response.rows(), SizeIs(2));
  EXPECT_EQ(response.rows(0).item_id(), "gear");
  EXPECT_EQ(response.rows(0).match(), "id");
  EXPECT_NEAR(response.rows(0).home_share(), 0.8, 1e-12);
  EXPECT_FALSE(response.rows(0).has_direct_home());
  // gear hangs on Germany with 0.2 and on Japan with 0.8·0.4 = 0.32.
  EXPECT_EQ(response.rows(0).dependence_country(), "JPN");
  EXPECT_NEAR(response.rows(0).dependence_share(), 0.32, 1e-9);
  const auto& total = response.rows(1);
  EXPECT_EQ(total.line(), "total");
  EXPECT_EQ(total.verdict(), v1::BOM_VERDICT_PASS);  // 0.8 of components
  EXPECT_NEAR(total.assured_content_lower(), 0.592, 1e-9);
  ASSERT_THAT(response.tests(), SizeIs(3));
  EXPECT_EQ(response.tests(0).policy(), "far-25.101 2025");
  EXPECT_NEAR(response.tests(0).content(), 0.8, 1e-12);
  // gear: 0.6 of its own is below 65 %: it counts nothing.
  EXPECT_NEAR(response.tests(1).content(), 0.5, 1e-12);
  EXPECT_EQ(response.tests(1).verdict(), v1::BOM_VERDICT_FAIL);

  request.clear_item_id();
  request.set_product_home(true);
  auto* line = request.add_lines();
  line->set_line(1);
  line->set_item_id("gear");
  line->set_quantity(2);
  line->set_unit_price(30);
  line->set_origin_country("DEU");
  line = request.add_lines();
  line->set_line(2);
  line->set_quantity(1);
  line->set_unit_price(40);
  ASSERT_THAT(Assess(request, &response), IsOk());
  EXPECT_TRUE(response.shares_of_lines());
  EXPECT_EQ(response.rows(0).verdict(), v1::BOM_VERDICT_FAIL);
  EXPECT_FALSE(response.rows(0).direct_home());
  EXPECT_EQ(response.rows(0).dependence_country(), "DEU");
  EXPECT_EQ(response.rows(1).verdict(), v1::BOM_VERDICT_UNMATCHED);
  EXPECT_EQ(response.rows(1).match(), "");
  EXPECT_EQ(response.rows(2).verdict(), v1::BOM_VERDICT_FAIL);  // at most 0.4
}

TEST_F(DisruptionTest, BomNamesEverythingThatIsWrong) {
  v1::AssessBomRequest request;
  v1::AssessBomResponse response;
  EXPECT_THAT(Assess(request, &response),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("lines")));
  auto* line = request.add_lines();
  line->set_line(1);
  line->set_quantity(-1);
  line->set_origin_country("QQQ");
  request.set_policy("mine");
  (*request.mutable_mapping())["a"] = "b";
  EXPECT_THAT(
      FieldsOf(Assess(request, &response)),
      UnorderedElementsAre("lines[0].quantity", "lines[0].origin_country",
                           "policy", "mapping"));
  v1::AssessBomRequest unknown;
  unknown.set_item_id("gone");
  EXPECT_THAT(Assess(unknown, &response),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("items/gone")));
}

TEST_F(DisruptionTest, RankWithExactGains) {
  v1::ComputeRankRequest request;
  request.set_exact_top(1);
  v1::ComputeRankResponse response;
  ASSERT_THAT(
      Call(*stub_, &CoverageService::Stub::ComputeRank, request, &response),
      IsOk());
  ASSERT_GE(response.rows_size(), 2);
  ASSERT_TRUE(response.rows(0).has_exact_gain());
  // Without cycles the gain is linear.
  EXPECT_NEAR(response.rows(0).exact_gain(), response.rows(0).potential_gain(),
              1e-9);
  EXPECT_FALSE(response.rows(1).has_exact_gain());
  request.set_exact_top(101);
  EXPECT_THAT(
      Call(*stub_, &CoverageService::Stub::ComputeRank, request, &response),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("exact_top")));
}

TEST_F(DisruptionTest, ACancelledStreamLeavesTheServiceAtWork) {
  for (int round = 0; round < 20; ++round) {
    grpc::ClientContext context;
    v1::ComputeChokepointsRequest request;
    request.set_limit(1 + round);
    const auto reader = stub_->ComputeChokepoints(&context, request);
    if (round % 2 == 0) {
      v1::ComputeChokepointsResponse head;
      reader->Read(&head);
    }
    context.TryCancel();
    for (v1::ComputeChokepointsResponse rest; reader->Read(&rest);) {
    }
    reader->Finish();
  }
  v1::ComputeExposureResponse response;
  EXPECT_THAT(Exposure({}, &response), IsOk());
}

TEST_F(SingleThreadedDisruptionTest, EveryRpcAnswersUnderLoad) {
  constexpr int kCallers = 6;
  std::vector<std::thread> callers;
  callers.reserve(kCallers);
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([this, caller] {
      for (int round = 0; round < 5; ++round) {
        std::vector<v1::TraceItemResponse> traced;
        EXPECT_THAT(Trace("press", 1, &traced), IsOk());
        v1::RunScenarioRequest scenario;
        scenario.mutable_scenario()->add_lost_items("steel");
        std::vector<v1::RunScenarioResponse> ran;
        EXPECT_THAT(Scenario(scenario, &ran), IsOk());
        v1::ComputeExposureResponse exposed;
        EXPECT_THAT(Exposure({}, &exposed), IsOk());
        v1::ComputeChokepointsRequest request;
        request.set_limit(caller + 1);
        std::vector<v1::ComputeChokepointsResponse> found;
        EXPECT_THAT(Chokepoints(request, &found), IsOk());
        v1::AssessBomRequest bom;
        bom.set_item_id("press");
        v1::AssessBomResponse assessed;
        EXPECT_THAT(Assess(bom, &assessed), IsOk());
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

}  // namespace
}  // namespace qiangji::coverage
