#include "services/registry/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::registry {
namespace {

constexpr std::size_t kReadBytes = 256 << 10;
constexpr std::size_t kMaxFileNameBytes = 255;

absl::Status Failed(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat(
      "cannot ", what, " an import's temporary file: ", std::strerror(errno)));
}

bool IsPlainFileName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxFileNameBytes && name != "." &&
         name != ".." &&
         name.find_first_of(
             "/\\:\0"
             "\r\n") == absl::string_view::npos &&
         name.find('\0') == absl::string_view::npos;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpooledFile>> SpooledFile::Create(
    const std::string& directory, std::string name) {
  std::string path = absl::StrCat(directory, "/import-XXXXXX");
  const int descriptor = mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) return Failed("create");
  unlink(path.c_str());
  return std::unique_ptr<SpooledFile>(
      new SpooledFile(std::move(name), descriptor));
}

SpooledFile::~SpooledFile() { close(descriptor_); }

absl::Status SpooledFile::Append(absl::string_view data) {
  scanner_.Feed(data);
  while (!data.empty()) {
    const ssize_t written = write(descriptor_, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Failed("write");
    data.remove_prefix(static_cast<std::size_t>(written));
    bytes_ += written;
  }
  return absl::OkStatus();
}

absl::StatusOr<int> SpooledFile::DuplicateDescriptor() const {
  const int copy = fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return Failed("open");
  return copy;
}

absl::StatusOr<std::unique_ptr<Decoder>> SpooledFile::MakeDecoder(
    FileEncoding encoding) const {
  const FileEncoding detected = scanner_.Detected();
  if (encoding == FileEncoding::kDetect) return Decoder::Of(detected);
  if (encoding == FileEncoding::kUtf16) {
    return Decoder::Of(
        detected == FileEncoding::kUtf16Be ? detected : FileEncoding::kUtf16Le);
  }
  return Decoder::Of(encoding);
}

absl::Status SpooledFile::Read(
    FileEncoding encoding,
    const std::function<absl::Status(absl::string_view)>& visit,
    std::int64_t& line) const {
  line = 1;
  if (encoding == FileEncoding::kUtf8 && !scanner_.IsUtf8()) {
    line = scanner_.line();
    return absl::InvalidArgumentError(
        "the bytes are not UTF-8; accepted: UTF-8, or another encoding named");
  }
  QJ_ASSIGN_OR_RETURN(std::unique_ptr<Decoder> decoder, MakeDecoder(encoding));
  std::string buffer(kReadBytes, '\0');
  std::string text;
  for (std::int64_t at = 0; at < bytes_;) {
    const ssize_t got = pread(descriptor_, buffer.data(), buffer.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Failed("read");
    at += got;
    text.clear();
    absl::Status decoded = decoder->Feed(
        absl::string_view(buffer.data(), static_cast<std::size_t>(got)), text);
    if (!decoded.ok()) {
      line = decoder->line();
      return decoded;
    }
    QJ_RETURN_IF_ERROR(visit(text));
  }
  line = decoder->line();
  return decoder->Finish();
}

absl::Status SpooledFile::AppendRecord(absl::string_view record) {
  has_records_ = true;
  const auto size = static_cast<std::uint32_t>(record.size());
  QJ_RETURN_IF_ERROR(Append(
      absl::string_view(reinterpret_cast<const char*>(&size), sizeof(size))));
  return Append(record);
}

absl::Status SpooledFile::ReadRecords(
    const std::function<absl::Status(absl::string_view)>& visit) const {
  std::string record;
  // Records are of some 100 KB: one read for each is fine.
  const auto read = [&](char* to, std::size_t size, std::int64_t at) {
    while (size > 0) {
      const ssize_t got = pread(descriptor_, to, size, at);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return Failed("read");
      to += got;
      size -= static_cast<std::size_t>(got);
      at += got;
    }
    return absl::OkStatus();
  };
  for (std::int64_t at = 0; at < bytes_;) {
    std::uint32_t size = 0;
    QJ_RETURN_IF_ERROR(read(reinterpret_cast<char*>(&size), sizeof(size), at));
    at += static_cast<std::int64_t>(sizeof(size));
    record.resize(size);
    QJ_RETURN_IF_ERROR(read(record.data(), size, at));
    at += size;
    QJ_RETURN_IF_ERROR(visit(record));
  }
  return absl::OkStatus();
}

Spool::Spool(std::string directory)
    : directory_(std::move(directory)),
      hash_(std::make_unique<rpc::Sha256Stream>()) {}
Spool::~Spool() = default;

std::string Spool::Digest() const { return hash_->Digest(); }

const SpooledFile* Spool::Find(absl::string_view name) const {
  const auto found =
      std::find_if(files_.begin(), files_.end(),
                   [&](const auto& file) { return file->name() == name; });
  return found == files_.end() ? nullptr : found->get();
}

absl::Status Spool::Open(absl::string_view name) {
  if (!files_.empty() && !files_.back()->complete()) {
    return absl::InvalidArgumentError(
        absl::StrCat(files_.back()->name(),
                     " is not complete; accepted: the chunks of a "
                     "file one after the other, `last` at its end"));
  }
  if (Find(name) != nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " came twice; accepted: each file once"));
  }
  if (files_.size() >= static_cast<std::size_t>(kMaxImportFiles)) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an import takes at most ", kMaxImportFiles, " files"));
  }
  QJ_ASSIGN_OR_RETURN(std::unique_ptr<SpooledFile> file,
                      SpooledFile::Create(directory_, std::string(name)));
  files_.push_back(std::move(file));
  hash_->Add(absl::StrCat(name.size(), ":", name, ":"));
  return absl::OkStatus();
}

