// import, export, diff and admin verify against a registry, and exports with a
// byte changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <random>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/app.h"
#include "clients/cli/command.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/verify_export.h"
#include "tests/service/registry/every_table.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Outcome {
  int status = -1;
  std::string out;
  std::string err;
};

class HistoryCli : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = (fs::temp_directory_path() / "qj-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
  }
  void TearDown() override { fs::remove_all(directory_); }

  static Outcome Run(TestRegistry* registry, std::vector<std::string> words) {
    words.insert(words.end(), {"--lang", "en"});
    if (registry != nullptr) {
      words.insert(words.end(), {"--server", registry->address()});
    }
    std::ostringstream out, err;
    cli::Console console{out, err};
    Outcome outcome;
    outcome.status = cli::Run(
        words, [](const std::string&) { return std::nullopt; }, console);
    outcome.out = out.str();
    outcome.err = err.str();
    return outcome;
  }
  std::string Path(const std::string& name) const {
    return directory_ + "/" + name;
  }
  void Write(const std::string& name, const Files& files) const {
    fs::create_directories(Path(name));
    for (const auto& [file, content] : files) {
      std::ofstream(Path(name) + "/" + file, std::ios::binary) << content;
    }
  }
  static std::string Read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream content;
    content << in.rdbuf();
    return content.str();
  }
  // A registry with three versions of every table, exported to "export".
  void MakeExport(TestRegistry& registry) {
    for (int version = 1; version <= 3; ++version) {
      const std::string name = absl::StrCat("v", version);
      Write(name, EveryTable(version));
      const Outcome imported = Run(&registry, {"import", Path(name)});
      ASSERT_EQ(imported.status, cli::kDone) << imported.err;
    }
    const Outcome exported =
        Run(&registry, {"export", Path("export"), "--with-history"});
    ASSERT_EQ(exported.status, cli::kDone) << exported.err;
  }

  std::string directory_;
};

TEST_F(HistoryCli, AnExportIsVerifiedWithoutServerAndRestored) {
  TestRegistry first;
  MakeExport(first);
  const Outcome verified =
      Run(nullptr, {"admin", "verify", Path("export"), "--output", "csv"});
  EXPECT_EQ(verified.status, cli::kDone) << verified.err;
  const store::Change head = first.Head();
  EXPECT_THAT(verified.out,
              HasSubstr(absl::StrCat("registry,", head.seq, ",",
                                     absl::BytesToHexString(head.digest))));

  TestRegistry second;
  const Outcome restored =
      Run(&second, {"import", Path("export"), "--with-history"});
  EXPECT_EQ(restored.status, cli::kDone) << restored.err;
  EXPECT_EQ(second.Head().digest, head.digest);
  // Not twice.
  EXPECT_EQ(Run(&second, {"import", Path("export"), "--with-history"}).status,
            cli::kFailed);
  // The current state alone goes into any registry.
  TestRegistry third;
  EXPECT_EQ(Run(&third, {"import", Path("export")}).status, cli::kDone);
  EXPECT_EQ(EveryRead(third, 0, true), EveryRead(first, 0, true));
}

TEST_F(HistoryCli, AByteChangedAnywhereInAnyFileIsFound) {
  TestRegistry registry;
  MakeExport(registry);
  ASSERT_THAT(cli::VerifyExport(Path("export")), IsOk());
  std::mt19937 random(1);
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(Path("export"))) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string path = entry.path().string();
    const std::string content = Read(path);
    for (int flip = 0; flip < 40; ++flip) {
      std::string changed = content;
      char& byte = changed[random() % changed.size()];
      byte = static_cast<char>(byte ^ (1 << (random() % 7)));
      std::ofstream(path, std::ios::binary) << changed;
      EXPECT_THAT(cli::VerifyExport(Path("export")),
                  StatusIs(absl::StatusCode::kDataLoss))
          << path << ": byte " << (&byte - changed.data());
    }
    std::ofstream(path, std::ios::binary) << content;
  }
  EXPECT_GT(files, 14);
  EXPECT_THAT(cli::VerifyExport(Path("export")), IsOk());
}

