#include <gmock/gmock.h>
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/channels.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/supply_service.grpc.pb.h"
#include "services/coverage/service.h"
#include "tests/support/service/test_system.h"
#include "tests/support/status_matchers.h"

namespace qiangji::coverage {
namespace {

using ::qiangji::testing::Call;
using ::qiangji::testing::IsOk;
using ::qiangji::testing::RunningService;
using ::qiangji::testing::StatusIs;
using ::qiangji::testing::TableRow;
using ::qiangji::testing::TestSystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using v1::CoverageService;

TableRow Item(const std::string& id, test::CsvRow more = {}) {
  more.insert({{"item_id", id},
               {"name_zh", id},
               {"category", "component"},
               {"sectors", "rail"}});
  return {"items", more};
}

TableRow Supply(const std::string& item, const std::string& origin,
                double quantity, int year = 2024) {
  return {"supply",
          {{"item_id", item},
           {"year", absl::StrCat(year)},
           {"origin_country", origin},
           {"quantity", absl::StrCat(quantity)}}};
}

TableRow Project(const std::string& id, const std::string& item) {
  return {"projects",
          {{"project_id", id},
           {"item_id", item},
           {"organization_id", "maker"},
           {"title", id},
           {"completion_year", "2030"},
           {"added_quantity", "5"}}};
}

const TableRow kMaker = {
    "organizations",
    {{"organization_id", "maker"}, {"name_zh", "maker"}, {"country", "CHN"}}};

// Home 60 of 100, so that the one item is assured.
std::vector<TableRow> OneItem() {
  return {Item("gear"), Supply("gear", "CHN", 60), Supply("gear", "DEU", 40)};
}

struct Streamed {
  absl::Status status;
  v1::FigureContext context;
  std::map<std::string, v1::ItemMetrics> items;
  std::vector<std::string> item_order, project_order;
  int largest_message = 0;
};

Streamed QueryMetrics(CoverageService::Stub& stub,
                      const v1::QueryItemMetricsRequest& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
  Streamed all;
  const auto reader = stub.QueryItemMetrics(&context, request);
  for (v1::QueryItemMetricsResponse part; reader->Read(&part);) {
    if (part.has_context()) {
      EXPECT_TRUE(all.item_order.empty()) << "the context comes first";
      all.context = part.context();
    }
    all.largest_message =
        std::max(all.largest_message, part.items().metrics_size());
    for (const v1::ItemMetrics& m : part.items().metrics()) {
      EXPECT_TRUE(all.project_order.empty()) << "items come before projects";
      all.item_order.push_back(m.item_id());
      all.items[m.item_id()] = m;
    }
    for (const v1::ProjectStatus& p : part.projects().projects()) {
      all.project_order.push_back(p.project_id());
    }
  }
  all.status = client::FromGrpcStatus(reader->Finish());
  return all;
}

class CoverageServiceTest : public ::testing::Test {
 protected:
  CoverageServiceTest() : CoverageServiceTest(TestSystem::Options()) {}
  explicit CoverageServiceTest(const TestSystem::Options& options)
      : system_(options),
        channel_(system_.Outside()),
        stub_(CoverageService::NewStub(channel_)) {}

  absl::Status Compute(const v1::ComputeCoverageRequest& request,
                       v1::ComputeCoverageResponse* response,
                       absl::Duration timeout = absl::Seconds(60)) {
    return Call(*stub_, &CoverageService::Stub::ComputeCoverage, request,
                response, timeout);
  }
  // Metrics of all items under these options.
  Streamed Metrics(const v1::FigureOptions& options,
                   v1::MetricsView view = v1::METRICS_VIEW_BASIC) {
    v1::QueryItemMetricsRequest request;
    *request.mutable_options() = options;
    request.set_view(view);
    return QueryMetrics(*stub_, request);
  }
  double AssuredOf(const std::string& item, const v1::FigureOptions& options) {
    Streamed all = Metrics(options);
    EXPECT_THAT(all.status, IsOk());
    return all.items[item].assured_share();
  }

