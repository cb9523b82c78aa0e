#include "services/coverage/metrics_stream.h"

#include <algorithm>
#include <utility>

#include "services/base/status_macros.h"
#include "services/coverage/handlers.h"
#include "services/coverage/shown.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {
constexpr std::size_t kBatch = 500;
// With the inputs of the rules a message is an order larger.
constexpr std::size_t kFullBatch = 100;
}  // namespace

absl::StatusOr<rpc::Next> MetricsStream::Slice(
    rpc::RequestContext& call, rpc::Writer<v1::QueryItemMetricsResponse>& out) {
  QJ_RETURN_IF_ERROR(call.Check());
  switch (phase_) {
    case Phase::kStart:
      return Ask(call, out);
    case Phase::kWaiting:
      return Open(call, out);
    case Phase::kSearching:
      return Begin(out);
    case Phase::kItems:
      return WriteItems(out);
    case Phase::kProjects:
      return WriteProjects(out);
  }
  return rpc::Next::kEnd;
}

absl::StatusOr<rpc::Next> MetricsStream::Ask(
    rpc::RequestContext& call, rpc::Writer<v1::QueryItemMetricsResponse>& out) {
  QJ_RETURN_IF_ERROR(ValidateOptions(request_.options()));
  if (request_.view() == v1::METRICS_VIEW_FULL) {
    QJ_RETURN_IF_ERROR(
        NeedsAllFacts(AudienceOf(call.principal()), "the inputs of rules"));
  }
  phase_ = Phase::kWaiting;
  engine_.pictures.Acquire(
      call, request_.options(),
      [self = shared_from_this(), out](absl::StatusOr<Picture> picture) {
        {
          MutexLock lock(self->mutex_);
          self->picture_ = std::move(picture);
        }
        out.Wake();
      });
  return rpc::Next::kWait;
}

absl::StatusOr<rpc::Next> MetricsStream::Open(
    rpc::RequestContext& call, rpc::Writer<v1::QueryItemMetricsResponse>& out) {
  {
    MutexLock lock(mutex_);
    if (!picture_.has_value()) return rpc::Next::kWait;
    QJ_ASSIGN_OR_RETURN(open_, *std::exchange(picture_, std::nullopt));
  }
  const bool full = request_.view() == v1::METRICS_VIEW_FULL;
  const absl::StatusOr<domain::AnalysisOptions> options =
      ResolveOptions(request_.options(), *open_.world, !full);
  if (full && rpc::ReasonOf(options.status()) == kNoYear) {
    // Nothing to assess is an answer: the rules have seen this state.
    v1::QueryItemMetricsResponse only;
    FillReadPoint(open_, only.mutable_context());
    out.Write(std::move(only));
    return rpc::Next::kEnd;
  }
  QJ_RETURN_IF_ERROR(options.status());
  const auto stop = engine_.stops.Of(call);
  auto analysis = engine_.analyses.Get(open_.world, *options, stop.get());
  if (!analysis.ok()) return OfStopped(call, analysis.status());
  analysis_ = *std::move(analysis);
  QJ_ASSIGN_OR_RETURN(items_, SelectItems(*analysis_, request_));
  disclosure_ = std::make_unique<domain::ItemDisclosure>(
      *analysis_, AudienceOf(call.principal()), engine_.disclosure);
  return full ? Search(call, out) : Begin(out);
}

absl::StatusOr<rpc::Next> MetricsStream::Search(
    rpc::RequestContext& call,
    const rpc::Writer<v1::QueryItemMetricsResponse>& out) {
  phase_ = Phase::kSearching;
  // `out` keeps the call's context.
  const bool posted = engine_.searches.TryPost(
      [self = shared_from_this(), analysis = analysis_, &call, out] {
        const auto stop = self->engine_.stops.Of(call);
        absl::StatusOr<RuleScores> scores =
            ComputeRuleScores(*analysis, stop.get());
        if (!scores.ok()) scores = OfStopped(call, scores.status());
        {
          MutexLock lock(self->mutex_);
          self->scores_ = std::move(scores);
        }
        out.Wake();
      });
  if (!posted) return rpc::QueueFull(engine_.searches.name());
  return rpc::Next::kWait;
}

absl::StatusOr<rpc::Next> MetricsStream::Begin(
    rpc::Writer<v1::QueryItemMetricsResponse>& out) {
  std::shared_ptr<const RuleScores> scores;
  if (request_.view() == v1::METRICS_VIEW_FULL) {
    MutexLock lock(mutex_);
    if (!scores_.has_value()) return rpc::Next::kWait;
    QJ_ASSIGN_OR_RETURN(RuleScores found,
                        *std::exchange(scores_, std::nullopt));
    scores = std::make_shared<const RuleScores>(std::move(found));
  }
  writer_ = std::make_unique<MetricsWriter>(analysis_, std::move(scores),
                                            request_.eu_original());
  v1::QueryItemMetricsResponse first;
  FillContext(open_, *analysis_, first.mutable_context());
  if (!disclosure_->sees_all()) {
    first.mutable_context()->clear_warnings();
    first.mutable_context()->clear_findings();
  }
  out.Write(std::move(first));
  phase_ = Phase::kItems;
  return rpc::Next::kMore;
}

rpc::Next MetricsStream::WriteItems(
    rpc::Writer<v1::QueryItemMetricsResponse>& out) {
  const bool full = request_.view() == v1::METRICS_VIEW_FULL;
  if (next_ == items_.size()) {
    phase_ = Phase::kProjects;
    next_ = 0;
    return full ? rpc::Next::kMore : rpc::Next::kEnd;
  }
  v1::QueryItemMetricsResponse message;
  const std::size_t end =
      std::min(items_.size(), next_ + (full ? kFullBatch : kBatch));
  for (; next_ < end; ++next_) {
    v1::ItemMetrics* metrics = message.mutable_items()->add_metrics();
    writer_->Fill(items_[next_], metrics);
    ShowBands(*analysis_, *disclosure_, items_[next_], metrics);
  }
  return out.Write(std::move(message)) ? rpc::Next::kMore : rpc::Next::kEnd;
}

rpc::Next MetricsStream::WriteProjects(
    rpc::Writer<v1::QueryItemMetricsResponse>& out) {
  const auto& projects = analysis_->world->facts().projects;
  v1::QueryItemMetricsResponse message;
  for (std::size_t written = 0; next_ < projects.size() && written < kBatch;
       ++next_) {
    // A project of an item that is gone concerns nobody.
    if (projects[next_].item < 0) continue;
    writer_->FillProject(projects[next_],
                         message.mutable_projects()->add_projects());
    ++written;
  }
  if (message.has_projects()) out.Write(std::move(message));
  return next_ < projects.size() ? rpc::Next::kMore : rpc::Next::kEnd;
}

}  // namespace qiangji::coverage
