#include "tests/contract/store_cases.h"

#include <stdlib.h>

#include <filesystem>

#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"

namespace qiangji::testing {
namespace {

absl::StatusOr<std::unique_ptr<store::Store>> OpenAt(const std::string& path,
                                                     const Clock& clock) {
  store::SqliteOptions options;
  options.clock = &clock;
  return store::OpenSqlite(path, domain::RegistryTables(),
                           migrations::Registry(), options);
}

}  // namespace

std::vector<StoreCase> AllStoreCases() {
  return {{"SqliteMemory", false,
           [](const std::string&, const Clock& clock) {
             return OpenAt(":memory:", clock);
           }},
          {"SqliteFile", true, [](const std::string& dir, const Clock& clock) {
             return OpenAt(dir + "/registry.db", clock);
           }}};
}

void StoreTest::SetUp() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "qj-store-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  directory_ = pattern;
  Open();
}

void StoreTest::TearDown() {
  store_.reset();
  std::filesystem::remove_all(directory_);
}

void StoreTest::Open() {
  store_.reset();
  auto store = GetParam().open(directory_, clock_);
  ASSERT_TRUE(store.ok()) << store.status();
  store_ = *std::move(store);
}

}  // namespace qiangji::testing
