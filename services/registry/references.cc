#include "services/registry/references.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/registry/merge.h"

namespace qiangji::registry {
namespace {

using domain::TableId;

constexpr absl::string_view kPlainMetrics[] = {
    "share", "value_share", "penetrated_share", "promoted_processes"};

// An id of a vocabulary (sectors, in lists) is a value that is not accepted;
// any other names a row that may come.
void Missing(std::vector<domain::Violation>& violations,
             absl::string_view column, absl::string_view table,
             absl::string_view id) {
  violations.push_back(
      {std::string(column),
       absl::StrCat(domain::Quoted(id), " names nothing in ", table,
                    "; accepted: an id that is registered, or in the same "
                    "import"),
       /*dangling=*/table != "sectors"});
}

// One column that names rows of one table.
absl::Status ResolveCell(IdSource& ids, const domain::Column& column,
                         domain::Value& cell,
                         std::vector<domain::Violation>& violations) {
  const domain::TableSchema* table = domain::FindTable(column.references);
  const std::string text = domain::TextOf(cell);
  if (domain::IsOrganizationReference(text)) {
    QJ_ASSIGN_OR_RETURN(std::string id, ids.Organization(text));
    if (id.empty()) {
      Missing(violations, column.name, table->name, text);
    } else {
      cell = std::move(id);
    }
    return absl::OkStatus();
  }
  std::set<std::string> entries;
  bool merged = false;
  for (absl::string_view id : absl::StrSplit(text, ';', absl::SkipEmpty())) {
    QJ_ASSIGN_OR_RETURN(const bool exists, ids.Exists(table->id, id));
    std::string kept;
    if (!exists) {
      QJ_ASSIGN_OR_RETURN(kept, ids.Merged(table->id, id));
      if (kept.empty()) Missing(violations, column.name, table->name, id);
    }
    merged |= !kept.empty();
    entries.insert(kept.empty() ? std::string(id) : kept);
  }
  if (merged) cell = absl::StrJoin(entries, ";");
  return absl::OkStatus();
}

absl::Status ResolveMetric(IdSource& ids, const domain::TableSchema& table,
                           const domain::Row& row,
                           std::vector<domain::Violation>& violations) {
  const std::string& metric =
      domain::TextOf(row[static_cast<std::size_t>(table.Find("metric"))]);
  for (absl::string_view plain : kPlainMetrics) {
    if (metric == plain) return absl::OkStatus();
  }
  if (!domain::IsId(metric)) return absl::OkStatus();  // reported already
  QJ_ASSIGN_OR_RETURN(const bool exists,
                      ids.Exists(TableId::kIndicators, metric));
  if (!exists) Missing(violations, "metric", "indicators", metric);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> StoreIds::Exists(TableId id, absl::string_view name) {
  const domain::TableSchema& table = *domain::FindTable(id);
  if (table.key_columns().size() == 1) {
    QJ_ASSIGN_OR_RETURN(
        std::optional<store::Stored> row,
        reader_.Get(table, {std::string(name)}, store::AccessScope::All()));
    return row.has_value();
  }
  store::ScanOptions options;
  options.equals = {{table.key_columns()[0], std::string(name)}};
  options.limit = 1;
  bool found = false;
  QJ_RETURN_IF_ERROR(reader_.Scan(table, options, store::AccessScope::All(),
                                  [&](const store::Stored&, absl::string_view) {
                                    found = true;
                                    return absl::OkStatus();
                                  }));
  return found;
}

absl::StatusOr<std::string> StoreIds::Merged(TableId table,
                                             absl::string_view id) {
  return MergedInto(reader_, table, id);
}

absl::StatusOr<std::string> StoreIds::Organization(
    absl::string_view reference) {
  const domain::TableSchema& table =
      *domain::FindTable(TableId::kOrganizations);
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(reference, absl::MaxSplits(':', 1));
  store::ScanOptions options;
  options.equals = {{table.Find(parts.first), std::string(parts.second)}};
  options.limit = 1;
  std::string id;
  QJ_RETURN_IF_ERROR(
      reader_.Scan(table, options, store::AccessScope::All(),
                   [&](const store::Stored& stored, absl::string_view) {
                     id = domain::TextOf(stored.row[0]);
                     return absl::OkStatus();
                   }));
  return id;
}

absl::Status ResolveReferences(IdSource& ids, const domain::TableSchema& table,
                               domain::Row& row,
                               std::vector<domain::Violation>& violations) {
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (table.columns[c].references.empty() || domain::IsNull(row[c])) {
      continue;
    }
    QJ_RETURN_IF_ERROR(ResolveCell(ids, table.columns[c], row[c], violations));
  }
  if (table.id == TableId::kTargets) {
    QJ_RETURN_IF_ERROR(ResolveMetric(ids, table, row, violations));
  }
  return absl::OkStatus();
}

}  // namespace qiangji::registry
