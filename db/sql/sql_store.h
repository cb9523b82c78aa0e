// The one store over SQL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "db/sql/catalog.h"
#include "db/sql/driver.h"
#include "db/sql/migration.h"
#include "db/sql/session.h"
#include "db/sql/writer.h"
#include "db/store/import.h"
#include "db/store/store.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"

namespace qiangji::sql {

class SqlStore final : public store::Store {
 public:
  // Opens the connections, migrates, reads the names, starts the writer.
  static absl::StatusOr<std::unique_ptr<SqlStore>> Open(
      std::unique_ptr<Driver> driver,
      absl::Span<const domain::TableSchema* const> tables,
      absl::Span<const Migration> migrations, const Clock& clock,
      int read_connections);
  ~SqlStore() override;

  absl::StatusOr<std::unique_ptr<store::Import>> NewImport(
      std::string owner_id) override;
  absl::Status Read(
      absl::FunctionRef<absl::Status(store::Reader&)> body) override;
  absl::StatusOr<store::Commit> ReadWrite(
      const store::WriteOptions& options,
      absl::FunctionRef<absl::Status(store::Transaction&,
                                     std::vector<std::string>&)>
          body) override;
  absl::StatusOr<store::Commit> ReplaceHistory(
      const store::WriteOptions& options, bool dry_run,
      absl::FunctionRef<absl::Status(store::Restore&)> body) override;
  void SetCommitListener(
      std::function<void(const store::Change&)> listener) override;
  absl::StatusOr<store::Verification> Verify() override;
  absl::Status Close() override;

  // For imports: a snapshot on a read connection, and the writer.
  absl::Status ReadSession(absl::FunctionRef<absl::Status(Session&)> body);
  Writer& writer() { return *writer_; }
  const Catalog& catalog() const { return *catalog_; }
  std::string spill_directory() const { return driver_->spill_directory(); }

 private:
  SqlStore(std::unique_ptr<Driver> driver, std::unique_ptr<Catalog> catalog)
      : driver_(std::move(driver)), catalog_(std::move(catalog)) {}

  std::unique_ptr<Session> TakeReader();  // nullptr: closed
  void AddReader(std::unique_ptr<Session> reader);

  const std::unique_ptr<Driver> driver_;
  const std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Writer> writer_;

  Mutex mutex_;
  CondVar changed_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  int reading_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<Session>> readers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::sql
