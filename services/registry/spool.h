// Files of an import on disk while they arrive: bounded memory, and nothing
// left behind (the files are unlinked as soon as they are open).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/registry/encoding.h"

namespace qiangji::registry {

constexpr int kMaxImportFiles = 64;
constexpr std::int64_t kMaxImportBytes = std::int64_t{64} << 30;

// What a file is decoded with.
enum class FileEncoding : std::uint8_t { kDetect, kUtf8, kGb18030 };

class SpooledFile {
 public:
  static absl::StatusOr<std::unique_ptr<SpooledFile>> Create(
      const std::string& directory, std::string name);
  ~SpooledFile();
  SpooledFile(const SpooledFile&) = delete;
  SpooledFile& operator=(const SpooledFile&) = delete;

  const std::string& name() const { return name_; }
  std::int64_t bytes() const { return bytes_; }
  bool complete() const { return complete_; }

  absl::Status Append(absl::string_view data);
  void Complete() { complete_ = true; }

  // Calls `visit` with the content as UTF-8, in order. INVALID_ARGUMENT for
  // bytes outside the encoding; `line` is then where.
  absl::Status Read(FileEncoding encoding,
                    const std::function<absl::Status(absl::string_view)>& visit,
                    std::int64_t& line) const;

 private:
  SpooledFile(std::string name, int descriptor)
      : name_(std::move(name)), descriptor_(descriptor) {}
  absl::StatusOr<std::unique_ptr<Decoder>> MakeDecoder(
      FileEncoding encoding) const;

  const std::string name_;
  const int descriptor_;
  std::int64_t bytes_ = 0;
  bool complete_ = false;
  Utf8Scanner scanner_;
};

// The files of one import, in the order in which they came.
class Spool {
 public:
  explicit Spool(std::string directory);
  ~Spool();

  // Checks names, order and limits. INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
  absl::Status Add(absl::string_view file_name, absl::string_view data,
                   bool last);
  // All files are complete and there is at least one.
  absl::Status CheckComplete() const;
  // SHA-256 over names and contents.
  std::string Digest() const;
  std::int64_t bytes() const { return bytes_; }

  const std::vector<std::unique_ptr<SpooledFile>>& files() const {
    return files_;
  }
  // nullptr where there is none.
  const SpooledFile* Find(absl::string_view name) const;

 private:
  const std::string directory_;
  std::vector<std::unique_ptr<SpooledFile>> files_;
  std::int64_t bytes_ = 0;
  class Hash;
  std::unique_ptr<Hash> hash_;
};

}  // namespace qiangji::registry
