// Rules over several rows (METHOD 2.1, 2.2, 3.1), for import and writes.
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/finding.h"
#include "services/domain/value.h"

namespace qiangji::domain {

// `records`: rows of table supply of one item and year, in any order;
// `demand`: their row of table demand, or nullptr. Finding::records are
// places in `records`. Errors reject the write; warnings are passed on.
std::vector<Finding> CheckItemYear(absl::Span<const Row> records,
                                   const Row* demand);

// `inputs`: all rows of table inputs of one item. One finding for each run of
// years with Σ c > 1 + 1e-9, at its first year (1949 where open at the
// start); records: the rows that are summed.
std::vector<Finding> CheckInputs(absl::Span<const Row> inputs);

}  // namespace qiangji::domain
