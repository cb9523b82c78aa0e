// Which cells of a table to withhold so that those which may not be shown
// cannot be computed from the others (METHOD 4.6).
//
// A table is a set of cells over a partition: every cell is the sum of some
// parts, for each of several measures (weight that is assured, weight with
// data …). Whoever reads it knows the cells that are shown, and of every part
// that its measures are none below 0, not above what is publicly known, and
// nested in one another. Of a withheld cell it must stay possible, by a linear
// program over all of this, that each measure is p of it less, and p of it
// more, than it is (or as little or as much as is publicly known to be
// possible). Where a measure counts whole items a p of few says little: there
// it shall also stay possible that it is one more, or less, as far as that does
// not cost a cell which is to be kept.
//
// Cells are withheld by the least loss, a linear program again: what has to
// move so that the cell can. A cell that was shown in an earlier table of the
// same facts cannot be withheld any more.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/domain/linear_program.h"

namespace qiangji::domain {

struct TableMeasure {
  std::vector<double> values;  // by part, >= 0
  std::vector<double> most;    // by part: publicly known; may be kUnbounded
  double step = 0;             // of whole items; 0 = none
};

// `inner` <= `outer` in every part; places in ProtectedTable::measures.
struct TableNesting {
  std::size_t inner = 0, outer = 0;
};

struct TableCell {
  std::vector<int> parts;  // ascending
  bool sensitive = false;  // IsSensitive
  bool shown_before = false;
  double loss = 1;    // of withholding it; above 0
  bool keep = false;  // not withheld for the sake of a step
};

struct ProtectedTable {
  std::vector<TableMeasure> measures;
  std::vector<TableNesting> nestings;
  std::vector<TableCell> cells;
};

struct Suppression {
  std::vector<bool> withheld;  // by cell
  // Sensitive or withheld cells that earlier tables tell within p, whatever is
  // withheld now; ascending.
  std::vector<std::size_t> exposed;
};

// CANCELLED when stopped.
absl::StatusOr<Suppression> Suppress(const ProtectedTable& table, double p,
                                     const Stop* stop = nullptr);

// What a measure of a withheld cell must be able to be: `distance` less and
// more than it is, within what is publicly known.
struct Protection {
  double low = 0, high = 0;
};
Protection ProtectionOf(const ProtectedTable& table, std::size_t cell,
                        std::size_t measure, double distance);

}  // namespace qiangji::domain
