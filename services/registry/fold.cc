#include "services/registry/fold.h"

#include <utf8proc.h>

#include <cstdlib>

namespace qiangji::registry {
namespace {

bool IsKept(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::string FoldName(absl::string_view name) {
  utf8proc_uint8_t* folded = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(name.data()),
      static_cast<utf8proc_ssize_t>(name.size()), &folded,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                     UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                     UTF8PROC_IGNORE));
  if (size < 0) return std::string(name);
  std::string kept;
  for (utf8proc_ssize_t at = 0; at < size;) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(folded + at, size - at, &point);
    if (length <= 0) break;
    if (IsKept(point)) {
      kept.append(reinterpret_cast<const char*>(folded + at),
                  static_cast<std::size_t>(length));
    }
    at += length;
  }
  std::free(folded);
  return kept.empty() ? std::string(name) : kept;
}

}  // namespace qiangji::registry
