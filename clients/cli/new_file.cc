#include "clients/cli/new_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace qiangji::cli {
namespace {
constexpr Text kCannotWrite = {"$0：无法写入（$1）",
                               "$0: cannot be written ($1)"};
}  // namespace

NewFile::NewFile(std::string path, Lang lang)
    : path_(std::move(path)),
      temporary_(absl::StrCat(path_, ".part")),
      lang_(lang),
      out_(temporary_, std::ios::binary | std::ios::trunc) {}

NewFile::~NewFile() {
  if (!kept_) std::remove(temporary_.c_str());
}

absl::Status NewFile::Add(const std::string& data) {
  out_.write(data.data(), static_cast<std::streamsize>(data.size()));
  return out_ ? absl::OkStatus() : Failed();
}

absl::Status NewFile::Keep() {
  out_.close();
  if (!out_ || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return Failed();
  }
  kept_ = true;
  return absl::OkStatus();
}

absl::Status NewFile::Failed() const {
  return absl::UnavailableError(
      Say(lang_, kCannotWrite, path_, std::strerror(errno)));
}

}  // namespace qiangji::cli
