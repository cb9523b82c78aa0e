#include "db/sql/sql_store.h"

#include <utility>

#include "db/sql/migrator.h"
#include "db/sql/restore.h"
#include "db/sql/sql_import.h"
#include "db/sql/transaction.h"
#include "db/sql/verify.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

absl::Status Closed() {
  return absl::FailedPreconditionError("the store is closed");
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqlStore>> SqlStore::Open(
    std::unique_ptr<Driver> driver,
    absl::Span<const domain::TableSchema* const> tables,
    absl::Span<const Migration> migrations, const Clock& clock,
    int read_connections) {
  auto store = std::unique_ptr<SqlStore>(
      new SqlStore(std::move(driver), std::make_unique<Catalog>(tables)));
  QJ_ASSIGN_OR_RETURN(auto connection, store->driver_->OpenWriter());
  QJ_RETURN_IF_ERROR(Migrate(*connection, migrations));
  for (Dictionary* dictionary : store->catalog_->dictionaries()) {
    QJ_RETURN_IF_ERROR(dictionary->Load(*connection));
  }
  for (int n = 0; n < read_connections; ++n) {
    QJ_ASSIGN_OR_RETURN(auto reader, store->driver_->OpenReader());
    store->AddReader(
        std::make_unique<Session>(std::move(reader), store->spill_directory()));
  }
  store->writer_ = std::make_unique<Writer>(
      store->catalog_.get(),
      std::make_unique<Session>(std::move(connection),
                                store->spill_directory()),
      &clock);
  QJ_RETURN_IF_ERROR(store->writer_->Start());
  return store;
}

SqlStore::~SqlStore() { Close().IgnoreError(); }

std::unique_ptr<Session> SqlStore::TakeReader() {
  MutexLock lock(mutex_);
  while (readers_.empty() && !closed_) changed_.Wait(lock);
  if (closed_) return nullptr;
  ++reading_;
  auto reader = std::move(readers_.back());
  readers_.pop_back();
  return reader;
}

void SqlStore::AddReader(std::unique_ptr<Session> reader) {
  MutexLock lock(mutex_);
  readers_.push_back(std::move(reader));
}

absl::Status SqlStore::ReadSession(
    absl::FunctionRef<absl::Status(Session&)> body) {
  std::unique_ptr<Session> reader = TakeReader();
  if (reader == nullptr) return Closed();
  absl::Status status = reader->connection().BeginRead();
  if (status.ok()) status = body(*reader);
  reader->connection().Rollback();
  MutexLock lock(mutex_);
  --reading_;
  readers_.push_back(std::move(reader));
  if (closed_) {
    changed_.NotifyAll();  // Close waits too
  } else {
    changed_.NotifyOne();
  }
  return status;
}

absl::Status SqlStore::Read(
    absl::FunctionRef<absl::Status(store::Reader&)> body) {
  return ReadSession([&](Session& session) {
    SqlReader reader(catalog_.get(), &session);
    return body(reader);
  });
}

absl::StatusOr<store::Commit> SqlStore::ReadWrite(
    const store::WriteOptions& options,
    absl::FunctionRef<absl::Status(store::Transaction&,
                                   std::vector<std::string>&)>
        body) {
  return writer_->Run(options, false, [&](WriteContext& context) {
    SqlTransaction transaction(context.catalog, context.session,
                               context.recorder->change().seq, context.pending,
                               false);
    QJ_RETURN_IF_ERROR(body(transaction, *context.names));
    return transaction.Record(context.recorder);
  });
}

absl::StatusOr<store::Commit> SqlStore::ReplaceHistory(
    const store::WriteOptions& options, bool dry_run,
    absl::FunctionRef<absl::Status(store::Restore&)> body) {
  return writer_->Run(
      options, true, [&](WriteContext& context) -> absl::Status {
        SqlRestore restore(&context);
        QJ_RETURN_IF_ERROR(restore.Clear());
        QJ_RETURN_IF_ERROR(body(restore));
        if (!restore.last()) {
          return absl::InvalidArgumentError("the history has no change");
        }
        context.head = restore.last();
        context.discard = dry_run;
        return absl::OkStatus();
      });
}

void SqlStore::SetCommitListener(
    std::function<void(const store::Change&)> listener) {
  writer_->SetCommitListener(std::move(listener));
}

absl::StatusOr<store::Verification> SqlStore::Verify() {
  store::Verification verification;
  QJ_RETURN_IF_ERROR(ReadSession([&](Session& session) {
    return VerifyDatabase(*catalog_, &session, &verification);
  }));
  return verification;
}

absl::StatusOr<std::unique_ptr<store::Import>> SqlStore::NewImport(
    std::string owner_id) {
  return SqlImport::Create(this, std::move(owner_id));
}

absl::Status SqlStore::Close() {
  {
    MutexLock lock(mutex_);
    if (closed_) return absl::OkStatus();
    closed_ = true;
    changed_.NotifyAll();
    while (reading_ > 0) changed_.Wait(lock);
    readers_.clear();
  }
  return writer_ == nullptr ? absl::OkStatus() : writer_->Stop();
}

}  // namespace qiangji::sql
