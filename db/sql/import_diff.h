// What an import changes in one table: its sorted rows against the current
// ones, in one pass in key order.
#pragma once

#include <string>

#include "db/sql/session.h"
#include "db/sql/spill.h"
#include "db/sql/table_sql.h"
#include "db/store/import.h"

namespace qiangji::sql {

// What is to be done with a key; the tag of the records that DiffRuns writes.
enum class Action : std::int64_t { kAdd, kUpdate, kClose };

// `replace`: rows that are not staged, and are of `owner_id` where it is not
// empty, are closed. FAILED_PRECONDITION for a key that is staged twice.
absl::Status DiffRuns(Session* session, const Table& table,
                      const SpillFile& file, const std::vector<Run>& runs,
                      bool replace, const std::string& owner_id, RunWriter* out,
                      store::ImportCounts* counts);

}  // namespace qiangji::sql
