// Territories that requests of disruption name, and sectors that their answers
// have a row of.
#pragma once

#include <string>
#include <vector>

#include "services/domain/disruption.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {

// Adds a violation where `code` is no territory that can be embargoed: not an
// alpha-3 code, home, XXF or ZZZ.
void CheckAbroad(const domain::AnalysisOptions& options,
                 const std::string& code, const std::string& field,
                 rpc::Violations& wrong);

// The total (-1) first, then as coverage rows: the ten, and others with items.
std::vector<domain::SectorIndex> SectorsShown(
    const domain::Analysis& analysis,
    const std::vector<domain::LossMeans>& means);
// "" of the total.
std::string SectorId(const domain::Analysis& analysis,
                     domain::SectorIndex sector);

}  // namespace qiangji::coverage
