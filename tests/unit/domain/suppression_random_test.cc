// METHOD 4.6 against whoever tries to compute what is withheld: from one table,
// from several tables of the same facts, and from all that is publicly known.
#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/domain/disclosure.h"
#include "services/domain/suppression.h"
#include "tests/support/world/choices.h"
#include "tests/support/world/random_tiers_case.h"

namespace qiangji::domain {
namespace {

constexpr DisclosureRule kRule;

// Sectors by categories, items in one sector or two, groups behind them. Two
// nested measures of known most, by weight, and one in money.
class RandomTable {
 public:
  explicit RandomTable(unsigned seed) : choices_(seed) {
    sectors_ = 2 + choices_.Below(3);
    counts_ = choices_.Chance(50);
    for (int s = 0; s < sectors_; ++s) {
      for (int c = 0; c < 2; ++c) {
        AddPart({s}, c);
        if (s + 1 < sectors_ && choices_.Chance(40)) AddPart({s, s + 1}, c);
      }
    }
    table.nestings = {{0, 1}};
    for (TableMeasure* m : {&known(), &outer()}) m->step = counts_ ? 1 : 0;
    for (int s = -1; s < sectors_; ++s) {
      for (int c = -1; c < 2; ++c) AddCell(s, c);
    }
  }

  ProtectedTable table;

 private:
  TableMeasure& known() { return table.measures[0]; }
  TableMeasure& outer() { return table.measures[1]; }

  void AddPart(std::set<int> sectors, int category) {
    if (choices_.Chance(15)) return;
    part_sectors_.push_back(std::move(sectors));
    part_category_.push_back(category);
    const double most = 1 + choices_.Below(counts_ ? 6 : 100);
    const double with_data = AtMost(most);
    const double inner = choices_.Chance(20) ? with_data : AtMost(with_data);
    const double money = choices_.Below(1000000);
    table.measures.resize(3);
    const double values[] = {inner, with_data, money};
    const double mosts[] = {most, most, kUnbounded};
    for (std::size_t m = 0; m < 3; ++m) {
      table.measures[m].values.push_back(values[m]);
      table.measures[m].most.push_back(mosts[m]);
    }
    std::vector<double>& groups = groups_.emplace_back(6, 0.0);
    for (int left = choices_.Below(5); left > 0; --left) {
      groups[static_cast<std::size_t>(choices_.Below(6))] =
          1 + choices_.Below(50);
    }
  }
  double AtMost(double most) {
    return counts_ ? choices_.Below(static_cast<int>(most) + 1)
                   : most * choices_.Below(101) / 100;
  }
  void AddCell(int sector, int category) {
    TableCell cell;
    std::vector<double> groups(6, 0.0);
    for (std::size_t p = 0; p < part_sectors_.size(); ++p) {
      if ((sector >= 0 && part_sectors_[p].count(sector) == 0) ||
          (category >= 0 && part_category_[p] != category)) {
        continue;
      }
      cell.parts.push_back(static_cast<int>(p));
      for (std::size_t g = 0; g < 6; ++g) groups[g] += groups_[p][g];
    }
    if (cell.parts.empty()) return;
    cell.sensitive = IsSensitive(groups, kRule);
    cell.loss = static_cast<double>(cell.parts.size());
    table.cells.push_back(cell);
  }

  test::Choices choices_;
  int sectors_ = 0;
  bool counts_ = false;
  std::vector<std::set<int>> part_sectors_;
  std::vector<int> part_category_;
  std::vector<std::vector<double>> groups_;
};

double SumOf(const TableMeasure& measure, const TableCell& cell) {
  double sum = 0;
  for (const int p : cell.parts) {
    sum += measure.values[static_cast<std::size_t>(p)];
  }
  return sum;
}

// Knows the cells that any table showed, what is publicly known of every part,
// and the nesting; asks how little and how much another cell may be.
class Attacker {
 public:
  Attacker(const ProtectedTable& table, const std::vector<bool>& shown)
      : table_(table),
        parts_(table.measures[0].values.size()),
        shown_(shown),
        system_(Known()) {}

