// What users write: requirements, times, settings, names, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "clients/cli/command.h"
#include "clients/cli/import_files.h"
#include "clients/cli/read_point.h"
#include "clients/cli/require.h"
#include "clients/cli/resource_name.h"
#include "clients/cli/settings.h"
#include "services/base/nearest.h"

namespace qiangji::cli {
namespace {

using ::testing::HasSubstr;

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message());
}

TEST(Suggest, CountsEditsWithSwapsAsOne) {
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("yaer", "year"), 1);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
}

TEST(Suggest, NamesTheNearestWithinAThird) {
  EXPECT_EQ(Nearest("coverge", {"coverage", "rank"}), "coverage");
  EXPECT_EQ(Nearest("--yaer", {"--year", "--edition"}), "--year");
  EXPECT_EQ(Nearest("comp", {"rank", "completion"}), "completion");
  EXPECT_EQ(Nearest("zzz", {"rank", "metrics"}), std::nullopt);
  EXPECT_EQ(Nearest("", {"rank"}), std::nullopt);
}

const std::vector<std::string> kColumns = {"share", "share_upper", "gap"};

TEST(Require, ReadsComparisonsAndPercentages) {
  const auto at_least = ParseRequirement("share>=0.70", kColumns, Lang::kEn);
  ASSERT_TRUE(at_least.ok()) << at_least.status();
  EXPECT_EQ(at_least->column, "share");
  EXPECT_EQ(at_least->comparison, Comparison::kAtLeast);
  EXPECT_DOUBLE_EQ(at_least->value, 0.7);
  const auto below = ParseRequirement(" gap < 5% ", kColumns, Lang::kEn);
  ASSERT_TRUE(below.ok()) << below.status();
  EXPECT_EQ(below->comparison, Comparison::kBelow);
  EXPECT_DOUBLE_EQ(below->value, 0.05);
}

TEST(Require, RefusesWhatItCannotRead) {
  for (const char* text :
       {"", "share", ">=0.7", "share>=", "share>=x", "share>=nan"}) {
    EXPECT_FALSE(ParseRequirement(text, kColumns, Lang::kEn).ok()) << text;
  }
}

TEST(Require, SuggestsAColumn) {
  const auto status = ParseRequirement("shar>=0.7", kColumns, Lang::kEn);
  EXPECT_THAT(MessageOf(status.status()), HasSubstr("Did you mean share?"));
}

TEST(Require, HasTheTolerancesOfMethodAndUndefinedMeetsNothing) {
  const auto meets = [](const char* text, std::optional<double> actual) {
    return Meets(*ParseRequirement(text, kColumns, Lang::kEn), actual);
  };
  EXPECT_TRUE(meets("share>=0.7", 0.7 - 1e-10));
  EXPECT_FALSE(meets("share>=0.7", 0.7 - 1e-8));
  EXPECT_FALSE(meets("share>0.7", 0.7 + 1e-10));
  EXPECT_TRUE(meets("share<=0.7", 0.7));
  EXPECT_TRUE(meets("share==0.7", 0.7));
  EXPECT_FALSE(meets("share>=0.7", std::nullopt));
  EXPECT_FALSE(meets("share<=0.7", std::nullopt));
}

TEST(ReadPoint, ReadsSequencesTimesAndDates) {
  const auto seq = ParseReadPoint("--as-of", "1841", Lang::kEn);
  ASSERT_TRUE(seq.ok());
  EXPECT_EQ(seq->seq, 1841);
  const auto time =
      ParseReadPoint("--as-of", "2025-06-30T08:00:00Z", Lang::kEn);
  ASSERT_TRUE(time.ok());
  EXPECT_EQ(absl::FormatTime(*time->time, absl::UTCTimeZone()),
            "2025-06-30T08:00:00+00:00");
  // The end of the day in Beijing.
  const auto date = ParseReadPoint("--as-of", "2025-06-30", Lang::kEn);
  ASSERT_TRUE(date.ok());
  EXPECT_EQ(absl::FormatTime(*date->time, absl::UTCTimeZone()),
            "2025-06-30T15:59:59+00:00");
}