absl::Status Spool::Count(std::size_t bytes) {
  bytes_ += static_cast<std::int64_t>(bytes);
  if (bytes_ <= kMaxImportBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("an import takes at most ", kMaxImportBytes, " bytes"));
}

absl::Status Spool::AddRows(absl::string_view table, absl::string_view record) {
  auto found =
      std::find_if(files_.begin(), files_.end(),
                   [&](const auto& file) { return file->name() == table; });
  if (found == files_.end()) {
    QJ_RETURN_IF_ERROR(Open(table));
    found = files_.end() - 1;
    (*found)->Complete();
  } else if (!files_.back()->complete() ||
             ((*found)->bytes() > 0 && !(*found)->has_records())) {
    return absl::InvalidArgumentError(
        absl::StrCat("rows of ", table,
                     " come within or after a file of that name; "
                     "accepted: rows between complete files of other names"));
  }
  QJ_RETURN_IF_ERROR(Count(record.size()));
  hash_->Add(absl::StrCat("rows ", table, " ", record.size(), ":"));
  hash_->Add(record);
  return (*found)->AppendRecord(record);
}

absl::Status Spool::Add(absl::string_view file_name, absl::string_view data,
                        bool last) {
  if (!IsPlainFileName(file_name)) {
    return absl::InvalidArgumentError(
        "chunk.file_name is not the name of a file; accepted: a name without "
        "directories, such as items.csv");
  }
  if (files_.empty() || files_.back()->name() != file_name) {
    QJ_RETURN_IF_ERROR(Open(file_name));
  }
  SpooledFile& file = *files_.back();
  if (file.complete()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file_name, " came twice; accepted: each file once"));
  }
  QJ_RETURN_IF_ERROR(Count(data.size()));
  hash_->Add(data);
  QJ_RETURN_IF_ERROR(file.Append(data));
  if (last) {
    file.Complete();
    hash_->Add(absl::StrCat("=", file.bytes(), ";"));
  }
  return absl::OkStatus();
}

absl::Status Spool::CheckComplete() const {
  if (files_.empty()) {
    return absl::InvalidArgumentError(
        "no file was sent; accepted: at least one");
  }
  if (!files_.back()->complete()) {
    return absl::InvalidArgumentError(
        absl::StrCat(files_.back()->name(),
                     " is not complete; accepted: "
                     "`last` at the end of each file"));
  }
  return absl::OkStatus();
}

}  // namespace qiangji::registry
