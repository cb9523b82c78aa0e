// The languages of texts for people.
#pragma once

#include <cstdint>

namespace qiangji::domain {

enum class Language : std::uint8_t { kZh, kEn };

}  // namespace qiangji::domain
