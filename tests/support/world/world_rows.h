// A world of the reference as the rows that the registry would pass on.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/world/csv.h"
#include "tests/support/world/slow_reference.h"

namespace qiangji::test {

using TableRows = std::vector<std::pair<std::string, CsvRow>>;

// Organizations, items, inputs, supply, demand; sectors are the caller's.
TableRows RowsOf(const RefWorld& world);

// The worked example of METHOD, or any directory of its files.
RefWorld ReadRefWorld(const std::string& directory);

}  // namespace qiangji::test
