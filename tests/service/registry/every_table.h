// A world with rows in every table, and every read of a registry as text.
#pragma once

#include <map>
#include <string>

#include "tests/service/registry/registry_fixture.h"

namespace qiangji::testing {

// Files with at least one row of every table, texts that need quoting among
// them; `version` changes some cells.
Files EveryTable(int version);

// The JSON of every list of every resource, by rpc; at `read_seq` (0 = now).
// `plain` leaves out what differs between registries of equal content: etags,
// times, sequences.
std::map<std::string, std::string> EveryRead(TestRegistry& registry,
                                             std::int64_t read_seq, bool plain);

}  // namespace qiangji::testing
