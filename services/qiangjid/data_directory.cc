#include "services/qiangjid/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::server {
namespace {

absl::Status SystemError(absl::string_view what, const std::string& path,
                         int error) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(error)));
}

absl::Status MakePrivate(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return SystemError("create", path, error.value());
  if (chmod(path.c_str(), S_IRWXU) != 0) {
    return SystemError("make private", path, errno);
  }
  return absl::OkStatus();
}

std::string Holder(int lock) {
  char pid[32] = {};
  const ssize_t size = pread(lock, pid, sizeof(pid) - 1, 0);
  if (size <= 0) return "another process";
  return absl::StrCat("process ", absl::StripAsciiWhitespace(pid));
}

}  // namespace

absl::StatusOr<DataDirectory> DataDirectory::Open(const std::string& path) {
  QJ_RETURN_IF_ERROR(MakePrivate(path));
  const std::string file = absl::StrCat(path, "/lock");
  const int lock =
      open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) return SystemError("open", file, errno);
  DataDirectory directory(path, lock);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError("lock", file, errno);
    return absl::FailedPreconditionError(absl::StrCat(
        "the data directory ", path, " is in use by ", Holder(lock)));
  }
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(lock, 0) != 0 || pwrite(lock, pid.data(), pid.size(), 0) !=
                                     static_cast<ssize_t>(pid.size())) {
    return SystemError("write", file, errno);
  }
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) close(lock_);
}

std::string DataDirectory::File(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

absl::StatusOr<std::string> DataDirectory::Directory(
    absl::string_view name) const {
  const std::string path = File(name);
  QJ_RETURN_IF_ERROR(MakePrivate(path));
  return path;
}

absl::Status WriteWhole(const std::string& path, absl::string_view text) {
  const std::string next = path + ".new";
  std::FILE* const file = std::fopen(next.c_str(), "we");
  if (file == nullptr) return SystemError("write", next, errno);
  const bool written =
      std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = std::fclose(file) == 0;
  if (!written || !closed || std::rename(next.c_str(), path.c_str()) != 0) {
    return SystemError("write", path, errno);
  }
  return absl::OkStatus();
}

}  // namespace qiangji::server
