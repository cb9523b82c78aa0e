#include "db/sql/payload.h"

#include <string.h>

#include <cstdint>

namespace qiangji::sql {
namespace {

template <typename T>
void AppendRaw(T value, std::string* out) {
  char bytes[sizeof(T)];
  memcpy(bytes, &value, sizeof(T));
  out->append(bytes, sizeof(T));
}

template <typename T>
T TakeRaw(absl::string_view* bytes) {
  T value;
  memcpy(&value, bytes->data(), sizeof(T));
  bytes->remove_prefix(sizeof(T));
  return value;
}

}  // namespace

void AppendPayload(const TableLayout& layout, const Cells& cells,
                   std::string* out) {
  for (std::size_t c = layout.key_count(); c < cells.size(); ++c) {
    out->push_back(static_cast<char>(cells[c].index()));
    if (const auto* integer = std::get_if<std::int64_t>(&cells[c])) {
      AppendRaw(*integer, out);
    } else if (const auto* number = std::get_if<double>(&cells[c])) {
      AppendRaw(*number, out);
    } else if (const auto* text = std::get_if<std::string>(&cells[c])) {
      AppendRaw(static_cast<std::uint32_t>(text->size()), out);
      out->append(*text);
    }
  }
}

void ParsePayload(const TableLayout& layout, absl::string_view bytes,
                  Cells* cells) {
  cells->resize(layout.columns().size());
  for (std::size_t c = layout.key_count(); c < cells->size(); ++c) {
    const char kind = bytes.front();
    bytes.remove_prefix(1);
    domain::Value& cell = (*cells)[c];
    if (kind == 0) {
      cell = std::monostate();
    } else if (kind == 1) {
      cell = TakeRaw<std::int64_t>(&bytes);
    } else if (kind == 2) {
      cell = TakeRaw<double>(&bytes);
    } else {
      const auto size = TakeRaw<std::uint32_t>(&bytes);
      cell = std::string(bytes.substr(0, size));
      bytes.remove_prefix(size);
    }
  }
}

}  // namespace qiangji::sql
