#include "services/report/zip_file.h"

#include <zip.h>

#include "absl/strings/str_cat.h"

namespace qiangji::report {
namespace {

// 1980-01-01 00:00 in the form of DOS, the first there is.
constexpr zip_uint16_t kDosDate = (1 << 5) | 1;
constexpr zip_uint16_t kDosTime = 0;

absl::Status Failed(const char* what, zip_error_t* error) {
  return absl::ResourceExhaustedError(absl::StrCat(
      "cannot ", what, " an archive: ", zip_error_strerror(error)));
}

// The archive under construction, and the memory that it goes to.
class Archive {
 public:
  Archive() { zip_error_init(&error_); }
  ~Archive() {
    if (zip_ != nullptr) zip_discard(zip_);
    if (memory_ != nullptr) zip_source_free(memory_);
    zip_error_fini(&error_);
  }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  absl::Status Open() {
    memory_ = zip_source_buffer_create(nullptr, 0, 0, &error_);
    if (memory_ == nullptr) return Failed("begin", &error_);
    zip_source_keep(memory_);  // zip_close gives one reference back
    zip_ = zip_open_from_source(memory_, ZIP_TRUNCATE, &error_);
    return zip_ == nullptr ? Failed("begin", &error_) : absl::OkStatus();
  }

  // `entry` must live until Finish.
  absl::Status Add(const ZipEntry& entry) {
    zip_source_t* source =
        zip_source_buffer(zip_, entry.bytes.data(), entry.bytes.size(), 0);
    if (source == nullptr) return Failed("add to", zip_get_error(zip_));
    const zip_int64_t at =
        zip_file_add(zip_, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
      zip_source_free(source);
      return Failed("add to", zip_get_error(zip_));
    }
    const auto index = static_cast<zip_uint64_t>(at);
    if (zip_file_set_dostime(zip_, index, kDosTime, kDosDate, 0) != 0 ||
        zip_set_file_compression(zip_, index, ZIP_CM_DEFLATE, 6) != 0) {
      return Failed("add to", zip_get_error(zip_));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Finish() {
    if (zip_close(zip_) != 0) return Failed("finish", zip_get_error(zip_));
    zip_ = nullptr;
    zip_stat_t stat;
    if (zip_source_stat(memory_, &stat) != 0 || zip_source_open(memory_) != 0) {
      return Failed("read", zip_source_error(memory_));
    }
    std::string bytes(static_cast<std::size_t>(stat.size), '\0');
    const zip_int64_t read =
        zip_source_read(memory_, bytes.data(), bytes.size());
    zip_source_close(memory_);
    if (read != static_cast<zip_int64_t>(bytes.size())) {
      return Failed("read", zip_source_error(memory_));
    }
    return bytes;
  }

 private:
  zip_error_t error_;
  zip_source_t* memory_ = nullptr;
  zip_t* zip_ = nullptr;
};

}  // namespace

absl::StatusOr<std::string> Zip(absl::Span<const ZipEntry> entries) {
  Archive archive;
  absl::Status status = archive.Open();
  for (const ZipEntry& entry : entries) {
    if (!status.ok()) return status;
    status = archive.Add(entry);
  }
  if (!status.ok()) return status;
  return archive.Finish();
}

}  // namespace qiangji::report
