#include "services/bottleneck/figures_reader.h"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/status.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "services/base/mutex.h"
#include "services/bottleneck/need_reader.h"
#include "services/bottleneck/rule_columns.h"
#include "services/figures/rule_figures.h"

namespace qiangji::bottleneck {
namespace {

using coverage::v1::ComputeCoverageRequest;
using coverage::v1::ComputeCoverageResponse;
using coverage::v1::ComputeTargetsRequest;
using coverage::v1::ComputeTargetsResponse;
using coverage::v1::CoverageService;
using coverage::v1::FigureOptions;
using coverage::v1::QueryItemMetricsRequest;
using coverage::v1::QueryItemMetricsResponse;

// A state of the past is read from the registry first.
constexpr absl::Duration kTimeout = absl::Minutes(10);

}  // namespace

struct FiguresReader::Shared {
  Shared(const std::shared_ptr<grpc::Channel>& registry,
         const std::shared_ptr<grpc::Channel>& coverage,
         const FigureSettings& how)
      : stub(CoverageService::NewStub(coverage)),
        settings(how),
        needs(registry) {}

  std::unique_ptr<CoverageService::Stub> stub;
  FigureSettings settings;
  NeedReader needs;
  Mutex mutex;
  std::weak_ptr<Call> running ABSL_GUARDED_BY(mutex);
};

// One read: the stream of metrics, then the targets, then the rows of the
// coverage table that rules look at, then the needs. Holds itself until done.
class FiguresReader::Call final
    : public grpc::ClientReadReactor<QueryItemMetricsResponse>,
      public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<Shared> shared, std::int64_t seq, absl::CivilDay day,
       FigureNeeds needs, Done done)
      : shared_(std::move(shared)),
        seq_(seq),
        day_(day),
        needs_(std::move(needs)),
        scopes_(needs_.scopes.begin(), needs_.scopes.end()),
        done_(std::move(done)) {
    request_.set_view(coverage::v1::METRICS_VIEW_FULL);
    FillOptions(shared_->settings.year, request_.mutable_options());
  }

  void Start() {
    self_ = shared_from_this();
    SetDeadline(metrics_context_);
    shared_->stub->async()->QueryItemMetrics(&metrics_context_, &request_,
                                             this);
    StartRead(&message_);
    StartCall();
  }

  void Cancel() {
    metrics_context_.TryCancel();
    const MutexLock lock(mutex_);
    cancelled_ = true;
    if (asked_ != nullptr) asked_->TryCancel();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    Take();
    StartRead(&message_);
  }

  void OnDone(const grpc::Status& status) override {
    if (!status.ok()) return Finish(client::FromGrpcStatus(status));
    if (read_.registry_seq != seq_) {
      return Finish(absl::InternalError(
          absl::StrCat("coverage answered for sequence ", read_.registry_seq,
                       " instead of ", seq_)));
    }
    AskTargets();
  }

 private:
  void FillOptions(int year, FigureOptions* options) const {
    options->set_year(year);
    options->set_read_seq(seq_);
    options->set_carry_forward_years(shared_->settings.carry_forward_years);
  }

  static void SetDeadline(grpc::ClientContext& context) {
    context.set_deadline(absl::ToChronoTime(absl::Now() + kTimeout));
  }

  void Take() {
    domain::RuleFigures& figures = read_.figures;
    if (message_.has_context()) {
      const auto& context = message_.context();
      read_.registry_seq = context.read_seq();
      read_.registry_time = absl::FromUnixMicros(
          google::protobuf::util::TimeUtil::TimestampToMicroseconds(
              context.read_time()));
      read_.illustrative = context.contains_illustrative();
      if (context.year() != 0) figures.year = context.year();
    }
    for (const auto& metrics : message_.items().metrics()) {
      domain::RuleItem& item =
          figures.items.emplace_back(figures::ToRuleItem(metrics));
      item.columns = ColumnsOf(metrics, needs_.item_columns);
    }
    for (const auto& project : message_.projects().projects()) {
      figures.projects.push_back(figures::ToProjectFigures(project));
    }
  }

  // Without a year there is nothing to hold against a target.
  void AskTargets() {
    if (!read_.figures.year) return AskNeeds();
    FillOptions(*read_.figures.year, targets_request_.mutable_options());
    shared_->stub->async()->ComputeTargets(
        NewContext(), &targets_request_, &targets_,
        [this](const grpc::Status& status) {
          if (!status.ok()) return Finish(client::FromGrpcStatus(status));
          read_.figures.scopes = figures::ToScopes(targets_);
          AskRows();
        });
  }

  // One scope after the other.
  void AskRows() {
    if (scopes_.empty()) return AskNeeds();
    rows_request_.Clear();
    FillOptions(*read_.figures.year, rows_request_.mutable_options());
    const domain::RowScope scope = scopes_.back();
    if (scope != domain::RowScope::kCategory) {
      rows_request_.add_dimensions(coverage::v1::COVERAGE_DIMENSION_SECTOR);
    }
    if (scope == domain::RowScope::kCategory ||
        scope == domain::RowScope::kBoth) {
      rows_request_.add_dimensions(coverage::v1::COVERAGE_DIMENSION_CATEGORY);
    }
    rows_.Clear();
    shared_->stub->async()->ComputeCoverage(
        NewContext(), &rows_request_, &rows_,
        [this, scope](const grpc::Status& status) {
          if (!status.ok()) return Finish(client::FromGrpcStatus(status));
          TakeRows(scope);
          scopes_.pop_back();
          AskRows();
        });
  }

  // Each row once: the total is in every answer.
  void TakeRows(domain::RowScope scope) {
    for (const auto& row : rows_.rows()) {
      domain::CoverageFigures figures =
          ToCoverageFigures(row, needs_.coverage_columns);
      const bool sector = !figures.sector.empty();
      const bool category = !figures.category.empty();
      const bool wanted = sector == (scope == domain::RowScope::kSector ||
                                     scope == domain::RowScope::kBoth) &&
                          category == (scope == domain::RowScope::kCategory ||
                                       scope == domain::RowScope::kBoth);
      if (wanted) read_.figures.rows.push_back(std::move(figures));
    }
  }

  void AskNeeds() {
    if (!needs_.unmet_needs) return Finish(absl::OkStatus());
    shared_->needs.Read({.registry_seq = seq_, .day = day_},
                        [this](absl::StatusOr<UnmetNeeds> unmet) {
                          if (!unmet.ok()) return Finish(unmet.status());
                          TakeNeeds(*std::move(unmet));
                          Finish(absl::OkStatus());
                        });
  }

  void TakeNeeds(UnmetNeeds unmet) {
    read_.figures.day = day_;
    if (unmet.empty()) return;
    for (domain::RuleItem& item : read_.figures.items) {
      const auto found = unmet.find(item.item_id);
      if (found != unmet.end()) item.unmet_needs = std::move(found->second);
    }
  }

  grpc::ClientContext* NewContext() {
    auto context = std::make_unique<grpc::ClientContext>();
    SetDeadline(*context);
    const MutexLock lock(mutex_);
    // The one before has ended.
    asked_ = std::move(context);
    if (cancelled_) asked_->TryCancel();
    return asked_.get();
  }

  void Finish(absl::Status status) {
    const std::shared_ptr<Call> keep = std::move(self_);
    if (status.ok()) {
      done_(std::move(read_));
    } else {
      done_(std::move(status));
    }
  }

  const std::shared_ptr<Shared> shared_;
  const std::int64_t seq_;
  const absl::CivilDay day_;
  const FigureNeeds needs_;
  std::vector<domain::RowScope> scopes_;  // left to ask for
  const Done done_;
  std::shared_ptr<Call> self_;
  grpc::ClientContext metrics_context_;
  QueryItemMetricsRequest request_;
  QueryItemMetricsResponse message_;
  ComputeTargetsRequest targets_request_;
  ComputeTargetsResponse targets_;
  ComputeCoverageRequest rows_request_;
  ComputeCoverageResponse rows_;
  FiguresAt read_;
  Mutex mutex_;
  std::unique_ptr<grpc::ClientContext> asked_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

FiguresReader::FiguresReader(const std::shared_ptr<grpc::Channel>& registry,
                             const std::shared_ptr<grpc::Channel>& coverage,
                             const FigureSettings& settings)
    : shared_(std::make_shared<Shared>(registry, coverage, settings)) {}

FiguresReader::~FiguresReader() = default;

void FiguresReader::Read(std::int64_t registry_seq, absl::CivilDay day,
                         FigureNeeds needs, Done done) {
  const auto call = std::make_shared<Call>(shared_, registry_seq, day,
                                           std::move(needs), std::move(done));
  {
    const MutexLock lock(shared_->mutex);
    shared_->running = call;
  }
  call->Start();
}

void FiguresReader::Cancel() {
  std::shared_ptr<Call> call;
  {
    const MutexLock lock(shared_->mutex);
    call = shared_->running.lock();
  }
  if (call != nullptr) call->Cancel();
  shared_->needs.Cancel();
}

}  // namespace qiangji::bottleneck
