#include "services/report/csv.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace qiangji::report {
namespace {

bool LooksLikeFormula(absl::string_view text) {
  return !text.empty() &&
         absl::string_view("=+-@\t\r").find(text[0]) != absl::string_view::npos;
}

std::string Quoted(absl::string_view text) {
  std::string safe = absl::StrCat(LooksLikeFormula(text) ? "'" : "", text);
  if (safe.find_first_of(",\"\n\r") == std::string::npos) return safe;
  return absl::StrCat("\"", absl::StrReplaceAll(safe, {{"\"", "\"\""}}), "\"");
}

std::string CsvCell(const Cell& cell, CellKind kind) {
  if (const auto* text = std::get_if<std::string>(&cell)) return Quoted(*text);
  const auto* number = std::get_if<double>(&cell);
  if (number == nullptr) return "";
  const bool share = kind == CellKind::kShare || kind == CellKind::kPoints ||
                     kind == CellKind::kChange;
  return share ? absl::StrFormat("%.6f", *number) : NumberText(*number);
}

void AppendTable(const Table& table, std::string* out) {
  absl::StrAppend(out, "table,", table.key, ",", Quoted(table.caption), "\n");
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    absl::StrAppend(out, c == 0 ? "" : ",", Quoted(table.columns[c].key));
  }
  out->push_back('\n');
  for (const auto& row : table.rows) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      absl::StrAppend(out, c == 0 ? "" : ",",
                      CsvCell(row[c], table.columns[c].kind));
    }
    out->push_back('\n');
  }
  out->push_back('\n');
}

}  // namespace

std::string RenderCsv(const Document& document) {
  std::string out;
  if (!document.mark.empty()) {
    absl::StrAppend(&out, "mark,", Quoted(document.mark), "\n");
  }
  for (const auto& [label, value] : document.facts) {
    absl::StrAppend(&out, "about,", Quoted(label), ",", Quoted(value), "\n");
  }
  out.push_back('\n');
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks) {
      if (const auto* table = std::get_if<Table>(&block)) {
        AppendTable(*table, &out);
      }
    }
  }
  return out;
}

}  // namespace qiangji::report
