#include "services/domain/suppression.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "absl/status/status.h"
#include "services/base/status_macros.h"
#include "services/domain/stop.h"

namespace qiangji::domain {
namespace {

// The solver's tolerance is absolute: the largest total is brought to this.
constexpr double kWhole = 1e5;
// A little more than p, so that nobody's rounding makes it less.
constexpr double kMargin = 1 + 1e-4;
// Distances on that scale: what is too small for the solver to tell from 0, and
// how much of a distance is as good as all of it (less than the margin).
constexpr double kNothing = 1e-6;
constexpr double kNearly = 1 - 5e-5;
// What moves by less of the distance that is asked for stays.
constexpr double kBarely = 1e-6;

double SumOver(const std::vector<double>& values,
               const std::vector<int>& parts) {
  double sum = 0;
  for (const int part : parts) sum += values[static_cast<std::size_t>(part)];
  return sum;
}

// The factors that bring measures to kWhole; nested ones have the same.
std::vector<double> ScalesOf(const ProtectedTable& table) {
  std::vector<double> totals;
  for (const TableMeasure& measure : table.measures) {
    double total = 0;
    for (const double value : measure.values) total += value;
    totals.push_back(total);
  }
  for (std::size_t round = 0; round < table.measures.size(); ++round) {
    for (const TableNesting& nesting : table.nestings) {
      double& inner = totals[nesting.inner];
      double& outer = totals[nesting.outer];
      inner = outer = std::max(inner, outer);
    }
  }
  std::vector<double> scales;
  scales.reserve(totals.size());
  for (const double total : totals) {
    scales.push_back(total > 0 ? kWhole / total : 1);
  }
  return scales;
}

// A sum that is to move, by how much at least.
struct Shift {
  std::size_t cell = 0, measure = 0;
  bool up = false;
  double by = 0;  // scaled
};

// The table as a linear program: a column for every measure of every part,
// then for every measure of every cell by how much its sum is above and below
// what it is.
class TableProgram {
 public:
  explicit TableProgram(const ProtectedTable& table)
      : table_(table),
        parts_(table.measures.empty() ? 0 : table.measures[0].values.size()),
        scales_(ScalesOf(table)),
        system_(Make()) {}

  double scale(std::size_t measure) const { return scales_[measure]; }

  // Whether the sums of a cell can move from what they are.
  void Fix(std::size_t cell) { Bound(cell, 0); }
  void Free(std::size_t cell) { Bound(cell, kUnbounded); }

  // How far the sum can move that way while fixed cells stay.
  absl::StatusOr<double> Furthest(const Shift& s) {
    return system_.Maximize({{Column(s.cell, s.measure, s.up), 1.0},
                             {Column(s.cell, s.measure, !s.up), -1.0}});
  }

  // Moves the sum, others at the least loss (0 where `losses` says so).
  // FAILED_PRECONDITION where it cannot.
  absl::StatusOr<std::vector<std::size_t>> Moved(
      const Shift& s, const std::vector<double>& losses) {
    const int way = Column(s.cell, s.measure, s.up);
    const int back = Column(s.cell, s.measure, !s.up);
    system_.SetColumn(way, s.by, kUnbounded);
    system_.SetColumn(back, 0, 0);
    std::vector<LinearTerm> terms;
    for (std::size_t c = 0; c < table_.cells.size(); ++c) {
      if (losses[c] <= 0) continue;
      for (std::size_t m = 0; m < table_.measures.size(); ++m) {
        terms.push_back({Column(c, m, true), losses[c]});
        terms.push_back({Column(c, m, false), losses[c]});
      }
    }
    const auto least = system_.Minimize(terms);
    system_.SetColumn(way, 0, kUnbounded);
    system_.SetColumn(back, 0, kUnbounded);
    if (!least.ok()) return least.status();
    return CellsThatMoved(losses, std::max(kNothing / 4, kBarely * s.by));
  }

