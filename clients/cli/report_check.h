// The commands of `report` that check what is kept.
#pragma once

#include "clients/cli/command.h"

namespace qiangji::cli {

CommandSpec ReportVerifyCommand(Lang lang);
CommandSpec ReportCompareCommand(Lang lang);
CommandSpec ReportBundleCommand(Lang lang);

}  // namespace qiangji::cli
