// Rows of the small tables, typed. References are left to FactTables.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/domain/columns.h"
#include "services/domain/fact_tables.h"

namespace qiangji::domain {

// Cells of a row by column name, for the small tables.
class Cells {
 public:
  Cells(const TableSchema& table, const Row& row) : table_(table), row_(row) {}
  const Value& operator[](absl::string_view name) const {
    return row_[static_cast<std::size_t>(table_.Find(name))];
  }
  const std::string& Text(absl::string_view name) const {
    return TextOf((*this)[name]);
  }
  int Year(absl::string_view name, int otherwise) const {
    return static_cast<int>(IntOf((*this)[name], otherwise));
  }
  bool Flag(absl::string_view name) const { return IntOf((*this)[name]) != 0; }
  std::optional<double> Number(absl::string_view name) const {
    return OptionalNumber((*this)[name]);
  }

 private:
  const TableSchema& table_;
  const Row& row_;
};

// The year in Asia/Shanghai (UTC+8, no daylight saving) of a canonical time.
int ShanghaiYear(absl::string_view time);

ItemFact ItemOf(const Cells& c, Number parent);
OrganizationFact OrganizationOf(const Cells& c, Number parent);
Target TargetOf(const Cells& c);
Criteria CriteriaOf(const Cells& c);
Indicator IndicatorOf(const Cells& c);
Project ProjectOf(const Cells& c);
Test TestOf(const Cells& c);
WorldShare WorldShareOf(const Cells& c);
CountryRisk CountryRiskOf(const Cells& c);

}  // namespace qiangji::domain
