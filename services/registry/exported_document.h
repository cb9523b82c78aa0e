// An export that is one file (a workbook, a CycloneDX document): made whole,
// some rows a slice, before its first part is sent.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/export_service.pb.h"

namespace qiangji::rpc {
class RequestContext;
}  // namespace qiangji::rpc

namespace qiangji::registry {

class ExportedDocument {
 public:
  virtual ~ExportedDocument() = default;

  // Makes some more of it from the state that it was made for; whether it is
  // whole.
  virtual absl::StatusOr<bool> Make(rpc::RequestContext& call,
                                    store::Reader& reader) = 0;

  // Of a whole one.
  virtual std::string file_name() const = 0;
  virtual std::int64_t rows() const = 0;
  virtual std::int64_t bytes() const = 0;
  // At most `size` bytes from `offset`.
  virtual absl::StatusOr<std::string> Read(std::int64_t offset,
                                           std::size_t size) const = 0;
};

// A workbook of the tables, or an empty one to fill in. `request` lives as
// long as it; `directory` is for temporary files. INVALID_ARGUMENT.
absl::StatusOr<std::unique_ptr<ExportedDocument>> NewWorkbookDocument(
    const registry::v1::ExportRequest& request, store::Seq seq,
    const std::string& directory);

// Items with their supply, demand and inputs (docs/CYCLONEDX.md). NOT_FOUND
// for a root or document that is not there.
absl::StatusOr<std::unique_ptr<ExportedDocument>> NewCycloneDxDocument(
    const registry::v1::ExportRequest& request, const store::Change& state);

}  // namespace qiangji::registry
