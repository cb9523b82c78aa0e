#include "services/registry/resource_deletion.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"

namespace qiangji::registry {
namespace {

using domain::Key;
using domain::Row;
using domain::Value;
using store::AccessScope;
using store::Stored;

constexpr int kAtOnce = 1000;

// What becomes of a row without the id that one of its tables' columns names.
enum class Fate { kCleared, kDeleted, kStays };

// Takes `id` out of one cell.
Fate TakeOut(const domain::Column& column, const std::string& id, Value& cell) {
  if (!domain::IsList(column.kind)) {
    if (column.key || column.required) return Fate::kDeleted;
    cell = std::monostate();
    return Fate::kCleared;
  }
  std::vector<std::string> entries =
      absl::StrSplit(domain::TextOf(cell), ';', absl::SkipEmpty());
  entries.erase(std::remove(entries.begin(), entries.end(), id), entries.end());
  if (!entries.empty()) {
    cell = absl::StrJoin(entries, ";");
  } else if (column.required) {
    return Fate::kStays;
  } else {
    cell = std::monostate();
  }
  return Fate::kCleared;
}

bool Names(const domain::Column& column, const Value& cell,
           const std::string& id) {
  if (!domain::IsList(column.kind)) return domain::TextOf(cell) == id;
  const std::vector<std::string> entries =
      absl::StrSplit(domain::TextOf(cell), ';');
  return std::find(entries.begin(), entries.end(), id) != entries.end();
}

// Takes `id` of `named` out of every cell of the row.
Fate TakeOut(const domain::TableSchema& named, const std::string& id,
             const domain::TableSchema& table, Row& row) {
  Fate fate = Fate::kCleared;
  for (std::size_t c = 0; c < row.size(); ++c) {
    const domain::Column& column = table.columns[c];
    if (column.references != named.name || !Names(column, row[c], id)) continue;
    fate = std::max(fate, TakeOut(column, id, row[c]));
  }
  return fate;
}

}  // namespace

absl::StatusOr<std::optional<Stored>> FindKept(store::Reader& reader,
                                               const ResourceType& type,
                                               const Key& key,
                                               const AccessScope& scope,
                                               store::Seq seq) {
  QJ_ASSIGN_OR_RETURN(std::optional<Stored> live,
                      reader.Get(type.table(), key, scope, seq));
  if (live || !type.keeps_deleted()) return live;
  // The newest version of the time, whoever may see it: an older one that the
  // caller may see was changed, not deleted.
  QJ_ASSIGN_OR_RETURN(const std::vector<Stored> versions,
                      reader.History(type.table(), key, AccessScope::All()));
  const auto newest =
      std::find_if(versions.begin(), versions.end(),
                   [&](const Stored& one) { return one.seq_from <= seq; });
  if (newest == versions.end() || newest->seq_to == 0 || newest->seq_to > seq) {
    return std::nullopt;
  }
  if (scope.all()) return *newest;
  QJ_ASSIGN_OR_RETURN(const std::vector<Stored> visible,
                      reader.History(type.table(), key, scope));
  const bool seen = std::any_of(
      visible.begin(), visible.end(),
      [&](const Stored& one) { return one.seq_from == newest->seq_from; });
  return seen ? std::optional<Stored>(*newest) : std::nullopt;
}

absl::Status Dependents::Refuse(const std::string& name,
                                const Names& dependents, bool more) const {
  std::vector<std::string> shown;
  for (const auto& [table, key] : dependents) {
    if (shown.size() == rpc::kMaxDependents) break;
    const ResourceType& type = ResourceTypeOf(table);
    QJ_ASSIGN_OR_RETURN(const std::optional<Stored> visible,
                        transaction_.Get(type.table(), key, scope_));
    if (visible) shown.push_back(type.Name(key));
  }
  return rpc::StillReferenced(name, shown, static_cast<int>(dependents.size()),
                              more);
}

absl::StatusOr<bool> Dependents::ReleaseRow(const ResourceType& named,
                                            const std::string& id,
                                            const ResourceType& type,
                                            const Key& key) {
  QJ_ASSIGN_OR_RETURN(const std::optional<Stored> stored,
                      transaction_.Get(type.table(), key, AccessScope::All()));
  if (!stored) return true;  // it went with another one
  if (!owner_id_.empty() && stored->owner_id != owner_id_) return false;
  Row row = stored->row;
  const Fate fate = TakeOut(named.table(), id, type.table(), row);
  if (fate == Fate::kStays) return false;
  if (fate == Fate::kDeleted) {
    QJ_RETURN_IF_ERROR(Release(type, key, /*force=*/true));
    QJ_RETURN_IF_ERROR(transaction_.Delete(type.table(), key).status());
  } else {
    QJ_RETURN_IF_ERROR(
        transaction_.Put(type.table(), row, stored->owner_id).status());
  }
  touched_(type.table(), stored->row);
  return true;
}

absl::Status Dependents::Release(const ResourceType& type, const Key& key,
                                 bool force) {
  if (!type.is_named()) return absl::OkStatus();
  const std::string id = domain::TextOf(key[0]);
  while (true) {
    QJ_ASSIGN_OR_RETURN(Names dependents,
                        transaction_.Referrers(type.table(), id, kAtOnce + 1));
    // A row may name it in several columns.
    std::sort(dependents.begin(), dependents.end());
    dependents.erase(std::unique(dependents.begin(), dependents.end()),
                     dependents.end());
    if (dependents.empty()) return absl::OkStatus();
    const bool more = dependents.size() > kAtOnce;
    if (!force) {
      if (more) dependents.pop_back();
      return Refuse(type.Name(key), dependents, more);
    }
    Names stay;
    for (const auto& [table, referrer] : dependents) {
      QJ_ASSIGN_OR_RETURN(
          const bool released,
          ReleaseRow(type, id, ResourceTypeOf(table), referrer));
      if (!released) stay.emplace_back(table, referrer);
    }
    if (!stay.empty()) return Refuse(type.Name(key), stay, /*more=*/false);
  }
}

}  // namespace qiangji::registry
