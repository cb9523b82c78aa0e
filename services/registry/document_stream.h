// The parts of an export that is one file.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/export_service.pb.h"
#include "services/registry/exported_document.h"
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
  absl::StatusOr<bool> Send(rpc::Writer<Part>& out);

  const registry::v1::ExportRequest& request_;
  store::Store& store_;
  const std::string directory_;
  store::Change change_;
  std::unique_ptr<ExportedDocument> document_;
  bool made_ = false;
  std::int64_t sent_ = 0;
};

}  // namespace qiangji::registry
