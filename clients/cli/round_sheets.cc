#include "clients/cli/round_sheets.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/all_pages.h"
#include "clients/cli/csv_writer.h"
#include "clients/cli/reflect.h"
#include "qiangji/registry/v1/supply_service.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using registry::v1::ListSupplyRecordsRequest;
using registry::v1::ListSupplyRecordsResponse;
using registry::v1::RoundReporter;
using registry::v1::SupplyRecord;

constexpr const char* kColumns[] = {"item_id",
                                    "year",
                                    "market",
                                    "origin_country",
                                    "supplier_id",
                                    "controller_country",
                                    "licence_countries",
                                    "qualification",
                                    "reporter_id",
                                    "side",
                                    "quantity",
                                    "value_cny"};

// The records of one item and year that the organization reported, or supplied
// where nobody is named as reporter.
absl::StatusOr<std::vector<SupplyRecord>> RecordsOf(
    Session& session, const std::string& organization, const std::string& item,
    int year) {
  ListSupplyRecordsRequest request;
  request.set_parent(absl::StrCat("items/", item));
  request.set_page_size(1000);
  request.set_filter(absl::StrCat("year = \"", year, "\""));
  QJ_ASSIGN_OR_RETURN(auto all, AllPages<ListSupplyRecordsResponse>(
                                    "ListSupplyRecords", request, session));
  std::vector<SupplyRecord> records;
  for (SupplyRecord& record : *all.mutable_supply_records()) {
    const std::string& who = record.reporter_id().empty()
                                 ? record.supplier_id()
                                 : record.reporter_id();
    if (who == organization) records.push_back(std::move(record));
  }
  return records;
}

std::string Text(const SupplyRecord& record, const char* column) {
  const Cell cell = FieldCell(record, column);
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? "" : *text;
}

void AddRow(const SupplyRecord& record, int year, std::set<std::string>& rows) {
  std::vector<std::string> cells;
  for (const std::string column : kColumns) {
    const bool open = column == "quantity" || column == "value_cny";
    cells.push_back(CsvField(column == "year" ? absl::StrCat(year)
                             : open           ? ""
                                              : Text(record, column.c_str())));
  }
  rows.insert(absl::StrJoin(cells, ","));
}

absl::Status WriteSheet(const RoundReporter& reporter, int year,
                        const std::filesystem::path& directory,
                        Session& session) {
  std::set<std::string> rows;
  for (const auto& report : reporter.reports()) {
    QJ_ASSIGN_OR_RETURN(std::vector<SupplyRecord> records,
                        RecordsOf(session, reporter.organization_id(),
                                  report.item_id(), year - 1));
    if (records.empty()) {
      SupplyRecord& record = records.emplace_back();
      record.set_item_id(report.item_id());
      record.set_origin_country("CHN");
      record.set_supplier_id(reporter.organization_id());
    }
    for (SupplyRecord& record : records) {
      record.set_reporter_id(reporter.organization_id());
      AddRow(record, year, rows);
    }
  }
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  const std::filesystem::path file = directory / "supply.csv";
  if (error || std::filesystem::exists(file, error)) {
    return absl::FailedPreconditionError(absl::StrCat(
        file.string(), ": ", error ? error.message() : "is there already"));
  }
  std::ofstream out(file);
  out << absl::StrJoin(kColumns, ",") << "\n";
  for (const std::string& row : rows) out << row << "\n";
  out.close();
  return out.good() ? absl::OkStatus()
                    : absl::UnknownError(
                          absl::StrCat(file.string(), ": cannot be written"));
}

}  // namespace

absl::StatusOr<int> WriteRoundSheets(const registry::v1::RoundStatus& status,
                                     const std::string& directory,
                                     Session& session) {
  for (const RoundReporter& reporter : status.reporters()) {
    // An id holds no separator of paths; "." and ".." are none.
    QJ_RETURN_IF_ERROR(WriteSheet(
        reporter, status.round().year(),
        std::filesystem::path(directory) / reporter.organization_id(),
        session));
  }
  return status.reporters_size();
}

}  // namespace qiangji::cli
