// The rows of one table under a header, from wherever they come (a CSV file, a
// sheet), into the stager.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/domain/schema.h"
#include "services/registry/import_outcome.h"
#include "services/registry/row_stager.h"

namespace qiangji::registry {

class HeadedRows {
 public:
  // `source` is Origin::file of every row. `on_row` is called for each row and
  // may stop the import with a status.
  HeadedRows(int source, const domain::TableSchema& table, bool ignore_unknown,
             RowStager& stager, ProblemList& problems,
             const std::function<absl::Status()>& on_row)
      : source_(source),
        table_(table),
        ignore_unknown_(ignore_unknown),
        stager_(stager),
        problems_(problems),
        on_row_(on_row),
        texts_(table.columns.size()) {}

  bool has_header() const { return has_header_; }
  // Cells of the header.
  std::size_t width() const { return columns_.size(); }
  // The column of a cell; nullptr where it is passed over.
  const domain::Column* ColumnOf(std::size_t cell) const;

  // The header, then the rows. Rows of empty cells are none. What is wrong
  // goes to the problems; a status is a failure of the machine, or of
  // `on_row`. Takes the cells.
  absl::Status Add(std::int64_t line, std::vector<std::string>& cells);
  // A row that cannot be used, as the caller has reported: rows that name its
  // id are not blamed for that.
  absl::Status AddBroken(const std::vector<std::string>& cells);
  // Reports that there was no header.
  void ReportEmpty();

 private:
  void Header(Origin origin, const std::vector<std::string>& cells);

  const int source_;
  const domain::TableSchema& table_;
  const bool ignore_unknown_;
  RowStager& stager_;
  ProblemList& problems_;
  const std::function<absl::Status()>& on_row_;
  bool has_header_ = false;
  bool usable_ = true;
  std::vector<int> columns_;  // of the table, by cell; -1 = passed over
  std::vector<std::string> texts_;
};

}  // namespace qiangji::registry
