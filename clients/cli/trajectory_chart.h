// The years of a trajectory as bars, for a terminal.
#pragma once

#include <string>
#include <vector>

#include "clients/cli/text.h"

namespace qiangji::coverage::v1 {
class ComputeTrajectoryResponse;
}

namespace qiangji::cli {

// A line for each year and one that explains the marks, none wider than
// `columns`; from 0 to 100 %. Nothing where no row has anything to draw.
std::vector<std::string> TrajectoryChart(
    const coverage::v1::ComputeTrajectoryResponse& response, int columns,
    Lang lang);

}  // namespace qiangji::cli
