#include "services/registry/row_stager.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/registry/references.h"
#include "services/registry/resource_type.h"
#include "services/registry/row_parser.h"

namespace qiangji::registry {

using domain::Row;
using domain::TableId;
using domain::TableSchema;
using domain::Violation;

namespace {

// Tables whose ids others name; targets name indicators by metric. Asked for
// every row.
bool IsReferenced(TableId table) {
  static const auto* const named = [] {
    auto* ids = new std::set<TableId>{TableId::kIndicators};
    for (const ResourceType& type : ResourceTypes()) {
      if (type.is_named()) ids->insert(type.table().id);
    }
    return ids;
  }();
  return named->contains(table);
}

const domain::Value& Cell(const TableSchema& table, const Row& row,
                          absl::string_view column) {
  return row[static_cast<std::size_t>(table.Find(column))];
}

}  // namespace

// The index as ResolveReferences asks it, and what it saw on the way.
class RowStager::Lookup final : public IdSource {
 public:
  Lookup(IdIndex& ids, TableId own, bool may_wait)
      : ids_(ids), own_(own), may_wait_(may_wait) {}

  bool broken() const { return broken_; }
  bool wait() const { return wait_; }

  absl::StatusOr<bool> Exists(TableId table, absl::string_view id) override {
    QJ_ASSIGN_OR_RETURN(const IdIndex::Found found, ids_.Find(table, id));
    broken_ |= found == IdIndex::Found::kBroken;
    if (found != IdIndex::Found::kNo) return true;
    return Later(table);
  }
  absl::StatusOr<std::string> Merged(TableId table,
                                     absl::string_view id) override {
    return ids_.Merged(table, id);
  }
  absl::StatusOr<std::string> Organization(
      absl::string_view reference) override {
    QJ_ASSIGN_OR_RETURN(std::string id, ids_.Organization(reference));
    if (id.empty() && Later(TableId::kOrganizations)) {
      return std::string(reference);
    }
    return id;
  }

 private:
  bool Later(TableId table) {
    if (!may_wait_ || table != own_) return false;
    wait_ = true;
    return true;
  }
  IdIndex& ids_;
  const TableId own_;
  const bool may_wait_;
  bool broken_ = false;
  bool wait_ = false;
};

RowStager::RowStager(store::Store& store, store::Import& import,
                     std::string owner_id, ProblemList& problems,
                     const std::set<Origin>& repeated)
    : store_(store),
      import_(import),
      owner_id_(std::move(owner_id)),
      problems_(problems),
      repeated_(repeated),
      ids_(store) {}

void RowStager::Report(Origin origin,
                       const std::vector<Violation>& violations) {
  for (const Violation& violation : violations) {
    problems_.Add(origin, violation.column, violation.message);
  }
}

absl::Status RowStager::NoteId(const TableSchema& table, const Row& row,
                               std::vector<Violation>& violations) {
  if (!IsReferenced(table.id)) return absl::OkStatus();
  const std::string& id =
      domain::TextOf(row[static_cast<std::size_t>(table.key_columns()[0])]);
  if (id.empty()) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(const std::string kept, ids_.Merged(table.id, id));
  if (!kept.empty()) {
    violations.push_back(
        {std::string(
             table.columns[static_cast<std::size_t>(table.key_columns()[0])]
                 .name),
         absl::StrCat(domain::Quoted(id), " was merged into ", kept,
                      "; accepted: the row of ", kept,
                      ", or this one after the merge is undone")});
  }
  if (table.id == TableId::kOrganizations && violations.empty()) {
    for (absl::string_view code : {"uscc", "lei"}) {
      const std::string& text = domain::TextOf(Cell(table, row, code));
      if (text.empty()) continue;
      QJ_ASSIGN_OR_RETURN(const std::optional<std::string> other,
                          ids_.AddCode(absl::StrCat(code, ":", text), id));
      if (other) {
        violations.push_back(
            {std::string(code),
             absl::StrCat(domain::Quoted(text), " is already that of ", *other,
                          "; accepted: a code of one organization only")});
      }
    }
  }
  return violations.empty() ? ids_.AddStaged(table.id, id)
                            : ids_.AddBroken(table.id, id);
}

absl::Status RowStager::Add(const TableSchema& table, Origin origin,
                            absl::Span<const std::string> texts) {
  if (repeated_.contains(origin)) return absl::OkStatus();
  std::vector<Violation> violations;
  Row row = ParseRow(table, texts, violations);
  QJ_RETURN_IF_ERROR(NoteId(table, row, violations));
  if (violations.empty()) {
    // The default of `side` compares ids: it waits until they are resolved.
    const int side = table.Find("side");
    if (side >= 0 && texts[static_cast<std::size_t>(side)].empty() &&
        !domain::IsNull(Cell(table, row, "reporter_id"))) {
      row[static_cast<std::size_t>(side)] = domain::Value();
    }
    return Settle(table, origin, std::move(row), /*may_wait=*/true);
  }
  // References are looked up as well, so that all is reported at once.
  Lookup lookup(ids_, table.id, /*may_wait=*/true);
  QJ_RETURN_IF_ERROR(ResolveReferences(lookup, table, row, violations));
  Report(origin, violations);
  return absl::OkStatus();
}

absl::Status RowStager::Settle(const TableSchema& table, Origin origin, Row row,
                               bool may_wait) {
  std::vector<Violation> violations;
  Lookup lookup(ids_, table.id, may_wait);
  QJ_RETURN_IF_ERROR(ResolveReferences(lookup, table, row, violations));
  if (violations.empty() && lookup.wait()) {
    // What is resolved stays so; the rest is tried again.
    waiting_.push_back({origin, std::move(row)});
    return absl::OkStatus();
  }
  if (const int side = table.Find("side");
      side >= 0 && domain::IsNull(row[static_cast<std::size_t>(side)])) {
    domain::CompleteRow(table, row, violations);
  }
  if (violations.empty()) {
    QJ_RETURN_IF_ERROR(CheckOwner(table, row, violations));
  }
  if (!violations.empty() || lookup.broken()) {
    Report(origin, violations);
    return absl::OkStatus();
  }
  QJ_RETURN_IF_ERROR(Touch(table, row, origin));
  ++staged_;
  return import_.Add(table, std::move(row), origin.tag());
}

absl::Status RowStager::EndTable(const TableSchema& table) {
  std::vector<Waiting> waiting = std::move(waiting_);
  waiting_.clear();
  for (Waiting& row : waiting) {
    QJ_RETURN_IF_ERROR(
        Settle(table, row.origin, std::move(row.row), /*may_wait=*/false));
  }
  return absl::OkStatus();
}

absl::Status RowStager::CheckOwner(const TableSchema& table, const Row& row,
                                   std::vector<Violation>& violations) {
  if (owner_id_.empty()) return absl::OkStatus();
  return store_.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(std::optional<store::Stored> stored,
                        reader.Get(table, domain::KeyOf(table, row),
                                   store::AccessScope::All()));
    if (stored && stored->owner_id != owner_id_) {
      violations.push_back(
          {"",
           "the row belongs to somebody else; accepted: rows of your own "
           "organization, and new ones"});
    }
    return absl::OkStatus();
  });
}

