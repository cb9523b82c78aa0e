#include "tests/support/world/world_rows.h"

#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace qiangji::test {
namespace {

constexpr const char* kSides[] = {"seller", "buyer", "third_party"};

std::string Text(const std::optional<double>& number) {
  // Shortest form that reads back as the same number.
  if (!number) return "";
  for (int digits = 6; digits < 17; ++digits) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*g", digits, *number);
    if (std::strtod(text, nullptr) == *number) return text;
  }
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", *number);
  return text;
}

CsvRow RowOf(const RefInput& input) {
  return {{"item_id", input.item},
          {"input_item_id", input.input},
          {"cost_share", Text(input.cost)},
          {"essentiality", Text(input.essentiality)},
          {"substitution_group", input.group},
          {"first_year", input.first == 0 ? "" : absl::StrCat(input.first)},
          {"last_year", input.last == 9999 ? "" : absl::StrCat(input.last)}};
}

CsvRow RowOf(const RefRecord& r) {
  return {{"item_id", r.item},
          {"year", absl::StrCat(r.year)},
          {"market", r.exported ? "export" : "domestic"},
          {"origin_country", r.origin},
          {"supplier_id", r.supplier},
          {"controller_country", r.controller},
          {"licence_countries", absl::StrJoin(r.licences, ";")},
          {"qualification", r.qualification},
          {"reporter_id", r.reporter},
          {"side", kSides[r.side]},
          {"quantity", Text(r.quantity)},
          {"share", Text(r.share)},
          {"value_cny", Text(r.value)}};
}

std::optional<double> Number(const CsvRow& row, const std::string& column) {
  const auto it = row.find(column);
  double value = 0;
  if (it == row.end() || !absl::SimpleAtod(it->second, &value)) {
    return std::nullopt;
  }
  return value;
}

std::string Cell(const CsvRow& row, const std::string& column) {
  const auto it = row.find(column);
  return it == row.end() ? "" : it->second;
}

std::set<std::string> List(const std::string& cell) {
  if (cell.empty()) return {};
  return absl::StrSplit(cell, ';');
}

RefRecord RecordOf(const CsvRow& row) {
  RefRecord r;
  r.item = row.at("item_id");
  r.year = static_cast<int>(*Number(row, "year"));
  r.exported = row.at("market") == "export";
  r.origin = row.at("origin_country");
  r.supplier = row.at("supplier_id");
  r.controller = row.at("controller_country");
  r.licences = List(row.at("licence_countries"));
  r.qualification = row.at("qualification");
  r.reporter = row.at("reporter_id");
  const std::string side = row.at("side");
  const bool own =
      side.empty() && !r.reporter.empty() && r.reporter == r.supplier;
  r.side = side == "seller" || own ? 0 : side == "buyer" ? 1 : 2;
  r.quantity = Number(row, "quantity");
  r.share = Number(row, "share");
  r.value = Number(row, "value_cny");
  return r;
}

}  // namespace

TableRows RowsOf(const RefWorld& world) {
  TableRows rows;
  for (const auto& [id, body] : world.organizations) {
    rows.push_back({"organizations",
                    {{"organization_id", id},
                     {"name_zh", id},
                     {"country", body.country},
                     {"controller_country", body.controller}}});
  }
  for (const auto& [id, item] : world.items) {
    rows.push_back({"items",
                    {{"item_id", id},
                     {"name_zh", id},
                     {"category", item.category},
                     {"sectors", absl::StrJoin(item.sectors, ";")},
                     {"weight", Text(item.weight)},
                     {"parent_item_id", item.parent}}});
  }
  for (const RefInput& input : world.inputs) {
    rows.push_back({"inputs", RowOf(input)});
  }
  for (const RefRecord& r : world.records) rows.push_back({"supply", RowOf(r)});
  for (const auto& [key, demand] : world.demand) {
    rows.push_back({"demand",
                    {{"item_id", key.first},
                     {"year", absl::StrCat(key.second)},
                     {"quantity", Text(demand.quantity)},
                     {"value_cny", Text(demand.value)},
                     {"complete", demand.complete ? "true" : ""}}});
  }
  return rows;
}

RefWorld ReadRefWorld(const std::string& directory) {
  RefWorld world;
  const auto read = [&](const char* table) {
    return ReadCsv(absl::StrCat(directory, "/", table, ".csv"));
  };
  for (const CsvRow& row : read("organizations")) {
    world.organizations[row.at("organization_id")] = {
        row.at("country"), row.at("controller_country")};
  }
  for (const CsvRow& row : read("items")) {
    RefItem item;
    item.category = row.at("category");
    item.parent = Cell(row, "parent_item_id");
    item.sectors = List(row.at("sectors"));
    item.weight = Number(row, "weight").value_or(1);
    world.items[row.at("item_id")] = item;
  }
  for (const CsvRow& row : read("inputs")) {
    RefInput input;
    input.item = row.at("item_id");
    input.input = row.at("input_item_id");
    input.cost = Number(row, "cost_share");
    input.essentiality = Number(row, "essentiality");
    input.group = Cell(row, "substitution_group");
    world.inputs.push_back(input);
  }
  for (const CsvRow& row : read("supply")) {
    world.records.push_back(RecordOf(row));
  }
  for (const CsvRow& row : read("demand")) {
    world.demand[{row.at("item_id"), static_cast<int>(*Number(row, "year"))}] =
        {Number(row, "quantity"), Number(row, "value_cny"),
         row.at("complete") == "true"};
  }
  return world;
}

}  // namespace qiangji::test
