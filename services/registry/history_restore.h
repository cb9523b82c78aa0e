// An import of a recorded history into an empty registry.
#pragma once

#include "absl/status/statusor.h"
#include "services/registry/importer.h"

namespace qiangji::registry {

// The spool holds the log of an `export --with-history` (history_log.h), and
// the registry nothing but its seed: reads at any recorded time, etags and the
// chain are then those of the registry that was exported. Request ids are not
// remembered. A log that does not hold is an outcome with a problem, and
// nothing is written. FAILED_PRECONDITION where something was written before.
absl::StatusOr<ImportOutcome> RestoreHistory(store::Store& store,
                                             const Spool& spool,
                                             const ImportOptions& options,
                                             const store::WriteOptions& write,
                                             const ImportHooks& hooks);

}  // namespace qiangji::registry
