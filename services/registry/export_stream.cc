#include "services/registry/export_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/registry/change_stream.h"
#include "services/registry/csv_row.h"
#include "services/registry/history_log.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/rpc/errors.h"

namespace qiangji::registry {
namespace {

constexpr std::int64_t kRowsASlice = 8192;
constexpr std::size_t kPartBytes = 128 << 10;
// What one slice sends at the most: far less than a queue holds, however long
// the rows are that it read.
constexpr std::size_t kSliceBytes = 1 << 20;

}  // namespace

absl::Status ExportStream::Begin(const rpc::RequestContext& call,
                                 store::Reader& reader) {
  begun_ = true;
  if (request_.format() > registry::v1::EXPORT_FORMAT_CSV) {
    return rpc::InvalidField("format",
                             "is not known; accepted: one of "
                             "ExportFormat, or none");
  }
  QJ_ASSIGN_OR_RETURN(tables_, WantedTables(request_.tables()));
  QJ_ASSIGN_OR_RETURN(ReadState state, ResolveReadState(reader, request_));
  change_ = std::move(state.change);
  if (!request_.with_history()) return absl::OkStatus();
  // The chain holds everybody's rows, and holds only as a whole.
  if (!call.principal().sees_all()) {
    return rpc::PermissionDenied("registry.export.history");
  }
  if (!request_.tables().empty()) {
    return rpc::InvalidField("tables",
                             "cannot be chosen with history; accepted: none");
  }
  if (change_.seq > 0) history_ = std::make_unique<HistoryExport>(change_);
  return absl::OkStatus();
}

absl::Status ExportStream::ReadSome(rpc::RequestContext& call,
                                    store::Reader& reader) {
  const domain::TableSchema& table = *domain::RegistryTables()[table_];
  if (sorted_ == nullptr) {
    sorted_ = std::make_unique<SortedRows>(table, change_.seq);
    AppendCsvHeader(table, text_);
  }
  QJ_RETURN_IF_ERROR(sorted_->ReadSome(reader, ScopeOf(call.principal()),
                                       kRowsASlice,
                                       [&](const domain::Row& row) {
                                         AppendCsvRow(table, row, text_);
                                         ++rows_;
                                         return absl::OkStatus();
                                       }));
  exhausted_ = sorted_->done();
  return call.Check();
}

ExportStream::Part ExportStream::NewPart() {
  Part part;
  if (first_) {
    first_ = false;
    part.set_read_seq(change_.seq);
    part.set_digest(change_.digest);
    if (change_.seq > 0) ToProto(change_.time, part.mutable_read_time());
  }
  return part;
}

void ExportStream::SendFull(rpc::Writer<Part>& out, absl::string_view table,
                            absl::string_view file) {
  std::size_t sent = 0;
  while (sent < kSliceBytes && (text_.size() - sent >= kPartBytes ||
                                (exhausted_ && sent < text_.size()))) {
    Part part = NewPart();
    part.set_table(std::string(table));
    part.set_file_name(std::string(file));
    part.set_data(text_.substr(sent, kPartBytes));
    sent += part.data().size();
    if (history_ != nullptr && !table.empty()) {
      if (file_hash_ == nullptr)
        file_hash_ = std::make_unique<rpc::Sha256Stream>();
      file_hash_->Add(part.data());
      file_bytes_ += static_cast<std::int64_t>(part.data().size());
    }
    if (exhausted_ && sent == text_.size()) {
      part.set_last(true);
      part.set_rows(rows_);
    }
    if (!out.Write(std::move(part))) return;
  }
  text_.erase(0, sent);
}

bool ExportStream::HasEnough() const {
  return exhausted_ || text_.size() >= kPartBytes;
}

void ExportStream::CloseFile(const domain::TableSchema& table) {
  if (file_hash_ == nullptr) return;
  files_.push_back(
      {absl::StrCat(table.name, ".csv"), file_bytes_, file_hash_->Digest()});
  file_hash_.reset();
  file_bytes_ = 0;
}

absl::StatusOr<rpc::Next> ExportStream::HistorySlice(rpc::RequestContext& call,
                                                     rpc::Writer<Part>& out) {
  if (!HasEnough()) {
    QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
      QJ_ASSIGN_OR_RETURN(const bool more,
                          history_->ReadSome(reader, files_, text_));
      exhausted_ = !more;
      return call.Check();
    }));
    rows_ = history_->rows();
  }
  SendFull(out, "", kHistoryFile);
  return exhausted_ && text_.empty() ? rpc::Next::kEnd : rpc::Next::kMore;
}

absl::StatusOr<rpc::Next> ExportStream::Slice(rpc::RequestContext& call,
                                              rpc::Writer<Part>& out) {
  const auto tables = domain::RegistryTables();
  if (begun_ && table_ == tables.size()) return HistorySlice(call, out);
  QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
    if (!begun_) {
      if (absl::Status begun = Begin(call, reader); !begun.ok()) return begun;
    }
    while (table_ < tables.size() && !tables_.contains(tables[table_]->id)) {
      ++table_;
    }
    return table_ < tables.size() && !HasEnough() ? ReadSome(call, reader)
                                                  : absl::OkStatus();
  }));
  if (table_ == tables.size()) return rpc::Next::kEnd;
  const domain::TableSchema& table = *tables[table_];
  SendFull(out, table.name, absl::StrCat(table.name, ".csv"));
  if (exhausted_ && text_.empty()) {
    CloseFile(table);
    ++table_;
    sorted_.reset();
    exhausted_ = false;
    rows_ = 0;
  }
  const bool over = table_ == tables.size() && history_ == nullptr;
  return over ? rpc::Next::kEnd : rpc::Next::kMore;
}

}  // namespace qiangji::registry
