#include "clients/cli/columns.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/reflect.h"
#include "clients/cli/words.h"
#include "services/base/glossary.h"

namespace qiangji::cli {
namespace {

std::string TextField(const google::protobuf::Message& message,
                      absl::string_view name) {
  const Cell cell = FieldCell(message, name);
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? "" : *text;
}

}  // namespace

std::string HeaderOf(absl::string_view column, Format format, Lang lang) {
  absl::string_view header = OutputHeader(column, Code(lang));
  if (FindOutputTerm(column) == nullptr) {
    const GlossaryTerm* term = FindInputTerm(column);
    if (term != nullptr) header = lang == Lang::kZh ? term->zh : term->en;
  }
  if (format == Format::kMoney) {
    absl::ConsumeSuffix(&header, "（元）");
    absl::ConsumeSuffix(&header, " (CNY)");
  }
  return std::string(header);
}

TableColumn ColumnOf(const ColumnSpec& spec, Lang lang) {
  return {std::string(spec.name), HeaderOf(spec.name, spec.format, lang),
          spec.format, spec.dispensable};
}

TableColumn RegisteredColumnOf(const ColumnSpec& spec, Lang lang) {
  TableColumn column = ColumnOf(spec, lang);
  // "share" of a supply record is not the assurance rate.
  if (const GlossaryTerm* term = FindInputTerm(spec.name)) {
    column.header = std::string(lang == Lang::kZh ? term->zh : term->en);
    if (spec.format == Format::kMoney) {
      absl::string_view header = column.header;
      absl::ConsumeSuffix(&header, "（元）");
      absl::ConsumeSuffix(&header, " (CNY)");
      column.header = std::string(header);
    }
  }
  return column;
}

std::string NameHeader(absl::string_view id_header, Lang lang) {
  if (lang == Lang::kZh) {
    absl::ConsumeSuffix(&id_header, "编号");
    return absl::StrCat(id_header, "名称");
  }
  absl::ConsumeSuffix(&id_header, " id");
  return absl::StrCat(id_header, " name");
}

std::vector<Cell> RowOf(absl::Span<const ColumnSpec> columns,
                        const google::protobuf::Message& message) {
  std::vector<Cell> row;
  for (const ColumnSpec& spec : columns) {
    row.push_back(FieldCell(message, spec.name));
  }
  return row;
}

std::string NameOf(const google::protobuf::Message& message, Lang lang,
                   absl::string_view prefix) {
  const std::string zh = TextField(message, absl::StrCat(prefix, "name_zh"));
  const std::string en = TextField(message, absl::StrCat(prefix, "name_en"));
  if (lang == Lang::kZh) return zh.empty() ? en : zh;
  return en.empty() ? zh : en;
}

void InsertTexts(const ColumnSpec& spec, Lang lang, std::size_t at,
                 const std::vector<std::string>& texts, Table& table) {
  at = std::min(at, table.columns.size());
  const auto offset = static_cast<std::ptrdiff_t>(at);
  table.columns.insert(table.columns.begin() + offset, ColumnOf(spec, lang));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    Cell cell;
    if (!texts[r].empty()) cell = texts[r];
    table.rows[r].insert(table.rows[r].begin() + offset, std::move(cell));
  }
}

void InsertNames(absl::string_view id_column, Lang lang, std::size_t at,
                 const std::vector<std::string>& names, Table& table) {
  at = std::min(at, table.columns.size());
  const bool own = id_column == "item_id" || id_column == "target_id";
  const std::string column =
      own ? "name" : absl::StrCat(absl::StripSuffix(id_column, "_id"), "_name");
  InsertTexts({column}, lang, at, names, table);
  table.columns[at].header =
      NameHeader(HeaderOf(id_column, Format::kText, lang), lang);
}

}  // namespace qiangji::cli