 private:
  int Column(std::size_t cell, std::size_t measure, bool up) const {
    const std::size_t parts = table_.measures.size() * parts_;
    const std::size_t place = cell * table_.measures.size() + measure;
    return static_cast<int>(parts + 2 * place + (up ? 0 : 1));
  }
  int PartColumn(std::size_t measure, std::size_t part) const {
    return static_cast<int>(measure * parts_ + part);
  }

  LinearProgram Make() const {
    LinearProgram program;
    for (std::size_t m = 0; m < table_.measures.size(); ++m) {
      for (const double most : table_.measures[m].most) {
        program.columns.push_back({0, most * scales_[m]});
      }
    }
    for (const TableNesting& nesting : table_.nestings) {
      for (std::size_t part = 0; part < parts_; ++part) {
        program.rows.push_back({-kUnbounded,
                                0,
                                {{PartColumn(nesting.inner, part), 1},
                                 {PartColumn(nesting.outer, part), -1}}});
      }
    }
    for (std::size_t c = 0; c < table_.cells.size(); ++c) {
      for (std::size_t m = 0; m < table_.measures.size(); ++m) {
        AddCell(c, m, program);
      }
    }
    return program;
  }

  void AddCell(std::size_t c, std::size_t m, LinearProgram& program) const {
    const TableCell& cell = table_.cells[c];
    LinearProgram::Row row;
    row.lower = row.upper =
        SumOver(table_.measures[m].values, cell.parts) * scales_[m];
    for (const int part : cell.parts) {
      row.terms.push_back({PartColumn(m, static_cast<std::size_t>(part)), 1});
    }
    for (const double sign : {-1.0, 1.0}) {
      row.terms.push_back({static_cast<int>(program.columns.size()), sign});
      program.columns.push_back({0, 0});
    }
    program.rows.push_back(std::move(row));
  }

  void Bound(std::size_t cell, double most) {
    for (std::size_t m = 0; m < table_.measures.size(); ++m) {
      system_.SetColumn(Column(cell, m, true), 0, most);
      system_.SetColumn(Column(cell, m, false), 0, most);
    }
  }

  std::vector<std::size_t> CellsThatMoved(const std::vector<double>& losses,
                                          double least) const {
    std::vector<std::size_t> moved;
    for (std::size_t c = 0; c < losses.size(); ++c) {
      if (losses[c] <= 0) continue;
      double furthest = 0;
      for (std::size_t m = 0; m < table_.measures.size(); ++m) {
        const auto up = static_cast<std::size_t>(Column(c, m, true));
        const auto down = static_cast<std::size_t>(Column(c, m, false));
        furthest =
            std::max({furthest, system_.values()[up], system_.values()[down]});
      }
      if (furthest > least) moved.push_back(c);
    }
    return moved;
  }

  const ProtectedTable& table_;
  const std::size_t parts_;
  const std::vector<double> scales_;
  LinearSystem system_;
};

class Suppressor {
 public:
  Suppressor(const ProtectedTable& table, double p, const Stop* stop)
      : table_(table), p_(p), stop_(stop), program_(table) {}

  absl::StatusOr<Suppression> Run() {
    out_.withheld.assign(table_.cells.size(), false);
    exposed_.assign(table_.cells.size(), false);
    for (std::size_t c = 0; c < table_.cells.size(); ++c) {
      const TableCell& cell = table_.cells[c];
      if (!cell.sensitive) continue;
      if (cell.shown_before) {
        exposed_[c] = true;
      } else {
        Withhold(c);
      }
    }
    for (; !open_.empty(); open_.pop_front()) {
      QJ_RETURN_IF_ERROR(Protect(open_.front()));
    }
    for (std::size_t c = 0; c < exposed_.size(); ++c) {
      if (exposed_[c]) out_.exposed.push_back(c);
    }
    return std::move(out_);
  }

