// Worlds written in tests, row by row, as the registry would pass them on.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/domain/analysis.h"
#include "services/domain/schema.h"
#include "services/domain/world_builder.h"
#include "tests/support/world/csv.h"

namespace qiangji::test {

// A normalized row of a table from texts by column; empty text = not stated.
// Aborts on a cell that does not parse: the test is wrong then.
domain::Row MakeRow(absl::string_view table, const CsvRow& cells);

class TestWorld {
 public:
  TestWorld& Add(absl::string_view table, const CsvRow& cells);
  // By the key columns among `cells`.
  TestWorld& Delete(absl::string_view table, const CsvRow& cells);
  // Every row of a CSV file of FORMATS.
  TestWorld& Load(absl::string_view table, const std::string& path);

  // Verbs for what most tests need.
  TestWorld& Sector(const std::string& id, bool ten = true);
  TestWorld& Item(const std::string& id,
                  const std::string& category = "component",
                  const std::string& sectors = "rail", CsvRow more = {});
  TestWorld& Organization(const std::string& id, const std::string& country,
                          const std::string& controller = "",
                          const std::string& parent = "");
  // Domestic quantity in `year`; `more` overrides and adds cells.
  TestWorld& Supply(const std::string& item, int year,
                    const std::string& origin, double quantity,
                    CsvRow more = {});
  TestWorld& Share(const std::string& item, int year, const std::string& origin,
                   double share, CsvRow more = {});
  TestWorld& Input(const std::string& item, const std::string& input,
                   double cost_share, CsvRow more = {});
  TestWorld& Demand(const std::string& item, int year, CsvRow cells);

  std::shared_ptr<const domain::World> World() { return builder_.Snapshot(); }
  std::shared_ptr<const domain::Analysis> Analyze(
      const domain::AnalysisOptions& options);
  std::shared_ptr<const domain::Analysis> Analyze(int year);

 private:
  domain::WorldBuilder builder_;
};

// Figures of one item of an analysis; aborts where there is no such item.
const domain::ItemFigures& FiguresOf(const domain::Analysis& analysis,
                                     absl::string_view item);
std::size_t IndexOf(const domain::Analysis& analysis, absl::string_view item);
std::vector<domain::Finding> FindingsOf(const domain::Analysis& analysis);

}  // namespace qiangji::test
