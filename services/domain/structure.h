// Builds the layers of a World from the keyed rows.
#pragma once

#include "services/domain/fact_tables.h"
#include "services/domain/world.h"

namespace qiangji::domain {

Structure BuildStructure(const FactTables& tables);
// `structure` was built from the same tables: facts name items by its index.
Facts BuildFacts(const FactTables& tables, const Structure& structure);

}  // namespace qiangji::domain