  // Whether the cell's measure is told within p of what it is.
  bool Knows(std::size_t cell, std::size_t m, double p) {
    std::vector<LinearTerm> terms;
    double most = 0;
    for (const int part : table_.cells[cell].parts) {
      terms.push_back({Column(m, part), 1});
      most += table_.measures[m].most[static_cast<std::size_t>(part)];
    }
    const double sum = SumOf(table_.measures[m], table_.cells[cell]);
    const double step = table_.measures[m].step;
    const double distance = std::max(p * sum, step) * (1 - 1e-6);
    const double low = *system_.Minimize(terms);
    const double high = *system_.Maximize(terms);
    const double slack = 1e-6 * (1 + sum);
    return low > std::max(0.0, sum - distance) + slack ||
           high < std::min(most, sum + distance) - slack;
  }
  // Whether the cell is a sum and difference of shown ones: no bound needed.
  bool Spans(std::size_t cell) const {
    std::vector<std::vector<double>> rows;
    for (std::size_t c = 0; c < shown_.size(); ++c) {
      if (shown_[c]) rows.push_back(Indicator(c));
    }
    std::vector<double> target = Indicator(cell);
    std::size_t done = 0;
    for (std::size_t p = 0; p < parts_; ++p) {
      std::size_t pivot = done;
      while (pivot < rows.size() && std::abs(rows[pivot][p]) < 1e-9) ++pivot;
      if (pivot == rows.size()) continue;
      std::swap(rows[pivot], rows[done]);
      for (std::size_t r = done + 1; r < rows.size(); ++r) {
        Take(rows[done], p, rows[r]);
      }
      Take(rows[done], p, target);
      ++done;
    }
    return std::all_of(target.begin(), target.end(),
                       [](double x) { return std::abs(x) < 1e-9; });
  }

 private:
  static void Take(const std::vector<double>& row, std::size_t p,
                   std::vector<double>& from) {
    const double factor = from[p] / row[p];
    for (std::size_t q = 0; q < from.size(); ++q) from[q] -= factor * row[q];
  }
  std::vector<double> Indicator(std::size_t cell) const {
    std::vector<double> row(parts_, 0.0);
    for (const int p : table_.cells[cell].parts) {
      row[static_cast<std::size_t>(p)] = 1;
    }
    return row;
  }
  int Column(std::size_t m, int part) const {
    return static_cast<int>(m * parts_) + part;
  }
  LinearProgram Known() const {
    LinearProgram program;
    for (const TableMeasure& measure : table_.measures) {
      for (const double most : measure.most)
        program.columns.push_back({0, most});
    }
    for (const TableNesting& nesting : table_.nestings) {
      for (int p = 0; p < static_cast<int>(parts_); ++p) {
        program.rows.push_back(
            {-kUnbounded,
             0,
             {{Column(nesting.inner, p), 1}, {Column(nesting.outer, p), -1}}});
      }
    }
    for (std::size_t c = 0; c < shown_.size(); ++c) {
      if (!shown_[c]) continue;
      for (std::size_t m = 0; m < table_.measures.size(); ++m) {
        LinearProgram::Row row;
        row.lower = row.upper = SumOf(table_.measures[m], table_.cells[c]);
        for (const int p : table_.cells[c].parts) {
          row.terms.push_back({Column(m, p), 1});
        }
        program.rows.push_back(row);
      }
    }
    return program;
  }

