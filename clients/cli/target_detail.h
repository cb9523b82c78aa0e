// One target in detail, for people (METHOD 4.2, 4.3, 4.7).
#pragma once

#include "clients/cli/console.h"
#include "clients/cli/text.h"
#include "qiangji/coverage/v1/target_status.pb.h"

namespace qiangji::cli {

// A metric that is a share, printed in percent; others as numbers with their
// unit.
bool IsShare(const coverage::v1::TargetStatus& target);

// Labelled lines; of what the answer does not state, none. `threshold` is θ.
void PrintTargetDetail(const coverage::v1::TargetStatus& target,
                       double threshold, Lang lang, Console& console);

}  // namespace qiangji::cli
