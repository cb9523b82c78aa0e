// A report with the facts behind it, as one archive from which a third party
// computes it again without this server.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/report_service.pb.h"
#include "services/base/mutex.h"
#include "services/coverage/file_stream.h"
#include "services/coverage/report_store.h"
#include "services/rpc/stream.h"

namespace grpc {
class Channel;
}

namespace qiangji::coverage {

// The stream of BundleReport: reads the report, asks the registry for the
// export with history at its sequence, packs, and sends.
class BundleStream : public std::enable_shared_from_this<BundleStream> {
 public:
  using Part = v1::BundleReportResponse;

  BundleStream(store::Store& store, std::shared_ptr<grpc::Channel> registry,
               rpc::Pool& pool, const v1::BundleReportRequest& request)
      : store_(store),
        registry_(std::move(registry)),
        pool_(pool),
        request_(request) {}

  // One slice of rpc::ServerStream.
  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  const rpc::Writer<Part>& out);

 private:
  absl::StatusOr<rpc::Next> Ask(rpc::RequestContext& call,
                                const rpc::Writer<Part>& out);

  store::Store& store_;
  const std::shared_ptr<grpc::Channel> registry_;
  rpc::Pool& pool_;
  const v1::BundleReportRequest request_;
  // By slices only, which run one at a time.
  bool asked_ = false;
  KeptReport kept_;
  v1::Report content_;
  std::shared_ptr<FileStream<Part>> file_;
  Mutex mutex_;
  std::optional<absl::StatusOr<std::vector<MadeFile>>> facts_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::coverage
