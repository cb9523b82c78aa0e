#include "services/bottleneck/notice_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::bottleneck {
namespace {

// Without the path: who reads the error may not see the server's directories.
absl::Status Failed(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

absl::Status WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> EndsInsideALine(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return Failed("stat");
  if (!S_ISREG(status.st_mode)) {
    return absl::UnavailableError("not a regular file");
  }
  if (status.st_size == 0) return false;
  char last = '\n';
  if (pread(fd, &last, 1, status.st_size - 1) != 1) return Failed("read");
  return last != '\n';
}

}  // namespace

absl::Status CheckFileName(absl::string_view name) {
  constexpr std::size_t kMost = 100;
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
           c == '.' || c == '_';
  });
  if (plain && !name.empty() && name.size() <= kMost && name.front() != '.') {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "not a file name; accepted: 1 to 100 of A-Z a-z 0-9 - . _, not beginning "
      "with a dot");
}

absl::Status AppendLine(const std::string& directory, const std::string& name,
                        absl::string_view line) {
  if (directory.empty()) {
    return absl::UnavailableError("no directory of notifications");
  }
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Failed("the directory of notifications");
  }
  const Descriptor folder(
      open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return Failed("the directory of notifications");
  const Descriptor file(
      openat(folder.get(), name.c_str(),
             O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return Failed("open");
  QJ_ASSIGN_OR_RETURN(const bool unfinished, EndsInsideALine(file.get()));
  QJ_RETURN_IF_ERROR(
      WriteAll(file.get(), absl::StrCat(unfinished ? "\n" : "", line, "\n")));
  if (fsync(file.get()) != 0) return Failed("fsync");
  // The name of a new file too.
  if (fsync(folder.get()) != 0) return Failed("fsync of the directory");
  return absl::OkStatus();
}

}  // namespace qiangji::bottleneck
