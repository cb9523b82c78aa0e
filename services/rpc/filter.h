// Filters and orders of List calls: the subset of AIP-160 that this API takes.
//
//   filter      = [ expression ] ;
//   expression  = factor { "AND" factor } ;
//   factor      = term { "OR" term } ;       (* OR binds tighter than AND *)
//   term        = { "NOT" | "-" } ( "(" expression ")" | restriction ) ;
//   restriction = column comparator value ;
//   comparator  = "=" | "!=" | "<" | "<=" | ">" | ">=" | ":" ;
//   value       = '"' text '"' | "'" text "'" | word ;
//   column      = a-z { a-z | 0-9 | "_" } ;
//   word        = a character of A-Z a-z 0-9 . _ + - : * or beyond ASCII,
//                 once or more ;
//
// In quotes a backslash stands before a quotation mark or a backslash. There
// is no search for bare words, no function, and no wildcard: `*` alone after
// ":" asks whether the column is stated, elsewhere it is a letter. What a
// comparison means is for those who know the columns
// (services/registry/resource_filter.h).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace qiangji::rpc {

enum class Comparator {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kHas,
};
absl::string_view ComparatorText(Comparator comparator);

struct FilterNode {
  enum class Kind { kAnd, kOr, kNot, kTest };
  Kind kind = Kind::kAnd;
  std::vector<FilterNode> children;  // one of kNot; none of kAnd is "all"
  std::string column;                // and what follows, of kTest
  Comparator comparator = Comparator::kEqual;
  std::string value;
  bool quoted = false;
  std::size_t position = 0;  // of the column in the text, from 1
};

// INVALID_ARGUMENT (field "filter") naming the position where it is anything
// else, or nested deeper than kMaxFilterDepth; RESOURCE_EXHAUSTED where it is
// longer than kMaxFilterBytes or has more than kMaxFilterTerms restrictions.
absl::StatusOr<FilterNode> ParseFilter(absl::string_view filter);

// Filters of lists that know equalities joined by AND only.
struct FilterTerm {
  std::string column;
  std::string value;  // canonical text of the cell; "" = not stated
};
// In order; INVALID_ARGUMENT for any other filter.
absl::StatusOr<std::vector<FilterTerm>> ParseEqualities(
    absl::string_view filter);

// `order_by` (AIP-132): "column, other_column desc"; empty = none.
struct OrderTerm {
  std::string column;
  bool descending = false;
};
absl::StatusOr<std::vector<OrderTerm>> ParseOrderBy(absl::string_view order_by);

}  // namespace qiangji::rpc
