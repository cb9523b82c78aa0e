// The worked example of tests/golden/small as a world.
#pragma once

#include <string>

#include "tests/support/world/test_world.h"

namespace qiangji::coverage {

class SmallWorld : public test::TestWorld {
 public:
  SmallWorld() {
    for (const char* sector :
         {"next-gen-it", "cnc-robotics", "aerospace", "marine", "rail", "nev",
          "power", "agri-machinery", "new-materials", "biomedical"}) {
      Sector(sector);
    }
    for (const char* table :
         {"items", "organizations", "supply", "inputs", "demand"}) {
      Load(table,
           std::string(QJ_SOURCE_DIR "/tests/golden/small/") + table + ".csv");
    }
  }
};

}  // namespace qiangji::coverage
