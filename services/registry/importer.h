// One import: spooled files in, one change (or none) and a report out
// (ARCHITECTURE, "Import").
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/registry/import_outcome.h"
#include "services/registry/spool.h"

namespace qiangji::registry {

enum class FileFormat : std::uint8_t {
  kByName,  // .xlsx workbooks, .json CycloneDX, other files CSV
  kCsv,
  kXlsx,
  kCycloneDx,
  kEto,
  kHistory,  // the log of an export --with-history, into an empty registry
};

struct ImportOptions {
  FileFormat format = FileFormat::kByName;
  FileEncoding encoding = FileEncoding::kDetect;
  bool dry_run = false;
  bool replace = false;
  bool ignore_unknown = false;
  bool mix = false;
  int max_errors = 100;
  int year = 0;          // of data that states none; 0 = by the format
  std::string owner_id;  // "" = a steward
};

// Numbers are those of ImportPhase.
enum class Phase : std::uint8_t {
  kReading = 1,
  kComparing = 2,
  kWriting = 3,
  kChecking = 4,
};

struct ImportHooks {
  // Rows done and of how many (0 = not known), bad rows. Any thread, must not
  // block.
  std::function<void(Phase, std::int64_t, std::int64_t, std::int64_t)> progress;
  // Non-OK stops the import before it is written.
  std::function<absl::Status()> check;
};

// Bad rows are no failure: they are in the outcome, and nothing was written.
// Call on a pool thread; blocks.
absl::StatusOr<ImportOutcome> RunImport(store::Store& store, const Spool& spool,
                                        const ImportOptions& options,
                                        const store::WriteOptions& write,
                                        const ImportHooks& hooks);

}  // namespace qiangji::registry
