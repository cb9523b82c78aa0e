// An export as slices of a server stream: some rows a slice, sorted by the
// full text of their keys (sorted_rows.h), so that the files of equal tables
// are equal whatever the store's surrogates are.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/export_service.pb.h"
#include "services/registry/history_export.h"
#include "services/registry/sorted_rows.h"
#include "services/rpc/crypto.h"
#include "services/rpc/stream.h"

namespace qiangji::registry {

class ExportStream {
 public:
  using Part = registry::v1::ExportResponse;

  // `request` lives as long as the stream.
  ExportStream(const registry::v1::ExportRequest& request, store::Store& store)
      : request_(request), store_(store) {}

  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  rpc::Writer<Part>& out);

 private:
  absl::Status Begin(const rpc::RequestContext& call, store::Reader& reader);
  absl::StatusOr<rpc::Next> HistorySlice(rpc::RequestContext& call,
                                         rpc::Writer<Part>& out);
  // The file at hand is complete: its size and digest are kept.
  void CloseFile(const domain::TableSchema& table);
  absl::Status ReadSome(rpc::RequestContext& call, store::Reader& reader);
  Part NewPart();
  // Nothing more is to be read before something was sent.
  bool HasEnough() const;
  void SendFull(rpc::Writer<Part>& out, absl::string_view table,
                absl::string_view file);

  const registry::v1::ExportRequest& request_;
  store::Store& store_;
  bool begun_ = false;
  bool first_ = true;
  std::set<domain::TableId> tables_;
  store::Change change_;
  std::size_t table_ = 0;               // of RegistryTables()
  std::unique_ptr<SortedRows> sorted_;  // once the header is written
  bool exhausted_ = false;
  std::string text_;       // of the file, not sent yet
  std::int64_t rows_ = 0;  // of the file
  // With history: what the log says of the files before it.
  std::unique_ptr<rpc::Sha256Stream> file_hash_;
  std::int64_t file_bytes_ = 0;
  std::vector<HistoryExport::File> files_;
  std::unique_ptr<HistoryExport> history_;
};

}  // namespace qiangji::registry
