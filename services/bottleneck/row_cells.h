// Rows filled and read by column name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/domain/schema.h"
#include "services/domain/value.h"

namespace qiangji::bottleneck {

// Columns that are not set stay null.
class RowWriter {
 public:
  explicit RowWriter(const domain::TableSchema& table)
      : table_(table), row_(table.columns.size()) {}

  void Text(absl::string_view name, absl::string_view text);  // "" = null
  // Sorted, without repetition.
  void List(absl::string_view name, std::vector<std::string> entries);
  void Int(absl::string_view name, std::int64_t n);
  void Number(absl::string_view name, std::optional<double> x);
  void Year(absl::string_view name, std::optional<int> year);
  void Time(absl::string_view name, std::optional<absl::Time> time);
  domain::Row Take() && { return std::move(row_); }

 private:
  domain::Value& At(absl::string_view name);
  const domain::TableSchema& table_;
  domain::Row row_;
};

// What cannot be read is kept as an error: DATA_LOSS, naming the column.
class RowReader {
 public:
  RowReader(const domain::TableSchema& table, const domain::Row& row)
      : table_(table), row_(row) {}

  const std::string& Text(absl::string_view name) const;
  std::vector<std::string> List(absl::string_view name) const;
  std::int64_t Int(absl::string_view name) const;
  std::optional<double> Number(absl::string_view name) const;
  std::optional<int> Year(absl::string_view name) const;
  std::optional<absl::Time> Time(absl::string_view name);
  void Bad(absl::string_view name);
  const absl::Status& status() const { return status_; }

 private:
  const domain::Value& At(absl::string_view name) const;
  const domain::TableSchema& table_;
  const domain::Row& row_;
  absl::Status status_;
};

}  // namespace qiangji::bottleneck
