// What limits the flags of alliances.
#pragma once

namespace qiangji::bottleneck {

struct FlagOptions {
  // New flags of one alliance in any 24 hours.
  int most_a_day = 20;
};

}  // namespace qiangji::bottleneck
