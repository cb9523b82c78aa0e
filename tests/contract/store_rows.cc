#include "tests/contract/store_rows.h"

#include "services/base/status_macros.h"

namespace qiangji::testing {

using domain::TableId;

const domain::TableSchema& Table(TableId id) { return *domain::FindTable(id); }

domain::Row RowOf(TableId id, std::initializer_list<Cell> cells) {
  const domain::TableSchema& table = Table(id);
  domain::Row row(table.columns.size());
  for (const auto& [name, value] : cells) {
    row[static_cast<std::size_t>(table.Find(name))] = value;
  }
  return row;
}

domain::Row ItemRow(const std::string& id, const std::string& sectors) {
  return RowOf(TableId::kItems, {{"item_id", id},
                                 {"name_zh", "条目" + id},
                                 {"category", std::string("component")},
                                 {"sectors", sectors}});
}

domain::Row OrganizationRow(const std::string& id) {
  return RowOf(TableId::kOrganizations, {{"organization_id", id},
                                         {"name_zh", "机构" + id},
                                         {"kind", std::string("enterprise")},
                                         {"country", std::string("CHN")}});
}

domain::Row SupplyRow(const std::string& item, int year,
                      const std::string& supplier, double quantity,
                      const std::string& origin,
                      const std::string& visibility) {
  return RowOf(TableId::kSupply, {{"item_id", item},
                                  {"year", std::int64_t{year}},
                                  {"market", std::string("domestic")},
                                  {"origin_country", origin},
                                  {"supplier_id", supplier},
                                  {"side", std::string("third_party")},
                                  {"quantity", quantity},
                                  {"evidence", std::string("declared")},
                                  {"visibility", visibility}});
}

domain::Key ItemKey(const std::string& id) { return {id}; }

absl::StatusOr<store::Commit> PutAll(
    store::Store& store,
    const std::vector<std::pair<TableId, domain::Row>>& rows,
    const std::string& owner, const store::WriteOptions& options) {
  return store.ReadWrite(options, [&](store::Transaction& transaction,
                                      std::vector<std::string>& names) {
    for (const auto& [id, row] : rows) {
      QJ_RETURN_IF_ERROR(transaction.Put(Table(id), row, owner).status());
      names.push_back(domain::TextOf(row[0]));
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<store::Commit> DeleteRow(store::Store& store, TableId id,
                                        const domain::Key& key) {
  return store.ReadWrite(
      {}, [&](store::Transaction& transaction, std::vector<std::string>&) {
        return transaction.Delete(Table(id), key).status();
      });
}

std::vector<store::Stored> ScanAll(store::Store& store, TableId id,
                                   const store::ScanOptions& options,
                                   const store::AccessScope& scope) {
  std::vector<store::Stored> rows;
  const absl::Status status = store.Read([&](store::Reader& reader) {
    return reader.Scan(Table(id), options, scope,
                       [&](const store::Stored& row, absl::string_view) {
                         rows.push_back(row);
                         return absl::OkStatus();
                       });
  });
  if (!status.ok()) rows.clear();
  return rows;
}

store::Change HeadOf(store::Store& store) {
  store::Change head;
  const absl::Status status =
      store.Read([&](store::Reader& reader) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(head, reader.Head());
        return absl::OkStatus();
      });
  if (!status.ok()) head.seq = -1;
  return head;
}

}  // namespace qiangji::testing
