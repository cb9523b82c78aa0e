#include "services/registry/merge.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/resource_type.h"
#include "services/registry/row_checks.h"
#include "services/rpc/errors.h"

namespace qiangji::registry {
namespace {

using domain::Key;
using domain::Row;
using domain::TableId;
using domain::TableSchema;
using domain::Value;
using store::AccessScope;
using store::Stored;

constexpr int kAtOnce = 1000;
constexpr std::size_t kNamed = 10;

std::string NameOf(const TableSchema& table, const Row& row) {
  return ResourceTypeOf(table.id).Name(domain::KeyOf(table, row));
}

Value& Cell(const TableSchema& table, Row& row, absl::string_view column) {
  return row[static_cast<std::size_t>(table.Find(column))];
}

// Rows that stand in the way, named in one error.
class Obstacles {
 public:
  void Add(std::string name) {
    ++count_;
    if (names_.size() < kNamed) names_.push_back(std::move(name));
  }
  absl::Status ToStatus(absl::string_view reason,
                        absl::string_view what) const {
    if (count_ == 0) return absl::OkStatus();
    return rpc::FailedPrecondition(
        reason,
        absl::StrCat(
            what, ": ", absl::StrJoin(names_, ", "),
            count_ > static_cast<int>(kNamed)
                ? absl::StrCat(" and ", count_ - static_cast<int>(kNamed),
                               " more")
                : ""));
  }

 private:
  std::vector<std::string> names_;
  int count_ = 0;
};

// "a;b" with `kept` for `merged`, sorted, each once.
std::string Replaced(const std::string& list, const std::string& merged,
                     const std::string& kept) {
  std::set<std::string> entries = absl::StrSplit(list, ';', absl::SkipEmpty());
  if (entries.erase(merged) > 0) entries.insert(kept);
  return absl::StrJoin(entries, ";");
}

class Merger {
 public:
  Merger(store::Transaction& transaction, TableId table,
         const std::string& kept, const std::string& merged)
      : transaction_(transaction),
        table_(*domain::FindTable(table)),
        kept_(kept),
        merged_(merged) {}

  absl::StatusOr<TableRows> Run() {
    QJ_ASSIGN_OR_RETURN(const Stored gone, Find(merged_));
    QJ_RETURN_IF_ERROR(Find(kept_).status());
    QJ_RETURN_IF_ERROR(RewriteReferences());
    QJ_RETURN_IF_ERROR(obstacles_.ToStatus(
        "MERGE_CONFLICT",
        "rows of both would become one, or refer to themselves; delete or "
        "correct one of each pair first"));
    QJ_RETURN_IF_ERROR(LeadMergesOn());
    QJ_RETURN_IF_ERROR(transaction_.Delete(table_, {merged_}).status());
    ++rows_[table_.id];
    QJ_RETURN_IF_ERROR(TakeOver(gone.row));
    QJ_RETURN_IF_ERROR(NoteMerge());
    QJ_RETURN_IF_ERROR(CheckRules());
    return std::move(rows_);
  }

 private:
  absl::StatusOr<Stored> Find(const std::string& id) {
    QJ_ASSIGN_OR_RETURN(std::optional<Stored> stored,
                        transaction_.Get(table_, {id}, AccessScope::All()));
    if (!stored) return rpc::NotFound(absl::StrCat(table_.collection, "/", id));
    return *std::move(stored);
  }

  // The rows that name the merged id, each once. Those that cannot be
  // rewritten would be found again: they end the search of their batch.
  absl::Status RewriteReferences() {
    std::set<std::string> seen;
    while (true) {
      QJ_ASSIGN_OR_RETURN(const auto referrers,
                          transaction_.Referrers(table_, merged_, kAtOnce));
      bool any = false;
      for (const auto& [table, key] : referrers) {
        if (!seen.insert(ResourceTypeOf(table).Name(key)).second) continue;
        any = true;
        QJ_RETURN_IF_ERROR(Rewrite(*domain::FindTable(table), key));
      }
      if (!any) return absl::OkStatus();
    }
  }

