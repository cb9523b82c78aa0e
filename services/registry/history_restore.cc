#include "services/registry/history_restore.h"

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/registry/history_log.h"

namespace qiangji::registry {
namespace {

constexpr std::int64_t kRowsBetweenReports = 4096;

// INVALID_ARGUMENT or DATA_LOSS of the log itself, which the caller sees as a
// bad row.
bool IsBadLog(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsDataLoss(status);
}

}  // namespace

absl::StatusOr<ImportOutcome> RestoreHistory(store::Store& store,
                                             const Spool& spool,
                                             const ImportOptions& options,
                                             const store::WriteOptions& write,
                                             const ImportHooks& hooks) {
  if (spool.files().size() != 1 || spool.files()[0]->has_records()) {
    return absl::InvalidArgumentError(
        "a history is one file; accepted: the log.csv of an export");
  }
  ImportOutcome outcome;
  outcome.dry_run = options.dry_run;
  std::int64_t line = 0;
  std::int64_t rows = 0;
  absl::Status replayed;
  const auto on_row = [&]() -> absl::Status {
    if (++rows % kRowsBetweenReports != 0) return absl::OkStatus();
    if (hooks.progress) hooks.progress(Phase::kWriting, rows, 0, 0);
    return hooks.check ? hooks.check() : absl::OkStatus();
  };
  absl::StatusOr<store::Commit> commit = store.ReplaceHistory(
      options.dry_run ? store::WriteOptions() : write, options.dry_run,
      [&](store::Restore& restore) -> absl::Status {
        rows = 0;
        replayed = ReplayHistory(*spool.files()[0], restore, on_row, line);
        QJ_RETURN_IF_ERROR(replayed);
        return hooks.check ? hooks.check() : absl::OkStatus();
      });
  if (commit.ok()) {
    outcome.commit = *std::move(commit);
    return outcome;
  }
  if (!IsBadLog(replayed)) return commit.status();
  outcome.problems.push_back({{0, line}, "", std::string(replayed.message())});
  outcome.bad_rows = 1;
  return outcome;
}

}  // namespace qiangji::registry
