#include "services/domain/linear_program.h"

#include <algorithm>
#include <cmath>
#include <coin/CbcEventHandler.hpp>
#include <coin/CbcHeuristic.hpp>
#include <coin/CbcHeuristicDiveCoefficient.hpp>
#include <coin/CbcModel.hpp>
#include <coin/CglGomory.hpp>
#include <coin/CglKnapsackCover.hpp>
#include <coin/CglMixedIntegerRounding2.hpp>
#include <coin/ClpSimplex.hpp>
#include <coin/CoinPackedMatrix.hpp>
#include <coin/OsiClpSolverInterface.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/domain/stop.h"

namespace qiangji::domain {
namespace {

// The solver's own numbers end what it searches by absolute differences: gains
// are brought to this size.
constexpr double kLargestGain = 100;
constexpr double kEqualGain = 1e-7;
constexpr int kAtTheRoot = -1;  // a cut generator goes on where it helped

double Finite(double x) {
  return std::isinf(x) ? std::copysign(COIN_DBL_MAX, x) : x;
}

// The program as the solver takes it.
struct Matrix {
  explicit Matrix(const LinearProgram& program)
      : packed(/*colordered=*/false, 0, 0) {
    packed.setDimensions(0, static_cast<int>(program.columns.size()));
    for (const LinearProgram::Column& column : program.columns) {
      column_lower.push_back(Finite(column.lower));
      column_upper.push_back(Finite(column.upper));
    }
    for (const LinearProgram::Row& row : program.rows) {
      std::vector<int> places;
      std::vector<double> factors;
      for (const LinearTerm& term : row.terms) {
        places.push_back(term.column);
        factors.push_back(term.factor);
      }
      packed.appendRow(static_cast<int>(places.size()), places.data(),
                       factors.data());
      row_lower.push_back(Finite(row.lower));
      row_upper.push_back(Finite(row.upper));
    }
  }

  CoinPackedMatrix packed;
  std::vector<double> column_lower, column_upper, row_lower, row_upper;
};

class StopHandler : public CbcEventHandler {
 public:
  explicit StopHandler(const Stop* asked) : asked_(asked) {}
  CbcAction event(CbcEvent) override {
    return Stopped(asked_) ? CbcEventHandler::stop : noAction;
  }
  CbcAction event(CbcEvent which, void*) override { return event(which); }
  CbcEventHandler* clone() const override { return new StopHandler(*this); }

