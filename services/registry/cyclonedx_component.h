// One component of a CycloneDX document and the rows of one item: the two
// sides of docs/CYCLONEDX.md that import and export share.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace qiangji::registry {

// Cells of a row by column; those that are not stated are absent.
using NamedCells = std::map<std::string, std::string>;

// The properties of a component (or of the metadata) that are ours.
struct OwnProperties {
  NamedCells item;  // qiangji:COLUMN
  // qiangji:TABLE:N:COLUMN: rows by table, in the order of N.
  std::map<std::string, std::vector<NamedCells>> rows;
};

// INVALID_ARGUMENT for a property that starts with "qiangji:" and is none.
// `tables`: those that may have rows here.
absl::StatusOr<OwnProperties> ReadProperties(
    const nlohmann::json& owner, absl::Span<const absl::string_view> tables);

// The category of a component that states none: software by its type; of what
// is built, the document's subject is equipment and its parts are components.
// "" for a type that is unknown.
absl::string_view CategoryOf(absl::string_view type, bool is_subject);

// What the registry knows of an item.
struct ItemRows {
  NamedCells item;
  std::vector<NamedCells> supply, demand, inputs;  // without their item_id
  // The supplier, where its records name one only.
  std::string supplier_id, supplier_name;
};

// The component that is written of it.
nlohmann::json MakeComponent(const ItemRows& rows, const std::string& ref);
// Appends qiangji:TABLE:N:COLUMN of each row.
void AppendRows(absl::string_view table, const std::vector<NamedCells>& rows,
                nlohmann::json& properties);

// What of `original` is not in `made`: members that differ or are more, apart
// from properties of ours and the components inside.
nlohmann::json Remainder(const nlohmann::json& original,
                         const nlohmann::json& made);
// Puts what was kept into `made`.
void Restore(const nlohmann::json& kept, nlohmann::json& made);

}  // namespace qiangji::registry
