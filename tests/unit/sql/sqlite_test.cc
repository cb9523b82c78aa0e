// The migrator's gate, the schema as migrated, the driver's settings, and
// what verification finds in a database that somebody edited.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>

#include "db/migrations/migrations.h"
#include "db/sql/migrator.h"
#include "db/sql/table_sql.h"
#include "db/sqlite/sqlite_driver.h"
#include "db/sqlite/sqlite_error.h"
#include "db/sqlite/sqlite_store.h"
#include "tests/contract/store_rows.h"

namespace qiangji {
namespace {

using domain::TableId;

class SqliteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "qj-sql-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_ = directory_ + "/a.db";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<sql::Connection> Connect() {
    sqlite::DriverOptions options;
    options.path = path_;
    return *sqlite::SqliteDriver(options).OpenWriter();
  }
  std::unique_ptr<store::Store> OpenStore() {
    auto store = store::OpenSqlite(path_, domain::RegistryTables(),
                                   migrations::Registry());
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  std::string directory_;
  std::string path_;
};

TEST_F(SqliteTest, MigratedTablesHaveExactlyTheColumnsOfTheSchema) {
  const std::pair<absl::Span<const domain::TableSchema* const>,
                  absl::Span<const sql::Migration>>
      databases[] = {{domain::RegistryTables(), migrations::Registry()},
                     {domain::CoverageTables(), migrations::Coverage()},
                     {domain::BottleneckTables(), migrations::Bottleneck()}};
  for (const auto& [tables, steps] : databases) {
    path_ += "x";
    auto connection = Connect();
    ASSERT_TRUE(sql::Migrate(*connection, steps).ok());
    sql::Dictionaries names;
    for (const domain::TableSchema* schema : tables) {
      std::vector<std::string> expected;
      const sql::TableLayout layout(*schema, &names);
      for (const auto& column : layout.columns()) {
        expected.push_back(column.name);
      }
      expected.insert(expected.end(), {"owner_id", "seq_from"});
      const std::string name(schema->name);
      EXPECT_EQ(*connection->ColumnNames(name), expected) << name;
      expected.push_back("seq_to");
      EXPECT_EQ(*connection->ColumnNames(name + "_history"), expected) << name;
    }
  }
}

TEST_F(SqliteTest, MigrationsAreNumberedWithoutGaps) {
  for (const auto steps : {migrations::Registry(), migrations::Coverage(),
                           migrations::Bottleneck()}) {
    int version = 0;
    for (const auto& step : steps) EXPECT_EQ(step.version, ++version);
    EXPECT_GE(version, 1);
  }
}

TEST_F(SqliteTest, MigratorTakesOneVerifiedStepAtATimeAndRefusesNewer) {
  const sql::Migration steps[] = {
      {1, "0001_a", "CREATE TABLE a (x INTEGER)", "SELECT 1"},
      {2, "0002_b", "CREATE TABLE b (x INTEGER); INSERT INTO b VALUES (7)",
       "SELECT count(*) FROM b WHERE x = 7"},
      {3, "0003_c", "INSERT INTO b VALUES (8)", "SELECT 0"}};
  auto connection = Connect();
  const absl::Span<const sql::Migration> all(steps);
  ASSERT_TRUE(sql::Migrate(*connection, all.subspan(0, 1)).ok());
  EXPECT_EQ(*sql::SchemaVersion(*connection), 1);
  ASSERT_TRUE(sql::Migrate(*connection, all.subspan(0, 2)).ok());
  ASSERT_TRUE(sql::Migrate(*connection, all.subspan(0, 2)).ok());
  // A step that does not verify is taken back whole.
  EXPECT_EQ(sql::Migrate(*connection, all).code(), absl::StatusCode::kInternal);
  EXPECT_EQ(*sql::SchemaVersion(*connection), 2);
  auto rows = *connection->Prepare("SELECT count(*) FROM b");
  ASSERT_TRUE(*rows->Step());
  EXPECT_EQ(rows->Int(0), 1);
  // A program that knows less refuses, and so does one with a gap.
  EXPECT_EQ(sql::Migrate(*connection, all.subspan(0, 1)).code(),
            absl::StatusCode::kFailedPrecondition);
  const sql::Migration gap[] = {steps[0], {4, "0004_d", "", "SELECT 1"}};
  EXPECT_EQ(sql::Migrate(*connection, gap).code(), absl::StatusCode::kInternal);
}

TEST_F(SqliteTest, NewerDatabaseIsRefusedByTheStore) {
  ASSERT_TRUE(OpenStore()->Close().ok());
  ASSERT_TRUE(Connect()
                  ->Execute("INSERT INTO schema_version VALUES (999, 'later')")
                  .ok());
  const auto store = store::OpenSqlite(path_, domain::RegistryTables(),
                                       migrations::Registry());
  EXPECT_EQ(store.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(store.status().message()),
              ::testing::HasSubstr("newer"));
}

TEST_F(SqliteTest, ConnectionIsDurableByItsSettings) {
  auto connection = Connect();
  const auto pragma = [&](const std::string& name) {
    auto read = *connection->Prepare("PRAGMA " + name);
    EXPECT_TRUE(*read->Step());
    return std::string(read->Text(0));
  };
  EXPECT_EQ(pragma("journal_mode"), "wal");
  EXPECT_EQ(pragma("synchronous"), "2");
  EXPECT_EQ(pragma("cache_size"), "-65536");
}

TEST_F(SqliteTest, FileThatIsNoDatabaseIsRefused) {
  FILE* file = fopen(path_.c_str(), "w");
  ASSERT_NE(file, nullptr);
  for (int n = 0; n < 1000; ++n) fputs("not a database\n", file);
  fclose(file);
  EXPECT_EQ(
      store::OpenSqlite(path_, domain::RegistryTables(), migrations::Registry())
          .status()
          .code(),
      absl::StatusCode::kDataLoss);
}

TEST_F(SqliteTest, ErrorsAreMappedByExtendedCode) {
  const auto code = [](int sqlite) {
    return sqlite::ErrorOf(sqlite, "m").code();
  };
  EXPECT_EQ(code(SQLITE_CONSTRAINT_PRIMARYKEY),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(code(SQLITE_CONSTRAINT_UNIQUE), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(code(SQLITE_CONSTRAINT_NOTNULL), absl::StatusCode::kInternal);
  EXPECT_EQ(code(SQLITE_FULL), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(code(SQLITE_IOERR_FSYNC), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(SQLITE_BUSY), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(SQLITE_CORRUPT_VTAB), absl::StatusCode::kDataLoss);
}

// Each edit of the file is found by verification.
class TamperTest : public SqliteTest,
                   public ::testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(
    Edits, TamperTest,
    ::testing::Values(
        "UPDATE supply SET quantity = 8 WHERE year = 2021",
        "UPDATE supply SET owner_id = 'thief'",
        "UPDATE supply SET seq_from = 1 WHERE year = 2020",
        "UPDATE supply_history SET quantity = 8",
        "UPDATE supply_history SET seq_to = 9",
        "UPDATE supply_history SET seq_to = 2",
        "UPDATE items SET name_zh = 'x'",
        "DELETE FROM supply WHERE year = 2021", "DELETE FROM supply_history",
        "DELETE FROM change WHERE seq = 2", "DELETE FROM change WHERE seq = 4",
        "DELETE FROM change_row WHERE seq = 2",
        "UPDATE change_row SET keys = x'00' WHERE seq = 2",
        "UPDATE change SET caller = 'x' WHERE seq = 1",
        "UPDATE change SET time = time + 1 WHERE seq = 3",
        "UPDATE change SET digest = zeroblob(32) WHERE seq = 4",
        "UPDATE item_key SET name = 'other' WHERE id = 1",
        "UPDATE supply_facet SET origin_country = 'USA'",
        "DELETE FROM organization_key",
        "INSERT INTO supply (item_id, year, supplier_id, reporter_id, facet, "
        "owner_id, seq_from) VALUES (1, 1999, 0, 0, 1, '', 1)",
        "INSERT INTO supply_history (item_id, year, supplier_id, reporter_id, "
        "facet, owner_id, seq_from, seq_to) "
        "VALUES (1, 1999, 0, 0, 1, '', 1, 2)"));

TEST_P(TamperTest, IsFound) {
  using testing::PutAll;
  using testing::SupplyRow;
  {
    auto store = OpenStore();
    ASSERT_TRUE(
        PutAll(*store, {{TableId::kItems, testing::ItemRow("a")},
                        {TableId::kSupply, SupplyRow("a", 2020, "s", 1)}})
            .ok());
    ASSERT_TRUE(
        PutAll(*store, {{TableId::kSupply, SupplyRow("a", 2021, "s", 1)}})
            .ok());
    ASSERT_TRUE(
        PutAll(*store, {{TableId::kSupply, SupplyRow("a", 2020, "s", 2)}})
            .ok());
    ASSERT_TRUE(
        PutAll(*store, {{TableId::kSupply, SupplyRow("b", 2021, "s", 2)}})
            .ok());
    const auto sound = store->Verify();
    ASSERT_TRUE(sound.ok());
    ASSERT_TRUE(sound->findings.empty()) << sound->findings[0].what;
    EXPECT_EQ(sound->changes, 4);
    EXPECT_EQ(sound->rows, 5);
  }
  ASSERT_TRUE(Connect()->Execute(GetParam()).ok());
  auto store = OpenStore();
  ASSERT_NE(store, nullptr);
  const auto edited = store->Verify();
  ASSERT_TRUE(edited.ok()) << edited.status();
  if (std::string(GetParam()) == "DELETE FROM change WHERE seq = 4") {
    // The newest link: its rows and keys are left over.
    EXPECT_EQ(edited->head.seq, 3);
  }
  ASSERT_FALSE(edited->findings.empty());
  EXPECT_FALSE(edited->findings[0].where.empty());
}

}  // namespace
}  // namespace qiangji
