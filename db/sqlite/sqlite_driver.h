// SQLite behind the driver interface: WAL, synchronous=FULL, one file.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "db/sql/driver.h"

namespace qiangji::sqlite {

struct DriverOptions {
  std::string path;
  std::string vfs;                      // "" = the default
  bool unsafe_synchronous_off = false;  // fault tests only
  // A private directory to be removed with the driver ("" = none).
  std::string owned_directory;
};

class SqliteDriver final : public sql::Driver {
 public:
  explicit SqliteDriver(DriverOptions options) : options_(std::move(options)) {}
  ~SqliteDriver() override;

  absl::StatusOr<std::unique_ptr<sql::Connection>> OpenWriter() override;
  absl::StatusOr<std::unique_ptr<sql::Connection>> OpenReader() override;
  std::string spill_directory() const override;

 private:
  absl::StatusOr<std::unique_ptr<sql::Connection>> Open(int cache_kib);
  const DriverOptions options_;
};

}  // namespace qiangji::sqlite
