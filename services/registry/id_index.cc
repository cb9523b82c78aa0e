#include "services/registry/id_index.h"

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/registry/merge.h"

namespace qiangji::registry {

using domain::TableId;

IdIndex::Entry& IdIndex::Get(Ids& ids, absl::string_view id) {
  const auto found = ids.index.find(id);
  if (found != ids.index.end()) {
    return ids.entries[static_cast<std::size_t>(found->second)];
  }
  ids.entries.push_back({.id = std::string(id)});
  Entry& entry = ids.entries.back();
  ids.index.emplace(entry.id, static_cast<int>(ids.entries.size() - 1));
  return entry;
}

absl::StatusOr<IdIndex::Ids*> IdIndex::Load(TableId id) {
  Ids& ids = tables_[id];
  if (ids.loaded) return &ids;
  const domain::TableSchema& table = *domain::FindTable(id);
  const auto key = static_cast<std::size_t>(table.key_columns()[0]);
  const int uscc = table.Find("uscc");
  const int lei = table.Find("lei");
  QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) {
    return reader.Scan(
        table, {}, store::AccessScope::All(),
        [&](const store::Stored& stored, absl::string_view) {
          const std::string& name = domain::TextOf(stored.row[key]);
          Get(ids, name).stored = true;
          const auto note = [&](int column, absl::string_view prefix) {
            if (column < 0) return;
            const std::string& code =
                domain::TextOf(stored.row[static_cast<std::size_t>(column)]);
            if (!code.empty()) codes_.emplace(absl::StrCat(prefix, code), name);
          };
          note(uscc, "uscc:");
          note(lei, "lei:");
          return absl::OkStatus();
        });
  }));
  ids.loaded = true;
  return &ids;
}

absl::StatusOr<IdIndex::Found> IdIndex::Find(TableId table,
                                             absl::string_view id) {
  QJ_ASSIGN_OR_RETURN(Ids * ids, Load(table));
  const auto found = ids->index.find(id);
  if (found == ids->index.end()) return Found::kNo;
  Entry& entry = ids->entries[static_cast<std::size_t>(found->second)];
  if (entry.staged) return Found::kStaged;
  if (entry.broken) return Found::kBroken;
  if (!entry.stored) return Found::kNo;
  entry.relied = true;
  return Found::kStored;
}

absl::Status IdIndex::AddStaged(TableId table, absl::string_view id) {
  QJ_ASSIGN_OR_RETURN(Ids * ids, Load(table));
  Get(*ids, id).staged = true;
  return absl::OkStatus();
}

absl::Status IdIndex::AddBroken(TableId table, absl::string_view id) {
  QJ_ASSIGN_OR_RETURN(Ids * ids, Load(table));
  Get(*ids, id).broken = true;
  return absl::OkStatus();
}

absl::StatusOr<std::string> IdIndex::Organization(absl::string_view reference) {
  QJ_RETURN_IF_ERROR(Load(TableId::kOrganizations).status());
  const auto found = codes_.find(reference);
  return found == codes_.end() ? std::string() : found->second;
}

absl::StatusOr<std::optional<std::string>> IdIndex::AddCode(
    absl::string_view reference, absl::string_view organization_id) {
  QJ_RETURN_IF_ERROR(Load(TableId::kOrganizations).status());
  const auto [at, added] =
      codes_.try_emplace(std::string(reference), std::string(organization_id));
  if (added || at->second == organization_id) return std::nullopt;
  return at->second;
}

absl::StatusOr<std::string> IdIndex::Merged(TableId table,
                                            absl::string_view id) {
  const char* kind = MergedKindOf(table);
  if (kind == nullptr) return std::string();
  if (!merges_) {
    merges_.emplace();
    QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) {
      merges_->clear();
      return reader.Scan(*domain::FindTable(TableId::kMerges), {},
                         store::AccessScope::All(),
                         [&](const store::Stored& stored, absl::string_view) {
                           (*merges_)[{domain::TextOf(stored.row[0]),
                                       domain::TextOf(stored.row[1])}] =
                               domain::TextOf(stored.row[2]);
                           return absl::OkStatus();
                         });
    }));
  }
  const auto found = merges_->find({kind, std::string(id)});
  return found == merges_->end() ? std::string() : found->second;
}

absl::StatusOr<int> IdIndex::Number(TableId table, absl::string_view id) {
  QJ_ASSIGN_OR_RETURN(Ids * ids, Load(table));
  Get(*ids, id);
  return ids->index.find(id)->second;
}

const std::string& IdIndex::IdOf(TableId table, int number) const {
  return tables_.at(table).entries[static_cast<std::size_t>(number)].id;
}

std::vector<std::pair<TableId, std::string>> IdIndex::Relied() const {
  std::vector<std::pair<TableId, std::string>> relied;
  for (const auto& [table, ids] : tables_) {
    for (const Entry& entry : ids.entries) {
      if (entry.relied && !entry.staged) relied.emplace_back(table, entry.id);
    }
  }
  return relied;
}

absl::StatusOr<std::vector<std::string>> IdIndex::StoredOnly(TableId table) {
  QJ_ASSIGN_OR_RETURN(Ids * ids, Load(table));
  std::vector<std::string> only;
  for (const Entry& entry : ids->entries) {
    if (entry.stored && !entry.staged) only.push_back(entry.id);
  }
  return only;
}

}  // namespace qiangji::registry
