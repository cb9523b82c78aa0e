#include "db/sql/catalog.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace qiangji::sql {

Catalog::Catalog(absl::Span<const domain::TableSchema* const> tables)
    : dictionaries_(std::make_unique<Dictionaries>()) {
  for (const domain::TableSchema* schema : tables) {
    std::vector<std::string> facet;
    for (const domain::Column& column : schema->columns) {
      if (column.storage == domain::Storage::kFacet) {
        facet.emplace_back(column.name);
      }
    }
    if (!facet.empty()) {
      dictionaries_->facets = std::make_unique<Dictionary>(
          absl::StrCat(schema->name, "_facet"), std::move(facet));
    }
    tables_.push_back(std::make_unique<Table>(*schema, dictionaries_.get()));
    by_id_[static_cast<std::size_t>(schema->id)] = tables_.back().get();
  }
}

absl::StatusOr<const Table*> Catalog::Find(
    const domain::TableSchema& table) const {
  const Table* found = Find(table.id);
  if (found == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("table ", table.name, " is not in this database"));
  }
  return found;
}

std::vector<Dictionary*> Catalog::dictionaries() const {
  std::vector<Dictionary*> all = {&dictionaries_->items,
                                  &dictionaries_->organizations};
  if (dictionaries_->facets != nullptr)
    all.push_back(dictionaries_->facets.get());
  return all;
}

}  // namespace qiangji::sql
