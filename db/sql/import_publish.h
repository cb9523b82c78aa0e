// Writes what a diff found, in key order, with digests and key blocks in the
// same pass.
#pragma once

#include <functional>
#include <string>

#include "db/sql/spill.h"
#include "db/sql/table_sql.h"
#include "db/sql/writer.h"

namespace qiangji::sql {

// `delta`: records of DiffRuns. `progress` gets the rows done since the last
// call.
absl::Status PublishRun(WriteContext& context, const Table& table,
                        const SpillFile& file, const Run& delta,
                        const std::string& owner_id,
                        const std::function<void(std::int64_t)>& progress);

}  // namespace qiangji::sql
