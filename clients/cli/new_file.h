// A file that takes the place of an older one when it is whole.
#pragma once

#include <fstream>
#include <string>

#include "absl/status/status.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

// Written beside `path`; gone again unless Keep is called.
class NewFile {
 public:
  NewFile(std::string path, Lang lang);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  absl::Status Add(const std::string& data);
  absl::Status Keep();

 private:
  absl::Status Failed() const;

  const std::string path_;
  const std::string temporary_;
  const Lang lang_;
  std::ofstream out_;
  bool kept_ = false;
};

}  // namespace qiangji::cli
