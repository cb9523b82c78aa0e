// The worked example of METHOD (tests/golden/small), analyzed.
#pragma once

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/world/test_world.h"

namespace qiangji::test {

class WorkedExampleTest : public testing::Test {
 protected:
  static constexpr double kWithin = 2e-6;  // the files have 6 decimals

  WorkedExampleTest() {
    world_.Load("sectors",
                absl::StrCat(QJ_SOURCE_DIR, "/db/catalogue/sectors.csv"));
    for (const char* table :
         {"organizations", "items", "inputs", "demand", "supply"}) {
      world_.Load(table, Small(absl::StrCat(table, ".csv")));
    }
    analysis_ = world_.Analyze(2025);
  }

  static std::string Small(const std::string& file) {
    return absl::StrCat(QJ_SOURCE_DIR, "/tests/golden/small/", file);
  }

  TestWorld world_;
  std::shared_ptr<const domain::Analysis> analysis_;
};

}  // namespace qiangji::test
