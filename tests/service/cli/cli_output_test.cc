// What the client prints of answers that are known: the three formats, marks,
// exit statuses, errors.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "clients/cli/app.h"
#include "clients/cli/command.h"
#include "google/longrunning/operations.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/registry/v1/import_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"

namespace qiangji::cli {
namespace {

using coverage::v1::ComputeCoverageRequest;
using coverage::v1::ComputeCoverageResponse;
using coverage::v1::QueryItemMetricsRequest;
using coverage::v1::QueryItemMetricsResponse;
using google::protobuf::TextFormat;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kCoverage[] = R"(
  context { year: 2025 read_seq: 7 criteria_id: "default" criteria_version: 1
            contains_illustrative: true }
  rows { year: 2025 items: 7 items_with_data: 5 items_made: 3 assured_items: 2
         share: 0.2857142857 share_upper: 0.5714285714 target: 0.7 gap: 0.4143
         verdict: VERDICT_MISSED items_short: 3 }
  rows { sector: "marine" sector_name_zh: "海洋工程装备" sector_name_en: "Marine"
         year: 2025 ten: true target: 0.7 reference_line: true })";

constexpr char kTrajectory[] = R"(
  context { year: 2025 read_seq: 7 }
  rows { year: 2025 share: 0.5 share_upper: 0.6 target_path: 0.7 gap: 0.2 }
  rows { year: 2026 target_path: 0.7 forecast: 0.55 forecast_low: 0.4
         forecast_high: 0.65 project_forecast: 0.6 target_probability: 0.125 }
  panel_items: 12 panel_years: 3 trend_years: 2019 trend_years: 2020
  trend_years: 2025 has_trend: true project_count: 4 reference_line: true
  limits_zh: "相互独立" limits_en: "taken as independent")";

constexpr char kCompare[] = R"(
  context { year: 2025 read_seq: 7 }
  earlier_context { year: 2019 read_seq: 7 }
  share_from: 0.25 share_to: 0.5
  rows { cause: "new_source" item_id: "bearing" name_zh: "轴承"
         name_en: "Bearing" change: 0.375 assured_share_from: 0.1
         assured_share_to: 0.6 sources: "plant" }
  rows { cause: "left" item_id: "seal" change: -0.125 }
  causes { cause: "new_source" change: 0.375 items: 1 }
  causes { cause: "left" change: -0.125 items: 1 })";

constexpr char kTargets[] = R"(
  context { year: 2025 read_seq: 7 threshold: 0.5 }
  targets { target_id: "t-2025" metric: "share" scope: "total" year: 2025
    target: 0.7 actual: 0.4 actual_upper: 0.8 verdict: VERDICT_UNDECIDED
    missing_count: 3 name_zh: "自主保障" name_en: "Share" gap: 0.3
    direction: DIRECTION_AT_LEAST document: "〔2015〕28" due_year: 2025
    due_value: 0.7 baseline_year: 2015 baseline_value: 0.2 supersedes: "old"
    path { year: 2015 value: 0.2 } path { year: 2025 value: 0.7 }
    nearest { item_id: "bearing" name_zh: "轴承" name_en: "Bearing" weight: 1
              assured_share: 0.45 shortfall_quantity: 5 unit: "set" }
    closing { item_id: "seal" weight: 2 }
    deciding { item_id: "wafer" name_en: "Wafer" }
    row { items: 10 items_with_data: 6 items_blank: 1 items_made: 1
          assured_items: 4 penetrated_items: 2 response_rate_weight: 0.6
          data_years { year: 2024 items: 2 } data_years { year: 2025 items: 4 }
          grades { grade: EVIDENCE_GRADE_AUDITED items: 3 share: 0.3
                   volume_share: 0.25 } }
    sensitivity { threshold: 0.1 share: 0.6 }
    criteria { criteria_id: "strict" version: 2 actual: 0.3
               verdict: VERDICT_MISSED } })";