TEST_F(HistoryCli, TheFirstBrokenLinkIsNamedWithChangeAndRow) {
  TestRegistry registry;
  MakeExport(registry);
  const std::string log = Path("export/history/log.csv");
  std::string content = Read(log);
  const std::size_t at = content.find("检测所");
  content.replace(at, std::string("检测所").size(), "检验所");
  std::ofstream(log, std::ios::binary) << content;
  const Outcome verified = Run(nullptr, {"admin", "verify", Path("export")});
  EXPECT_EQ(verified.status, cli::kCheckFailed);
  EXPECT_THAT(verified.err, HasSubstr("history/log.csv:"));
  EXPECT_THAT(verified.err, HasSubstr("change 2: organizations (lab): "));
  EXPECT_EQ(Run(nullptr, {"admin", "verify", Path("v1")}).status, cli::kFailed);
}

TEST_F(HistoryCli, DiffListsTheCellsThatChanged) {
  TestRegistry registry;
  MakeExport(registry);
  const Outcome diff = Run(&registry, {"diff", "--from", "2", "--to", "3",
                                       "items", "--output", "csv"});
  EXPECT_EQ(diff.status, cli::kDone) << diff.err;
  EXPECT_EQ(diff.out,
            "table,name,field,before,after,change\n"
            "items,items/gear,requirement,1,2,changed\n");
  EXPECT_EQ(Run(&registry, {"diff"}).status, cli::kWrongUsage);
}

// A frozen round is a name for a sequence.
TEST_F(HistoryCli, AStateIsReadByTheNameOfAFrozenRound) {
  TestRegistry registry;
  Write("first", EveryTable(1));
  ASSERT_EQ(Run(&registry, {"import", Path("first")}).status, cli::kDone);
  const auto seq = registry.Head().seq;
  Write("rounds",
        {{"rounds.csv", absl::StrCat("round_id,name_zh,year,state,frozen_seq\n"
                                     "spring,春,2024,frozen,",
                                     seq, "\n2025,年,2025,frozen,", seq,
                                     "\nautumn,秋,2024,planned,\n")},
         {"items.csv",
          "item_id,name_zh,category,sectors\n"
          "new,新,component,nev\n"}});
  ASSERT_EQ(Run(&registry, {"import", Path("rounds")}).status, cli::kDone);
  const auto items = [&](const std::string& when) {
    return Run(&registry, {"item", "list", "--output", "csv", "--as-of", when});
  };
  const Outcome then = items(absl::StrCat(seq));
  EXPECT_THAT(then.out, ::testing::Not(HasSubstr("new,")));
  for (const char* name : {"spring", "rounds/spring", "rounds/2025"}) {
    EXPECT_EQ(items(name).out, then.out) << name;
  }
  EXPECT_THAT(items(absl::StrCat(seq + 1)).out, HasSubstr("new,"));
  for (const auto& [name, says] :
       {std::pair{"summer", "there is no round 'summer'"},
        {"autumn", "round 'autumn' is not frozen"}}) {
    const Outcome outcome = items(name);
    EXPECT_EQ(outcome.status, cli::kFailed) << name;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(says));
    EXPECT_THAT(outcome.err, HasSubstr("--as-of"));
  }
  EXPECT_EQ(items("Summer!").status, cli::kWrongUsage);

  EXPECT_EQ(
      Run(&registry, {"export", Path("then"), "--as-of", "spring"}).status,
      cli::kDone);
  EXPECT_THAT(Read(Path("then/items.csv")), ::testing::Not(HasSubstr("new,")));
  const Outcome diff =
      Run(&registry, {"diff", "--from", "spring", "items", "--output", "csv"});
  EXPECT_THAT(diff.out, HasSubstr("items,items/new,"));
}