  absl::Status Rewrite(const TableSchema& table, const Key& key) {
    QJ_ASSIGN_OR_RETURN(const std::optional<Stored> stored,
                        transaction_.Get(table, key, AccessScope::All()));
    if (!stored) return absl::OkStatus();
    Row row = stored->row;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (table.columns[c].references != table_.name) continue;
      const std::string& text = domain::TextOf(row[c]);
      if (text.empty()) continue;
      row[c] = Replaced(text, merged_, kept_);
    }
    if (table.id == table_.id) {
      QJ_RETURN_IF_ERROR(Reparent(table, row));
    } else if (table.id == TableId::kInputs &&
               domain::TextOf(Cell(table, row, "item_id")) ==
                   domain::TextOf(Cell(table, row, "input_item_id"))) {
      obstacles_.Add(NameOf(table, stored->row));
      return absl::OkStatus();
    }
    return Replace(table, *stored, row);
  }

  // The kept row whose parent was the merged one gets that one's parent.
  absl::Status Reparent(const TableSchema& table, Row& row) {
    if (domain::TextOf(row[0]) != kept_) return absl::OkStatus();
    QJ_ASSIGN_OR_RETURN(Stored gone, Find(merged_));
    const absl::string_view column = ParentColumn();
    const Value parent = Cell(table, gone.row, column);
    const bool itself = domain::TextOf(parent) == kept_;
    Cell(table, row, column) = itself ? Value() : parent;
    return absl::OkStatus();
  }

  absl::Status Replace(const TableSchema& table, const Stored& stored,
                       const Row& row) {
    const Key old_key = domain::KeyOf(table, stored.row);
    const Key key = domain::KeyOf(table, row);
    if (key != old_key) {
      QJ_ASSIGN_OR_RETURN(const std::optional<Stored> there,
                          transaction_.Get(table, key, AccessScope::All()));
      if (there && (there->row != row || there->owner_id != stored.owner_id)) {
        obstacles_.Add(absl::StrCat(NameOf(table, stored.row), " and ",
                                    NameOf(table, row)));
        return absl::OkStatus();
      }
      Touch(table, stored.row);
      QJ_RETURN_IF_ERROR(transaction_.Delete(table, old_key).status());
    }
    Touch(table, row);
    QJ_RETURN_IF_ERROR(transaction_.Put(table, row, stored.owner_id).status());
    ++rows_[table.id];
    return absl::OkStatus();
  }

  // What was merged into the merged one is now merged into the kept one.
  absl::Status LeadMergesOn() {
    const TableSchema& merges = *domain::FindTable(TableId::kMerges);
    store::ScanOptions options;
    options.equals = {{merges.Find("kind"), Kind()},
                      {merges.Find("kept_id"), Value(merged_)}};
    std::vector<Stored> led;
    QJ_RETURN_IF_ERROR(
        transaction_.Scan(merges, options, AccessScope::All(),
                          [&](const Stored& stored, absl::string_view) {
                            led.push_back(stored);
                            return absl::OkStatus();
                          }));
    for (Stored& stored : led) {
      Cell(merges, stored.row, "kept_id") = kept_;
      QJ_RETURN_IF_ERROR(
          transaction_.Put(merges, stored.row, stored.owner_id).status());
      ++rows_[merges.id];
    }
    return absl::OkStatus();
  }

  // Codes and names that the kept one lacks; of an item the names that went
  // become aliases.
  absl::Status TakeOver(Row gone) {
    QJ_ASSIGN_OR_RETURN(Stored kept, Find(kept_));
    Row row = kept.row;
    if (table_.id == TableId::kItems) {
      std::set<std::string> aliases = absl::StrSplit(
          domain::TextOf(Cell(table_, row, "aliases")), ';', absl::SkipEmpty());
      const std::vector<std::string> theirs =
          absl::StrSplit(domain::TextOf(Cell(table_, gone, "aliases")), ';',
                         absl::SkipEmpty());
      aliases.insert(theirs.begin(), theirs.end());
      for (const char* name : {"name_zh", "name_en"}) {
        aliases.insert(domain::TextOf(Cell(table_, gone, name)));
      }
      for (const char* name : {"name_zh", "name_en"}) {
        aliases.erase(domain::TextOf(Cell(table_, row, name)));
      }
      aliases.erase("");
      if (!aliases.empty()) {
        Cell(table_, row, "aliases") = JoinAliases(aliases);
      }
    }
    for (const char* column : {"name_en", "uscc", "lei"}) {
      if (table_.Find(column) < 0) continue;
      Value& cell = Cell(table_, row, column);
      if (domain::IsNull(cell)) cell = Cell(table_, gone, column);
    }
    if (row == kept.row) return absl::OkStatus();
    ++rows_[table_.id];
    return transaction_.Put(table_, row, kept.owner_id).status();
  }

