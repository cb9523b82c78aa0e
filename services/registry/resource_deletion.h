// How rows are deleted, and what that takes.
//
// There is no mark on a row. Deleting closes its current version: it leaves
// the current table and stays in the history table as the version without a
// successor. That one fact is all of it: the feed carries it as a deletion, so
// no figure counts the row; reads at an earlier time, digests, export and
// history need to know nothing more. For the resources that keep their
// deleted ones (AIP-164: items, organizations, projects) Get and lists with
// show_deleted read that last version, with delete_time, the time of the
// change that closed it; Undelete writes it again as a new version; and its id
// stays taken. Nothing is ever purged.
//
// An import states rows, so it brings a deleted one back like Undelete.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/registry/resource_type.h"

namespace qiangji::registry {

// The row as of `seq`: live, or deleted by then where the type keeps deleted
// ones (0 < seq_to <= seq tells). nullopt: neither, or not in the scope.
absl::StatusOr<std::optional<store::Stored>> FindKept(
    store::Reader& reader, const ResourceType& type, const domain::Key& key,
    const store::AccessScope& scope, store::Seq seq);

// What depends on a row that is to be deleted.
class Dependents {
 public:
  // `owner_id`: whose rows may be changed, "" = all. `touched` is told of each
  // row that is deleted or changed, as it was.
  Dependents(store::Transaction& transaction, const store::AccessScope& scope,
             std::string owner_id,
             std::function<void(const domain::TableSchema&, const domain::Row&)>
                 touched)
      : transaction_(transaction),
        scope_(scope),
        owner_id_(std::move(owner_id)),
        touched_(std::move(touched)) {}

  // Makes sure that nothing names the row: FAILED_PRECONDITION that lists what
  // does, or with `force` deletes the rows whose key or required cell names
  // it and takes it out of the others. Not even force takes the last entry of
  // a required list, or rows of another owner.
  absl::Status Release(const ResourceType& type, const domain::Key& key,
                       bool force);

 private:
  using Names = std::vector<std::pair<domain::TableId, domain::Key>>;
  absl::Status Refuse(const std::string& name, const Names& dependents,
                      bool more) const;
  // False: it must stay as it is.
  absl::StatusOr<bool> ReleaseRow(const ResourceType& named,
                                  const std::string& id,
                                  const ResourceType& type,
                                  const domain::Key& key);

  store::Transaction& transaction_;
  const store::AccessScope scope_;
  const std::string owner_id_;
  const std::function<void(const domain::TableSchema&, const domain::Row&)>
      touched_;
};

}  // namespace qiangji::registry
