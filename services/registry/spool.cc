#include "services/registry/spool.h"

#include <fcntl.h>
#include <openssl/evp.h>
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

absl::StatusOr<std::unique_ptr<Decoder>> SpooledFile::MakeDecoder(
    FileEncoding encoding) const {
  if (encoding == FileEncoding::kGb18030 ||
      (encoding == FileEncoding::kDetect && !scanner_.IsUtf8())) {
    return Decoder::Gb18030();
  }
  return Decoder::Utf8();
}

absl::Status SpooledFile::Read(
    FileEncoding encoding,
    const std::function<absl::Status(absl::string_view)>& visit,
    std::int64_t& line) const {
  line = 1;
  if (scanner_.IsUtf16()) {
    return absl::InvalidArgumentError(
        "the file is UTF-16; accepted: UTF-8 or GB18030");
  }
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
    const absl::Status decoded = decoder->Feed(
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

class Spool::Hash {
 public:
  Hash() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_, EVP_sha256(), nullptr);
  }
  ~Hash() { EVP_MD_CTX_free(context_); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;

  void Add(absl::string_view bytes) {
    EVP_DigestUpdate(context_, bytes.data(), bytes.size());
  }
  std::string Digest() const {
    EVP_MD_CTX* copy = EVP_MD_CTX_new();
    EVP_MD_CTX_copy_ex(copy, context_);
    std::string digest(32, '\0');
    EVP_DigestFinal_ex(copy, reinterpret_cast<unsigned char*>(digest.data()),
                       nullptr);
    EVP_MD_CTX_free(copy);
    return digest;
  }

 private:
  EVP_MD_CTX* const context_;
};

Spool::Spool(std::string directory)
    : directory_(std::move(directory)), hash_(std::make_unique<Hash>()) {}
Spool::~Spool() = default;

std::string Spool::Digest() const { return hash_->Digest(); }

const SpooledFile* Spool::Find(absl::string_view name) const {
  const auto found =
      std::find_if(files_.begin(), files_.end(),
                   [&](const auto& file) { return file->name() == name; });
  return found == files_.end() ? nullptr : found->get();
}

absl::Status Spool::Add(absl::string_view file_name, absl::string_view data,
                        bool last) {
  if (!IsPlainFileName(file_name)) {
    return absl::InvalidArgumentError(
        "chunk.file_name is not the name of a file; accepted: a name without "
        "directories, such as items.csv");
  }
  if (files_.empty() || files_.back()->name() != file_name) {
    if (!files_.empty() && !files_.back()->complete()) {
      return absl::InvalidArgumentError(
          absl::StrCat(files_.back()->name(),
                       " is not complete; accepted: the chunks of a "
                       "file one after the other, `last` at its end"));
    }
    if (Find(file_name) != nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(file_name, " came twice; accepted: each file once"));
    }
    if (files_.size() >= static_cast<std::size_t>(kMaxImportFiles)) {
      return absl::ResourceExhaustedError(
          absl::StrCat("an import takes at most ", kMaxImportFiles, " files"));
    }
    QJ_ASSIGN_OR_RETURN(
        std::unique_ptr<SpooledFile> file,
        SpooledFile::Create(directory_, std::string(file_name)));
    files_.push_back(std::move(file));
    hash_->Add(absl::StrCat(file_name.size(), ":", file_name, ":"));
  }
  SpooledFile& file = *files_.back();
  if (file.complete()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file_name, " came twice; accepted: each file once"));
  }
  bytes_ += static_cast<std::int64_t>(data.size());
  if (bytes_ > kMaxImportBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an import takes at most ", kMaxImportBytes, " bytes"));
  }
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
