// Looks for a world on which a property of METHOD 3 does not hold.
#include <cstddef>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "tests/support/properties/tiers_properties.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  GTEST_FLAG_SET(break_on_failure, true);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using qiangji::test::Choices;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  qiangji::domain::CheckTiersProperties(Choices(bytes),
                                        static_cast<unsigned>(size) + 1);
  return 0;
}
