#include "services/registry/document_stream.h"

#include <utility>
#include <vector>

#include "services/base/status_macros.h"
#include "services/registry/change_stream.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/registry/xlsx_template.h"
#include "services/rpc/errors.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;

constexpr std::int64_t kRowsASlice = 8192;
constexpr std::size_t kPartBytes = 128 << 10;
constexpr int kPartsASlice = 4;

}  // namespace

absl::Status DocumentStream::Begin(store::Reader& reader) {
  begun_ = true;
  if (request_.with_history()) {
    return rpc::InvalidField("with_history",
                             "goes with CSV only; accepted: format CSV");
  }
  const std::string& language = request_.language();
  if (!language.empty() && language != "zh" && language != "en") {
    return rpc::InvalidField("language",
                             "is not known; accepted: zh, en or nothing");
  }
  QJ_ASSIGN_OR_RETURN(tables_, WantedTables(request_.tables()));
  QJ_ASSIGN_OR_RETURN(ReadState state, ResolveReadState(reader, request_));
  change_ = std::move(state.change);
  file_name_ = request_.format() == v1::EXPORT_FORMAT_TEMPLATE
                   ? "template.xlsx"
                   : "registry.xlsx";
  QJ_ASSIGN_OR_RETURN(workbook_, XlsxWriter::Create(directory_, language));
  return absl::OkStatus();
}

absl::Status DocumentStream::AddRows(rpc::RequestContext& call,
                                     store::Reader& reader) {
  const auto tables = domain::RegistryTables();
  while (table_ < tables.size() && !tables_.contains(tables[table_]->id)) {
    ++table_;
  }
  if (table_ == tables.size()) {
    made_ = true;
    return workbook_->Finish();
  }
  const domain::TableSchema& table = *tables[table_];
  if (rows_ == nullptr) {
    rows_ = std::make_unique<SortedRows>(table, change_.seq);
    QJ_RETURN_IF_ERROR(workbook_->BeginTable(table));
  }
  QJ_RETURN_IF_ERROR(rows_->ReadSome(reader, ScopeOf(call.principal()),
                                     kRowsASlice, [&](const domain::Row& row) {
                                       ++row_count_;
                                       return workbook_->AddRow(row);
                                     }));
  if (rows_->done()) {
    workbook_->EndTable();
    rows_.reset();
    ++table_;
  }
  return call.Check();
}

absl::Status DocumentStream::MakeTemplate(rpc::RequestContext& call,
                                          store::Reader& reader) {
  const domain::TableSchema& table = *domain::FindTable("sectors");
  const auto text = [&](const domain::Row& row, absl::string_view column) {
    return domain::TextOf(row[static_cast<std::size_t>(table.Find(column))]);
  };
  std::vector<TemplateSector> sectors;
  SortedRows rows(table, change_.seq);
  while (!rows.done()) {
    QJ_RETURN_IF_ERROR(rows.ReadSome(
        reader, ScopeOf(call.principal()), kRowsASlice,
        [&](const domain::Row& row) {
          sectors.push_back({text(row, "sector_id"), text(row, "name_zh"),
                             text(row, "name_en")});
          return absl::OkStatus();
        }));
  }
  QJ_RETURN_IF_ERROR(WriteTemplate(sectors, *workbook_));
  made_ = true;
  return workbook_->Finish();
}

absl::StatusOr<bool> DocumentStream::Send(rpc::Writer<Part>& out) {
  for (int p = 0; p < kPartsASlice; ++p) {
    Part part;
    if (sent_ == 0) {
      part.set_read_seq(change_.seq);
      part.set_digest(change_.digest);
      if (change_.seq > 0) ToProto(change_.time, part.mutable_read_time());
    }
    part.set_file_name(file_name_);
    QJ_ASSIGN_OR_RETURN(std::string data, workbook_->Read(sent_, kPartBytes));
    sent_ += static_cast<std::int64_t>(data.size());
    part.set_data(std::move(data));
    const bool last = sent_ >= workbook_->bytes();
    part.set_last(last);
    if (last) part.set_rows(row_count_);
    if (!out.Write(std::move(part)) || last) return false;
  }
  return true;
}

absl::StatusOr<rpc::Next> DocumentStream::Slice(rpc::RequestContext& call,
                                                rpc::Writer<Part>& out) {
  if (made_) {
    QJ_ASSIGN_OR_RETURN(const bool more, Send(out));
    return more ? rpc::Next::kMore : rpc::Next::kEnd;
  }
  QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
    if (!begun_) {
      if (absl::Status begun = Begin(reader); !begun.ok()) return begun;
    }
    return request_.format() == v1::EXPORT_FORMAT_TEMPLATE
               ? MakeTemplate(call, reader)
               : AddRows(call, reader);
  }));
  return rpc::Next::kMore;
}

}  // namespace qiangji::registry
