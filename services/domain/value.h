// Cells and rows as tables of FORMATS hold them: what is validated, stored,
// hashed, fed and exported. Computation uses packed columns instead
// (supply.h, graph.h).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace qiangji::domain {

// One cell. monostate = not stated. Booleans are int64 0 or 1, years int64.
// Lists are one text in canonical form: entries sorted, without repetition,
// joined by ';'. Times are canonical RFC 3339 UTC text ("…Z"), so text order
// is time order.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

// Cells in the order of TableSchema::columns.
using Row = std::vector<Value>;

// The key cells of a row, in the order of the table's key. A key cell that is
// not stated is "" (text) there: keys are never null.
using Key = std::vector<Value>;

inline bool IsNull(const Value& v) {
  return std::holds_alternative<std::monostate>(v);
}
inline const std::string& TextOf(const Value& v) {
  static const std::string* const empty = new std::string;
  const auto* text = std::get_if<std::string>(&v);
  return text == nullptr ? *empty : *text;
}
inline std::int64_t IntOf(const Value& v, std::int64_t otherwise = 0) {
  const auto* n = std::get_if<std::int64_t>(&v);
  return n == nullptr ? otherwise : *n;
}
inline double NumberOf(const Value& v, double otherwise = 0) {
  const auto* n = std::get_if<double>(&v);
  return n == nullptr ? otherwise : *n;
}

}  // namespace qiangji::domain