TEST_F(HistoryCli, Row79MarkupIsExportedAsItIs) {
  TestRegistry registry;
  const std::string items =
      "item_id,name_zh,category,sectors\n"
      "a,<script>alert('1&2')</script>,component,nev\n";
  Write("in", {{"items.csv", items}});
  ASSERT_EQ(Run(&registry, {"import", Path("in")}).status, cli::kDone);
  ASSERT_EQ(Run(&registry, {"export", Path("out")}).status, cli::kDone);
  EXPECT_THAT(Read(Path("out/items.csv")),
              HasSubstr("a,<script>alert('1&2')</script>,"));
  EXPECT_THAT(Run(&registry, {"item", "list", "--output", "csv"}).out,
              HasSubstr("<script>alert('1&2')</script>"));
}

// Who belongs to whom, over every tier; and what was merged.
TEST_F(HistoryCli, GroupsAndMergesAreListed) {
  TestRegistry registry;
  Write("in", {{"organizations.csv",
                "organization_id,name_zh,country,parent_organization_id\n"
                "holding,控股,CHN,\nplant-a,甲厂,CHN,division\n"
                "division,事业部,CHN,holding\nplant-b,乙厂,CHN,holding\n"
                "other,他人,DEU,\ntwin,甲,CHN,other\n"}});
  ASSERT_EQ(Run(&registry, {"import", Path("in")}).status, cli::kDone);
  const auto group = [&](const std::string& id) {
    const Outcome listed = Run(
        &registry, {"organization", "list", "--group", id, "--output", "csv"});
    EXPECT_EQ(listed.status, cli::kDone) << listed.err;
    std::vector<std::string> ids;
    for (const auto& line :
         absl::StrSplit(listed.out, '\n', absl::SkipEmpty())) {
      ids.push_back(std::string(line.substr(0, line.find(','))));
    }
    return ids;
  };
  // The one at the top first, then tier by tier, each by id.
  EXPECT_THAT(group("plant-a"),
              ::testing::ElementsAre("organization_id", "holding", "division",
                                     "plant-b", "plant-a"));
  EXPECT_EQ(group("holding"), group("division"));
  EXPECT_THAT(group("twin"),
              ::testing::ElementsAre("organization_id", "other", "twin"));
  EXPECT_EQ(Run(&registry, {"organization", "list", "--group", "no"}).status,
            cli::kFailed);
  EXPECT_EQ(Run(&registry,
                {"organization", "list", "--group", "other", "country=CHN"})
                .status,
            cli::kWrongUsage);

  ASSERT_EQ(
      Run(&registry, {"merge", "organizations/plant-b", "organizations/twin"})
          .status,
      cli::kDone);
  const Outcome merges = Run(&registry, {"merge", "--list", "--output", "csv"});
  EXPECT_EQ(merges.status, cli::kDone) << merges.err;
  EXPECT_EQ(merges.out, "kind,merged_id,kept_id\norganization,twin,plant-b\n");
  EXPECT_EQ(Run(&registry, {"merge"}).status, cli::kWrongUsage);
}

TEST_F(HistoryCli, AnImportThatIsNotDoneInTimeIsCancelled) {
  TestRegistry registry;
  std::string items = "item_id,name_zh,category,sectors\n";
  for (int i = 0; i < 200'000; ++i) {
    absl::StrAppend(&items, "i", i, ",n,component,nev\n");
  }
  Write("large", {{"items.csv", items}});
  const store::Change before = registry.Head();
  const Outcome late =
      Run(&registry, {"import", Path("large"), "--timeout", "200ms"});
  EXPECT_EQ(late.status, cli::kFailed);
  EXPECT_EQ(registry.Head().digest, before.digest);
}

TEST_F(HistoryCli, CtrlCCallsTheCancellerOnce) {
  std::promise<void> called;
  cli::Interrupt interrupt([&called] { called.set_value(); });
  EXPECT_FALSE(interrupt.raised());
  raise(SIGINT);
  called.get_future().wait();
  EXPECT_TRUE(interrupt.raised());
}

}  // namespace
}  // namespace qiangji::testing
