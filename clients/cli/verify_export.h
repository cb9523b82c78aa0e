// Verifies the hash chain of an export with history, without a server: the
// digests are computed here from what the format of history/log.csv says
// (services/registry/history_log.h), not by the server's code.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace qiangji::cli {

struct VerifiedExport {
  std::int64_t seq = 0;  // of the head
  std::string digest;    // its, in hex
  std::int64_t changes = 0;
  std::int64_t rows = 0;
};

// Recomputes every row's and every change's digest, the chain, and that of the
// log; compares the CSV files beside it with their digests and with the state
// that the log leads to. DATA_LOSS at the first thing that does not hold:
// "FILE:LINE: change, row and what is wrong". NOT_FOUND without a log.
absl::StatusOr<VerifiedExport> VerifyExport(const std::string& directory);

}  // namespace qiangji::cli