class FakeCoverage : public coverage::v1::CoverageService::Service {
 public:
  grpc::Status ComputeCoverage(grpc::ServerContext*,
                               const ComputeCoverageRequest* request,
                               ComputeCoverageResponse* response) override {
    last = *request;
    TextFormat::ParseFromString(kCoverage, response);
    return grpc::Status::OK;
  }
  grpc::Status QueryItemMetrics(
      grpc::ServerContext*, const QueryItemMetricsRequest* request,
      grpc::ServerWriter<QueryItemMetricsResponse>* writer) override {
    metrics = *request;
    QueryItemMetricsResponse response;
    response.mutable_context()->set_year(2025);
    writer->Write(response);
    TextFormat::ParseFromString(R"(
      items { metrics { item_id: "bearing" name_zh: "轴承" name_en: "Bearing"
          category: CATEGORY_COMPONENT year: 2025 has_data: true
          located_share: 0.6 assured_share: 0.4 assured: false
          hhi_country: 5200 top_foreign_origin: "SWE" top_foreign_share: 0.4
          value_cny: 100 data_year: 2023 }
        metrics { item_id: "grinding" name_zh: "磨削" year: 2025
          category: CATEGORY_PROCESS assured_content_lower: 0
          assured_content_upper: 1 } })",
                                &response);
    writer->Write(response);
    return grpc::Status::OK;
  }

  grpc::Status ComputeTrajectory(
      grpc::ServerContext*,
      const coverage::v1::ComputeTrajectoryRequest* request,
      coverage::v1::ComputeTrajectoryResponse* response) override {
    trajectory = *request;
    TextFormat::ParseFromString(kTrajectory, response);
    return grpc::Status::OK;
  }

  grpc::Status CompareCoverage(
      grpc::ServerContext*, const coverage::v1::CompareCoverageRequest* request,
      coverage::v1::CompareCoverageResponse* response) override {
    compare = *request;
    TextFormat::ParseFromString(kCompare, response);
    return grpc::Status::OK;
  }
  grpc::Status ComputeTargets(
      grpc::ServerContext*, const coverage::v1::ComputeTargetsRequest* request,
      coverage::v1::ComputeTargetsResponse* response) override {
    targets = *request;
    TextFormat::ParseFromString(kTargets, response);
    return grpc::Status::OK;
  }

  ComputeCoverageRequest last;
  coverage::v1::CompareCoverageRequest compare;
  coverage::v1::ComputeTargetsRequest targets;
  QueryItemMetricsRequest metrics;
  coverage::v1::ComputeTrajectoryRequest trajectory;
};

class FakeItems : public registry::v1::ItemService::Service {
 public:
  grpc::Status CreateItem(grpc::ServerContext*,
                          const registry::v1::CreateItemRequest* request,
                          registry::v1::Item* response) override {
    created = *request;
    if (request->item().name_zh().empty()) return Invalid();
    *response = request->item();
    response->set_name("items/" + request->item().item_id());
    response->set_seq(12);
    return grpc::Status::OK;
  }
  grpc::Status ListItems(grpc::ServerContext*,
                         const registry::v1::ListItemsRequest* request,
                         registry::v1::ListItemsResponse* response) override {
    filter = request->filter();
    const bool second = request->page_token() == "2";
    auto* item = response->add_items();
    item->set_item_id(second ? "seal" : "bearing");
    item->set_name_zh(second ? "密封" : "轴承");
    if (!second) response->set_next_page_token("2");
    return grpc::Status::OK;
  }

  registry::v1::CreateItemRequest created;
  std::string filter;

 private:
  static grpc::Status Invalid() {
    google::rpc::BadRequest bad;
    auto* violation = bad.add_field_violations();
    violation->set_field("item.name_zh");
    violation->set_description("must be stated");
    google::rpc::Status details;
    details.set_code(3);
    details.add_details()->PackFrom(bad);
    return {grpc::StatusCode::INVALID_ARGUMENT, "1 field is wrong",
            details.SerializeAsString()};
  }
};

// Counts what arrives and answers as told.
class FakeImport : public registry::v1::ImportService::Service {
 public:
  grpc::Status StartImport(
      grpc::ServerContext*,
      grpc::ServerReader<registry::v1::ImportRequest>* stream,
      google::longrunning::Operation* response) override {
    registry::v1::ImportRequest request;
    while (stream->Read(&request)) {
      if (request.has_start()) start = request.start();
      if (request.has_chunk()) {
        files[request.chunk().file_name()] += request.chunk().data();
      }
      finished = finished || request.has_finish();
    }
    response->set_name("operations/1");
    response->set_done(true);
    response->mutable_response()->PackFrom(result);
    return grpc::Status::OK;
  }

  registry::v1::ImportStart start;
  std::map<std::string, std::string> files;
  bool finished = false;
  registry::v1::ImportResult result;
};

struct Ran {
  int status;
  std::string out, err;
};

