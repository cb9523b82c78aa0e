// Pre-filled files of a round, one directory a reporter.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "qiangji/registry/v1/round_service.pb.h"

namespace qiangji::cli {

// Writes DIR/ORGANIZATION/supply.csv for every reporter: its records of the
// year before for the items asked, with the year of the round and neither
// quantity, share nor value, so that an import refuses what was left open; an
// item without records gets one row of home origin. Returns the number of
// reporters. Existing files are not overwritten.
absl::StatusOr<int> WriteRoundSheets(const registry::v1::RoundStatus& status,
                                     const std::string& directory,
                                     Session& session);

}  // namespace qiangji::cli
