// The CycloneDX documents of an import (docs/CYCLONEDX.md).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "db/store/store.h"
#include "services/domain/schema.h"
#include "services/registry/cyclonedx_component.h"
#include "services/registry/import_outcome.h"
#include "services/registry/row_stager.h"
#include "services/registry/spool.h"

namespace qiangji::registry {

// A row that a document states.
struct DocumentRow {
  domain::TableId table = domain::TableId::kItems;
  Origin origin;
  NamedCells cells;
  // The document only refers to it: an equal key that is known stays as it is.
  bool refers = false;
};

class CycloneDxFiles {
 public:
  // The names of parts ("bom.json!components") are appended to `sources`,
  // whose index counts on from the spool's files as Origin::file. Warnings go
  // to `warnings`. All outlive this.
  CycloneDxFiles(const Spool& spool, store::Store& store,
                 std::vector<std::string>& sources,
                 std::vector<std::string>& warnings, ProblemList& problems)
      : spool_(spool),
        store_(store),
        sources_(sources),
        warnings_(warnings),
        problems_(problems) {}

  // Reads file `number` of the spool; its rows wait for ReadTable. What is
  // wrong with it goes to the problems; RESOURCE_EXHAUSTED beyond a limit
  // (cyclonedx.h), UNAVAILABLE.
  absl::Status Open(int number, const std::function<absl::Status()>& on_row);
  // Stages the rows of `table`.
  absl::Status ReadTable(const domain::TableSchema& table, RowStager& stager);
  // Origin::file of the first row of `table`, or -1.
  int SourceOf(const domain::TableSchema& table) const;

 private:
  absl::StatusOr<bool> IsKnown(const domain::TableSchema& table,
                               const DocumentRow& row, IdIndex& ids) const;

  const Spool& spool_;
  store::Store& store_;
  std::vector<std::string>& sources_;
  std::vector<std::string>& warnings_;
  ProblemList& problems_;
  std::vector<DocumentRow> rows_;
};

}  // namespace qiangji::registry
