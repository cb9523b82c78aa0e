// The entries of an archive, for tests of what is written.
#pragma once

#include <map>
#include <string>

namespace qiangji::testing {

// Content by name; empty where it is no archive.
std::map<std::string, std::string> Unzip(const std::string& bytes);

}  // namespace qiangji::testing
