#pragma once

namespace qiangji::cli {

// QJ_VERSION is the project's version in CMakeLists.txt.
constexpr char kVersion[] = QJ_VERSION;

}  // namespace qiangji::cli