 private:
  const Stop* asked_;
};

double GainOf(absl::Span<const double> gains, const std::vector<bool>& ones) {
  double gain = 0;
  for (std::size_t k = 0; k < gains.size(); ++k) {
    if (ones[k]) gain += gains[k];
  }
  return gain;
}

void AddMethods(CbcModel& model) {
  CglKnapsackCover cover;
  CglGomory gomory;
  CglMixedIntegerRounding2 rounding;
  model.addCutGenerator(&cover, kAtTheRoot, "cover");
  model.addCutGenerator(&gomory, kAtTheRoot, "gomory");
  model.addCutGenerator(&rounding, kAtTheRoot, "rounding");
  CbcRounding round(model);
  CbcHeuristicDiveCoefficient dive(model);
  model.addHeuristic(&round, "round");
  model.addHeuristic(&dive, "dive");
}

// The solver minimizes: costs are gains, scaled and turned around.
void SetUp(const LinearProgram& program, absl::Span<const double> gains,
           double scale, OsiClpSolverInterface& solver) {
  const Matrix matrix(program);
  std::vector<double> costs;
  for (const double gain : gains) costs.push_back(-gain * scale);
  solver.messageHandler()->setLogLevel(0);
  solver.getModelPtr()->setLogLevel(0);
  solver.setHintParam(OsiDoReducePrint, true, OsiHintTry);
  solver.loadProblem(matrix.packed, matrix.column_lower.data(),
                     matrix.column_upper.data(), costs.data(),
                     matrix.row_lower.data(), matrix.row_upper.data());
  for (int k = 0; k < static_cast<int>(gains.size()); ++k) {
    solver.setInteger(k);
  }
}

void Limit(const SearchLimits& limits, double cutoff, CbcModel& model) {
  model.setLogLevel(0);
  model.setMaximumNodes(limits.nodes);
  // The processor's time would be that of the other threads too.
  model.setUseElapsedTime(true);
  model.setMaximumSeconds(limits.seconds);
  model.setAllowableGap(kEqualGain);
  model.setAllowableFractionGap(0);
  model.setCutoffIncrement(kEqualGain);
  model.setCutoff(cutoff);
}

}  // namespace

absl::StatusOr<BinarySolution> MaximizeBinary(const LinearProgram& program,
                                              absl::Span<const double> gains,
                                              const std::vector<bool>& start,
                                              const SearchLimits& limits,
                                              const Stop* stop) {
  BinarySolution best;
  best.ones = start;
  best.gain = best.bound = GainOf(gains, start);
  double largest = 0;
  for (const double gain : gains) largest = std::max(largest, std::abs(gain));
  if (Stopped(stop)) return absl::CancelledError("stopped");
  best.proven = largest == 0;
  if (best.proven) return best;
  const double scale = kLargestGain / largest;
  OsiClpSolverInterface solver;
  SetUp(program, gains, scale, solver);
  CbcModel model(solver);
  model.solver()->messageHandler()->setLogLevel(0);
  Limit(limits, -best.gain * scale, model);
  AddMethods(model);
  const StopHandler handler(stop);
  model.passInEventHandler(&handler);
  model.branchAndBound();
  if (Stopped(stop)) return absl::CancelledError("stopped");
  // Without a solution nothing beats the start, which was the cutoff.
  if (const double* found = model.bestSolution(); found != nullptr) {
    std::vector<bool> ones(gains.size());
    for (std::size_t k = 0; k < ones.size(); ++k) ones[k] = found[k] > 0.5;
    const double gain = GainOf(gains, ones);
    if (gain > best.gain) {
      best.gain = gain;
      best.ones = std::move(ones);
    }
  }
  best.proven = model.status() == 0;
  const double bound = -model.getBestPossibleObjValue() / scale;
  best.bound = best.proven ? best.gain : std::max(bound, best.gain);
  return best;
}

struct LinearSystem::Solver {
  ClpSimplex simplex;
  bool started = false;
  std::vector<double> values;
};

LinearSystem::LinearSystem(const LinearProgram& program)
    : solver_(std::make_unique<Solver>()) {
  const Matrix matrix(program);
  ClpSimplex& simplex = solver_->simplex;
  simplex.setLogLevel(0);
  simplex.loadProblem(matrix.packed, matrix.column_lower.data(),
                      matrix.column_upper.data(), nullptr,
                      matrix.row_lower.data(), matrix.row_upper.data());
  solver_->values.assign(program.columns.size(), 0);
}

LinearSystem::~LinearSystem() = default;

void LinearSystem::SetColumn(int column, double lower, double upper) {
  solver_->simplex.setColumnBounds(column, Finite(lower), Finite(upper));
}

void LinearSystem::SetRow(int row, double lower, double upper) {
  solver_->simplex.setRowBounds(row, Finite(lower), Finite(upper));
}

absl::StatusOr<double> LinearSystem::Minimize(
    absl::Span<const LinearTerm> terms) {
  return Optimize(terms, 1);
}

absl::StatusOr<double> LinearSystem::Maximize(
    absl::Span<const LinearTerm> terms) {
  return Optimize(terms, -1);
}

absl::Span<const double> LinearSystem::values() const {
  return solver_->values;
}

absl::StatusOr<double> LinearSystem::Optimize(
    absl::Span<const LinearTerm> terms, double direction) {
  enum { kOptimal = 0, kInfeasible = 1, kEndless = 2 };
  ClpSimplex& simplex = solver_->simplex;
  std::vector<double> costs(solver_->values.size(), 0);
  for (const LinearTerm& term : terms) {
    costs[static_cast<std::size_t>(term.column)] += direction * term.factor;
  }
  std::copy(costs.begin(), costs.end(), simplex.objective());
  // The basis of the last optimum is a good start, but never needed.
  if (!solver_->started || simplex.primal(1) > kEndless) {
    simplex.allSlackBasis(true);
    simplex.primal();
  }
  solver_->started = true;
  switch (simplex.status()) {
    case kOptimal:
      break;
    case kInfeasible:
      return absl::FailedPreconditionError("nothing keeps all rows");
    case kEndless:
      return -direction * kUnbounded;
    default:
      return absl::InternalError(
          absl::StrCat("the simplex method ended with ", simplex.status()));
  }
  const double* found = simplex.primalColumnSolution();
  solver_->values.assign(found, found + solver_->values.size());
  double sum = 0;
  for (const LinearTerm& term : terms) {
    sum += term.factor * found[static_cast<std::size_t>(term.column)];
  }
  return sum;
}

}  // namespace qiangji::domain
