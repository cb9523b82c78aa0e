#include "services/bottleneck/row_cells.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace qiangji::bottleneck {

using domain::Value;

Value& RowWriter::At(absl::string_view name) {
  return row_[static_cast<std::size_t>(table_.Find(name))];
}

void RowWriter::Text(absl::string_view name, absl::string_view text) {
  if (!text.empty()) At(name) = std::string(text);
}

void RowWriter::List(absl::string_view name, std::vector<std::string> entries) {
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  Text(name, absl::StrJoin(entries, ";"));
}

void RowWriter::Int(absl::string_view name, std::int64_t n) { At(name) = n; }

void RowWriter::Number(absl::string_view name, std::optional<double> x) {
  if (x) At(name) = *x;
}

void RowWriter::Year(absl::string_view name, std::optional<int> year) {
  if (year) At(name) = static_cast<std::int64_t>(*year);
}

void RowWriter::Time(absl::string_view name, std::optional<absl::Time> time) {
  if (!time) return;
  At(name) =
      absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", *time, absl::UTCTimeZone());
}

const Value& RowReader::At(absl::string_view name) const {
  return row_[static_cast<std::size_t>(table_.Find(name))];
}

const std::string& RowReader::Text(absl::string_view name) const {
  return domain::TextOf(At(name));
}

std::vector<std::string> RowReader::List(absl::string_view name) const {
  return absl::StrSplit(Text(name), ';', absl::SkipEmpty());
}

std::int64_t RowReader::Int(absl::string_view name) const {
  return domain::IntOf(At(name));
}

std::optional<double> RowReader::Number(absl::string_view name) const {
  const Value& cell = At(name);
  if (domain::IsNull(cell)) return std::nullopt;
  return domain::NumberOf(cell);
}

std::optional<int> RowReader::Year(absl::string_view name) const {
  const Value& cell = At(name);
  if (domain::IsNull(cell)) return std::nullopt;
  return static_cast<int>(domain::IntOf(cell));
}

std::optional<absl::Time> RowReader::Time(absl::string_view name) {
  const std::string& text = Text(name);
  absl::Time time;
  if (text.empty()) return std::nullopt;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return time;
  Bad(name);
  return std::nullopt;
}

void RowReader::Bad(absl::string_view name) {
  if (status_.ok()) {
    status_ = absl::DataLossError(
        absl::StrCat(table_.name, ".", name, " cannot be read"));
  }
}

}  // namespace qiangji::bottleneck
