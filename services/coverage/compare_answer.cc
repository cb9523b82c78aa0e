#include "services/coverage/compare_answer.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/base/years.h"
#include "services/coverage/answering.h"
#include "services/coverage/convert.h"
#include "services/coverage/picture.h"
#include "services/domain/compare.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

using AnalysisPtr = std::shared_ptr<const domain::Analysis>;

void CheckPoint(const v1::ComparePoint& point, const std::string& field,
                rpc::Violations& wrong) {
  const int set =
      (point.year() != 0 ? 1 : 0) + (point.has_read_time() ? 1 : 0) +
      (point.criteria().empty() ? 0 : 1) + (point.read_seq() != 0 ? 1 : 0);
  if (set != 1) {
    wrong.Add(field, "give exactly one of year, read_time, criteria, read_seq");
  }
  if (point.year() != 0 && !IsYear(point.year())) {
    wrong.Add(absl::StrCat(field, ".year"), "must be 1949..2100");
  }
  if (point.read_seq() < 0) {
    wrong.Add(absl::StrCat(field, ".read_seq"), "must not be negative");
  }
}

bool HasOwnReadPoint(const v1::ComparePoint& point) {
  return point.has_read_time() || point.read_seq() != 0;
}

v1::FigureOptions OptionsOf(const v1::FigureOptions& common,
                            const v1::ComparePoint& point) {
  v1::FigureOptions options = common;
  if (point.year() != 0) options.set_year(point.year());
  if (!point.criteria().empty()) options.set_criteria(point.criteria());
  if (HasOwnReadPoint(point)) {
    options.clear_read_time();
    options.set_read_seq(point.read_seq());
    if (point.has_read_time()) *options.mutable_read_time() = point.read_time();
  }
  return options;
}

void FillRow(const domain::Structure& from, const domain::Structure& to,
             const domain::CompareRow& row, v1::CompareRow* out) {
  out->set_cause(std::string(domain::ToText(row.cause)));
  out->set_item_id(row.item_id);
  out->set_change(row.change);
  IfStated(row.assured_from, [&](double x) { out->set_assured_share_from(x); });
  IfStated(row.assured_to, [&](double x) { out->set_assured_share_to(x); });
  for (const std::string& source : row.sources) out->add_sources(source);
  for (const domain::Cause cause : row.corrected) {
    out->add_corrected(std::string(domain::ToText(cause)));
  }
  for (const domain::Structure* structure : {&to, &from}) {
    const domain::ItemIndex item = structure->FindItem(row.item_id);
    if (item < 0) continue;
    const auto& named = structure->items[static_cast<std::size_t>(item)];
    out->set_name_zh(named.name_zh);
    out->set_name_en(named.name_en);
    return;
  }
}

absl::Status Validate(const v1::CompareCoverageRequest& request) {
  QJ_RETURN_IF_ERROR(ValidateOptions(request.options()));
  rpc::Violations wrong;
  CheckPoint(request.earlier(), "earlier", wrong);
  CheckPoint(request.later(), "later", wrong);
  return wrong.ToStatus();
}

// The call under way, until `done`.
class Comparing : public std::enable_shared_from_this<Comparing> {
 public:
  Comparing(const Engine& engine, rpc::RequestContext& call,
            const v1::CompareCoverageRequest& request,
            v1::CompareCoverageResponse* response, rpc::Done done)
      : engine_(engine),
        call_(call),
        request_(request),
        response_(response),
        done_(std::move(done)),
        from_options_(OptionsOf(request.options(), request.earlier())),
        to_options_(OptionsOf(request.options(), request.later())) {}

  void Start() {
    engine_.pictures.Acquire(
        call_, to_options_,
        [self = shared_from_this()](absl::StatusOr<Picture> picture) {
          if (!picture.ok()) return self->done_(picture.status());
          self->to_ = *std::move(picture);
          self->ReadEarlier();
        });
  }

 private:
  // Two states without a read point of their own are of one picture.
  void ReadEarlier() {
    if (!HasOwnReadPoint(request_.earlier()) &&
        !HasOwnReadPoint(request_.later())) {
      from_ = to_;
      return Post();
    }
    engine_.pictures.Acquire(
        call_, from_options_,
        [self = shared_from_this()](absl::StatusOr<Picture> picture) {
          if (!picture.ok()) return self->done_(picture.status());
          self->from_ = *std::move(picture);
          self->Post();
        });
  }

  void Post() {
    const bool posted = engine_.searches.TryPost(
        [self = shared_from_this()] { self->done_(self->Answer()); });
    if (!posted) done_(rpc::QueueFull(engine_.searches.name()));
  }

  absl::StatusOr<AnalysisPtr> Analyze(const Picture& picture,
                                      const v1::FigureOptions& options) {
    QJ_ASSIGN_OR_RETURN(const domain::AnalysisOptions resolved,
                        ResolveOptions(options, *picture.world));
    return engine_.analyses.Get(picture.world, resolved, stop_.get());
  }

  absl::Status Answer() {
    QJ_RETURN_IF_ERROR(call_.Check());
    stop_ = engine_.stops.Of(call_);
    return OfStopped(call_, Compute());
  }

  absl::Status Compute() {
    QJ_RETURN_IF_ERROR(CheckSector(to_.world->structure(), request_.sector()));
    QJ_ASSIGN_OR_RETURN(const AnalysisPtr to, Analyze(to_, to_options_));
    if (from_options_.year() == 0) from_options_.set_year(to->options.year);
    QJ_ASSIGN_OR_RETURN(const AnalysisPtr from, Analyze(from_, from_options_));
    domain::Scope scope;
    if (!request_.sector().empty()) scope.sectors = {request_.sector()};
    Fill(*from, *to, domain::CompareShares(*from, *to, scope));
    return absl::OkStatus();
  }

  void Fill(const domain::Analysis& from, const domain::Analysis& to,
            const domain::Comparison& comparison) {
    FillContext(to_, to, response_->mutable_context());
    FillContext(from_, from, response_->mutable_earlier_context());
    IfStated(comparison.share_from,
             [&](double x) { response_->set_share_from(x); });
    IfStated(comparison.share_to,
             [&](double x) { response_->set_share_to(x); });
    for (const domain::CompareRow& row : comparison.rows) {
      FillRow(from.world->structure(), to.world->structure(), row,
              response_->add_rows());
    }
    for (const domain::CauseSum& sum : comparison.causes) {
      v1::CompareCause* cause = response_->add_causes();
      cause->set_cause(std::string(domain::ToText(sum.cause)));
      cause->set_change(sum.change);
      cause->set_items(sum.items);
    }
  }

  const Engine& engine_;
  rpc::RequestContext& call_;
  const v1::CompareCoverageRequest& request_;
  v1::CompareCoverageResponse* const response_;
  const rpc::Done done_;
  v1::FigureOptions from_options_, to_options_;
  Picture from_, to_;
  std::shared_ptr<const domain::Stop> stop_;
};

}  // namespace

void CompareStates(const Engine& engine, rpc::RequestContext& call,
                   const v1::CompareCoverageRequest& request,
                   v1::CompareCoverageResponse* response,
                   const rpc::Done& done) {
  const absl::Status valid = Validate(request);
  if (!valid.ok()) return done(valid);
  std::make_shared<Comparing>(engine, call, request, response, done)->Start();
}

}  // namespace qiangji::coverage