 private:
  void Withhold(std::size_t cell) {
    out_.withheld[cell] = true;
    open_.push_back(cell);
    program_.Free(cell);
  }

  // In every measure and direction. What protects it once still does when more
  // is withheld.
  absl::Status Protect(std::size_t cell) {
    for (std::size_t m = 0; m < table_.measures.size(); ++m) {
      const double sum =
          SumOver(table_.measures[m].values, table_.cells[cell].parts);
      QJ_ASSIGN_OR_RETURN(const bool safe,
                          Reach(cell, m, p_ * sum, /*any=*/true));
      if (!safe) exposed_[cell] = true;
      const double step = table_.measures[m].step;
      if (step <= p_ * sum) continue;
      QJ_RETURN_IF_ERROR(Reach(cell, m, step, /*any=*/false).status());
    }
    return absl::OkStatus();
  }

  // `any`: cells that are to be kept may go as well. Whether it could.
  absl::StatusOr<bool> Reach(std::size_t cell, std::size_t measure,
                             double distance, bool any) {
    const double sum =
        SumOver(table_.measures[measure].values, table_.cells[cell].parts);
    const Protection to = ProtectionOf(table_, cell, measure, distance);
    const double scale = program_.scale(measure);
    QJ_ASSIGN_OR_RETURN(
        const bool down,
        Move({cell, measure, /*up=*/false, (sum - to.low) * scale}, any));
    QJ_ASSIGN_OR_RETURN(
        const bool up,
        Move({cell, measure, /*up=*/true, (to.high - sum) * scale}, any));
    return down && up;
  }

  absl::StatusOr<bool> Move(const Shift& shift, bool any) {
    if (shift.by <= kNothing) return true;
    // Once cells that barely moved are fixed again the rest may fall short.
    for (;;) {
      if (Stopped(stop_)) return absl::CancelledError("stopped");
      QJ_ASSIGN_OR_RETURN(const double furthest, program_.Furthest(shift));
      if (furthest >= shift.by * kNearly) return true;
      QJ_ASSIGN_OR_RETURN(const bool more, WithholdFor(shift, any));
      if (!more) return false;
    }
  }

  // Withholds what has to move; false where nothing helps.
  absl::StatusOr<bool> WithholdFor(const Shift& shift, bool any) {
    std::vector<double> losses(table_.cells.size(), 0);
    for (std::size_t c = 0; c < losses.size(); ++c) {
      const TableCell& cell = table_.cells[c];
      if (out_.withheld[c] || cell.shown_before || (cell.keep && !any)) {
        continue;
      }
      losses[c] = cell.loss;
      program_.Free(c);
    }
    const auto moved = program_.Moved(shift, losses);
    for (std::size_t c = 0; c < losses.size(); ++c) {
      if (losses[c] > 0) program_.Fix(c);
    }
    if (absl::IsFailedPrecondition(moved.status())) return false;
    if (!moved.ok()) return moved.status();
    for (const std::size_t c : *moved) Withhold(c);
    return !moved->empty();
  }

  const ProtectedTable& table_;
  const double p_;
  const Stop* stop_;
  TableProgram program_;
  Suppression out_;
  std::vector<bool> exposed_;
  std::deque<std::size_t> open_;  // withheld, not yet looked at
};

}  // namespace

Protection ProtectionOf(const ProtectedTable& table, std::size_t cell,
                        std::size_t measure, double distance) {
  const TableMeasure& of = table.measures[measure];
  const std::vector<int>& parts = table.cells[cell].parts;
  const double sum = SumOver(of.values, parts);
  return {std::max(0.0, sum - distance * kMargin),
          std::min(SumOver(of.most, parts), sum + distance * kMargin)};
}

absl::StatusOr<Suppression> Suppress(const ProtectedTable& table, double p,
                                     const Stop* stop) {
  return Suppressor(table, p, stop).Run();
}

}  // namespace qiangji::domain
