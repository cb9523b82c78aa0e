// What the writes of FlagService have in common.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/bottleneck/flag_handlers.h"

namespace qiangji::bottleneck {

using FlagNames = std::vector<std::string>;

// The flag as of the commit; of a dry run what it would be.
absl::Status AnswerFlag(const FlagSources& sources, const store::Commit& commit,
                        const StoredFlag& written, v1::Flag* response);

}  // namespace qiangji::bottleneck
