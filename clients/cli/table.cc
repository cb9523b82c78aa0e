#include "clients/cli/table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/csv_writer.h"
#include "clients/cli/number_format.h"
#include "clients/cli/width.h"
#include "clients/cli/words.h"
#include "clients/cli/xlsx_output.h"

namespace qiangji::cli {
namespace {

constexpr absl::string_view kUndefined = "–";
constexpr absl::string_view kGap = "  ";
constexpr int kHeaderWidth = 12;  // headers wrap here where the cells allow
// On a terminal of limited width: no text is wider than the first, texts give
// way down to the second before a column is left out, and down to a header's
// width where none can be.
constexpr int kMaxCellWidth = 60;
constexpr int kNarrowText = 34;

constexpr Text kNoRows = {"（没有记录）", "(none)"};
constexpr Text kLeftOut = {
    "窗口较窄，未显示：$0（--output csv 含全部各列）",
    "not shown, for want of width: $0 (--output csv has every column)"};

Align AlignOf(Format format) {
  return format == Format::kText || format == Format::kBool ? Align::kLeft
                                                            : Align::kRight;
}

std::string NumberCell(Format format, double value, Lang lang) {
  switch (format) {
    case Format::kShare:
      return Percent(value);
    case Format::kPoints:
      return Points(value);
    case Format::kMoney:
      return Money(value, lang);
    default:
      return Quantity(value);
  }
}

struct Layout {
  std::vector<std::size_t> shown;               // column indices
  std::vector<int> widths;                      // by column
  std::vector<std::vector<std::string>> heads;  // wrapped headers, by column
  std::vector<std::vector<std::string>> cells;  // by row and column
};

// Of the columns shown, with texts no wider than `texts`.
int LineWidth(const Table& table, const Layout& layout, int texts) {
  int width = 0;
  for (std::size_t c : layout.shown) {
    const bool text = table.columns[c].format == Format::kText;
    width += (text ? std::min(layout.widths[c], texts) : layout.widths[c]) +
             static_cast<int>(kGap.size());
  }
  return width - static_cast<int>(kGap.size());
}

// The shown column that can best be spared, the last of equals; end() = none.
std::vector<std::size_t>::iterator Dispensable(const Table& table,
                                               Layout& layout) {
  auto worst = layout.shown.end();
  for (auto it = layout.shown.begin(); it != layout.shown.end(); ++it) {
    const int rank = table.columns[*it].dispensable;
    if (rank == 0) continue;
    if (worst == layout.shown.end() ||
        rank >= table.columns[*worst].dispensable) {
      worst = it;
    }
  }
  return worst;
}

// Makes the line fit: texts give way, the widest first, and where that does not
// do, dispensable columns go. Returns the names of those that went.
std::vector<std::string> Fit(const Table& table, int columns, Layout& layout) {
  std::vector<std::string> left_out;
  if (columns <= 0) return left_out;
  while (LineWidth(table, layout, kNarrowText) > columns) {
    const auto worst = Dispensable(table, layout);
    if (worst == layout.shown.end()) break;
    left_out.push_back(table.columns[*worst].name);
    layout.shown.erase(worst);
  }
  int texts = kMaxCellWidth;
  while (texts > kHeaderWidth && LineWidth(table, layout, texts) > columns) {
    --texts;
  }
  for (std::size_t c : layout.shown) {
    if (table.columns[c].format != Format::kText) continue;
    if (layout.widths[c] <= texts) continue;
    layout.widths[c] = texts;
    layout.heads[c] = Wrap(table.columns[c].header, texts);
  }
  return left_out;
}

Layout Arrange(const Table& table, Lang lang, int limit) {
  Layout layout;
  layout.widths.assign(table.columns.size(), 1);
  for (const std::vector<Cell>& row : table.rows) {
    std::vector<std::string>& texts = layout.cells.emplace_back();
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      texts.push_back(TableCell(table.columns[c], row[c], lang));
      const int width = DisplayWidth(texts.back());
      layout.widths[c] = std::max(
          layout.widths[c], limit > 0 ? std::min(width, kMaxCellWidth) : width);
    }
  }
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    layout.shown.push_back(c);
    layout.heads.push_back(Wrap(table.columns[c].header,
                                std::max(layout.widths[c], kHeaderWidth)));
    for (const std::string& line : layout.heads[c]) {
      layout.widths[c] = std::max(layout.widths[c], DisplayWidth(line));
    }
  }
  return layout;
}

