#include "services/registry/headed_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/text.h"

namespace qiangji::registry {
namespace {

using domain::Column;
using domain::TableSchema;

std::string ColumnNames(const TableSchema& table) {
  return absl::StrJoin(table.columns, ", ",
                       [](std::string* out, const Column& column) {
                         absl::StrAppend(out, column.name);
                       });
}

int FindHeader(const TableSchema& table, absl::string_view name) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (absl::EqualsIgnoreCase(table.columns[c].name, name) ||
        table.columns[c].name_zh == name) {
      return static_cast<int>(c);
    }
  }
  return -1;
}

}  // namespace

const Column* HeadedRows::ColumnOf(std::size_t cell) const {
  if (cell >= columns_.size() || columns_[cell] < 0) return nullptr;
  return &table_.columns[static_cast<std::size_t>(columns_[cell])];
}

absl::Status HeadedRows::Add(std::int64_t line,
                             std::vector<std::string>& cells) {
  const Origin origin{source_, line};
  if (!has_header_) {
    has_header_ = true;
    Header(origin, cells);
    return absl::OkStatus();
  }
  const bool blank =
      std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
        return absl::StripAsciiWhitespace(cell).empty();
      });
  if (blank) return absl::OkStatus();
  QJ_RETURN_IF_ERROR(on_row_());
  if (cells.size() != columns_.size()) {
    problems_.Add(
        origin, "",
        absl::StrCat("the row has ", cells.size(), " cells and the header ",
                     columns_.size(), "; accepted: as many as the header"));
    return AddBroken(cells);
  }
  if (!usable_) return AddBroken(cells);
  for (std::string& text : texts_) text.clear();
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (columns_[c] >= 0) {
      texts_[static_cast<std::size_t>(columns_[c])] = std::move(cells[c]);
    }
  }
  return stager_.Add(table_, origin, texts_);
}

void HeadedRows::Header(Origin origin, const std::vector<std::string>& cells) {
  for (const std::string& cell : cells) {
    const absl::StatusOr<std::string> name = NormalizeText(cell);
    const int column = name.ok() ? FindHeader(table_, *name) : -1;
    if (column < 0 && !ignore_unknown_) {
      problems_.Add(
          origin, name.ok() ? *name : cell,
          absl::StrCat(domain::Quoted(cell), " is no column of ", table_.name,
                       "; accepted: ", ColumnNames(table_)));
    }
    if (column >= 0 &&
        std::find(columns_.begin(), columns_.end(), column) != columns_.end()) {
      problems_.Add(origin, *name,
                    "the column stands twice; accepted: each column once");
    }
    columns_.push_back(column);
  }
  for (std::size_t c = 0; c < table_.columns.size(); ++c) {
    const Column& column = table_.columns[c];
    if (!column.required || std::find(columns_.begin(), columns_.end(),
                                      static_cast<int>(c)) != columns_.end()) {
      continue;
    }
    usable_ = false;  // one line for the header, not one a row
    problems_.Add(origin, column.name,
                  absl::StrCat("the column is missing; accepted: a header "
                               "with every required column (",
                               domain::Accepted(column), ")"));
  }
}

absl::Status HeadedRows::AddBroken(const std::vector<std::string>& cells) {
  const auto key =
      std::find(columns_.begin(), columns_.end(), table_.key_columns()[0]);
  const auto at = static_cast<std::size_t>(key - columns_.begin());
  if (at >= cells.size() || at >= columns_.size()) return absl::OkStatus();
  if (!domain::IsId(cells[at])) return absl::OkStatus();
  return stager_.ids().AddBroken(table_.id, cells[at]);
}

void HeadedRows::ReportEmpty() {
  problems_.Add({source_, 0}, "",
                absl::StrCat("is empty; accepted: a header row of ",
                             ColumnNames(table_)));
}

}  // namespace qiangji::registry
