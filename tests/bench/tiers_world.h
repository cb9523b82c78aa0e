// The network of network.h as a world: with suppliers' countries, controllers
// and licences of some 200 territories, so that embargoes have something to
// hit.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "services/domain/world.h"

namespace qiangji::bench {

inline constexpr int kTiersYear = 2025;
inline constexpr int kTiersCountries = 199;

// `directory`: of WriteNetwork. Supply is drawn here, 1 to
// 2·`records_each` − 1 records an item, and so many projects of one maker at
// home, some items with several. Aborts where a file does not read.
std::shared_ptr<const domain::World> MakeTiersWorld(
    const std::string& directory, int records_each = 10, int projects = 0);

}  // namespace qiangji::bench
