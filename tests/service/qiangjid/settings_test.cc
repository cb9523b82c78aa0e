#include "services/qiangjid/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

namespace qiangji::server {
namespace {

using ::qiangji::testing::IsOk;
using ::qiangji::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SettingsFileTest : public ::testing::Test {
 protected:
  ~SettingsFileTest() override { std::remove(path_.c_str()); }
  absl::Status File(const std::string& text) {
    std::ofstream(path_) << text;
    return ApplyFile(path_, &settings_);
  }
  const std::string path_ =
      absl::StrCat(::testing::TempDir(), "qiangjid_", getpid(), ".toml");
  Settings settings_;
};

TEST_F(SettingsFileTest, SetsEverything) {
  ASSERT_THAT(File(R"(
data = "/var/lib/qiangji"
listen = "0.0.0.0:1234"
services = ["bottleneck", "registry"]
cache_mb = 64
grace_seconds = 5
log_level = "warning"
[peers]
coverage = "other:7443"
[pools]
read = 3
compute = 2
[disclosure]
contributors = 4
percent = 20
[rules]
assessed_year = 2025
carry_forward_years = 6
)"),
              IsOk());
  EXPECT_EQ(settings_.data, "/var/lib/qiangji");
  EXPECT_EQ(settings_.listen, "0.0.0.0:1234");
  EXPECT_THAT(settings_.services, ElementsAre("registry", "bottleneck"));
  EXPECT_EQ(settings_.peers["coverage"], "other:7443");
  EXPECT_EQ(settings_.cache_mb, 64);
  EXPECT_EQ(settings_.grace_seconds, 5);
  EXPECT_EQ(settings_.log_level, rpc::LogLevel::kWarning);
  EXPECT_EQ(settings_.pools.read.threads, 3);
  EXPECT_EQ(settings_.pools.compute.threads, 2);
  EXPECT_EQ(settings_.disclosure_contributors, 4);
  EXPECT_EQ(settings_.disclosure_percent, 20);
  EXPECT_EQ(settings_.assessed_year, 2025);
  EXPECT_EQ(settings_.carry_forward_years, 6);
  EXPECT_THAT(ToToml(settings_), Not(HasSubstr("disclosure")));  // secret
  EXPECT_THAT(Check(settings_), IsOk());
}

TEST_F(SettingsFileTest, WhatItPrintsGivesTheSameAgain) {
  ASSERT_THAT(File("services = [\"coverage\"]\ncache_mb = 7\n"
                   "[peers]\nregistry = \"a:1\"\n[pools]\nall = 1\n"
                   "[rules]\nassessed_year = 2024\n"
                   "[flags]\nmost_a_day = 5\n"),
              IsOk());
  const std::string printed = ToToml(settings_);
  Settings fresh;
  std::swap(settings_, fresh);
  ASSERT_THAT(File(printed), IsOk());
  EXPECT_EQ(ToToml(settings_), printed);
  EXPECT_THAT(settings_.services, ElementsAre("coverage"));
  EXPECT_EQ(settings_.pools.compute_long.threads, 1);
  EXPECT_EQ(settings_.assessed_year, 2024);
  EXPECT_EQ(settings_.flags_a_day, 5);
}

TEST_F(SettingsFileTest, SaysHowNotificationsAreSent) {
  const std::string password = path_ + ".password";
  std::ofstream(password) << "secret\n";
  ASSERT_THAT(File("[notifications]\nallow = [\"10.0.0.0/8\", \"::1\"]\n"
                   "smtp = \"smtps://mail:465\"\n"
                   "smtp_from = \"q@example.com\"\nsmtp_user = \"q\"\n"
                   "smtp_password_file = \"" +
                   password + "\"\nattempts = 3\ndaily_hour = 6\n"),
              IsOk());
  const auto options = DeliveryOptionsOf(settings_.notifications);
  ASSERT_THAT(options.status(), IsOk());
  EXPECT_EQ(options->smtp.password, "secret");
  EXPECT_EQ(options->smtp.url, "smtps://mail:465");
  EXPECT_EQ(options->attempts, 3);
  EXPECT_EQ(options->daily_hour, 6);
  EXPECT_TRUE(options->filter.Allows(*bottleneck::ParseIpAddress("10.1.2.3")));
  EXPECT_FALSE(
      options->filter.Allows(*bottleneck::ParseIpAddress("192.168.0.1")));
  EXPECT_THAT(ToToml(settings_), Not(HasSubstr("secret")));
  settings_.notifications.smtp_from.clear();
  EXPECT_THAT(DeliveryOptionsOf(settings_.notifications).status(),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(SettingsFileTest, ErrorsNameTheLineAndTheSetting) {
  EXPECT_THAT(File("listen = \"a:1\"\ncolour = 1\n"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(":2: colour: unknown setting")));
  EXPECT_THAT(File("listen ="),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(path_)));
  EXPECT_THAT(File("cache_mb = true"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ApplyFile("/no/such/file", &settings_),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SettingsTest, RefusesBadValues) {
  Settings settings;
  for (const auto& [name, value] :
       {std::pair("listen", "nowhere"),
        std::pair("listen", "a:70000"),
        std::pair("services", ""),
        std::pair("services", "gateway"),
        std::pair("peers.registry", "nowhere"),
        std::pair("peers.x", "a:1"),
        std::pair("peers.registry", "coverage=a:1"),
        std::pair("pools.read", "0"),
        std::pair("pools.read", "many"),
        std::pair("pools.other", "1"),
        std::pair("cache_mb", "-1"),
        std::pair("notifications.allow", "localhost"),
        std::pair("notifications.smtp", "http://a"),
        std::pair("notifications.smtp_from", "nobody"),
        std::pair("notifications.attempts", "0"),
        std::pair("notifications.daily_hour", "24"),
        std::pair("notifications.colour", "red"),
        std::pair("flags.most_a_day", "0"),
        std::pair("disclosure.contributors", "1"),
        std::pair("disclosure.percent", "0"),
        std::pair("rules.assessed_year", "20"),
        std::pair("rules.carry_forward_years", "-1"),
        std::pair("rules.colour", "red"),
        std::pair("grace_seconds", "x"),
        std::pair("log_level", "loud")}) {
    EXPECT_THAT(Apply(name, value, &settings),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name << "=" << value;
  }
}

TEST(SettingsTest, LaterSettingsAreNotInThisBuild) {
  Settings settings;
  for (const char* name : {"http", "database", "tls_cert"}) {
    EXPECT_THAT(Apply(name, "x", &settings),
                StatusIs(absl::StatusCode::kUnimplemented,
                         HasSubstr("not in this build")))
        << name;
  }
}

TEST(SettingsTest, AServiceNeedsItsPeersSomewhere) {
  Settings settings;
  settings.services = {"bottleneck"};
  settings.peers = {{"registry", "a:1"}};
  EXPECT_THAT(Check(settings), StatusIs(absl::StatusCode::kInvalidArgument,
                                        HasSubstr("--peer coverage=")));
  settings.peers["coverage"] = "a:1";
  EXPECT_THAT(Check(settings), IsOk());
  settings.services = {"registry"};
  settings.peers.clear();
  EXPECT_THAT(Check(settings), IsOk());
}

}  // namespace
}  // namespace qiangji::server
