// Sorted runs of an import in one flat file without a name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::sql {

// What runs hold. Keys are key_codec.h's, so memcmp sorts them.
struct Record {
  absl::string_view key;
  absl::string_view payload;
  std::int64_t tag = 0;
};

class SpillFile {
 public:
  // Unlinked at once: nothing is left behind, whatever happens.
  static absl::StatusOr<std::unique_ptr<SpillFile>> Create(
      const std::string& directory);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;

  absl::Status Append(absl::string_view bytes);
  std::int64_t size() const { return size_; }
  // Reads `n` bytes that were appended.
  absl::Status ReadAt(std::int64_t offset, char* out, std::size_t n) const;

 private:
  explicit SpillFile(int fd) : fd_(fd) {}
  int fd_;
  std::int64_t size_ = 0;
};

struct Run {
  std::int64_t offset = 0;
  std::int64_t bytes = 0;
  std::int64_t rows = 0;
};

// Appends one run. One writer at a time per file.
class RunWriter {
 public:
  explicit RunWriter(SpillFile* file);
  absl::Status Add(const Record& record);
  absl::StatusOr<Run> Finish();

 private:
  SpillFile* file_;
  Run run_;
  std::string buffer_;
};

class RunReader {
 public:
  RunReader(const SpillFile* file, const Run& run)
      : file_(file), offset_(run.offset), left_(run.bytes) {}
  // False at the end. The record is valid until the next call.
  absl::StatusOr<bool> Next();
  const Record& record() const { return record_; }

 private:
  absl::Status Fill(std::size_t n);
  const SpillFile* file_;
  std::int64_t offset_;
  std::int64_t left_;  // bytes of the run that are not in the buffer yet
  std::string buffer_;
  std::size_t at_ = 0;
  Record record_;
};

// Collects records and writes them as sorted runs of kRunRows.
class RunSorter {
 public:
  explicit RunSorter(SpillFile* file) : file_(file) {}
  absl::Status Add(const Record& record);
  // Writes what is left. Then runs() is complete.
  absl::Status Flush();
  const std::vector<Run>& runs() const { return runs_; }
  std::int64_t rows() const { return rows_; }

 private:
  static constexpr std::size_t kRunRows = 131072;
  static constexpr std::size_t kRunBytes = 64u << 20;
  struct Entry {
    std::uint64_t prefix;  // the key's first bytes, in key order
    std::size_t at;        // in arena_
    std::uint32_t key_size;
    std::uint32_t payload_size;
    std::int64_t tag;
  };
  SpillFile* file_;
  std::string arena_;
  std::vector<Entry> entries_;
  std::vector<Run> runs_;
  std::int64_t rows_ = 0;
};

// All runs as one, ascending by key, then tag.
class RunMerger {
 public:
  RunMerger(const SpillFile* file, const std::vector<Run>& runs);
  absl::StatusOr<bool> Next();
  const Record& record() const { return heap_.front()->record(); }

 private:
  std::vector<std::unique_ptr<RunReader>> readers_;
  std::vector<RunReader*> heap_;  // smallest first
  bool started_ = false;
};

}  // namespace qiangji::sql
