// qiangji plan, of an answer that is known.
#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/app.h"
#include "clients/cli/command.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"

namespace qiangji::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPlan[] = R"(
  context { year: 2025 read_seq: 7 }
  rows { project_id: "h1" item_id: "seal" item_name_zh: "密封"
         item_name_en: "Seal" title: "Seals" cost_cny: 4e6
         completion_year: 2027 probability: 0.9 share_after: 0.38 why: PLAN_REASON_CHOSEN
         chosen: true }
  rows { project_id: "n1" item_id: "gear" item_name_zh: "齿轮"
         item_name_en: "Gear" title: "Gears" completion_year: 2027
         why: PLAN_REASON_NO_COST }
  share_from: 0.2 share_to: 0.38 cost_cny: 4e6
  greedy { budget_cny: 7e6 cost_cny: 3e6 projects: 1 share_to: 0.36 }
  frontier { budget_cny: 7e6 cost_cny: 4e6 projects: 1 share_to: 0.38 }
  frontier { budget_cny: 14e6 cost_cny: 9e6 projects: 2 share_to: 0.54
             optimality_gap: 0.005 }
  items_without_project { item_id: "bolt" name_zh: "螺栓" name_en: "Bolt" }
  projects_without_cost: "n1"
  limits_zh: "相互独立" limits_en: "taken as independent")";

class FakePlans : public coverage::v1::CoverageService::Service {
 public:
  grpc::Status ComputePlan(
      grpc::ServerContext*, const coverage::v1::ComputePlanRequest* request,
      coverage::v1::ComputePlanResponse* response) override {
    last = *request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kPlan, response));
    if (request->objective() == coverage::v1::PLAN_OBJECTIVE_CONTENT) {
      response->set_content_from(0.1);
      response->set_content_to(0.25);
      response->mutable_rows(0)->set_content_after(0.25);
      response->set_optimality_gap(0.03);
    }
    return grpc::Status::OK;
  }
  coverage::v1::ComputePlanRequest last;
};

struct Ran {
  int status;
  std::string out, err;
};

class PlanCli : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&plans_);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }
  void TearDown() override { server_->Shutdown(); }

  Ran Call(const std::vector<std::string>& more, const char* lang = "en") {
    std::vector<std::string> words = {"plan", "--server",  address_, "--lang",
                                      lang,   "--by-year", "2030"};
    words.insert(words.end(), more.begin(), more.end());
    std::ostringstream out, err;
    Console console{out, err};
    const int status = cli::Run(
        words, [](const std::string&) { return std::nullopt; }, console);
    return {status, out.str(), err.str()};
  }

  FakePlans plans_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(PlanCli, AsCsv) {
  const Ran ran = Call({"--budget", "7m", "--certain"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(ran.out,
            "project_id,item_id,cost_cny,completion_year,probability,"
            "share_after,why\n"
            "h1,seal,4e+06,2027,0.900000,0.380000,chosen\n"
            "n1,gear,,2027,,,no_cost\n");
  EXPECT_THAT(ran.err, HasSubstr("20.0% -> 38.0% (18.0 percentage points)"));
  EXPECT_THAT(ran.err, HasSubstr("proven optimal"));
  EXPECT_THAT(ran.err, HasSubstr("1 items are not assured and no project "
                                 "serves them: Bolt"));
  EXPECT_EQ(plans_.last.budget_cny(), 7e6);
  EXPECT_EQ(plans_.last.by_year(), 2030);
  EXPECT_TRUE(plans_.last.certain());
  EXPECT_EQ(plans_.last.objective(), coverage::v1::PLAN_OBJECTIVE_COUNT);
}

TEST_F(PlanCli, AsATable) {
  const Ran en = Call({"--budget", "7e6", "--output", "table"});
  EXPECT_EQ(en.status, kDone) << en.err;
  EXPECT_THAT(en.out, HasSubstr("Seal"));
  EXPECT_THAT(en.out, HasSubstr("no cost stated"));
  EXPECT_THAT(en.out, HasSubstr("1 projects chosen, CNY 4 m of a budget of "
                                "CNY 7 m; proven optimal"));
  EXPECT_THAT(en.out, HasSubstr("by potential gain: 36.0% for CNY 3 m"));
  EXPECT_THAT(en.out, HasSubstr("what other budgets reach"));
  EXPECT_THAT(en.out, HasSubstr("CNY 14 m"));
  EXPECT_THAT(en.out, HasSubstr("state no cost and were not chosen among: n1"));
  const Ran zh = Call({"--budget", "700万", "--output", "table"}, "zh");
  EXPECT_THAT(zh.out, HasSubstr("自主保障率 20.0% → 38.0%（18.0 个百分点）"));
  EXPECT_THAT(zh.out, HasSubstr("已证明最优"));
  EXPECT_THAT(zh.out, HasSubstr("未报投资"));
  EXPECT_THAT(zh.out, HasSubstr("螺栓"));
  EXPECT_EQ(plans_.last.budget_cny(), 7e6);
}

TEST_F(PlanCli, ByContentSaysWhatIsProven) {
  const Ran ran = Call(
      {"--budget", "0.07亿元", "--objective", "content", "--output", "csv"});
  EXPECT_EQ(plans_.last.objective(), coverage::v1::PLAN_OBJECTIVE_CONTENT);
  EXPECT_NEAR(plans_.last.budget_cny(), 7e6, 1e-6);
  EXPECT_THAT(ran.out, HasSubstr("share_after,content_after,why\n"));
  EXPECT_THAT(ran.err, HasSubstr("assured content 10.0% -> 25.0%"));
  EXPECT_THAT(ran.err, HasSubstr("at most 3.0% short of the best"));
}

TEST_F(PlanCli, AsJson) {
  const Ran ran = Call({"--budget", "7e6", "--output", "json"});
  EXPECT_EQ(ran.out[0], '{');
  EXPECT_THAT(ran.out, Not(HasSubstr("proven optimal")));
}

TEST_F(PlanCli, WrongUsage) {
  EXPECT_EQ(Call({}).status, kWrongUsage);
  for (const char* budget : {"-1", "much", "inf", "1e400", "m"}) {
    EXPECT_EQ(Call({"--budget", budget}).status, kWrongUsage) << budget;
  }
}

}  // namespace
}  // namespace qiangji::cli
