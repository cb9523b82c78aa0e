// Random bytes and ids.
#pragma once

#include <cstddef>
#include <string>

namespace qiangji {

// From the kernel; fit for keys. Thread-safe.
std::string RandomBytes(std::size_t count);

// A version 4 UUID in lower case: "1b4e28ba-2fa1-41d2-883f-0016d3cca427".
std::string NewUuid();

}  // namespace qiangji