class Client : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&coverage_);
    builder.RegisterService(&items_);
    builder.RegisterService(&import_);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }
  void TearDown() override { server_->Shutdown(); }

  Ran Call(std::vector<std::string> arguments, const char* lang = "en") {
    arguments.insert(arguments.end(), {"--server", address_, "--lang", lang});
    std::ostringstream out, err;
    Console console{out, err};
    const int status = cli::Run(
        arguments, [](const std::string&) { return std::nullopt; }, console);
    return {status, out.str(), err.str()};
  }

  FakeCoverage coverage_;
  FakeItems items_;
  FakeImport import_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(Client, CoverageAsCsv) {
  const Ran ran = Call({"coverage", "show", "--by", "sector"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(ran.out,
            "sector,category,year,items,items_with_data,items_blank,items_made,"
            "assured_items,share,share_documented,share_of_known,share_upper,"
            "value_share,penetrated_share,penetrated_upper,target,gap,verdict,"
            "items_short\n"
            ",,2025,7,5,0,3,2,0.285714,,,0.571429,,,,0.700000,0.414300,missed,"
            "3\n"
            "marine,,2025,0,0,0,0,0,,,,,,,,0.700000,,,\n");
  EXPECT_THAT(ran.err, HasSubstr("ILLUSTRATIVE DATA"));
  EXPECT_THAT(coverage_.last.dimensions(),
              ElementsAre(coverage::v1::COVERAGE_DIMENSION_SECTOR));
}

TEST_F(Client, CoverageAsATableInBothLanguages) {
  const Ran zh = Call({"coverage", "show", "--output", "table"}, "zh");
  EXPECT_EQ(zh.out.find("【示意数据】"), 0u) << zh.out;
  EXPECT_THAT(zh.out, HasSubstr("海洋工程装备"));
  EXPECT_THAT(zh.out, HasSubstr("28.6%"));
  EXPECT_THAT(zh.out, HasSubstr("41.4"));
  EXPECT_THAT(zh.out, HasSubstr("未达标"));
  EXPECT_THAT(zh.err, HasSubstr("参照值"));
  const Ran en = Call({"coverage", "show", "--output", "table"});
  EXPECT_THAT(en.out, HasSubstr("Marine"));
  EXPECT_THAT(en.out, HasSubstr("missed"));
  EXPECT_THAT(en.out, Not(HasSubstr("\x1b[")));
}

TEST_F(Client, CoverageAsCanonicalJson) {
  const Ran ran = Call({"coverage", "show", "--output", "json"});
  ComputeCoverageResponse expected, actual;
  TextFormat::ParseFromString(kCoverage, &expected);
  ASSERT_TRUE(
      google::protobuf::util::JsonStringToMessage(ran.out, &actual).ok())
      << ran.out;
  EXPECT_EQ(actual.SerializeAsString(), expected.SerializeAsString());
}

TEST_F(Client, ARequirementDecidesTheExitStatus) {
  EXPECT_EQ(Call({"coverage", "show", "--require", "share>=0.28"}).status,
            kDone);
  const Ran missed = Call({"coverage", "show", "--require", "share>=70%"});
  EXPECT_EQ(missed.status, kCheckFailed);
  EXPECT_THAT(missed.err, HasSubstr("share>=70%"));
  EXPECT_THAT(missed.out, HasSubstr("0.285714"));  // the rows come anyway
  EXPECT_EQ(Call({"coverage", "show", "--require", "value_share>=0"}).status,
            kCheckFailed);  // undefined meets nothing
}

TEST_F(Client, ComputingOptionsReachTheServer) {
  const Ran ran =
      Call({"coverage", "show", "--year", "2024", "--as-of", "5",
            "--carry-forward=6", "--criteria", "strict@2", "--edition", "e1",
            "--threshold", "0.4", "--min-evidence", "published"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  const auto& options = coverage_.last.options();
  EXPECT_EQ(options.year(), 2024);
  EXPECT_EQ(options.read_seq(), 5);
  EXPECT_EQ(options.carry_forward_years(), 6);
  EXPECT_EQ(options.criteria(), "criteria/strict-2");
  EXPECT_EQ(options.edition(), "e1");
  EXPECT_DOUBLE_EQ(options.threshold(), 0.4);
  EXPECT_EQ(options.min_evidence(), type::v1::EVIDENCE_GRADE_PUBLISHED);
}

TEST_F(Client, MetricsAsCsv) {
  const Ran ran = Call({"metrics"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(
      ran.out,
      "item_id,category,year,has_data,located_share,assured_share,"
      "documented_share,assured,assured_content_lower,assured_content_upper,"
      "located_content,ssr,ssr_upper,idr,idr_upper,hhi_country,"
      "hhi_country_low,hhi_country_high,hhi_supplier,top_foreign_origin,"
      "top_foreign_share,value_cny,supply_risk\n"
      "bearing,component,2025,true,0.600000,0.400000,,false,,,,,,,,"
      "5200.000000,,,,SWE,0.400000,100,\n"
      "grinding,process,2025,false,,,,,0.000000,1.000000,,,,,,,,,,,,,\n");
}

TEST_F(Client, MetricsAddsDataYearAndNamesWhereAsked) {
  const Ran ran = Call({"metrics", "--carry-forward", "--names"}, "zh");
  EXPECT_THAT(ran.out, HasSubstr("supply_risk,data_year,name\n"));
  EXPECT_THAT(ran.out, HasSubstr(",100,,2023,轴承\n"));
  EXPECT_EQ(coverage_.metrics.options().carry_forward_years(), 5);
}

TEST_F(Client, MetricsByTheOriginalMethodWhereAsked) {
  Call({"metrics"});
  EXPECT_FALSE(coverage_.metrics.eu_original());
  Call({"metrics", "--eu-original"});
  EXPECT_TRUE(coverage_.metrics.eu_original());
}

TEST_F(Client, TrajectoryAsCsv) {
  const Ran ran = Call({"coverage", "trajectory", "--sector", "rail", "--from",
                        "2020", "--through", "2030"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(ran.out,
            "year,share,share_upper,target_path,gap,forecast,forecast_low,"
            "forecast_high,project_forecast,target_probability\n"
            "2025,0.500000,0.600000,0.700000,0.200000,,,,,\n"
            "2026,,,0.700000,,0.550000,0.400000,0.650000,0.600000,0.125000\n");
  EXPECT_EQ(coverage_.trajectory.sector(), "rail");
  EXPECT_EQ(coverage_.trajectory.from_year(), 2020);
  EXPECT_EQ(coverage_.trajectory.through_year(), 2030);
  EXPECT_THAT(ran.err, HasSubstr("12 items over 3 years (2019, 2020, 2025)"));
  EXPECT_THAT(ran.err, HasSubstr("taken as independent"));
  EXPECT_THAT(ran.err, HasSubstr("reference line"));
  EXPECT_EQ(Call({"coverage", "trajectory", "--from", "20"}).status,
            kWrongUsage);
}

TEST_F(Client, TrajectoryAsATableWithAChart) {
  const Ran en = Call({"coverage", "trajectory", "--output", "table"});
  // 60 cells: actual up to 30, the path at 42; 24 to 39, 33 and 36.
  EXPECT_THAT(en.out, HasSubstr("\n2025  " + std::string(30, '#') +
                                std::string(12, ' ') + "|" +
                                std::string(17, ' ') + "   50.0%\n2026  " +
                                std::string(24, ' ') + "---------o--+---  |" +
                                std::string(17, ' ') + "   55.0%\n"));
  EXPECT_THAT(en.out, HasSubstr("# actual"));
  const Ran zh = Call({"coverage", "trajectory", "--output", "table"}, "zh");
  EXPECT_THAT(zh.out, HasSubstr("# 实际"));
  EXPECT_THAT(zh.out, HasSubstr("达标概率"));
  EXPECT_THAT(zh.err, HasSubstr("匹配样本 12 项，3 年"));
  EXPECT_THAT(zh.err, HasSubstr("参照值"));
  const Ran json = Call({"coverage", "trajectory", "--output", "json"});
  EXPECT_EQ(json.out[0], '{');
  EXPECT_THAT(json.out, Not(HasSubstr("####")));
}

TEST_F(Client, CompareAsCsv) {
  const Ran ran =
      Call({"coverage", "compare", "--from", "2019", "--to", "2025"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(ran.out,
            "cause,item_id,change\n"
            "new_source,bearing,0.375000\n"
            "left,seal,-0.125000\n");
  EXPECT_EQ(coverage_.compare.earlier().year(), 2019);
  EXPECT_EQ(coverage_.compare.later().year(), 2025);
  const Ran named = Call({"coverage", "compare", "--from", "2019", "--to",
                          "2025", "--names", "--sector", "rail"});
  EXPECT_THAT(named.out, HasSubstr("new_source,bearing,0.375000,Bearing\n"));
  EXPECT_EQ(coverage_.compare.sector(), "rail");
}

TEST_F(Client, CompareTakesYearsTimesAndCriteria) {
  const auto point = [this](const std::string& text) {
    const Ran ran =
        Call({"coverage", "compare", "--from", text, "--to", "2025"});
    EXPECT_EQ(ran.status, kDone) << ran.err;
    return coverage_.compare.earlier().ShortDebugString();
  };
  EXPECT_EQ(point("2019"), "year: 2019");
  EXPECT_EQ(point("1841"), "read_seq: 1841");
  EXPECT_EQ(point("2024-06-30T16:00:00Z"), "read_time { seconds: 1719763200 }");
  EXPECT_EQ(point("criteria:strict"), "criteria: \"strict\"");
  EXPECT_EQ(point("criteria:strict@2"), "criteria: \"criteria/strict-2\"");
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"coverage", "compare", "--from", "2019"},
        {"coverage", "compare", "--from", "criteria:", "--to", "2025"},
        {"coverage", "compare", "--from", "?", "--to", "2025"}}) {
    EXPECT_EQ(Call(wrong).status, kWrongUsage);
  }
}

TEST_F(Client, CompareForPeople) {
  const Ran en = Call({"coverage", "compare", "--from", "2019", "--to", "2025",
                       "--output", "table"});
  EXPECT_EQ(en.status, kDone) << en.err;
  EXPECT_THAT(
      en.out,
      HasSubstr("assurance rate 25.0% -> 50.0%: +25.0 percentage points"));
  EXPECT_THAT(en.out, HasSubstr("item left the scope"));
  EXPECT_THAT(en.out, HasSubstr("Bearing"));
  EXPECT_THAT(en.out, HasSubstr("-12.5"));
  EXPECT_THAT(en.out, HasSubstr("plant"));
  const Ran zh = Call({"coverage", "compare", "--from", "2019", "--to", "2025",
                       "--output", "table"},
                      "zh");
  EXPECT_THAT(zh.out, HasSubstr("新增来源"));
  EXPECT_THAT(zh.out, HasSubstr("25.0% → 50.0%：+25.0 个百分点"));
}

TEST_F(Client, TargetsAsCsvHaveNoDetails) {
  const Ran ran = Call({"target", "show", "t-2025"});
  EXPECT_EQ(ran.out,
            "target_id,metric,scope,year,target,actual,actual_upper,verdict,"
            "missing_count\n"
            "t-2025,share,total,2025,0.700000,0.400000,0.800000,undecided,3\n");
  EXPECT_FALSE(coverage_.targets.details());
  EXPECT_TRUE(
      Call({"target", "show", "--output", "table"}).out.find("ladder") ==
      std::string::npos);
}

TEST_F(Client, ATargetInDetail) {
  const Ran en = Call({"target", "show", "t-2025", "--output", "table"});
  EXPECT_EQ(en.status, kDone) << en.err;
  EXPECT_TRUE(coverage_.targets.details());
  for (const char* line :
       {"target        at least 70.0% in 2025\n", "document      〔2015〕28\n",
        "path          baseline 20.0% in 2015, 2015: 20.0%, 2025: 70.0%\n",
        "history       replaces old\n",
        "actual        40.0% (at most 80.0%) in 2025: undecided\n",
        "gap           30.0 percentage points, at least 3 items\n",
        "fewest items  these 1 close the gap, heaviest first: seal (no data)\n",
        "nearest       these 1 are nearest to 50.0%: Bearing (45.0%, lacks 5 "
        "set)\n",
        "would decide  the data of these 1 would decide: Wafer (no data)\n",
        "ladder        1 blank, 1 made, 4 assured; of all these 2 penetrated\n",
        "rests on      data of 6 of 10 items (60.0% by weight), data years "
        "2024 "
        "(2), 2025 (4)\n",
        "evidence      audited 3 (30.0% of the rate, 25.0% of the "
        "volume)\n",
        "by threshold  0.1 60.0%\n", "by criteria   strict@2 30.0% missed\n"}) {
    EXPECT_THAT(en.out, HasSubstr(line));
  }
  const Ran zh =
      Call({"target", "show", "--explain", "--output", "table"}, "zh");
  EXPECT_TRUE(coverage_.targets.details());
  EXPECT_THAT(zh.out, HasSubstr("这 1 项离阈值 50.0% 最近：轴承（45.0%"));
  EXPECT_THAT(zh.out, HasSubstr("基准：2015 年 20.0%"));
  const Ran json = Call({"target", "show", "t-2025", "--output", "json"});
  EXPECT_TRUE(coverage_.targets.details());
  EXPECT_THAT(json.out, HasSubstr("\"sensitivity\""));
}

TEST_F(Client, MetricsAsATableAndAsJson) {
  const Ran table = Call({"metrics", "--output", "table"});
  EXPECT_THAT(table.out, HasSubstr("Bearing"));
  EXPECT_THAT(table.out, HasSubstr("Sweden"));
  EXPECT_THAT(table.out, HasSubstr("CNY 100"));
  const Ran json = Call({"metrics", "--output", "json"});
  EXPECT_EQ(json.out[0], '[');
  EXPECT_THAT(json.out, HasSubstr("\"item_id\": \"bearing\""));
}

TEST_F(Client, CreateSendsColumnsAndRendersViolations) {
  const Ran ran = Call({"item", "create", "bearing", "--name-zh", "轴承",
                        "category=component", "sectors=nev;rail"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(items_.created.item().item_id(), "bearing");
  EXPECT_EQ(items_.created.item().name_zh(), "轴承");
  EXPECT_THAT(items_.created.item().sectors(), ElementsAre("nev", "rail"));
  EXPECT_THAT(items_.created.request_id(), Not(IsEmpty()));
  EXPECT_THAT(ran.err, HasSubstr("12"));
  const Ran bad = Call({"item", "create", "bearing"});
  EXPECT_EQ(bad.status, kFailed);
  EXPECT_THAT(bad.err, HasSubstr("item.name_zh: must be stated"));
  EXPECT_THAT(bad.out, IsEmpty());
}

TEST_F(Client, ListReadsEveryPage) {
  const Ran ran = Call({"item", "list", "category=component"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\nbearing,轴承,"));
  EXPECT_THAT(ran.out, HasSubstr("\nseal,密封,"));
  EXPECT_EQ(items_.filter, "category = \"component\"");
}

class ImportClient : public Client {
 protected:
  void SetUp() override {
    Client::SetUp();
    directory_ = std::filesystem::temp_directory_path() /
                 ("qiangji-import-" + std::to_string(getpid()));
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "items.csv") << std::string(700000, 'i');
    std::ofstream(directory_ / "sectors.csv") << "";
  }
  void TearDown() override {
    std::filesystem::remove_all(directory_);
    Client::TearDown();
  }
  std::filesystem::path directory_;
};

TEST_F(ImportClient, SendsEveryFileWholeAndPrintsCounts) {
  TextFormat::ParseFromString(
      R"(seq: 3 changed: true
         tables { table: "items" rows: 9 added: 8 unchanged: 1 })",
      &import_.result);
  const Ran ran = Call({"import", directory_.string(), "--dry-run", "--mix",
                        "--max-errors", "7", "--encoding", "gb18030"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(import_.files["items.csv"], std::string(700000, 'i'));
  EXPECT_EQ(import_.files.count("sectors.csv"), 1u);
  EXPECT_TRUE(import_.finished);
  EXPECT_TRUE(import_.start.dry_run());
  EXPECT_TRUE(import_.start.mix());
  EXPECT_EQ(import_.start.max_errors(), 7);
  EXPECT_EQ(import_.start.encoding(), "gb18030");
  EXPECT_EQ(ran.out,
            "table,rows,added,changed,unchanged,closed\nitems,9,8,0,1,0\n");
}

TEST_F(ImportClient, PrintsEveryBadRowAndFails) {
  TextFormat::ParseFromString(
      R"(error_count: 2
         errors { file: "items.csv" line: 12 column: "category"
                  message: "'part' is not accepted; component, …" }
         errors { file: "sectors.csv" message: "no header row" })",
      &import_.result);
  const Ran ran = Call({"import", directory_.string()});
  EXPECT_EQ(ran.status, kFailed);
  const std::string path = directory_.string();
  EXPECT_THAT(ran.err, HasSubstr(path + "/items.csv:12: category: 'part'"));
  EXPECT_THAT(ran.err, HasSubstr(path + "/sectors.csv: no header row"));
  EXPECT_THAT(ran.err, HasSubstr("nothing was imported"));
}

}  // namespace
}  // namespace qiangji::cli
