#include "services/registry/row_checks.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/domain/checks.h"
#include "services/domain/validate.h"

namespace qiangji::registry {
namespace {

using domain::FindingCode;
using domain::Row;
using domain::TableId;

constexpr std::size_t kMaxNamed = 5;

absl::string_view AcceptedInstead(FindingCode code) {
  switch (code) {
    case FindingCode::kMixedMeasure:
      return "quantity in all records of an item and year, or share in all";
    case FindingCode::kNoMeasure:
      return "quantity or share in every record";
    case FindingCode::kSharesAboveLimit:
      return "domestic shares that sum to at most 1.05";
    case FindingCode::kCostSharesAboveOne:
      return "cost shares that sum to at most 1 in every year";
    default:
      return "";  // a warning: it is accepted
  }
}

absl::string_view ColumnOf(FindingCode code) {
  switch (code) {
    case FindingCode::kSharesAboveLimit:
    case FindingCode::kSharesScaled:
      return "share";
    case FindingCode::kCostSharesAboveOne:
      return "cost_share";
    default:
      return "quantity";
  }
}

// "2025~domestic~CHN~plant-a": the key cells after the item, as they are.
std::string RecordName(const domain::TableSchema& table, const Row& row) {
  std::vector<std::string> cells;
  const absl::Span<const int> keys = table.key_columns();
  for (int c : keys.subspan(1)) {
    const auto at = static_cast<std::size_t>(c);
    cells.push_back(domain::FormatCell(table.columns[at], row[at]));
  }
  while (!cells.empty() && cells.back().empty()) cells.pop_back();
  return absl::StrJoin(cells, "~");
}

RowProblem ToProblem(TableId id, absl::string_view item_id,
                     const domain::Finding& finding,
                     absl::Span<const Row> rows) {
  const domain::TableSchema& table = *domain::FindTable(id);
  std::vector<std::string> names;
  for (std::uint32_t at : finding.records) {
    if (names.size() == kMaxNamed) {
      names.push_back("…");
      break;
    }
    if (at < rows.size()) names.push_back(RecordName(table, rows[at]));
  }
  RowProblem problem;
  problem.table = id;
  problem.id = std::string(item_id);
  problem.year = finding.year;
  problem.column = std::string(ColumnOf(finding.code));
  problem.error = domain::IsError(finding.code);
  problem.message = absl::StrCat(
      item_id, finding.year > 0 ? absl::StrCat(" ", finding.year) : "", ": ",
      domain::Describe(finding, /*chinese=*/false),
      names.empty() ? "" : absl::StrCat(" (", absl::StrJoin(names, ", "), ")"),
      problem.error ? "; accepted: " : "", AcceptedInstead(finding.code));
  return problem;
}

absl::StatusOr<std::vector<Row>> RowsOf(
    store::Reader& reader, const domain::TableSchema& table,
    std::vector<std::pair<int, domain::Value>> equals) {
  std::vector<Row> rows;
  store::ScanOptions options;
  options.equals = std::move(equals);
  QJ_RETURN_IF_ERROR(
      reader.Scan(table, options, store::AccessScope::All(),
                  [&](const store::Stored& stored, absl::string_view) {
                    rows.push_back(stored.row);
                    return absl::OkStatus();
                  }));
  return rows;
}

}  // namespace

std::vector<RowProblem> CheckItemYearRows(absl::string_view item_id, int year,
                                          absl::Span<const Row> supply,
                                          const Row* demand) {
  std::vector<RowProblem> problems;
  for (domain::Finding& finding : domain::CheckItemYear(supply, demand)) {
    finding.year = year;
    problems.push_back(ToProblem(TableId::kSupply, item_id, finding, supply));
  }
  return problems;
}

absl::StatusOr<std::vector<RowProblem>> CheckItemYear(store::Reader& reader,
                                                      absl::string_view item_id,
                                                      int year) {
  const domain::TableSchema& supply = *domain::FindTable(TableId::kSupply);
  QJ_ASSIGN_OR_RETURN(std::vector<Row> rows,
                      RowsOf(reader, supply,
                             {{supply.Find("item_id"), std::string(item_id)},
                              {supply.Find("year"), std::int64_t{year}}}));
  QJ_ASSIGN_OR_RETURN(std::optional<store::Stored> demand,
                      reader.Get(*domain::FindTable(TableId::kDemand),
                                 {std::string(item_id), std::int64_t{year}},
                                 store::AccessScope::All()));
  return CheckItemYearRows(item_id, year, rows,
                           demand ? &demand->row : nullptr);
}

absl::StatusOr<std::vector<RowProblem>> CheckItemInputs(
    store::Reader& reader, absl::string_view item_id) {
  const domain::TableSchema& inputs = *domain::FindTable(TableId::kInputs);
  QJ_ASSIGN_OR_RETURN(
      std::vector<Row> rows,
      RowsOf(reader, inputs, {{inputs.Find("item_id"), std::string(item_id)}}));
  std::vector<RowProblem> problems;
  for (const domain::Finding& finding : domain::CheckInputs(rows)) {
    problems.push_back(ToProblem(TableId::kInputs, item_id, finding, rows));
  }
  return problems;
}

absl::StatusOr<std::vector<RowProblem>> CheckAncestors(
    store::Reader& reader, const domain::TableSchema& table,
    absl::string_view id) {
  const absl::string_view column =
      table.id == TableId::kItems ? "parent_item_id" : "parent_organization_id";
  const auto parent = static_cast<std::size_t>(table.Find(column));
  std::set<std::string> seen = {std::string(id)};
  std::string at(id);
  while (true) {
    QJ_ASSIGN_OR_RETURN(std::optional<store::Stored> row,
                        reader.Get(table, {at}, store::AccessScope::All()));
    if (!row || domain::IsNull(row->row[parent])) {
      return std::vector<RowProblem>();
    }
    at = domain::TextOf(row->row[parent]);
    if (at == id) break;
    // A ring further up that `id` is no part of: its own rows report it.
    if (!seen.insert(at).second) return std::vector<RowProblem>();
  }
  RowProblem problem;
  problem.table = table.id;
  problem.id = std::string(id);
  problem.column = std::string(column);
  problem.message = absl::StrCat(
      domain::Quoted(id), " is its own ancestor through ", seen.size(),
      " rows; accepted: parents that end at a row without one");
  return std::vector<RowProblem>{problem};
}

}  // namespace qiangji::registry
