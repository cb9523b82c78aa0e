#include "tests/support/files/zip_parts.h"

#include <zip.h>

namespace qiangji::testing {

std::map<std::string, std::string> Unzip(const std::string& bytes) {
  std::map<std::string, std::string> parts;
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source =
      zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source == nullptr
                   ? nullptr
                   : zip_open_from_source(source, ZIP_RDONLY, &error);
  zip_error_fini(&error);
  if (zip == nullptr) {
    if (source != nullptr) zip_source_free(source);
    return parts;
  }
  const zip_int64_t count = zip_get_num_entries(zip, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<zip_uint64_t>(i);
    zip_stat_t stat;
    if (zip_stat_index(zip, index, 0, &stat) != 0) continue;
    zip_file_t* file = zip_fopen_index(zip, index, 0);
    if (file == nullptr) continue;
    std::string content(static_cast<std::size_t>(stat.size), '\0');
    if (zip_fread(file, content.data(), content.size()) ==
        static_cast<zip_int64_t>(content.size())) {
      parts[stat.name] = std::move(content);
    }
    zip_fclose(file);
  }
  zip_discard(zip);
  return parts;
}

}  // namespace qiangji::testing
