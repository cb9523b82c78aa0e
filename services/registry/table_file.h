// A CSV file of one table, read into the stager.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/domain/schema.h"
#include "services/registry/import_outcome.h"
#include "services/registry/row_stager.h"
#include "services/registry/spool.h"

namespace qiangji::registry {

struct TableFileOptions {
  FileEncoding encoding = FileEncoding::kDetect;
  bool ignore_unknown = false;
};

// Reads every row of `file`, number `number` of the spool. What is wrong with
// the file goes to `problems`; `on_row` is called for each row and may stop
// the import with a status. Other statuses are failures of the machine.
absl::Status ReadTableFile(const SpooledFile& file, int number,
                           const domain::TableSchema& table,
                           const TableFileOptions& options, RowStager& stager,
                           ProblemList& problems,
                           const std::function<absl::Status()>& on_row);

}  // namespace qiangji::registry
