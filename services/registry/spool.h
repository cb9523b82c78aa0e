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
#include "services/rpc/crypto.h"

namespace qiangji::registry {

constexpr int kMaxImportFiles = 64;
constexpr std::int64_t kMaxImportBytes = std::int64_t{64} << 30;

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

  // A descriptor of the content that the caller closes. UNAVAILABLE.
  absl::StatusOr<int> DuplicateDescriptor() const;

  // Calls `visit` with the content as UTF-8, in order. INVALID_ARGUMENT for
  // bytes outside the encoding; `line` is then where.
  absl::Status Read(FileEncoding encoding,
                    const std::function<absl::Status(absl::string_view)>& visit,
                    std::int64_t& line) const;

  // A file of records instead (Spool::AddRows), each as it was appended.
  bool has_records() const { return has_records_; }
  absl::Status AppendRecord(absl::string_view record);
  absl::Status ReadRecords(
      const std::function<absl::Status(absl::string_view)>& visit) const;

 private:
  SpooledFile(std::string name, int descriptor)
      : name_(std::move(name)), descriptor_(descriptor) {}
  absl::StatusOr<std::unique_ptr<Decoder>> MakeDecoder(
      FileEncoding encoding) const;

  const std::string name_;
  const int descriptor_;
  std::int64_t bytes_ = 0;
  bool complete_ = false;
  bool has_records_ = false;
  EncodingScanner scanner_;
};

// The files of one import, in the order in which they came.
class Spool {
 public:
  explicit Spool(std::string directory);
  ~Spool();

  // Checks names, order and limits. INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
  absl::Status Add(absl::string_view file_name, absl::string_view data,
                   bool last);
  // Adds packed rows of a table: a file by the table's name, of records. Not
  // between the chunks of a file.
  absl::Status AddRows(absl::string_view table, absl::string_view record);
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
  // Opens the next file. INVALID_ARGUMENT, RESOURCE_EXHAUSTED.
  absl::Status Open(absl::string_view name);
  absl::Status Count(std::size_t bytes);

  const std::string directory_;
  std::vector<std::unique_ptr<SpooledFile>> files_;
  std::int64_t bytes_ = 0;
  std::unique_ptr<rpc::Sha256Stream> hash_;
};

}  // namespace qiangji::registry
