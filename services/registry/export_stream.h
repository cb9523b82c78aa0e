// An export as slices of a server stream: some rows a slice, sorted by the
// full text of their keys, so that the files of equal tables are equal
// whatever the store's surrogates are.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/export_service.pb.h"
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
  absl::Status Begin(store::Reader& reader);
  absl::Status ReadSome(rpc::RequestContext& call, store::Reader& reader);
  // Rows with one first key cell are together in the store's order; within
  // such a group they are sorted here.
  void FlushGroup(const domain::TableSchema& table);
  Part NewPart(const domain::TableSchema& table);
  void SendFull(rpc::Writer<Part>& out, const domain::TableSchema& table);

  const registry::v1::ExportRequest& request_;
  store::Store& store_;
  bool begun_ = false;
  bool first_ = true;
  std::set<domain::TableId> tables_;
  store::Change change_;
  std::size_t table_ = 0;  // of RegistryTables()
  bool opened_ = false;    // the header of the table is written
  bool exhausted_ = false;
  std::string after_;
  std::vector<domain::Row> group_;
  std::string text_;       // of the file, not sent yet
  std::int64_t rows_ = 0;  // of the file
};

}  // namespace qiangji::registry
