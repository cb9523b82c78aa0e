#include "services/registry/seed.h"

#include <string>
#include <utility>
#include <vector>

#include "services/base/status_macros.h"
#include "services/registry/csv_reader.h"
#include "services/registry/row_parser.h"

namespace qiangji::registry {
namespace {

using domain::TableId;
using domain::TableSchema;

// db/catalogue/sectors.csv, in the columns' order.
constexpr char kSectors[] =
#include "sectors_csv.inc"
    ;

absl::StatusOr<std::vector<domain::Row>> SectorRows() {
  const TableSchema& table = *domain::FindTable(TableId::kSectors);
  std::vector<domain::Row> rows;
  bool header = true;
  CsvReader csv([&](std::int64_t, std::vector<std::string>& cells) {
    if (std::exchange(header, false)) return absl::OkStatus();
    std::vector<domain::Violation> violations;
    rows.push_back(ParseRow(table, cells, violations));
    return violations.empty() ? absl::OkStatus()
                              : absl::InternalError(violations[0].message);
  });
  QJ_RETURN_IF_ERROR(csv.Feed(kSectors));
  QJ_RETURN_IF_ERROR(csv.Finish());
  return rows;
}

// METHOD 2.5, "Default criteria".
domain::Row DefaultCriteria() {
  const TableSchema& table = *domain::FindTable(TableId::kCriteria);
  domain::Row row(table.columns.size());
  const auto set = [&](absl::string_view column, domain::Value value) {
    row[static_cast<std::size_t>(table.Find(column))] = std::move(value);
  };
  set("criteria_id", std::string("default"));
  set("version", std::int64_t{1});
  set("name_zh", std::string("默认口径"));
  set("name_en", std::string("Default criteria"));
  set("minimum_qualification", std::string("first_batch"));
  set("home_controller", std::int64_t{1});
  set("home_licences", std::int64_t{1});
  set("valid_test", std::int64_t{0});
  return row;
}

}  // namespace

absl::Status SeedStore(store::Store& store) {
  QJ_ASSIGN_OR_RETURN(const std::vector<domain::Row> sectors, SectorRows());
  store::WriteOptions options;
  options.caller = "system";
  options.method = "seed";
  return store
      .ReadWrite(
          options,
          [&](store::Transaction& transaction,
              std::vector<std::string>&) -> absl::Status {
            QJ_ASSIGN_OR_RETURN(const store::Change head, transaction.Head());
            if (head.seq > 0) return absl::OkStatus();
            for (const domain::Row& row : sectors) {
              QJ_RETURN_IF_ERROR(
                  transaction
                      .Put(*domain::FindTable(TableId::kSectors), row, "")
                      .status());
            }
            return transaction
                .Put(*domain::FindTable(TableId::kCriteria), DefaultCriteria(),
                     "")
                .status();
          })
      .status();
}

}  // namespace qiangji::registry