  TestSystem system_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<CoverageService::Stub> stub_;
};

class SingleThreadedCoverageTest : public CoverageServiceTest {
 protected:
  SingleThreadedCoverageTest()
      : CoverageServiceTest({.pools = rpc::PoolsOptions::SingleThreaded()}) {}
};

v1::FigureOptions AtSeq(std::int64_t seq) {
  v1::FigureOptions options;
  options.set_read_seq(seq);
  return options;
}

TEST_F(CoverageServiceTest, EveryAnswerContainsTheWriteBefore) {
  system_.Write(OneItem());
  for (int home = 1; home <= 100; ++home) {
    const auto seq = system_.Write({Supply("gear", "CHN", home)});
    v1::ComputeCoverageResponse response;
    ASSERT_THAT(Compute({}, &response), IsOk());
    EXPECT_GE(response.context().read_seq(), seq);
    EXPECT_FALSE(response.context().stale());
    ASSERT_FALSE(response.rows().empty());
    EXPECT_EQ(response.rows(0).assured_items(), home >= 40 ? 1 : 0) << home;
    EXPECT_NEAR(AssuredOf("gear", {}), home / (home + 40.0), 1e-12);
  }
}

TEST_F(CoverageServiceTest, WritesOverTheApiAreSeenAtOnce) {
  auto items = registry::v1::ItemService::NewStub(channel_);
  registry::v1::CreateItemRequest create;
  create.set_item_id("gear");
  create.mutable_item()->set_name_zh("齿轮");
  create.mutable_item()->set_category(type::v1::CATEGORY_COMPONENT);
  create.mutable_item()->add_sectors("rail");
  registry::v1::Item item;
  ASSERT_THAT(
      Call(*items, &registry::v1::ItemService::Stub::CreateItem, create, &item),
      IsOk());
  auto supply = registry::v1::SupplyService::NewStub(channel_);
  registry::v1::BatchCreateSupplyRecordsRequest batch;
  for (const auto& [origin, quantity] :
       std::map<std::string, double>{{"CHN", 30}, {"DEU", 10}}) {
    auto* record = batch.add_requests();
    record->set_parent("items/gear");
    record->mutable_supply_record()->set_item_id("gear");
    record->mutable_supply_record()->set_year(2024);
    record->mutable_supply_record()->set_origin_country(origin);
    record->mutable_supply_record()->set_quantity(quantity);
  }
  registry::v1::BatchCreateSupplyRecordsResponse written;
  ASSERT_THAT(Call(*supply,
                   &registry::v1::SupplyService::Stub::BatchCreateSupplyRecords,
                   batch, &written),
              IsOk());
  const Streamed all = Metrics({});
  ASSERT_THAT(all.status, IsOk());
  EXPECT_GE(all.context.read_seq(), written.seq());
  EXPECT_DOUBLE_EQ(all.items.at("gear").located_share(), 0.75);
}

TEST_F(CoverageServiceTest, DeletedRowsAreGone) {
  system_.Write(OneItem());
  system_.Delete({Supply("gear", "DEU", 0)});
  const Streamed one_sided = Metrics({});
  EXPECT_FALSE(one_sided.items.at("gear").has_data());
  system_.Delete({Supply("gear", "CHN", 0), Item("gear")});
  v1::FigureOptions options;
  options.set_year(2024);
  EXPECT_THAT(Metrics(options).items, SizeIs(0));
}

TEST_F(CoverageServiceTest, PastStatesBySequenceAndByTime) {
  const auto before = system_.Write(OneItem());
  const auto after = system_.Write({Supply("gear", "CHN", 10)});
  const Streamed old = Metrics(AtSeq(before));
  ASSERT_THAT(old.status, IsOk());
  EXPECT_EQ(old.context.read_seq(), before);
  EXPECT_EQ(old.context.digest().size(), 32u);
  EXPECT_DOUBLE_EQ(old.items.at("gear").assured_share(), 0.6);
  // Again, out of what is kept, and after another change.
  system_.Write({Supply("gear", "CHN", 99)});
  EXPECT_DOUBLE_EQ(AssuredOf("gear", AtSeq(before)), 0.6);
  EXPECT_DOUBLE_EQ(AssuredOf("gear", AtSeq(after)), 0.2);

  v1::FigureOptions at_time;
  *at_time.mutable_read_time() = old.context.read_time();
  const Streamed by_time = Metrics(at_time);
  ASSERT_THAT(by_time.status, IsOk());
  EXPECT_EQ(by_time.context.read_seq(), before);
  EXPECT_EQ(by_time.context.digest(), old.context.digest());
  EXPECT_DOUBLE_EQ(by_time.items.at("gear").assured_share(), 0.6);
}

TEST_F(CoverageServiceTest, TheHeadBySequenceIsThatSequence) {
  const auto head = system_.Write(OneItem());
  const Streamed all = Metrics(AtSeq(head));
  ASSERT_THAT(all.status, IsOk());
  EXPECT_EQ(all.context.read_seq(), head);
}

TEST_F(CoverageServiceTest, ASequenceThatIsNotRecordedIsOutOfRange) {
  const auto head = system_.Write(OneItem());
  v1::ComputeCoverageRequest request;
  request.mutable_options()->set_read_seq(head + 1);
  v1::ComputeCoverageResponse response;
  EXPECT_THAT(
      Compute(request, &response),
      StatusIs(absl::StatusCode::kOutOfRange, HasSubstr(absl::StrCat(head))));
  EXPECT_THAT(Metrics(AtSeq(head + 1)).status,
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(CoverageServiceTest, AllViolationsOfTheOptionsComeAtOnce) {
  v1::ComputeCoverageRequest request;
  request.mutable_options()->set_year(1900);
  request.mutable_options()->set_threshold(0);
  request.mutable_options()->set_read_seq(1);
  request.mutable_options()->mutable_read_time()->set_seconds(1);
  request.mutable_options()->add_home_territories("XXF");
  v1::ComputeCoverageResponse response;
  const absl::Status status = Compute(request, &response);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> fields;
  for (const auto& [field, what] : client::ViolationsOf(status)) {
    fields.push_back(field);
  }
  EXPECT_THAT(fields,
              ElementsAre("options.year", "options.read_seq",
                          "options.threshold", "options.home_territories[0]"));
}

TEST_F(CoverageServiceTest, WhatIsNotRegisteredIsNotFoundByName) {
  system_.Write(OneItem());
  v1::ComputeCoverageResponse response;
  v1::ComputeCoverageRequest request;
  request.mutable_options()->set_edition("none");
  EXPECT_THAT(Compute(request, &response),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  request.Clear();
  request.mutable_options()->set_criteria("criteria/strict-7");
  EXPECT_THAT(Compute(request, &response),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("strict")));
  request.Clear();
  request.add_sectors("no-sector");
  EXPECT_THAT(Compute(request, &response),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no-sector")));
  v1::QueryItemMetricsRequest query;
  query.add_item_ids("gear");
  query.add_item_ids("no-item");
  EXPECT_THAT(QueryMetrics(*stub_, query).status,
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no-item")));
  v1::ComputeTargetsRequest targets;
  targets.add_target_ids("no-target");
  v1::ComputeTargetsResponse rows;
  EXPECT_THAT(
      Call(*stub_, &CoverageService::Stub::ComputeTargets, targets, &rows),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("no-target")));
}

TEST_F(CoverageServiceTest, AnEmptyRegistryHasNoYearToChoose) {
  v1::ComputeCoverageResponse response;
  EXPECT_THAT(Compute({}, &response),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("give a year")));
  v1::ComputeCoverageRequest request;
  request.mutable_options()->set_year(2024);
  ASSERT_THAT(Compute(request, &response), IsOk());
  EXPECT_FALSE(response.rows(0).has_share());
  EXPECT_EQ(response.rows_size(), 11);  // all, and the ten sectors
}

TEST_F(CoverageServiceTest, StreamsItemsByIdThenProjects) {
  std::vector<TableRow> rows = {kMaker};
  for (int i = 0; i < 1234; ++i) {
    const std::string id = absl::StrCat("item-", i);
    rows.push_back(Item(id));
    rows.push_back(Supply(id, "CHN", i));
    rows.push_back(Supply(id, "DEU", 1000));
    if (i % 2 == 0) rows.push_back(Project(absl::StrCat("p-", i), id));
  }
  system_.Write(rows);
  const Streamed basic = Metrics({});
  ASSERT_THAT(basic.status, IsOk());
  EXPECT_THAT(basic.item_order, SizeIs(1234));
  EXPECT_TRUE(std::is_sorted(basic.item_order.begin(), basic.item_order.end()));
  EXPECT_LE(basic.largest_message, 500);
  EXPECT_THAT(basic.project_order, SizeIs(0));
  EXPECT_FALSE(basic.items.at("item-7").has_rule_inputs());

  const Streamed full = Metrics({}, v1::METRICS_VIEW_FULL);
  ASSERT_THAT(full.status, IsOk());
  EXPECT_EQ(full.item_order, basic.item_order);
  EXPECT_LE(full.largest_message, 100);
  EXPECT_THAT(full.project_order, SizeIs(617));
  EXPECT_TRUE(
      std::is_sorted(full.project_order.begin(), full.project_order.end()));
  EXPECT_THAT(full.items.at("item-8").rule_inputs().unfinished_project_ids(),
              ElementsAre("p-8"));
}

// Over the network: gRPC 1.51 cannot start a call on an in-process channel
// whose server is gone.
TEST_F(CoverageServiceTest, AStoppedRegistryIsUnavailableUnlessStaleWillDo) {
  const auto seq = system_.Write(OneItem());
  auto remote =
      rpc::Server::Start({"127.0.0.1:0"}, system_.registry().host().services());
  ASSERT_THAT(remote, IsOk());
  const auto store = testing::EmptyCoverageStore();
  RunningService apart("coverage", {}, [&](rpc::Runtime& runtime) {
    return NewCoverageService(*store, client::NewChannel((*remote)->address()),
                              runtime);
  });
  const auto stub = CoverageService::NewStub(apart.Inside());
  const auto compute = [&stub](const v1::ComputeCoverageRequest& request,
                               v1::ComputeCoverageResponse* response) {
    return Call(*stub, &CoverageService::Stub::ComputeCoverage, request,
                response, absl::Seconds(3));
  };
  v1::ComputeCoverageResponse response;
  ASSERT_THAT(compute({}, &response), IsOk());
  (*remote)->Shutdown(absl::InfinitePast());
  EXPECT_THAT(compute({}, &response),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("registry")));
  v1::ComputeCoverageRequest request;
  request.mutable_options()->set_allow_stale(true);
  ASSERT_THAT(compute(request, &response), IsOk());
  EXPECT_EQ(response.context().read_seq(), seq);
}

TEST_F(CoverageServiceTest, LaterRpcsSayThatTheyAreNotInThisBuild) {
  v1::FindAlternativesRequest request;
  v1::FindAlternativesResponse response;
  EXPECT_THAT(Call(*stub_, &CoverageService::Stub::FindAlternatives, request,
                   &response),
              StatusIs(absl::StatusCode::kUnimplemented,
                       AllOf(HasSubstr("FindAlternatives"),
                             HasSubstr("not in this build"))));
}

TEST_F(SingleThreadedCoverageTest, EveryRpcAnswersUnderLoad) {
  system_.Write(OneItem());
  const auto first = system_.Write({Supply("gear", "CHN", 61)});
  std::vector<std::thread> callers;
  callers.reserve(8);
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([this, caller, first] {
      for (int round = 0; round < 10; ++round) {
        if (caller == 0) {
          system_.Write({Supply("gear", "CHN", 62 + round)});
          continue;
        }
        v1::ComputeCoverageRequest coverage;
        v1::ComputeTargetsRequest targets;
        v1::ComputeRankRequest rank;
        const v1::FigureOptions options =
            caller % 2 == 0 ? AtSeq(first - round % 2) : v1::FigureOptions();
        *coverage.mutable_options() = options;
        *targets.mutable_options() = options;
        *rank.mutable_options() = options;
        v1::ComputeCoverageResponse of_coverage;
        EXPECT_THAT(Compute(coverage, &of_coverage), IsOk());
        v1::ComputeTargetsResponse of_targets;
        EXPECT_THAT(Call(*stub_, &CoverageService::Stub::ComputeTargets,
                         targets, &of_targets),
                    IsOk());
        v1::ComputeRankResponse of_rank;
        EXPECT_THAT(
            Call(*stub_, &CoverageService::Stub::ComputeRank, rank, &of_rank),
            IsOk());
        EXPECT_THAT(Metrics(options, v1::METRICS_VIEW_FULL).item_order,
                    ElementsAre("gear"));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

// A service whose registry is not there.
class LonelyCoverageTest : public ::testing::Test {
 protected:
  explicit LonelyCoverageTest()
      : LonelyCoverageTest(client::NewChannel("127.0.0.1:1")) {}
  explicit LonelyCoverageTest(const std::shared_ptr<grpc::Channel>& registry)
      : store_(testing::EmptyCoverageStore()),
        coverage_("coverage", rpc::PoolsOptions::SingleThreaded(),
                  [&](rpc::Runtime& runtime) {
                    return NewCoverageService(*store_, registry, runtime);
                  }),
        stub_(CoverageService::NewStub(coverage_.Inside())) {}

  absl::Status Compute(const v1::ComputeCoverageRequest& request) {
    v1::ComputeCoverageResponse response;
    return Call(*stub_, &CoverageService::Stub::ComputeCoverage, request,
                &response, absl::Seconds(2));
  }

  std::unique_ptr<store::Store> store_;
  RunningService coverage_;
  std::unique_ptr<CoverageService::Stub> stub_;
};

TEST_F(LonelyCoverageTest, IsNotReadyAndNamesThePeer) {
  EXPECT_FALSE(coverage_.host().ready());
  EXPECT_EQ(coverage_.host().waiting_for(), "registry");
  EXPECT_THAT(Compute({}),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("registry")));
  v1::ComputeCoverageRequest stale;
  stale.mutable_options()->set_allow_stale(true);
  EXPECT_THAT(Compute(stale),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("registry")));
  v1::ComputeCoverageRequest past;
  past.mutable_options()->set_read_seq(1);
  EXPECT_THAT(Compute(past),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("registry")));
}

// Tells its head and feeds nothing: the picture stays behind.
class SilentRegistry final
    : public registry::v1::ChangeService::CallbackService {
  grpc::ServerUnaryReactor* GetHead(
      grpc::CallbackServerContext* context, const registry::v1::GetHeadRequest*,
      registry::v1::GetHeadResponse* response) override {
    response->set_seq(7);
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

TEST(BehindCoverageTest, UnavailableNamesBothSequences) {
  SilentRegistry silent;
  auto server = rpc::Server::Start({}, {&silent});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto store = testing::EmptyCoverageStore();
  RunningService coverage("coverage", rpc::PoolsOptions::SingleThreaded(),
                          [&](rpc::Runtime& runtime) {
                            return NewCoverageService(
                                *store, (*server)->InProcessChannel(), runtime);
                          });
  const auto stub = CoverageService::NewStub(coverage.Inside());
  v1::ComputeCoverageResponse response;
  const absl::Status status =
      Call(*stub, &CoverageService::Stub::ComputeCoverage,
           v1::ComputeCoverageRequest(), &response, absl::Seconds(1));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(client::ReasonOf(status), "BEHIND");
  EXPECT_EQ(client::MetadataOf(status, "wanted_seq"), "7");
  EXPECT_EQ(client::MetadataOf(status, "have_seq"), "0");
}

}  // namespace
}  // namespace qiangji::coverage
