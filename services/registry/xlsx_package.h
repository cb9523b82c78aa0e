// The zip container of a workbook. Entries are looked up by name and never
// become paths; what a workbook of data has no need of (macros, links to other
// files, a password) is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/registry/xlsx_limits.h"

struct zip;

namespace qiangji::registry {

class XlsxPackage {
 public:
  // Takes `descriptor`, an open file of `bytes` bytes. INVALID_ARGUMENT: no
  // workbook, or one that is refused; RESOURCE_EXHAUSTED: beyond a limit.
  // `use` outlives the package.
  static absl::StatusOr<std::unique_ptr<XlsxPackage>> Open(int descriptor,
                                                           std::int64_t bytes,
                                                           XlsxUse& use);
  ~XlsxPackage();
  XlsxPackage(const XlsxPackage&) = delete;
  XlsxPackage& operator=(const XlsxPackage&) = delete;

  // Part names are without a leading '/', in any case.
  bool Has(absl::string_view part) const;
  // Inflates a part piece by piece.
  absl::Status Stream(
      absl::string_view part,
      const std::function<absl::Status(absl::string_view)>& visit);
  // A small part at once.
  absl::StatusOr<std::string> Read(absl::string_view part);

 private:
  struct Entry {
    std::uint64_t index = 0;
    std::int64_t compressed = 0;
  };
  XlsxPackage(::zip* archive, XlsxUse& use) : archive_(archive), use_(use) {}
  absl::Status List();

  ::zip* const archive_;
  XlsxUse& use_;
  std::map<std::string, Entry> entries_;  // by name in lower case
};

// The part that a relationship of `base` names: "worksheets/sheet1.xml" of
// "xl/workbook.xml" is "xl/worksheets/sheet1.xml". ".." never leaves the
// package.
std::string ResolvePart(absl::string_view base, absl::string_view target);

}  // namespace qiangji::registry
