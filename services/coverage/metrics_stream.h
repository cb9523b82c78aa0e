// QueryItemMetrics: the context, items by id, then projects by id, in
// messages small enough to be queued one after another.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "services/base/mutex.h"
#include "services/coverage/engine.h"
#include "services/coverage/metrics.h"
#include "services/domain/item_disclosure.h"
#include "services/rpc/stream.h"

namespace qiangji::coverage {

class MetricsStream : public std::enable_shared_from_this<MetricsStream> {
 public:
  // The request lives as long as the call; the engine longer.
  MetricsStream(const v1::QueryItemMetricsRequest& request, Engine& engine)
      : request_(request), engine_(engine) {}

  // One slice of rpc::ServerStream.
  absl::StatusOr<rpc::Next> Slice(
      rpc::RequestContext& call,
      rpc::Writer<v1::QueryItemMetricsResponse>& out);

 private:
  enum class Phase { kStart, kWaiting, kSearching, kItems, kProjects };

  absl::StatusOr<rpc::Next> Ask(rpc::RequestContext& call,
                                rpc::Writer<v1::QueryItemMetricsResponse>& out);
  // With the picture.
  absl::StatusOr<rpc::Next> Open(
      rpc::RequestContext& call,
      rpc::Writer<v1::QueryItemMetricsResponse>& out);
  // Scores take long: they are computed on the pool of searches.
  absl::StatusOr<rpc::Next> Search(
      rpc::RequestContext& call,
      const rpc::Writer<v1::QueryItemMetricsResponse>& out);
  absl::StatusOr<rpc::Next> Begin(
      rpc::Writer<v1::QueryItemMetricsResponse>& out);
  rpc::Next WriteItems(rpc::Writer<v1::QueryItemMetricsResponse>& out);
  rpc::Next WriteProjects(rpc::Writer<v1::QueryItemMetricsResponse>& out);

  const v1::QueryItemMetricsRequest& request_;
  Engine& engine_;
  Phase phase_ = Phase::kStart;
  Mutex mutex_;
  std::optional<absl::StatusOr<Picture>> picture_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::StatusOr<RuleScores>> scores_ ABSL_GUARDED_BY(mutex_);
  Picture open_;
  std::shared_ptr<const domain::Analysis> analysis_;
  std::unique_ptr<domain::ItemDisclosure> disclosure_;
  std::unique_ptr<MetricsWriter> writer_;
  std::vector<domain::ItemIndex> items_;
  std::size_t next_ = 0;
};

}  // namespace qiangji::coverage
