#include "services/registry/xlsx_package.h"

#include <unistd.h>
#include <zip.h>

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"

namespace qiangji::registry {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;

absl::Status Refused(absl::string_view what, absl::string_view accepted) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, "; accepted: ", accepted));
}

absl::Status Locked() {
  return Refused("the workbook is encrypted, or of the old .xls format",
                 ".xlsx without a password");
}

// Encrypted workbooks and .xls are OLE compound files.
bool IsCompoundFile(int descriptor) {
  char head[8] = {};
  return pread(descriptor, head, sizeof(head), 0) == sizeof(head) &&
         absl::string_view(head, sizeof(head)) ==
             absl::string_view("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
}

// "../x", "/x", "C:x" and "a\b" are tricks, not names of parts.
bool IsPlainEntry(absl::string_view name) {
  if (name.empty() || absl::StartsWith(name, "/")) return false;
  if (name.find_first_of("\\:") != absl::string_view::npos) return false;
  for (absl::string_view step : absl::StrSplit(name, '/')) {
    if (step == ".." || step == ".") return false;
  }
  return true;
}

absl::Status CheckEntry(absl::string_view lower, const zip_stat_t& stat) {
  if (!IsPlainEntry(lower)) {
    return Refused(
        absl::StrCat("the workbook has an entry named ", domain::Quoted(lower)),
        "workbooks as spreadsheet programs write them");
  }
  if (absl::EndsWith(lower, "vbaproject.bin")) {
    return Refused("the workbook has macros", ".xlsx without macros");
  }
  if (absl::StartsWith(lower, "xl/externallinks/")) {
    return Refused("the workbook has links to other files",
                   "workbooks whose links were replaced by values");
  }
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
      stat.encryption_method != ZIP_EM_NONE) {
    return Locked();
  }
  const auto inflated = static_cast<std::int64_t>(stat.size);
  const auto compressed = static_cast<std::int64_t>(stat.comp_size);
  if (inflated < 0 || compressed < 0 ||
      (inflated > kXlsxRatioFrom && inflated / kMaxXlsxRatio > compressed)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the workbook's ", lower, " inflates to more than ", kMaxXlsxRatio,
        " times its size; accepted: workbooks as spreadsheet programs write "
        "them"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<XlsxPackage>> XlsxPackage::Open(
    int descriptor, std::int64_t bytes, XlsxUse& use) {
  std::int64_t used = 0;
  if (absl::Status fits = Spend(bytes, kMaxXlsxBytes, "bytes", used);
      !fits.ok()) {
    close(descriptor);
    return fits;
  }
  const bool compound = IsCompoundFile(descriptor);
  int error = 0;
  ::zip* const archive = compound ? nullptr : zip_fdopen(descriptor, 0, &error);
  if (archive == nullptr) {
    close(descriptor);
    if (compound) return Locked();
    return Refused("the file is not a workbook, or is cut off",
                   ".xlsx (Office Open XML)");
  }
  std::unique_ptr<XlsxPackage> package(new XlsxPackage(archive, use));
  QJ_RETURN_IF_ERROR(package->List());
  return package;
}

XlsxPackage::~XlsxPackage() { zip_discard(archive_); }

absl::Status XlsxPackage::List() {
  const zip_int64_t count = zip_get_num_entries(archive_, 0);
  std::int64_t entries = 0, inflated = 0;
  QJ_RETURN_IF_ERROR(Spend(count, kMaxXlsxEntries, "entries", entries));
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    const auto index = static_cast<zip_uint64_t>(i);
    constexpr zip_uint64_t kNeeded =
        ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if (zip_stat_index(archive_, index, 0, &stat) != 0 ||
        (stat.valid & kNeeded) != kNeeded) {
      return Refused("the workbook's list of entries is damaged",
                     "workbooks as spreadsheet programs write them");
    }
    std::string lower = absl::AsciiStrToLower(stat.name);
    QJ_RETURN_IF_ERROR(CheckEntry(lower, stat));
    QJ_RETURN_IF_ERROR(Spend(static_cast<std::int64_t>(stat.size),
                             kMaxXlsxInflatedBytes, "inflated bytes",
                             inflated));
    const Entry entry{index, static_cast<std::int64_t>(stat.comp_size)};
    if (!entries_.emplace(std::move(lower), entry).second) {
      return Refused(absl::StrCat("the workbook has two entries named ",
                                  domain::Quoted(stat.name)),
                     "each entry once");
    }
  }
  return absl::OkStatus();
}

bool XlsxPackage::Has(absl::string_view part) const {
  return entries_.contains(absl::AsciiStrToLower(part));
}

absl::Status XlsxPackage::Stream(
    absl::string_view part,
    const std::function<absl::Status(absl::string_view)>& visit) {
  const auto found = entries_.find(absl::AsciiStrToLower(part));
  if (found == entries_.end()) {
    return Refused(
        absl::StrCat("the workbook has no part ", domain::Quoted(part)),
        ".xlsx (Office Open XML)");
  }
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(
      zip_fopen_index(archive_, found->second.index, 0), &zip_fclose);
  const auto damaged = [&] {
    return Refused(
        absl::StrCat("the workbook's ", part, " is damaged or cut off"),
        "whole files");
  };
  if (file == nullptr) return damaged();
  std::vector<char> buffer(kPieceBytes);
  std::int64_t inflated = 0;
  while (true) {
    const zip_int64_t got = zip_fread(file.get(), buffer.data(), buffer.size());
    if (got < 0) return damaged();
    if (got == 0) return absl::OkStatus();
    // The sizes of the list may lie: what comes out is counted again.
    QJ_RETURN_IF_ERROR(Spend(got, kMaxXlsxInflatedBytes, "inflated bytes",
                             use_.inflated_bytes));
    inflated += got;
    if (inflated > kXlsxRatioFrom &&
        inflated / kMaxXlsxRatio > found->second.compressed) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the workbook's ", part, " inflates to more than ",
                       kMaxXlsxRatio, " times its size"));
    }
    QJ_RETURN_IF_ERROR(
        visit(absl::string_view(buffer.data(), static_cast<std::size_t>(got))));
  }
}

absl::StatusOr<std::string> XlsxPackage::Read(absl::string_view part) {
  std::string text;
  std::int64_t bytes = 0;
  const std::string what = absl::StrCat("bytes in ", part);
  const auto append = [&](absl::string_view piece) {
    text.append(piece.data(), piece.size());
    return Spend(static_cast<std::int64_t>(piece.size()), kMaxXlsxPartBytes,
                 what, bytes);
  };
  QJ_RETURN_IF_ERROR(Stream(part, append));
  return text;
}

std::string ResolvePart(absl::string_view base, absl::string_view target) {
  std::vector<std::string> steps;
  if (!absl::ConsumePrefix(&target, "/")) {
    steps = absl::StrSplit(base, '/');
    steps.pop_back();
  }
  for (absl::string_view step : absl::StrSplit(target, '/')) {
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (!step.empty() && step != ".") {
      steps.emplace_back(step);
    }
  }
  return absl::StrJoin(steps, "/");
}

}  // namespace qiangji::registry
