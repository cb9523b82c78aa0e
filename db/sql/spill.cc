#include "db/sql/spill.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

constexpr std::size_t kWriteBytes = 1u << 20;
constexpr std::size_t kReadBytes = 256u << 10;
// key size, payload size, tag
constexpr std::size_t kHeader = 4 + 4 + 8;

absl::Status FileError(absl::string_view what, int error) {
  const absl::StatusCode code = error == ENOSPC || error == EDQUOT
                                    ? absl::StatusCode::kResourceExhausted
                                    : absl::StatusCode::kUnavailable;
  return absl::Status(code, absl::StrCat("the import's spill file: ", what,
                                         ": ", strerror(error)));
}

std::uint64_t PrefixOf(absl::string_view key) {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    prefix = (prefix << 8) |
             (i < key.size() ? static_cast<unsigned char>(key[i]) : 0u);
  }
  return prefix;
}

bool After(const RunReader* a, const RunReader* b) {
  const int order = a->record().key.compare(b->record().key);
  return order != 0 ? order > 0 : a->record().tag > b->record().tag;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpillFile>> SpillFile::Create(
    const std::string& directory) {
  std::string pattern = absl::StrCat(directory, "/import-XXXXXX");
  const int fd = mkstemp(pattern.data());
  if (fd < 0) return FileError(directory, errno);
  unlink(pattern.c_str());
  return std::unique_ptr<SpillFile>(new SpillFile(fd));
}

SpillFile::~SpillFile() { close(fd_); }

absl::Status SpillFile::Append(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = pwrite(fd_, bytes.data(), bytes.size(), size_);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FileError("write", errno);
    size_ += n;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status SpillFile::ReadAt(std::int64_t offset, char* out,
                               std::size_t n) const {
  while (n > 0) {
    const ssize_t got = pread(fd_, out, n, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return FileError("read", got < 0 ? errno : EIO);
    offset += got;
    out += got;
    n -= static_cast<std::size_t>(got);
  }
  return absl::OkStatus();
}

RunWriter::RunWriter(SpillFile* file) : file_(file) {
  run_.offset = file->size();
}

absl::Status RunWriter::Add(const Record& record) {
  char header[kHeader];
  const auto key = static_cast<std::uint32_t>(record.key.size());
  const auto payload = static_cast<std::uint32_t>(record.payload.size());
  memcpy(header, &key, 4);
  memcpy(header + 4, &payload, 4);
  memcpy(header + 8, &record.tag, 8);
  buffer_.append(header, kHeader);
  buffer_.append(record.key.data(), record.key.size());
  buffer_.append(record.payload.data(), record.payload.size());
  ++run_.rows;
  if (buffer_.size() < kWriteBytes) return absl::OkStatus();
  QJ_RETURN_IF_ERROR(file_->Append(buffer_));
  buffer_.clear();
  return absl::OkStatus();
}

absl::StatusOr<Run> RunWriter::Finish() {
  QJ_RETURN_IF_ERROR(file_->Append(buffer_));
  buffer_.clear();
  run_.bytes = file_->size() - run_.offset;
  return run_;
}

// Makes `n` bytes available at at_.
absl::Status RunReader::Fill(std::size_t n) {
  if (buffer_.size() - at_ >= n) return absl::OkStatus();
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t have = buffer_.size();
  const std::size_t more = std::min<std::size_t>(
      std::max(kReadBytes, n - have), static_cast<std::size_t>(left_));
  buffer_.resize(have + more);
  QJ_RETURN_IF_ERROR(file_->ReadAt(offset_, buffer_.data() + have, more));
  offset_ += static_cast<std::int64_t>(more);
  left_ -= static_cast<std::int64_t>(more);
  return have + more >= n ? absl::OkStatus() : FileError("short run", EIO);
}

absl::StatusOr<bool> RunReader::Next() {
  if (left_ == 0 && at_ == buffer_.size()) return false;
  QJ_RETURN_IF_ERROR(Fill(kHeader));
  std::uint32_t key = 0;
  std::uint32_t payload = 0;
  memcpy(&key, buffer_.data() + at_, 4);
  memcpy(&payload, buffer_.data() + at_ + 4, 4);
  memcpy(&record_.tag, buffer_.data() + at_ + 8, 8);
  QJ_RETURN_IF_ERROR(Fill(kHeader + key + payload));
  const char* bytes = buffer_.data() + at_ + kHeader;
  record_.key = absl::string_view(bytes, key);
  record_.payload = absl::string_view(bytes + key, payload);
  at_ += kHeader + key + payload;
  return true;
}

absl::Status RunSorter::Add(const Record& record) {
  entries_.push_back({PrefixOf(record.key), arena_.size(),
                      static_cast<std::uint32_t>(record.key.size()),
                      static_cast<std::uint32_t>(record.payload.size()),
                      record.tag});
  arena_.append(record.key.data(), record.key.size());
  arena_.append(record.payload.data(), record.payload.size());
  ++rows_;
  return entries_.size() >= kRunRows || arena_.size() >= kRunBytes
             ? Flush()
             : absl::OkStatus();
}

absl::Status RunSorter::Flush() {
  if (entries_.empty()) return absl::OkStatus();
  const auto key_of = [this](const Entry& entry) {
    return absl::string_view(arena_.data() + entry.at, entry.key_size);
  };
  std::sort(entries_.begin(), entries_.end(),
            [&](const Entry& a, const Entry& b) {
              if (a.prefix != b.prefix) return a.prefix < b.prefix;
              const int order = key_of(a).compare(key_of(b));
              return order != 0 ? order < 0 : a.tag < b.tag;
            });
  RunWriter writer(file_);
  for (const Entry& entry : entries_) {
    QJ_RETURN_IF_ERROR(
        writer.Add({key_of(entry),
                    absl::string_view(arena_.data() + entry.at + entry.key_size,
                                      entry.payload_size),
                    entry.tag}));
  }
  QJ_ASSIGN_OR_RETURN(const Run run, writer.Finish());
  runs_.push_back(run);
  entries_.clear();
  arena_.clear();
  return absl::OkStatus();
}

RunMerger::RunMerger(const SpillFile* file, const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    readers_.push_back(std::make_unique<RunReader>(file, run));
  }
}

absl::StatusOr<bool> RunMerger::Next() {
  // The heap's own comparison puts what comes After at the back.
  if (!started_) {
    started_ = true;
    for (const auto& reader : readers_) {
      QJ_ASSIGN_OR_RETURN(const bool more, reader->Next());
      if (more) heap_.push_back(reader.get());
    }
    std::make_heap(heap_.begin(), heap_.end(), After);
    return !heap_.empty();
  }
  if (heap_.empty()) return false;
  std::pop_heap(heap_.begin(), heap_.end(), After);
  QJ_ASSIGN_OR_RETURN(const bool more, heap_.back()->Next());
  if (more) {
    std::push_heap(heap_.begin(), heap_.end(), After);
  } else {
    heap_.pop_back();
  }
  return !heap_.empty();
}

}  // namespace qiangji::sql