absl::Status RowStager::Touch(const TableSchema& table, const Row& row,
                              Origin origin) {
  const auto number = [&](TableId of, absl::string_view column) {
    return ids_.Number(of, domain::TextOf(Cell(table, row, column)));
  };
  if (table.id == TableId::kSupply || table.id == TableId::kDemand) {
    QJ_ASSIGN_OR_RETURN(const int item, number(TableId::kItems, "item_id"));
    const int year = static_cast<int>(domain::IntOf(Cell(table, row, "year")));
    Touched::ItemYear& touched =
        touched_.item_years.try_emplace({item, year}, Touched::ItemYear{origin})
            .first->second;
    if (table.id == TableId::kSupply) {
      touched.share |= !domain::IsNull(Cell(table, row, "share"));
      touched.quantity |= !domain::IsNull(Cell(table, row, "quantity"));
    }
    const std::string& grade = domain::TextOf(Cell(table, row, "evidence"));
    if (grade == "illustrative" && !touched_.illustrative) {
      touched_.illustrative = true;
      touched_.first_illustrative = origin;
    } else if ((grade == "declared" || grade == "audited") &&
               !touched_.declared) {
      touched_.declared = true;
      touched_.first_declared = origin;
    }
  } else if (table.id == TableId::kInputs) {
    QJ_ASSIGN_OR_RETURN(const int item, number(TableId::kItems, "item_id"));
    touched_.input_items.try_emplace(item, origin);
  } else if (table.id == TableId::kItems ||
             table.id == TableId::kOrganizations) {
    const bool items = table.id == TableId::kItems;
    if (!domain::IsNull(Cell(
            table, row, items ? "parent_item_id" : "parent_organization_id"))) {
      QJ_ASSIGN_OR_RETURN(
          const int id,
          number(table.id, items ? "item_id" : "organization_id"));
      touched_.children.try_emplace({table.id, id}, origin);
    }
  }
  return absl::OkStatus();
}

}  // namespace qiangji::registry
