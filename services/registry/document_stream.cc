#include "services/registry/document_stream.h"

#include <utility>

#include "services/base/status_macros.h"
#include "services/registry/request_fields.h"
#include "services/rpc/errors.h"

namespace qiangji::registry {
namespace {

constexpr std::size_t kPartBytes = 128 << 10;
constexpr int kPartsASlice = 4;

}  // namespace

absl::Status DocumentStream::Begin(store::Reader& reader) {
  if (request_.with_history()) {
    return rpc::InvalidField("with_history",
                             "goes with CSV only; accepted: format CSV");
  }
  const bool bill = request_.format() == v1::EXPORT_FORMAT_CYCLONEDX;
  if (!bill && !(request_.root().empty() && request_.document_id().empty())) {
    return rpc::InvalidField(
        request_.root().empty() ? "document_id" : "root",
        "goes with a CycloneDX document only; accepted: format CYCLONEDX");
  }
  QJ_ASSIGN_OR_RETURN(ReadState state, ResolveReadState(reader, request_));
  change_ = std::move(state.change);
  QJ_ASSIGN_OR_RETURN(
      document_, bill ? NewCycloneDxDocument(request_, change_)
                      : NewWorkbookDocument(request_, change_.seq, directory_));
  return absl::OkStatus();
}

absl::StatusOr<bool> DocumentStream::Send(rpc::Writer<Part>& out) {
  for (int p = 0; p < kPartsASlice; ++p) {
    Part part;
    if (sent_ == 0) {
      part.set_read_seq(change_.seq);
      part.set_digest(change_.digest);
      if (change_.seq > 0) ToProto(change_.time, part.mutable_read_time());
    }
    part.set_file_name(document_->file_name());
    QJ_ASSIGN_OR_RETURN(std::string data, document_->Read(sent_, kPartBytes));
    sent_ += static_cast<std::int64_t>(data.size());
    part.set_data(std::move(data));
    const bool last = sent_ >= document_->bytes();
    part.set_last(last);
    if (last) part.set_rows(document_->rows());
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
    if (document_ == nullptr) {
      if (absl::Status begun = Begin(reader); !begun.ok()) return begun;
    }
    QJ_ASSIGN_OR_RETURN(made_, document_->Make(call, reader));
    return call.Check();
  }));
  return rpc::Next::kMore;
}

}  // namespace qiangji::registry
