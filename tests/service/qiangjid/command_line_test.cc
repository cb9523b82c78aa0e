#include "services/qiangjid/command_line.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "services/qiangjid/commands.h"

namespace qiangji::server {
namespace {

struct Ran {
  int status;
  std::string out;
  std::string err;
};

Ran Invoke(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "qiangjid");
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Ran ran;
  ran.status =
      RunCommandLine(static_cast<int>(arguments.size()), arguments.data());
  ran.out = ::testing::internal::GetCapturedStdout();
  ran.err = ::testing::internal::GetCapturedStderr();
  return ran;
}

TEST(CommandLineTest, WrongUsageIsTwo) {
  for (const std::vector<const char*>& arguments :
       {std::vector<const char*>{},
        {"serve"},
        {"dance"},
        {"serve", "--colour"},
        {"serve", "--data", "/tmp/x", "--listen", "nowhere"},
        {"serve", "--data", "/tmp/x", "--peer", "registry"},
        {"serve", "--data", "/tmp/x", "--services", "coverage"},
        {"serve", "--data", "/tmp/x", "--config", "/no/such/file"}}) {
    const Ran ran = Invoke(arguments);
    EXPECT_EQ(ran.status, kWrongUsage);
    EXPECT_NE(ran.err, "");
  }
}

TEST(CommandLineTest, LaterOptionsAreNotInThisBuild) {
  for (const char* option : {"--http", "--database"}) {
    const Ran ran = Invoke({"serve", "--data", "/tmp/x", option, "x"});
    EXPECT_EQ(ran.status, kWrongUsage);
    EXPECT_NE(ran.err.find("not in this build"), std::string::npos);
  }
}

TEST(CommandLineTest, HelpAndConfigurationAreResults) {
  EXPECT_EQ(Invoke({"--help"}).status, kDone);
  EXPECT_NE(Invoke({"serve", "--help"}).out.find("--peer"), std::string::npos);
  const Ran ran =
      Invoke({"--print-config", "--listen", "127.0.0.1:9", "--threads", "1"});
  EXPECT_EQ(ran.status, kDone);
  EXPECT_NE(ran.out.find("127.0.0.1:9"), std::string::npos);
}

TEST(CommandLineTest, InitThenCheck) {
  const std::string data = ::testing::TempDir() + "qiangjid_init";
  std::filesystem::remove_all(data);
  EXPECT_EQ(Invoke({"init", "--data", data.c_str()}).status, kDone);
  EXPECT_TRUE(std::filesystem::exists(data + "/registry.db"));
  const Ran check = Invoke({"check", "--data", data.c_str()});
  EXPECT_EQ(check.status, kDone) << check.err;
  EXPECT_NE(check.out.find("registry.db at change 1"), std::string::npos)
      << check.out;
  std::filesystem::remove_all(data);
}

}  // namespace
}  // namespace qiangji::server