// Spaces at the end of a line say nothing.
void PutLine(std::string line, std::ostream& out) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  out << line << '\n';
}

void PrintHead(const Table& table, const Layout& layout, Console& console) {
  std::size_t height = 1;
  for (std::size_t c : layout.shown) {
    height = std::max(height, layout.heads[c].size());
  }
  for (std::size_t i = 0; i < height; ++i) {
    std::string line;
    for (std::size_t c : layout.shown) {
      const std::vector<std::string>& head = layout.heads[c];
      const std::size_t above = height - head.size();  // bottom-aligned
      const std::string text = i < above ? "" : head[i - above];
      absl::StrAppend(
          &line, line.empty() && c == layout.shown[0] ? "" : kGap,
          Pad(text, layout.widths[c], AlignOf(table.columns[c].format)));
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    console.out << Painted(line, Colour::kBold, console.out_colour) << '\n';
  }
  std::string rule;
  for (std::size_t c : layout.shown) {
    absl::StrAppend(&rule, c == layout.shown[0] ? "" : kGap);
    for (int i = 0; i < layout.widths[c]; ++i) absl::StrAppend(&rule, "─");
  }
  console.out << rule << '\n';
}

}  // namespace

std::string TableCell(const TableColumn& column, const Cell& cell, Lang lang) {
  if (std::holds_alternative<std::monostate>(cell)) {
    return std::string(kUndefined);
  }
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return Printable(WordFor(column.name, *text, lang));
  }
  if (const auto* flag = std::get_if<bool>(&cell)) {
    constexpr Text kYes = {"是", "yes"};
    constexpr Text kNo = {"否", "no"};
    return std::string((*flag ? kYes : kNo).In(lang));
  }
  if (const auto* n = std::get_if<std::int64_t>(&cell)) {
    return column.format == Format::kYear
               ? absl::StrCat(*n)
               : NumberCell(column.format, static_cast<double>(*n), lang);
  }
  return NumberCell(column.format, std::get<double>(cell), lang);
}

std::string CsvCell(const TableColumn& column, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* flag = std::get_if<bool>(&cell)) {
    return *flag ? "true" : "false";
  }
  if (const auto* n = std::get_if<std::int64_t>(&cell)) {
    return absl::StrCat(*n);
  }
  if (const auto* value = std::get_if<double>(&cell)) {
    const bool decimals = column.format == Format::kShare ||
                          column.format == Format::kPoints ||
                          column.format == Format::kIndex;
    return decimals ? CsvShare(*value) : CsvNumber(*value);
  }
  return "";
}

void PrintCsv(const Table& table, std::ostream& out) {
  if (auto* workbook = dynamic_cast<WorkbookOutput*>(&out)) {
    workbook->Add(table);
    return;
  }
  std::vector<std::string> fields;
  for (const TableColumn& column : table.columns) fields.push_back(column.name);
  WriteCsvLine(fields, out);
  for (const std::vector<Cell>& row : table.rows) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      fields[c] = CsvCell(table.columns[c], row[c]);
    }
    WriteCsvLine(fields, out);
  }
}

void PrintTable(const Table& table, Lang lang, Console& console) {
  const int limit = console.out_terminal ? console.columns : 0;
  Layout layout = Arrange(table, lang, limit);
  const std::vector<std::string> left_out = Fit(table, limit, layout);
  PrintHead(table, layout, console);
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    std::string line;
    for (std::size_t c : layout.shown) {
      const TableColumn& column = table.columns[c];
      const auto* text = std::get_if<std::string>(&table.rows[r][c]);
      const Colour colour =
          text == nullptr ? Colour::kNone : ColourOfWord(column.name, *text);
      absl::StrAppend(
          &line, c == layout.shown[0] ? "" : kGap,
          Painted(Pad(Truncate(layout.cells[r][c], layout.widths[c]),
                      layout.widths[c], AlignOf(column.format)),
                  colour, console.out_colour));
    }
    PutLine(std::move(line), console.out);
  }
  if (table.rows.empty()) console.err << kNoRows.In(lang) << '\n';
  if (!left_out.empty()) {
    console.err << Say(lang, kLeftOut, absl::StrJoin(left_out, " ")) << '\n';
  }
}

}  // namespace qiangji::cli
