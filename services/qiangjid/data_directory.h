// The data directory: private to its owner, used by one process at a time.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::server {

// Holds the lock as long as it lives; the kernel gives it up with the process.
class DataDirectory {
 public:
  // Creates the directory (0700) where there is none, and locks it.
  // FAILED_PRECONDITION, naming the holder, where another process has it.
  static absl::StatusOr<DataDirectory> Open(const std::string& path);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory();

  std::string File(absl::string_view name) const;
  // A directory of it, created where missing.
  absl::StatusOr<std::string> Directory(absl::string_view name) const;

 private:
  DataDirectory(std::string path, int lock)
      : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;
};

// Replaces the file in one step, so that a reader sees all of it or nothing.
absl::Status WriteWhole(const std::string& path, absl::string_view text);

}  // namespace qiangji::server