TEST(ReadPoint, RefusesEverythingElse) {
  for (const char* text : {"", "0", "-3", "yesterday", "2025-13-01",
                           "2025-06-30T08:00:00", "99999999999999999999"}) {
    const auto point = ParseReadPoint("--as-of", text, Lang::kEn);
    EXPECT_FALSE(point.ok()) << text;
    EXPECT_THAT(MessageOf(point.status()), HasSubstr("--as-of")) << text;
  }
}

Lookup Map(std::map<std::string, std::string> values) {
  return [values = std::move(values)](
             const std::string& name) -> std::optional<std::string> {
    const auto it = values.find(name);
    if (it == values.end()) return std::nullopt;
    return it->second;
  };
}

TEST(Settings, OptionBeforeEnvironmentBeforeFileBeforeDefault) {
  const std::map<std::string, std::string> config = {
      {"server", "file:1"}, {"token", "from-file"}, {"tls_ca", "ca.pem"}};
  const auto settings = ResolveSettings(
      Lang::kEn, Map({{"--server", "option:1"}}),
      Map({{"QIANGJI_SERVER", "environment:1"}, {"QIANGJI_TOKEN", "from-env"}}),
      config, false);
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->server, "option:1");
  EXPECT_EQ(settings->token, "from-env");
  EXPECT_EQ(settings->tls_ca, "ca.pem");
  const auto plain = ResolveSettings(Lang::kEn, Map({}), Map({}), {}, false);
  EXPECT_EQ(plain->server, "127.0.0.1:7443");
  EXPECT_EQ(plain->timeout, std::nullopt);
}

TEST(Settings, ATerminalShowsATableAndAPipeGetsCsv) {
  const auto output = [](bool terminal, std::map<std::string, std::string> o) {
    return ResolveSettings(Lang::kEn, Map(std::move(o)), Map({}), {}, terminal);
  };
  EXPECT_EQ(output(true, {})->output, Output::kTable);
  EXPECT_EQ(output(false, {})->output, Output::kCsv);
  EXPECT_EQ(output(false, {{"--output", "json"}})->output, Output::kJson);
  EXPECT_TRUE(output(false, {{"--output", "xlsx"}})->workbook);
  const auto shown = output(true, {{"--output", "xlsx"}});
  EXPECT_TRUE(IsUsageError(shown.status()));
  EXPECT_THAT(MessageOf(shown.status()), HasSubstr("> FILE.xlsx"));
}

TEST(Settings, LanguageOfTheFirstThatIsSet) {
  const auto choose = [](const std::optional<std::string>& option,
                         std::map<std::string, std::string> environment) {
    return ChooseLang(option, Map(std::move(environment)), {});
  };
  EXPECT_EQ(choose("zh", {{"LANG", "en_US.UTF-8"}}), Lang::kZh);
  EXPECT_EQ(choose({}, {{"QIANGJI_LANG", "zh"}, {"LANG", "C"}}), Lang::kZh);
  EXPECT_EQ(choose({}, {{"LC_ALL", "C"}, {"LANG", "zh_CN.UTF-8"}}), Lang::kEn);
  EXPECT_EQ(choose({}, {{"LANG", "zh_CN.UTF-8"}}), Lang::kZh);
  EXPECT_EQ(choose({}, {}), Lang::kEn);
}

TEST(Settings, ReadsDurations) {
  EXPECT_EQ(ParseTimeout("30"), absl::Seconds(30));
  EXPECT_EQ(ParseTimeout("500ms"), absl::Milliseconds(500));
  EXPECT_EQ(ParseTimeout("-1s"), std::nullopt);
  EXPECT_EQ(ParseTimeout("soon"), std::nullopt);
}