  // Names that are no alias (too long, or with the separator) stay in history.
  static std::string JoinAliases(const std::set<std::string>& aliases) {
    std::vector<std::string> accepted;
    const TableSchema& items = *domain::FindTable(TableId::kItems);
    const domain::Column& column =
        items.columns[static_cast<std::size_t>(items.Find("aliases"))];
    for (const std::string& alias : aliases) {
      if (alias.find(';') == std::string::npos &&
          domain::ParseCell(column, alias).ok()) {
        accepted.push_back(alias);
      }
    }
    return absl::StrJoin(accepted, ";");
  }

  absl::Status NoteMerge() {
    const TableSchema& merges = *domain::FindTable(TableId::kMerges);
    Row row(merges.columns.size());
    Cell(merges, row, "kind") = Kind();
    Cell(merges, row, "merged_id") = merged_;
    Cell(merges, row, "kept_id") = kept_;
    ++rows_[merges.id];
    return transaction_.Put(merges, row, "").status();
  }

  Value Kind() const { return std::string(MergedKindOf(table_.id)); }
  absl::string_view ParentColumn() const {
    return table_.id == TableId::kItems ? "parent_item_id"
                                        : "parent_organization_id";
  }

  void Touch(const TableSchema& table, const Row& row) {
    const auto cell = [&](absl::string_view column) -> const Value& {
      return row[static_cast<std::size_t>(table.Find(column))];
    };
    if (table.id == TableId::kSupply || table.id == TableId::kDemand) {
      item_years_.emplace(domain::TextOf(cell("item_id")),
                          static_cast<int>(domain::IntOf(cell("year"))));
    } else if (table.id == TableId::kInputs) {
      input_items_.insert(domain::TextOf(cell("item_id")));
    } else if (table.id == table_.id) {
      children_.insert(domain::TextOf(row[0]));
    }
  }

  absl::Status CheckRules() {
    children_.insert(kept_);
    std::vector<RowProblem> problems;
    const auto take = [&](absl::StatusOr<std::vector<RowProblem>> found) {
      if (!found.ok()) return found.status();
      problems.insert(problems.end(), found->begin(), found->end());
      return absl::OkStatus();
    };
    for (const auto& [item, year] : item_years_) {
      if (Gone(item)) continue;
      QJ_RETURN_IF_ERROR(take(CheckItemYear(transaction_, item, year)));
    }
    for (const std::string& item : input_items_) {
      if (Gone(item)) continue;
      QJ_RETURN_IF_ERROR(take(CheckItemInputs(transaction_, item)));
    }
    for (const std::string& id : children_) {
      QJ_RETURN_IF_ERROR(take(CheckAncestors(transaction_, table_, id)));
    }
    Obstacles broken;
    for (const RowProblem& problem : problems) {
      if (problem.error) broken.Add(problem.message);
    }
    return broken.ToStatus("MERGE_CONFLICT", "the merged rows break rules");
  }

  bool Gone(const std::string& item) const {
    return table_.id == TableId::kItems && item == merged_;
  }

  store::Transaction& transaction_;
  const TableSchema& table_;
  const std::string kept_, merged_;
  TableRows rows_;
  Obstacles obstacles_;
  std::set<std::pair<std::string, int>> item_years_;
  std::set<std::string> input_items_, children_;
};

class Undoer {
 public:
  Undoer(store::Transaction& transaction, TableId table,
         const std::string& merged)
      : transaction_(transaction),
        table_(*domain::FindTable(table)),
        merged_(merged) {}

  absl::StatusOr<TableRows> Run() {
    const TableSchema& merges = *domain::FindTable(TableId::kMerges);
    const Key key = {std::string(MergedKindOf(table_.id)), merged_};
    QJ_ASSIGN_OR_RETURN(const std::optional<Stored> merge,
                        transaction_.Get(merges, key, AccessScope::All()));
    if (!merge) return rpc::NotFound(ResourceTypeOf(merges.id).Name(key));
    QJ_ASSIGN_OR_RETURN(
        const std::vector<Stored> versions,
        transaction_.History(table_, {merged_}, AccessScope::All()));
    // The change that took the id away.
    seq_ = versions.empty() ? 0 : versions[0].seq_to;
    QJ_RETURN_IF_ERROR(transaction_.ChangedRows(
        seq_, {}, AccessScope::All(), [&](const store::ChangedRow& changed) {
          changed_.push_back(changed);
          return absl::OkStatus();
        }));
    QJ_RETURN_IF_ERROR(CheckOwnChange(key));
    QJ_RETURN_IF_ERROR(CheckUnchanged());
    for (const store::ChangedRow& changed : changed_) {
      QJ_RETURN_IF_ERROR(Restore(changed));
    }
    return std::move(rows_);
  }

