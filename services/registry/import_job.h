// What one import call is sent, whichever rpc it came by: a start, files in
// chunks or rows in columns, a finish. Then the import itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "db/store/store.h"
#include "services/registry/importer.h"
#include "services/registry/spool.h"

namespace qiangji::registry::v1 {
class ImportProgress;
class ImportRequest;
class ImportResult;
class ImportStart;
}  // namespace qiangji::registry::v1
namespace qiangji::rpc {
struct Principal;
}

namespace qiangji::registry {

// Not thread-safe; bytes() may be asked while Run runs.
class ImportJob {
 public:
  // `store` outlives the job.
  ImportJob(store::Store& store, const std::string& spool_directory)
      : store_(store), spool_(spool_directory) {}

  // The next message. INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
  absl::Status Take(const v1::ImportRequest& message);
  // The finish has come: nothing more is taken.
  bool finished() const { return finished_; }

  const std::string& request_id() const { return request_id_; }
  // 32 bytes over start and contents: equal for equal imports.
  std::string RequestHash() const;
  std::int64_t bytes() const { return spool_.bytes(); }

  // Imports what came, for `principal`. Bad rows are in the result. Blocks.
  absl::StatusOr<v1::ImportResult> Run(const rpc::Principal& principal,
                                       absl::string_view method,
                                       const ImportHooks& hooks);

 private:
  absl::Status Start(const v1::ImportStart& start);
  absl::Status Rows(const v1::ImportRequest& message);
  absl::Status Finish();
  absl::StatusOr<v1::ImportResult> ToResult(const ImportOutcome& outcome);

  store::Store& store_;
  Spool spool_;
  std::optional<ImportOptions> options_;
  std::string request_id_;
  std::string start_hash_;
  bool finished_ = false;
};

// Of a hook's numbers.
v1::ImportProgress ToProgress(Phase phase, std::int64_t done,
                              std::int64_t total, std::int64_t errors,
                              std::int64_t bytes);

}  // namespace qiangji::registry