// A directory of its own for one test.
class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ =
        std::filesystem::temp_directory_path() /
        ("qiangji-cli-" + std::to_string(getpid()) + "-" +
         ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string Put(const std::string& name, const std::string& text) {
    const auto path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path.string();
  }
  std::filesystem::path directory_;
};

TEST_F(Files, ConfigurationIsReadFromHome) {
  Put(".config/qiangji/config.toml",
      "server = \"h:1\"\nlang = \"zh\"\ntimeout = 5\n");
  const auto config = ReadConfig(Map({{"HOME", directory_.string()}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->at("server"), "h:1");
  EXPECT_EQ(config->at("timeout"), "5");
}

TEST_F(Files, ConfigurationErrorsNameFileAndKey) {
  Put(".config/qiangji/config.toml", "sever = \"h:1\"\n");
  const auto unknown = ReadConfig(Map({{"HOME", directory_.string()}}));
  EXPECT_THAT(MessageOf(unknown.status()), HasSubstr("Did you mean server?"));
  const std::string path = Put(".config/qiangji/config.toml", "server = \n");
  const auto broken = ReadConfig(Map({{"HOME", directory_.string()}}));
  EXPECT_THAT(MessageOf(broken.status()), HasSubstr(path + ":1"));
}

TEST_F(Files, ImportTakesFilesAndTheCsvOfDirectories) {
  Put("d/items.csv", "12345");
  Put("d/sectors.csv", "1");
  Put("d/notes.txt", "x");
  const std::string other = Put("supply.data", "1");
  const auto files =
      FindImportFiles({(directory_ / "d").string(), other}, Lang::kEn);
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 3u);
  EXPECT_EQ((*files)[0].name, "items.csv");
  EXPECT_EQ((*files)[0].size, 5u);
  EXPECT_EQ((*files)[1].name, "sectors.csv");
  EXPECT_EQ((*files)[2].name, "supply.data");
}

TEST_F(Files, ImportRefusesMissingEmptyAndTwice) {
  EXPECT_FALSE(FindImportFiles({"/nowhere/x.csv"}, Lang::kEn).ok());
  EXPECT_FALSE(FindImportFiles({directory_.string()}, Lang::kEn).ok());
  const std::string a = Put("a/items.csv", "1"), b = Put("b/items.csv", "1");
  const auto twice = FindImportFiles({a, b}, Lang::kEn);
  EXPECT_THAT(MessageOf(twice.status()), HasSubstr("same file name"));
}

TEST(NamePattern, ReadsIdsAndFullNames) {
  const NamePattern item("items/{item}");
  EXPECT_EQ(*item.Name({"bearing"}, Lang::kEn), "items/bearing");
  EXPECT_EQ(*item.Name({"items/bearing"}, Lang::kEn), "items/bearing");
  const NamePattern input("items/{item}/inputs/{input_item}");
  const char* full = "items/robot/inputs/bearing";
  EXPECT_EQ(*input.Name({"robot", "bearing"}, Lang::kEn), full);
  EXPECT_EQ(*input.Name({"robot/bearing"}, Lang::kEn), full);
  EXPECT_EQ(*input.Name({full}, Lang::kEn), full);
  EXPECT_EQ(input.Placeholder(), "ITEM/INPUT_ITEM");
}

TEST(NamePattern, RefusesAnotherNumberOfIdsAndSaysTheForm) {
  const NamePattern input("items/{item}/inputs/{input_item}");
  const auto name = input.Name({"robot"}, Lang::kEn);
  EXPECT_TRUE(IsUsageError(name.status()));
  EXPECT_THAT(MessageOf(name.status()), HasSubstr("ITEM/INPUT_ITEM"));
}

TEST(NamePattern, ParentsAreWildcardsUnlessGiven) {
  const NamePattern input("items/{item}/inputs/{input_item}");
  EXPECT_EQ(input.Parent({}), "items/-");
  EXPECT_EQ(input.Parent({{"item", "robot"}}), "items/robot");
  EXPECT_EQ(NamePattern("items/{item}").Parent({}), "");
}

}  // namespace
}  // namespace qiangji::cli