  const ProtectedTable& table_;
  const std::size_t parts_;
  const std::vector<bool> shown_;
  LinearSystem system_;
};

void ExpectUnknown(const ProtectedTable& table, const std::vector<bool>& shown,
                   const std::vector<bool>& safe, unsigned seed) {
  Attacker attacker(table, shown);
  for (std::size_t c = 0; c < table.cells.size(); ++c) {
    if (!safe[c]) continue;
    EXPECT_FALSE(attacker.Spans(c)) << "seed " << seed << " cell " << c;
    for (std::size_t m = 0; m < table.measures.size(); ++m) {
      EXPECT_FALSE(attacker.Knows(c, m, kRule.p))
          << "seed " << seed << " cell " << c << " measure " << m;
    }
  }
}

std::vector<bool> Not(std::vector<bool> all) {
  all.flip();
  return all;
}

TEST(SuppressionRandomTest, NoWithheldCellIsKnownWithinP) {
  const unsigned rounds = std::max(Rounds(1000), 100u);
  unsigned untouched = 0, secondary = 0;
  for (unsigned seed = 1; seed <= rounds; ++seed) {
    const RandomTable random(seed);
    if (random.table.measures.empty()) continue;
    const auto out = Suppress(random.table, kRule.p);
    ASSERT_TRUE(out.ok()) << out.status() << " seed " << seed;
    EXPECT_TRUE(out->exposed.empty()) << seed;
    bool any = false;
    for (std::size_t c = 0; c < random.table.cells.size(); ++c) {
      const bool sensitive = random.table.cells[c].sensitive;
      EXPECT_TRUE(out->withheld[c] || !sensitive) << seed;
      any |= sensitive;
      secondary += out->withheld[c] && !sensitive ? 1 : 0;
    }
    if (!any) {
      ++untouched;
      EXPECT_EQ(out->withheld, std::vector<bool>(out->withheld.size(), false));
    }
    ExpectUnknown(random.table, Not(out->withheld), out->withheld, seed);
  }
  EXPECT_GT(untouched, 0u);
  EXPECT_GT(secondary, rounds / 10);
}

// The same facts in up to four tables, one after another: each shows some of
// the cells, and of those what may be shown beside the tables before.
TEST(SuppressionRandomTest, NorFromSeveralTables) {
  const unsigned rounds = std::max(Rounds(1000), 100u);
  unsigned exposed = 0;
  for (unsigned seed = 1; seed <= rounds; ++seed) {
    RandomTable random(seed);
    if (random.table.measures.empty()) continue;
    std::vector<TableCell>& cells = random.table.cells;
    test::Choices choices(seed);
    // Stricter rules came later: cells become sensitive that had been shown.
    const bool stricter = choices.Chance(30);
    std::vector<bool> sensitive, unsafe(cells.size(), false);
    for (TableCell& cell : cells) {
      sensitive.push_back(cell.sensitive);
      if (stricter) cell.sensitive = cell.sensitive && choices.Chance(50);
    }
    for (int number = 0; number < 4; ++number) {
      if (number == 2) {
        for (std::size_t c = 0; c < cells.size(); ++c) {
          cells[c].sensitive = cells[c].sensitive || sensitive[c];
        }
      }
      const auto out = Suppress(random.table, kRule.p);
      ASSERT_TRUE(out.ok()) << out.status() << " seed " << seed;
      for (const std::size_t c : out->exposed) {
        EXPECT_TRUE(stricter) << seed;
        unsafe[c] = true;
      }
      std::vector<bool> shown, safe;
      for (std::size_t c = 0; c < cells.size(); ++c) {
        if (out->withheld[c]) {
          cells[c].sensitive = true;  // for the tables to come
        } else if (choices.Chance(50)) {
          cells[c].shown_before = true;
        }
        shown.push_back(cells[c].shown_before);
        safe.push_back(out->withheld[c] && !unsafe[c]);
      }
      ExpectUnknown(random.table, shown, safe, seed);
    }
    exposed +=
        static_cast<unsigned>(std::count(unsafe.begin(), unsafe.end(), true));
  }
  EXPECT_GT(exposed, 0u);
}

}  // namespace
}  // namespace qiangji::domain
