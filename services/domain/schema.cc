#include "services/domain/schema.h"

#include <vector>

#include "services/domain/schema_tables.h"

namespace qiangji::domain {
namespace {

struct Index {
  std::vector<std::vector<int>> keys;
  // By database: their ids begin at 1, 64 and 96.
  std::vector<const TableSchema*> registry, bottleneck, coverage;
  Index() {
    for (const TableSchema& table : AllTables()) {
      auto& database = table.id < TableId::kAlerts    ? registry
                       : table.id < TableId::kReports ? bottleneck
                                                      : coverage;
      database.push_back(&table);
      std::vector<int>& key = keys.emplace_back();
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        if (table.columns[c].key) key.push_back(static_cast<int>(c));
      }
    }
  }
};
const Index& GetIndex() {
  static const auto* const index = new Index;
  return *index;
}

}  // namespace

int TableSchema::Find(absl::string_view column) const {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].name == column) return static_cast<int>(c);
  }
  return -1;
}

absl::Span<const int> TableSchema::key_columns() const {
  return GetIndex().keys[static_cast<std::size_t>(this - AllTables().data())];
}

absl::Span<const TableSchema* const> RegistryTables() {
  return GetIndex().registry;
}

absl::Span<const TableSchema* const> BottleneckTables() {
  return GetIndex().bottleneck;
}

absl::Span<const TableSchema* const> CoverageTables() {
  return GetIndex().coverage;
}

const TableSchema* FindTable(absl::string_view name) {
  for (const TableSchema& table : AllTables()) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

const TableSchema* FindTable(TableId id) {
  for (const TableSchema& table : AllTables()) {
    if (table.id == id) return &table;
  }
  return nullptr;
}

Key KeyOf(const TableSchema& table, const Row& row) {
  Key key;
  key.reserve(table.key_columns().size());
  for (int c : table.key_columns()) {
    const Value& cell = row[static_cast<std::size_t>(c)];
    key.push_back(IsNull(cell) ? Value(std::string()) : cell);
  }
  return key;
}

}  // namespace qiangji::domain
