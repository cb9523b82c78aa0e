// What a new data directory holds (FORMATS): the twelve scopes and the default
// criteria, in the first change. Countries are compiled in.
#pragma once

#include "absl/status/status.h"
#include "db/store/store.h"

namespace qiangji::registry {

// Does nothing unless the store is empty.
absl::Status SeedStore(store::Store& store);

}  // namespace qiangji::registry
