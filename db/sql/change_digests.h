// The digests of the rows of one change, sorted for the change's own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/sql/digest.h"
#include "db/sql/spill.h"
#include "db/store/store.h"

namespace qiangji::sql {

// Keeps a bounded number in memory: a change of ten million rows needs no more
// than one of a hundred thousand, the rest goes to sorted runs in a file.
class ChangeDigests {
 public:
  // As many as a run of the file.
  static constexpr std::size_t kInMemory = 131072;

  // `directory` of the file; must exist.
  explicit ChangeDigests(std::string directory)
      : directory_(std::move(directory)) {}

  absl::Status Add(const RowDigest& digest);
  bool empty() const { return count_ == 0; }

  // Digester::OfChange of all of them.
  absl::StatusOr<Sha256> Of(Digester& digester, const store::Change& change);

 private:
  absl::Status Spill(const RowDigest& digest);

  const std::string directory_;
  std::int64_t count_ = 0;
  std::vector<RowDigest> rows_;  // empty once there is a file
  std::unique_ptr<SpillFile> file_;
  std::unique_ptr<RunSorter> sorter_;
};

}  // namespace qiangji::sql