 private:
  // An import may bring a merge without the rows that it touched.
  absl::Status CheckOwnChange(const Key& merge) const {
    const bool own = std::any_of(
        changed_.begin(), changed_.end(), [&](const store::ChangedRow& c) {
          return c.table == TableId::kMerges && c.key == merge && c.row;
        });
    if (own) return absl::OkStatus();
    return rpc::FailedPrecondition(
        "MERGE_NOT_RECORDED",
        absl::StrCat("the merge of ", table_.collection, "/", merged_,
                     " was imported: what it touched is not recorded"));
  }

  absl::Status CheckUnchanged() {
    Obstacles later;
    for (const store::ChangedRow& changed : changed_) {
      QJ_ASSIGN_OR_RETURN(const std::optional<Stored> now,
                          transaction_.Get(*domain::FindTable(changed.table),
                                           changed.key, AccessScope::All()));
      const bool same = changed.row ? now && now->row == changed.row->row &&
                                          now->owner_id == changed.row->owner_id
                                    : !now;
      if (!same) later.Add(ResourceTypeOf(changed.table).Name(changed.key));
    }
    return later.ToStatus("CHANGED_SINCE", "changed since the merge");
  }

  absl::Status Restore(const store::ChangedRow& changed) {
    const TableSchema& table = *domain::FindTable(changed.table);
    QJ_ASSIGN_OR_RETURN(
        const std::optional<Stored> before,
        transaction_.Get(table, changed.key, AccessScope::All(), seq_ - 1));
    ++rows_[table.id];
    if (before) {
      return transaction_.Put(table, before->row, before->owner_id).status();
    }
    return transaction_.Delete(table, changed.key).status();
  }

  store::Transaction& transaction_;
  const TableSchema& table_;
  const std::string merged_;
  store::Seq seq_ = 0;
  std::vector<store::ChangedRow> changed_;
  TableRows rows_;
};

}  // namespace

const char* MergedKindOf(TableId table) {
  if (table == TableId::kItems) return "item";
  return table == TableId::kOrganizations ? "organization" : nullptr;
}

absl::StatusOr<std::string> MergedInto(store::Reader& reader, TableId table,
                                       absl::string_view id, store::Seq at) {
  const char* kind = MergedKindOf(table);
  if (kind == nullptr) return std::string();
  const TableSchema& merges = *domain::FindTable(TableId::kMerges);
  QJ_ASSIGN_OR_RETURN(std::optional<Stored> merge,
                      reader.Get(merges, {std::string(kind), std::string(id)},
                                 AccessScope::All(), at));
  return merge ? domain::TextOf(Cell(merges, merge->row, "kept_id"))
               : std::string();
}

absl::StatusOr<std::optional<Stored>> FollowMerge(
    store::Reader& reader, const TableSchema& table, const Key& key,
    const AccessScope& scope, store::Seq seq, std::optional<Stored> found) {
  const bool live = found && (found->seq_to == 0 ||
                              (seq != store::kHead && found->seq_to > seq));
  if (live || MergedKindOf(table.id) == nullptr) return found;
  QJ_ASSIGN_OR_RETURN(
      const std::string kept,
      MergedInto(reader, table.id, domain::TextOf(key[0]), seq));
  if (kept.empty()) return found;
  return reader.Get(table, {kept}, scope, seq);
}

absl::StatusOr<TableRows> MergeRows(store::Transaction& transaction,
                                    TableId table, const std::string& kept,
                                    const std::string& merged) {
  if (kept == merged) {
    return rpc::InvalidField("merged_name",
                             "is the kept one; accepted: another one");
  }
  return Merger(transaction, table, kept, merged).Run();
}

absl::StatusOr<TableRows> UndoMergeRows(store::Transaction& transaction,
                                        TableId table,
                                        const std::string& merged) {
  return Undoer(transaction, table, merged).Run();
}

}  // namespace qiangji::registry
