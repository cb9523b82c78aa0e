#include "services/qiangjid/process.h"

#include <grpcpp/channel.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "clients/cpp/channels.h"
#include "clients/cpp/status.h"
#include "qiangji/admin/v1/admin_service.grpc.pb.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "qiangji/registry/v1/sector_service.grpc.pb.h"
#include "tests/support/status_matchers.h"

namespace qiangji::server {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using registry::v1::ChangeService;
using registry::v1::SectorService;
using ::testing::HasSubstr;

class ProcessTest : public ::testing::Test {
 protected:
  ProcessTest() {
    char pattern[] = "/tmp/qj-process-XXXXXX";
    root_ = mkdtemp(pattern);
    settings_.data = root_ + "/data";
    settings_.listen = "127.0.0.1:0";
    settings_.pools = rpc::PoolsOptions::SingleThreaded();
    rpc::SetLogLevel(rpc::LogLevel::kError);
  }
  ~ProcessTest() override { std::filesystem::remove_all(root_); }

  static int Sectors(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    registry::v1::ListSectorsResponse response;
    const auto status =
        SectorService::NewStub(channel)->ListSectors(&context, {}, &response);
    EXPECT_THAT(client::FromGrpcStatus(status), IsOk());
    return response.sectors_size();
  }
  static void WaitUntilReady(Process& process) {
    while (!process.UpdateHealth()) std::this_thread::yield();
  }

  std::string root_;
  Settings settings_;
};

TEST_F(ProcessTest, ANewDirectoryHoldsTheTwelveScopes) {
  auto process = Process::Start(settings_);
  ASSERT_THAT(process, IsOk());
  WaitUntilReady(**process);
  EXPECT_EQ(Sectors(client::NewChannel((*process)->address())), 12);
  EXPECT_THAT((*process)->Shutdown(absl::Seconds(5)), IsOk());
}

TEST_F(ProcessTest, TheDirectoryIsPrivateAndHasOneProcess) {
  auto process = Process::Start(settings_);
  ASSERT_THAT(process, IsOk());
  struct stat data = {};
  ASSERT_EQ(stat(settings_.data.c_str(), &data), 0);
  EXPECT_EQ(data.st_mode & 0777u, 0700u);
  EXPECT_THAT(Process::Start(settings_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr(absl::StrCat("process ", getpid()))));
  ASSERT_THAT((*process)->Shutdown(absl::Seconds(5)), IsOk());
  process->reset();
  EXPECT_THAT(Process::Start(settings_), IsOk());  // the lock is free again
}

TEST_F(ProcessTest, ATakenPortIsAClearError) {
  auto process = Process::Start(settings_);
  ASSERT_THAT(process, IsOk());
  Settings other = settings_;
  other.data = root_ + "/other";
  other.listen = (*process)->address();
  EXPECT_THAT(Process::Start(other),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("in use")));
}

TEST_F(ProcessTest, WhatWasWrittenIsThereAfterARestart) {
  for (int round = 0; round < 2; ++round) {
    auto process = Process::Start(settings_);
    ASSERT_THAT(process, IsOk());
    const auto stub =
        ChangeService::NewStub(client::NewChannel((*process)->address()));
    grpc::ClientContext context;
    registry::v1::GetHeadResponse head;
    ASSERT_TRUE(stub->GetHead(&context, {}, &head).ok());
    EXPECT_EQ(head.seq(), 1) << "the seeding is one change, made once";
    EXPECT_THAT((*process)->Shutdown(absl::Seconds(5)), IsOk());
  }
}

TEST_F(ProcessTest, WatchersDoNotHoldUpTheShutdown) {
  auto process = Process::Start(settings_);
  ASSERT_THAT(process, IsOk());
  const auto stub =
      ChangeService::NewStub(client::NewChannel((*process)->address()));
  grpc::ClientContext context;
  const auto reader = stub->WatchChanges(&context, {});
  type::v1::FeedFrame frame;
  ASSERT_TRUE(reader->Read(&frame));
  auto down = std::async(std::launch::async,
                         [&] { return (*process)->Shutdown(absl::Hours(1)); });
  while (reader->Read(&frame)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(down.get(), IsOk());
}

TEST_F(ProcessTest, AdminSaysWhatRunsAndVerifiesTheStores) {
  auto process = Process::Start(settings_);
  ASSERT_THAT(process, IsOk());
  WaitUntilReady(**process);
  const auto stub = admin::v1::AdminService::NewStub(
      client::NewChannel((*process)->address()));
  grpc::ClientContext first;
  admin::v1::ServerInfo info;
  ASSERT_TRUE(stub->GetServerInfo(&first, {}, &info).ok());
  ASSERT_EQ(info.services_size(), 3);
  for (const auto& service : info.services()) {
    EXPECT_EQ(service.state(), admin::v1::SERVICE_STATE_SERVING);
  }
  EXPECT_EQ(info.caller(), "operator");
  grpc::ClientContext second;
  admin::v1::VerifyStoresResponse verified;
  ASSERT_TRUE(stub->VerifyStores(&second, {}, &verified).ok());
  ASSERT_EQ(verified.stores_size(), 3);
  EXPECT_EQ(verified.stores(0).service(), "registry");
  EXPECT_EQ(verified.stores(0).findings_size(), 0);
  EXPECT_EQ(verified.stores(0).digest().size(), 32u);
  grpc::ClientContext third;
  admin::v1::Token token;
  EXPECT_EQ(stub->CreateToken(&third, {}, &token).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

// A missing peer makes a service not ready, not dead.
TEST_F(ProcessTest, AServiceWaitsForItsPeer) {
  Settings lonely = settings_;
  lonely.services = {"coverage"};
  lonely.data = root_ + "/coverage";
  auto registry = Process::Start([&] {
    Settings only = settings_;
    only.services = {"registry"};
    return only;
  }());
  ASSERT_THAT(registry, IsOk());
  const std::string address = (*registry)->address();
  ASSERT_THAT((*registry)->Shutdown(absl::Seconds(5)), IsOk());
  registry->reset();

  lonely.peers = {{"registry", address}};
  auto coverage = Process::Start(lonely);
  ASSERT_THAT(coverage, IsOk());
  EXPECT_FALSE((*coverage)->UpdateHealth());

  Settings back = settings_;
  back.services = {"registry"};
  back.listen = address;
  registry = Process::Start(back);
  ASSERT_THAT(registry, IsOk());
  WaitUntilReady(**coverage);
  EXPECT_THAT((*coverage)->Shutdown(absl::Seconds(5)), IsOk());
  EXPECT_THAT((*registry)->Shutdown(absl::Seconds(5)), IsOk());
}

TEST_F(ProcessTest, ServicesSeeOneAnotherAsServices) {
  auto process = Process::Start(settings_);
  ASSERT_THAT(process, IsOk());
  EXPECT_EQ(Sectors((*process)->InProcessChannel("registry")), 12);
  // A service writes no fact.
  grpc::ClientContext context;
  registry::v1::Sector sector;
  EXPECT_EQ(SectorService::NewStub((*process)->InProcessChannel("registry"))
                ->CreateSector(&context, {}, &sector)
                .error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST(WriteWholeTest, ReplacesInOneStep) {
  const std::string path = ::testing::TempDir() + "qiangjid_whole";
  ASSERT_THAT(WriteWhole(path, "one\n"), IsOk());
  ASSERT_THAT(WriteWhole(path, "two\n"), IsOk());
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), "two\n");
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
  std::filesystem::remove(path);
  EXPECT_THAT(WriteWhole("/no/such/dir/x", "x"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace qiangji::server
