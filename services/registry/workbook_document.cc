// Exports as a workbook (exported_document.h).
#include <set>
#include <utility>
#include <vector>

#include "services/base/status_macros.h"
#include "services/registry/change_stream.h"
#include "services/registry/exported_document.h"
#include "services/registry/resource_methods.h"
#include "services/registry/sorted_rows.h"
#include "services/registry/xlsx_template.h"
#include "services/registry/xlsx_writer.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"

namespace qiangji::registry {
namespace {

constexpr std::int64_t kRowsASlice = 8192;

class WorkbookDocument final : public ExportedDocument {
 public:
  WorkbookDocument(bool is_template, std::set<domain::TableId> tables,
                   store::Seq seq, std::unique_ptr<XlsxWriter> workbook)
      : is_template_(is_template),
        tables_(std::move(tables)),
        seq_(seq),
        workbook_(std::move(workbook)) {}

  absl::StatusOr<bool> Make(rpc::RequestContext& call,
                            store::Reader& reader) override {
    const store::AccessScope scope = ScopeOf(call.principal());
    if (is_template_) {
      QJ_RETURN_IF_ERROR(MakeTemplate(scope, reader));
    } else {
      QJ_ASSIGN_OR_RETURN(const bool more, AddRows(scope, reader));
      if (more) return false;
    }
    QJ_RETURN_IF_ERROR(workbook_->Finish());
    return true;
  }
  std::string file_name() const override {
    return is_template_ ? "template.xlsx" : "registry.xlsx";
  }
  std::int64_t rows() const override { return row_count_; }
  std::int64_t bytes() const override { return workbook_->bytes(); }
  absl::StatusOr<std::string> Read(std::int64_t offset,
                                   std::size_t size) const override {
    return workbook_->Read(offset, size);
  }

 private:
  // False at the end of the last table.
  absl::StatusOr<bool> AddRows(const store::AccessScope& scope,
                               store::Reader& reader) {
    const auto tables = domain::RegistryTables();
    while (table_ < tables.size() && !tables_.contains(tables[table_]->id)) {
      ++table_;
    }
    if (table_ == tables.size()) return false;
    if (rows_ == nullptr) {
      rows_ = std::make_unique<SortedRows>(*tables[table_], seq_);
      QJ_RETURN_IF_ERROR(workbook_->BeginTable(*tables[table_]));
    }
    QJ_RETURN_IF_ERROR(rows_->ReadSome(reader, scope, kRowsASlice,
                                       [&](const domain::Row& row) {
                                         ++row_count_;
                                         return workbook_->AddRow(row);
                                       }));
    if (rows_->done()) {
      workbook_->EndTable();
      rows_.reset();
      ++table_;
    }
    return true;
  }

  absl::Status MakeTemplate(const store::AccessScope& scope,
                            store::Reader& reader) {
    const domain::TableSchema& table = *domain::FindTable("sectors");
    const auto text = [&](const domain::Row& row, absl::string_view column) {
      return domain::TextOf(row[static_cast<std::size_t>(table.Find(column))]);
    };
    std::vector<TemplateSector> sectors;
    SortedRows rows(table, seq_);
    while (!rows.done()) {
      QJ_RETURN_IF_ERROR(rows.ReadSome(
          reader, scope, kRowsASlice, [&](const domain::Row& row) {
            sectors.push_back({text(row, "sector_id"), text(row, "name_zh"),
                               text(row, "name_en")});
            return absl::OkStatus();
          }));
    }
    return WriteTemplate(sectors, *workbook_);
  }

  const bool is_template_;
  const std::set<domain::TableId> tables_;
  const store::Seq seq_;
  const std::unique_ptr<XlsxWriter> workbook_;
  std::size_t table_ = 0;  // of RegistryTables()
  std::unique_ptr<SortedRows> rows_;
  std::int64_t row_count_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ExportedDocument>> NewWorkbookDocument(
    const v1::ExportRequest& request, store::Seq seq,
    const std::string& directory) {
  const std::string& language = request.language();
  if (!language.empty() && language != "zh" && language != "en") {
    return rpc::InvalidField("language",
                             "is not known; accepted: zh, en or nothing");
  }
  QJ_ASSIGN_OR_RETURN(std::set<domain::TableId> tables,
                      WantedTables(request.tables()));
  QJ_ASSIGN_OR_RETURN(std::unique_ptr<XlsxWriter> workbook,
                      XlsxWriter::Create(directory, language));
  return std::make_unique<WorkbookDocument>(
      request.format() == v1::EXPORT_FORMAT_TEMPLATE, std::move(tables), seq,
      std::move(workbook));
}

}  // namespace qiangji::registry
