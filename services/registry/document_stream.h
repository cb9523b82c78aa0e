// An export that is one document (a workbook, a CycloneDX document), made
// whole before its first part is sent: some rows a slice, then some parts.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/export_service.pb.h"
#include "services/registry/sorted_rows.h"
#include "services/registry/xlsx_writer.h"
#include "services/rpc/stream.h"

namespace qiangji::registry {

class DocumentStream {
 public:
  using Part = registry::v1::ExportResponse;

  // `request` and `store` live as long as the stream; `directory` is for
  // temporary files.
  DocumentStream(const registry::v1::ExportRequest& request,
                 store::Store& store, std::string directory)
      : request_(request), store_(store), directory_(std::move(directory)) {}

  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  rpc::Writer<Part>& out);

 private:
  absl::Status Begin(store::Reader& reader);
  // Some rows of the workbook; made_ at its end.
  absl::Status AddRows(rpc::RequestContext& call, store::Reader& reader);
  absl::Status MakeTemplate(rpc::RequestContext& call, store::Reader& reader);
  absl::StatusOr<bool> Send(rpc::Writer<Part>& out);

  const registry::v1::ExportRequest& request_;
  store::Store& store_;
  const std::string directory_;
  std::string file_name_;
  bool begun_ = false;
  bool made_ = false;
  std::set<domain::TableId> tables_;
  store::Change change_;
  std::size_t table_ = 0;  // of RegistryTables()
  std::unique_ptr<SortedRows> rows_;
  std::int64_t row_count_ = 0;
  std::unique_ptr<XlsxWriter> workbook_;
  std::int64_t sent_ = 0;
};

}  // namespace qiangji::registry
