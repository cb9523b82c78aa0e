// The drivers that the contract is run on.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "tests/contract/store_rows.h"

namespace qiangji::testing {

struct StoreCase {
  std::string name;
  bool persistent;  // opening the directory again finds the rows
  std::function<absl::StatusOr<std::unique_ptr<store::Store>>(
      const std::string& directory, const Clock& clock)>
      open;  // the registry's tables
  friend std::ostream& operator<<(std::ostream& out, const StoreCase& c) {
    return out << c.name;
  }
};

std::vector<StoreCase> AllStoreCases();

// A fresh store for each test, in a directory of its own.
class StoreTest : public ::testing::TestWithParam<StoreCase> {
 protected:
  void SetUp() override;
  void TearDown() override;
  void Open();  // also: close and open again

  FakeClock clock_;
  std::string directory_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace qiangji::testing

#define QJ_INSTANTIATE_STORE_TESTS(suite)                       \
  INSTANTIATE_TEST_SUITE_P(                                     \
      Drivers, suite,                                           \
      ::testing::ValuesIn(::qiangji::testing::AllStoreCases()), \
      [](const auto& one) { return one.param.name; })
