#include "tests/support/world/test_world.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "services/domain/validate.h"

namespace qiangji::test {
namespace {

[[noreturn]] void Fail(const std::string& message) {
  std::fprintf(stderr, "test world: %s\n", message.c_str());
  std::abort();
}

const domain::TableSchema& TableOf(absl::string_view name) {
  const domain::TableSchema* table = domain::FindTable(name);
  if (table == nullptr) Fail(absl::StrCat("no table ", name));
  return *table;
}

std::string Text(double number) { return domain::FormatNumber(number); }

}  // namespace

domain::Row MakeRow(absl::string_view table, const CsvRow& cells) {
  const domain::TableSchema& schema = TableOf(table);
  domain::Row row(schema.columns.size());
  for (const auto& [name, text] : cells) {
    const int column = schema.Find(name);
    if (column < 0) Fail(absl::StrCat(table, " has no column ", name));
    if (text.empty()) continue;
    const auto at = static_cast<std::size_t>(column);
    auto value = domain::ParseCell(schema.columns[at], text);
    if (!value.ok()) {
      Fail(absl::StrCat(name, ": ", value.status().message()));
    }
    row[at] = *std::move(value);
  }
  std::vector<domain::Violation> ignored;  // tests may write what is refused
  domain::CompleteRow(schema, row, ignored);
  return row;
}

TestWorld& TestWorld::Add(absl::string_view table, const CsvRow& cells) {
  const absl::Status status =
      builder_.ApplyRow(TableOf(table), MakeRow(table, cells));
  if (!status.ok()) Fail(status.ToString());
  return *this;
}

TestWorld& TestWorld::Delete(absl::string_view table, const CsvRow& cells) {
  const domain::TableSchema& schema = TableOf(table);
  const absl::Status status =
      builder_.DeleteRow(schema, domain::KeyOf(schema, MakeRow(table, cells)));
  if (!status.ok()) Fail(status.ToString());
  return *this;
}

TestWorld& TestWorld::Load(absl::string_view table, const std::string& path) {
  const std::vector<CsvRow> rows = ReadCsv(path);
  if (rows.empty()) Fail(absl::StrCat("nothing in ", path));
  for (const CsvRow& row : rows) Add(table, row);
  return *this;
}

TestWorld& TestWorld::Sector(const std::string& id, bool ten) {
  return Add("sectors", {{"sector_id", id},
                         {"name_zh", id},
                         {"name_en", id},
                         {"ten", ten ? "true" : "false"}});
}

TestWorld& TestWorld::Item(const std::string& id, const std::string& category,
                           const std::string& sectors, CsvRow more) {
  more.insert({{"item_id", id},
               {"name_zh", id},
               {"category", category},
               {"sectors", sectors}});
  return Add("items", more);
}

TestWorld& TestWorld::Organization(const std::string& id,
                                   const std::string& country,
                                   const std::string& controller,
                                   const std::string& parent) {
  return Add("organizations", {{"organization_id", id},
                               {"name_zh", id},
                               {"country", country},
                               {"controller_country", controller},
                               {"parent_organization_id", parent}});
}

TestWorld& TestWorld::Supply(const std::string& item, int year,
                             const std::string& origin, double quantity,
                             CsvRow more) {
  more.insert({{"item_id", item},
               {"year", absl::StrCat(year)},
               {"origin_country", origin},
               {"quantity", Text(quantity)}});
  return Add("supply", more);
}

TestWorld& TestWorld::Share(const std::string& item, int year,
                            const std::string& origin, double share,
                            CsvRow more) {
  more.insert({{"item_id", item},
               {"year", absl::StrCat(year)},
               {"origin_country", origin},
               {"share", Text(share)}});
  return Add("supply", more);
}

TestWorld& TestWorld::Input(const std::string& item, const std::string& input,
                            double cost_share, CsvRow more) {
  more.insert({{"item_id", item},
               {"input_item_id", input},
               {"cost_share", Text(cost_share)}});
  return Add("inputs", more);
}

TestWorld& TestWorld::Demand(const std::string& item, int year, CsvRow cells) {
  cells.insert({{"item_id", item}, {"year", absl::StrCat(year)}});
  return Add("demand", cells);
}

std::shared_ptr<const domain::Analysis> TestWorld::Analyze(
    const domain::AnalysisOptions& options) {
  return *domain::Analyze(World(), options);
}

std::shared_ptr<const domain::Analysis> TestWorld::Analyze(int year) {
  domain::AnalysisOptions options;
  options.year = year;
  return Analyze(options);
}

std::size_t IndexOf(const domain::Analysis& analysis, absl::string_view item) {
  const domain::ItemIndex i = analysis.world->structure().FindItem(item);
  if (i < 0) Fail(absl::StrCat("no item ", item));
  return static_cast<std::size_t>(i);
}

const domain::ItemFigures& FiguresOf(const domain::Analysis& analysis,
                                     absl::string_view item) {
  return analysis
      .balance[static_cast<domain::ItemIndex>(IndexOf(analysis, item))];
}

std::vector<domain::Finding> FindingsOf(const domain::Analysis& analysis) {
  std::vector<domain::Finding> findings;
  analysis.ForEachFinding(
      [&](const domain::Finding& finding) { findings.push_back(finding); });
  return findings;
}

}  // namespace qiangji::test
