// References of rows to rows of other tables.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "db/store/store.h"
#include "services/domain/schema.h"
#include "services/domain/validate.h"

namespace qiangji::registry {

// What is registered, where a row is about to be written.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // Whether `table` has a row whose first key cell is `id`.
  virtual absl::StatusOr<bool> Exists(domain::TableId table,
                                      absl::string_view id) = 0;
  // The id behind "uscc:…" or "lei:…"; "" if none.
  virtual absl::StatusOr<std::string> Organization(
      absl::string_view reference) = 0;
  // The id that one which is no more was merged into; "" if none.
  virtual absl::StatusOr<std::string> Merged(domain::TableId table,
                                             absl::string_view id) = 0;
};

// In a state of the store.
class StoreIds final : public IdSource {
 public:
  explicit StoreIds(store::Reader& reader) : reader_(reader) {}
  absl::StatusOr<bool> Exists(domain::TableId table,
                              absl::string_view id) override;
  absl::StatusOr<std::string> Organization(
      absl::string_view reference) override;
  absl::StatusOr<std::string> Merged(domain::TableId table,
                                     absl::string_view id) override;

 private:
  store::Reader& reader_;
};

// Puts ids in place of "uscc:…" and "lei:…", and the kept id in place of one
// that was merged into it, and appends what names nothing to
// `violations`. A target's metric that is no share and no count names an
// indicator.
absl::Status ResolveReferences(IdSource& ids, const domain::TableSchema& table,
                               domain::Row& row,
                               std::vector<domain::Violation>& violations);

}  // namespace qiangji::registry
