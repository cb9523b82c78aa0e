// Linear and 0/1 programs (METHOD 4.5, 4.6). What solves them is coin-or CBC
// and its Clp; only linear_program.cc knows. Single-threaded, silent, and the
// same to the bit for the same program and limits.
#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace qiangji::domain {

class Stop;

inline constexpr double kUnbounded = std::numeric_limits<double>::infinity();

struct LinearTerm {
  int column = 0;
  double factor = 0;
};

// lower <= x <= upper for every column, and so for every row's sum.
struct LinearProgram {
  struct Column {
    double lower = 0, upper = kUnbounded;
  };
  struct Row {
    double lower = -kUnbounded, upper = kUnbounded;
    std::vector<LinearTerm> terms;  // no column twice
  };
  std::vector<Column> columns;
  std::vector<Row> rows;
};

// Columns and rows are kept to 1e-7, as a solver does.
inline constexpr double kLinearTolerance = 1e-7;

// When a search ends without a proof. Nodes are the same on every machine,
// seconds (of the wall clock) are not: they are there for whoever waits.
struct SearchLimits {
  int nodes = 20000;
  double seconds = 60;
};

struct BinarySolution {
  std::vector<bool> ones;
  double gain = 0;
  // No choice gains more; equal to `gain` where that is proven (to 1e-9 of the
  // largest factor).
  double bound = 0;
  bool proven = false;
};

// The choice of columns, each 0 or 1, with the greatest Σ gain. `start` keeps
// the rows; the answer gains no less. CANCELLED when stopped.
absl::StatusOr<BinarySolution> MaximizeBinary(const LinearProgram& program,
                                              absl::Span<const double> gains,
                                              const std::vector<bool>& start,
                                              const SearchLimits& limits,
                                              const Stop* stop = nullptr);

// One set of rows asked for one optimum after another. Not thread-safe.
class LinearSystem {
 public:
  explicit LinearSystem(const LinearProgram& program);
  ~LinearSystem();
  LinearSystem(const LinearSystem&) = delete;
  LinearSystem& operator=(const LinearSystem&) = delete;

  void SetColumn(int column, double lower, double upper);
  void SetRow(int row, double lower, double upper);

  // The least or greatest sum of the terms; infinite where nothing bounds it.
  // FAILED_PRECONDITION where nothing keeps all rows.
  absl::StatusOr<double> Minimize(absl::Span<const LinearTerm> terms);
  absl::StatusOr<double> Maximize(absl::Span<const LinearTerm> terms);
  // Of the last optimum that was found and finite, by column.
  absl::Span<const double> values() const;

 private:
  struct Solver;
  absl::StatusOr<double> Optimize(absl::Span<const LinearTerm> terms,
                                  double direction);

  std::unique_ptr<Solver> solver_;
};

}  // namespace qiangji::domain
