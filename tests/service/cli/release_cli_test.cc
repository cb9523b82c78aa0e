// qiangji release, of answers that are known.
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
#include "qiangji/coverage/v1/release_service.grpc.pb.h"

namespace qiangji::cli {
namespace {

using ::testing::HasSubstr;

constexpr char kRelease[] = R"(
  name: "releases/r1" release_id: "r1" title_en: "Shares"
  context { year: 2025 read_seq: 1234567 }
  rows { year: 2025 items: 16 items_with_data: 16 share: 0.375 }
  rows { sector: "rail" year: 2025 items: 8 withheld: true }
  withheld_count: 1 create_time { seconds: 1767225600 })";

class FakeReleases : public coverage::v1::ReleaseService::Service {
 public:
  grpc::Status CreateRelease(grpc::ServerContext*,
                             const coverage::v1::CreateReleaseRequest* request,
                             coverage::v1::Release* response) override {
    last = *request;
    google::protobuf::TextFormat::ParseFromString(kRelease, response);
    return grpc::Status::OK;
  }
  grpc::Status ListReleases(
      grpc::ServerContext*, const coverage::v1::ListReleasesRequest* request,
      coverage::v1::ListReleasesResponse* response) override {
    const bool second = request->page_token() == "2";
    coverage::v1::Release* release = response->add_releases();
    google::protobuf::TextFormat::ParseFromString(kRelease, release);
    release->clear_rows();
    if (second) release->set_release_id("r0");
    if (!second) response->set_next_page_token("2");
    return grpc::Status::OK;
  }
  coverage::v1::CreateReleaseRequest last;
};

struct Ran {
  int status;
  std::string out, err;
};

class ReleaseCli : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&releases_);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }
  void TearDown() override { server_->Shutdown(); }

  Ran Call(std::vector<std::string> words, const char* lang = "en") {
    words.insert(words.begin(), "release");
    words.insert(words.end(), {"--server", address_, "--lang", lang});
    std::ostringstream out, err;
    Console console{out, err};
    const int status = cli::Run(
        words, [](const std::string&) { return std::nullopt; }, console);
    return {status, out.str(), err.str()};
  }

  FakeReleases releases_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

TEST_F(ReleaseCli, CreateAsCsv) {
  const Ran ran = Call({"create", "--id", "r1", "--title-en", "Shares",
                        "--year", "2025", "--threshold", "0.4"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  // Of the withheld row the number of items alone; its counts are not 0.
  EXPECT_THAT(ran.out, HasSubstr("\n,,2025,16,16,0,0,0,0.375000,"));
  EXPECT_THAT(ran.out, HasSubstr("\nrail,,2025,8,,,,,,,,,,,,,,withheld,\n"));
  EXPECT_THAT(ran.err, HasSubstr("published releases/r1: 1 rows withheld"));
  EXPECT_EQ(releases_.last.release_id(), "r1");
  EXPECT_EQ(releases_.last.release().title_en(), "Shares");
  EXPECT_EQ(releases_.last.release().options().year(), 2025);
  EXPECT_EQ(releases_.last.release().options().threshold(), 0.4);
  EXPECT_FALSE(releases_.last.validate_only());
}

TEST_F(ReleaseCli, DryRunAndChinese) {
  const Ran ran = Call({"create", "--dry-run", "--output", "table"}, "zh");
  EXPECT_TRUE(releases_.last.validate_only());
  EXPECT_THAT(ran.out, HasSubstr("不予公布"));
  EXPECT_THAT(ran.err, HasSubstr("未写入"));
}

TEST_F(ReleaseCli, ListReadsEveryPage) {
  const Ran ran = Call({"list"});
  EXPECT_EQ(ran.status, kDone) << ran.err;
  EXPECT_EQ(ran.out,
            "release_id,title,year,read_seq,withheld_count,create_time\n"
            "r1,Shares,2025,1234567,1,2026-01-01T00:00:00Z\n"
            "r0,Shares,2025,1234567,1,2026-01-01T00:00:00Z\n");
}

}  // namespace
}  // namespace qiangji::cli
