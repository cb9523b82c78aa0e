// Rows for tests of a store: small, valid, and named by column.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "db/store/store.h"
#include "services/base/clock.h"
#include "services/base/mutex.h"

namespace qiangji::testing {

using Cell = std::pair<const char*, domain::Value>;

const domain::TableSchema& Table(domain::TableId id);
// Cells by name; the others are not stated.
domain::Row RowOf(domain::TableId id, std::initializer_list<Cell> cells);

domain::Row ItemRow(const std::string& id, const std::string& sectors = "nev");
domain::Row OrganizationRow(const std::string& id);
domain::Row SupplyRow(const std::string& item, int year,
                      const std::string& supplier, double quantity,
                      const std::string& origin = "CHN",
                      const std::string& visibility = "private");
domain::Key ItemKey(const std::string& id);

// A transaction that puts `rows`.
absl::StatusOr<store::Commit> PutAll(
    store::Store& store,
    const std::vector<std::pair<domain::TableId, domain::Row>>& rows,
    const std::string& owner = "", const store::WriteOptions& options = {});
absl::StatusOr<store::Commit> DeleteRow(store::Store& store, domain::TableId id,
                                        const domain::Key& key);

// All rows of a table in scan order.
std::vector<store::Stored> ScanAll(
    store::Store& store, domain::TableId id,
    const store::ScanOptions& options = {},
    const store::AccessScope& scope = store::AccessScope::All());
store::Change HeadOf(store::Store& store);

// A clock that stands where it is put.
class FakeClock final : public Clock {
 public:
  absl::Time Now() const override {
    MutexLock lock(mutex_);
    return now_;
  }
  void Set(absl::Time now) {
    MutexLock lock(mutex_);
    now_ = now;
  }

 private:
  mutable Mutex mutex_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
};

}  // namespace qiangji::testing
