#include "clients/cli/import_files.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

namespace fs = std::filesystem;

constexpr Text kNoSuchFile = {"$0：没有这个文件或目录",
                              "$0: no such file or directory"};
constexpr Text kNoCsv = {
    "$0：目录中没有 .csv、.xlsx 或 .cdx.json 文件",
    "$0: the directory has no .csv, .xlsx or .cdx.json file"};
constexpr Text kUnreadable = {"$0：无法读取（$1）", "$0: cannot be read ($1)"};
constexpr Text kSameName = {"$0 与 $1 文件名相同，不能在一次导入中并用",
                            "$0 and $1 have the same file name and cannot be "
                            "in one import"};

// "~$book.xlsx" is the lock of a workbook that is open.
bool IsTableFile(const fs::path& path) {
  const std::string name = absl::AsciiStrToLower(path.filename().string());
  return absl::EndsWith(name, ".csv") || absl::EndsWith(name, ".cdx.json") ||
         (absl::EndsWith(name, ".xlsx") && !absl::StartsWith(name, "~$"));
}

absl::StatusOr<std::vector<std::string>> FilesOf(const std::string& directory,
                                                 Lang lang) {
  std::vector<std::string> files;
  std::error_code error;
  fs::directory_iterator it(directory, error);
  for (const fs::directory_iterator end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file() && IsTableFile(it->path())) {
      files.push_back(it->path().string());
    }
  }
  if (error) {
    return absl::FailedPreconditionError(
        Say(lang, kUnreadable, directory, error.message()));
  }
  if (files.empty()) return absl::NotFoundError(Say(lang, kNoCsv, directory));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

absl::StatusOr<std::vector<ImportFile>> FindImportFiles(
    absl::Span<const std::string> paths, Lang lang) {
  std::vector<ImportFile> files;
  std::map<std::string, std::string> seen;  // path by name
  for (const std::string& path : paths) {
    std::error_code error;
    std::vector<std::string> found = {path};
    if (fs::is_directory(path, error)) {
      QJ_ASSIGN_OR_RETURN(found, FilesOf(path, lang));
    }
    for (const std::string& file : found) {
      const std::uintmax_t size = fs::file_size(file, error);
      if (error) return absl::NotFoundError(Say(lang, kNoSuchFile, file));
      const std::string name = fs::path(file).filename().string();
      const auto [it, fresh] = seen.emplace(name, file);
      if (!fresh) {
        return absl::InvalidArgumentError(
            Say(lang, kSameName, it->second, file));
      }
      files.push_back({file, name, size});
    }
  }
  return files;
}

}  // namespace qiangji::cli
