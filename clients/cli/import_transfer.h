// Sends files as one import and follows it to its end.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/import_files.h"

namespace qiangji::registry::v1 {
class ImportResult;
class ImportStart;
}  // namespace qiangji::registry::v1

namespace qiangji::cli {

class Session;

// Ctrl-C and --timeout cancel the import, on the server too: CANCELLED and
// DEADLINE_EXCEEDED then say that nothing was written. What was committed
// before they came is reported as done.
absl::StatusOr<registry::v1::ImportResult> TransferImport(
    const registry::v1::ImportStart& start,
    const std::vector<ImportFile>& files, const Invocation& invocation,
    Session& session);

}  // namespace qiangji::cli
