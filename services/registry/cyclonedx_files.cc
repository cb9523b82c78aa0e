#include "services/registry/cyclonedx_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/registry/cyclonedx.h"
#include "services/registry/cyclonedx_reader.h"

namespace qiangji::registry {

using domain::TableId;
using domain::TableSchema;

absl::Status CycloneDxFiles::Open(int number,
                                  const std::function<absl::Status()>& on_row) {
  const SpooledFile& file = *spool_.files()[static_cast<std::size_t>(number)];
  const auto refuse = [&](const absl::Status& status, std::int64_t line) {
    if (absl::IsInvalidArgument(status)) {
      problems_.Add({number, line}, "", status.message());
      return absl::OkStatus();
    }
    if (!absl::IsResourceExhausted(status)) return status;
    return absl::ResourceExhaustedError(
        absl::StrCat(file.name(), ": ", status.message()));
  };
  std::string text;
  std::int64_t line = 0;
  const absl::Status read = file.Read(
      FileEncoding::kDetect,
      [&](absl::string_view part) -> absl::Status {
        text.append(part.data(), part.size());
        if (static_cast<std::int64_t>(text.size()) <= kMaxCycloneDxBytes) {
          return absl::OkStatus();
        }
        return absl::ResourceExhaustedError(absl::StrCat(
            "the document has more than ", kMaxCycloneDxBytes, " bytes"));
      },
      line);
  if (!read.ok()) return refuse(read, line);
  absl::StatusOr<nlohmann::json> document = ParseCycloneDx(text);
  if (!document.ok()) return refuse(document.status(), 0);
  DocumentParts parts;
  parts.file_name = file.name();
  parts.file = number;
  const auto part = [&](const char* name) {
    sources_.push_back(absl::StrCat(file.name(), "!", name));
    return static_cast<int>(spool_.files().size() + sources_.size()) - 1;
  };
  parts.metadata = part("metadata");
  parts.components = part("components");
  parts.dependencies = part("dependencies");
  return ReadCycloneDx(*std::move(document), parts, rows_, warnings_, problems_,
                       on_row);
}

absl::StatusOr<bool> CycloneDxFiles::IsKnown(const TableSchema& table,
                                             const DocumentRow& row,
                                             IdIndex& ids) const {
  if (table.id == TableId::kInputs) {
    bool known = false;
    QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
      QJ_ASSIGN_OR_RETURN(
          const auto stored,
          reader.Get(table,
                     {row.cells.at("item_id"), row.cells.at("input_item_id")},
                     store::AccessScope::All()));
      known = stored.has_value();
      return absl::OkStatus();
    }));
    return known;
  }
  const auto key = static_cast<std::size_t>(table.key_columns()[0]);
  const std::string column(table.columns[key].name);
  QJ_ASSIGN_OR_RETURN(const IdIndex::Found found,
                      ids.Find(table.id, row.cells.at(column)));
  return found != IdIndex::Found::kNo;
}

absl::Status CycloneDxFiles::ReadTable(const TableSchema& table,
                                       RowStager& stager) {
  std::vector<std::string> texts(table.columns.size());
  std::set<NamedCells> added;  // of those that are referred to
  // What is stated goes before what is only referred to.
  for (const bool refers : {false, true}) {
    for (const DocumentRow& row : rows_) {
      if (row.table != table.id || row.refers != refers) continue;
      if (refers) {
        QJ_ASSIGN_OR_RETURN(const bool known,
                            IsKnown(table, row, stager.ids()));
        if (known || !added.insert(row.cells).second) continue;
      }
      std::fill(texts.begin(), texts.end(), std::string());
      for (const auto& [column, text] : row.cells) {
        texts[static_cast<std::size_t>(table.Find(column))] = text;
      }
      QJ_RETURN_IF_ERROR(stager.Add(table, row.origin, texts));
    }
  }
  return absl::OkStatus();
}

int CycloneDxFiles::SourceOf(const TableSchema& table) const {
  const auto row = std::find_if(
      rows_.begin(), rows_.end(),
      [&](const DocumentRow& each) { return each.table == table.id; });
  return row == rows_.end() ? -1 : row->origin.file;
}

}  // namespace qiangji::registry
