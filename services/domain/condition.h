// What a list of rows is narrowed by (AIP-160), over the columns of one table:
// the typed form of a filter. The store compiles it to SQL
// (db/sql/query_condition.h), and Holds evaluates it over rows that are at
// hand; a test shows that both agree.
//
// There are two truth values: a comparison with a cell that is not stated is
// false, and its negation true. Negation stands at the leaves only, so that
// SQL's third value never gets where it would matter.
#pragma once

#include <cstdint>
#include <vector>

#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::domain {

struct Condition {
  enum class Kind : std::uint8_t { kAll, kAny, kTest };
  enum class Test : std::uint8_t {
    kStated,  // the cell is stated; `value` is not read
    kEqual,   // and those below compare with `value`, of the cell's type
    kLess,    // texts by their bytes
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kContains,  // text: `value` is a part of it, letter by letter
    kHasEntry,  // list: `value` is one of its entries
  };

  Kind kind = Kind::kAll;
  std::vector<Condition> children;  // of kAll (none: true), kAny (none: false)
  Test test = Test::kStated;
  int column = 0;
  Value value;
  bool negated = false;  // of kTest
};

// Whether `row` fulfils the condition.
bool Holds(const Condition& condition, const Row& row);

// Whether a cell of this kind is a list.
bool IsList(Kind kind);

// One column that rows are ordered by. What is not stated comes first in
// ascending order.
struct OrderColumn {
  int column = 0;
  bool descending = false;
};

// Negative, zero or positive: the order of two cells of one column.
int CompareCells(const Value& a, const Value& b);

}  // namespace qiangji::domain
