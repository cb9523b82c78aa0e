#include "services/bottleneck/evaluator.h"

#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "clients/cpp/backoff.h"
#include "clients/cpp/feed_reader.h"
#include "services/base/mutex.h"
#include "services/base/shanghai.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_store.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/flag_store.h"
#include "services/bottleneck/goal_reader.h"
#include "services/bottleneck/need_reader.h"
#include "services/bottleneck/rule_book.h"
#include "services/domain/rule_line.h"
#include "services/rpc/log.h"
#include "services/rpc/runtime.h"

namespace qiangji::bottleneck {
namespace {

// A small table: the feed is followed for its sequences, not for its rows.
constexpr char kFollowedTable[] = "sectors";
// Times that an evaluation begins again because people resolve alerts.
constexpr int kAttempts = 10;

client::Executor OnPool(rpc::Runtime& runtime) {
  return [&runtime](std::function<void()> task) {
    runtime.pool(rpc::PoolKind::kCompute).Resume(std::move(task));
  };
}

}  // namespace

// Shared by callbacks that come after Stop. One evaluation is under way at a
// time: recorded_, line_ and flags_ belong to it.
class Evaluator::Impl : public client::FeedHandler,
                        public std::enable_shared_from_this<Impl> {
 public:
  Impl(EvaluatorOptions options, const RuleBook& rules, store::Store& store,
       EvaluationLog& log, rpc::Runtime& runtime)
      : options_(std::move(options)),
        book_(rules),
        store_(store),
        log_(log),
        runtime_(runtime),
        reader_(options_.registry, options_.coverage, options_.figures),
        goals_(options_.registry),
        needs_(options_.registry),
        backoff_(options_.first_backoff, options_.most_backoff) {}

  absl::Status Start() {
    QJ_RETURN_IF_ERROR(Load());
    client::FeedReaderOptions follow;
    follow.registry = options_.registry;
    follow.executor = OnPool(runtime_);
    follow.tables = {kFollowedTable};
    follow.resume_after = log_.evaluated() > 0 ? log_.evaluated() : -1;
    follow.first_backoff = options_.first_backoff;
    follow.most_backoff = options_.most_backoff;
    feed_ = std::make_unique<client::FeedReader>(std::move(follow), this);
    feed_->Start();
    started_.store(true);
    return absl::OkStatus();
  }

  void Stop() {
    if (feed_ != nullptr) feed_->Stop();
    std::unique_ptr<grpc::Alarm> alarm;
    {
      const MutexLock lock(mutex_);
      stopped_ = true;
      alarm = std::move(alarm_);
    }
    if (alarm != nullptr) alarm->Cancel();
    reader_.Cancel();
    goals_.Cancel();
    needs_.Cancel();
    MutexLock lock(mutex_);
    while (busy_ || asks_needs_) idle_.Wait(lock);
  }

  void RulesChanged() {
    log_.RequireAgain();
    {
      const MutexLock lock(mutex_);
      rules_changed_ = true;
    }
    Kick();
  }

  std::string WaitingFor() const {
    if (!started_.load() || !feed_->connected()) return "registry";
    const MutexLock lock(mutex_);
    if (failed_) return "coverage";
    return caught_up_ ? "" : "the first evaluation";
  }

  // FeedHandler: only where a unit ends is of interest.
  absl::Status Begin(const client::FeedUnit&) override {
    return absl::OkStatus();
  }
  absl::Status Rows(const type::v1::RowBlock&) override {
    return absl::OkStatus();
  }
  absl::Status End(std::int64_t seq, const std::string&) override {
    OnHead(seq);
    return absl::OkStatus();
  }
  void Abort() override {}
  void Heartbeat(std::int64_t head_seq) override { OnHead(head_seq); }

 private:
  void OnHead(std::int64_t seq) {
    log_.SetHead(seq);
    {
      const MutexLock lock(mutex_);
      head_ = std::max(head_, seq);
      head_known_ = true;
    }
    LookAtTheDay();
    Kick();
  }

  // On another day needs have waited longer, or are over: what is evaluated is
  // again, where there are any. Told by every heartbeat of the registry.
  void LookAtTheDay() {
    const absl::CivilDay today = ShanghaiDay(runtime_.clock().Now());
    {
      const MutexLock lock(mutex_);
      if (stopped_ || asks_needs_ || day_ == today) return;
      asks_needs_ = true;
    }
    needs_.Read({.registry_seq = 0, .day = today},
                [self = shared_from_this(),
                 today](const absl::StatusOr<UnmetNeeds>& unmet) {
                  self->OnNeeds(today, unmet);
                });
  }

  void OnNeeds(absl::CivilDay today, const absl::StatusOr<UnmetNeeds>& unmet) {
    if (unmet.ok() && (!unmet->empty() || unmet_open_.load())) {
      log_.RequireAgain();
      Kick();
    }
    const MutexLock lock(mutex_);
    // After a failure the next heartbeat asks again.
    if (unmet.ok()) day_ = today;
    asks_needs_ = false;
    idle_.NotifyAll();
  }

  // Begins the next evaluation, if one is due and none runs.
  void Kick() {
    std::int64_t target = 0;
    {
      const MutexLock lock(mutex_);
      if (stopped_ || busy_ || alarm_ != nullptr || !head_known_) return;
      const std::int64_t evaluated = log_.evaluated();
      if (evaluated >= head_) {
        caught_up_ = true;
        return;
      }
      target = Next(evaluated);
      busy_ = true;
      began_ = absl::Now();
    }
    runtime_.pool(rpc::PoolKind::kLong)
        .Resume([self = shared_from_this(), target] { self->Ask(target); });
  }

  // Reads the rules and flags, then the figures that they look at.
  void Ask(std::int64_t target) {
    const absl::Status read = ReadRules();
    if (!read.ok()) return Finish(read);
    FigureNeeds needs = NeedsOf(line_.rules());
    needs.item_columns.merge(flags_.columns());
    reader_.Read(
        target, ShanghaiDay(runtime_.clock().Now()), std::move(needs),
        [self = shared_from_this()](absl::StatusOr<FiguresAt> figures) {
          if (!figures.ok()) return self->Resume(figures.status());
          self->AskGoals(std::make_shared<FiguresAt>(*std::move(figures)));
        });
    bool stopped = false;
    {
      const MutexLock lock(mutex_);
      stopped = stopped_;
    }
    if (stopped) reader_.Cancel();
  }

  // What goals look at beside the figures.
  void AskGoals(std::shared_ptr<FiguresAt> figures) {
    using GoalKind = domain::FlagGoal::Kind;
    GoalReader::Wanted wanted;
    wanted.registry_seq = figures->registry_seq;
    wanted.until = figures->registry_time;
    wanted.milestones_of = flags_.ItemsWith(GoalKind::kStage);
    wanted.tests_of = flags_.ItemsWith(GoalKind::kTest);
    goals_.Read(std::move(wanted),
                [self = shared_from_this(), figures = std::move(figures)](
                    absl::StatusOr<domain::GoalFactsByItem> facts) {
                  if (!facts.ok()) return self->Resume(facts.status());
                  self->runtime_.pool(rpc::PoolKind::kLong)
                      .Resume([self, figures, facts = *std::move(facts)] {
                        self->Finish(self->Apply(std::move(*figures), facts));
                      });
                });
  }

  void Resume(const absl::Status& status) {
    runtime_.pool(rpc::PoolKind::kLong)
        .Resume([self = shared_from_this(), status] { self->Finish(status); });
  }

  absl::Status ReadRules() {
    const std::uint64_t generation = log_.generation();
    if (rules_read_ && generation == generation_) return absl::OkStatus();
    QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
      QJ_ASSIGN_OR_RETURN(std::vector<domain::Rule> rules, book_.Rules(reader));
      QJ_ASSIGN_OR_RETURN(flags_, ReadEvaluatedFlags(reader));
      line_.SetRules(std::move(rules));
      return absl::OkStatus();
    }));
    generation_ = generation;
    rules_read_ = true;
    return absl::OkStatus();
  }

  std::int64_t Next(std::int64_t evaluated)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const bool in_order =
        evaluated > 0 && !failed_ && caught_up_ &&
        static_cast<double>(head_ - evaluated) * took_ <= kCatchUp;
    return in_order ? evaluated + 1 : head_;
  }

  absl::Status Load() {
    QJ_ASSIGN_OR_RETURN(recorded_, ReadRecorded(store_));
    line_.TouchAll();
    loaded_ = true;
    NoteUnmet();
    log_.Reset(std::move(recorded_.evaluations));
    if (recorded_.rules_changed) log_.RequireAgain();
    return absl::OkStatus();
  }

  absl::Status Apply(FiguresAt figures, const domain::GoalFactsByItem& facts) {
    if (!loaded_) QJ_RETURN_IF_ERROR(Load());
    const std::optional<EvaluationPoint> before = log_.Newest();
    // The commit before may have succeeded although its answer was lost.
    if (before && log_.evaluated() >= figures.registry_seq) {
      return absl::OkStatus();
    }
    const std::vector<domain::FlagMove> moves =
        domain::MoveFlags(flags_.flags, figures.figures, facts);
    line_.SetFlags(domain::Moved(flags_.flags, moves));
    line_.Take(std::move(figures.figures));
    absl::Status applied;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      QJ_ASSIGN_OR_RETURN(const std::vector<domain::AlertKey> written,
                          CatchUp(store_, recorded_));
      for (const domain::AlertKey& key : written) line_.Touch(key);
      applied = ApplyOnce(figures, moves, before);
      if (!absl::IsAborted(applied)) break;
    }
    return applied;
  }

  absl::Status ApplyOnce(const FiguresAt& figures,
                         const std::vector<domain::FlagMove>& moves,
                         const std::optional<EvaluationPoint>& before) {
    const std::vector<domain::Transition> transitions =
        line_.Evaluate(recorded_.states, figures.registry_time,
                       before ? before->registry_time : figures.registry_time);
    if (transitions.empty() && moves.empty() && before &&
        before->registry_seq == figures.registry_seq && OnlyTheDayPassed()) {
      Remember(*before);
      return absl::OkStatus();
    }
    EvaluationPoint point = Count(figures, transitions);
    const absl::StatusOr<std::int64_t> seq = WriteEvaluation(
        store_, recorded_.seq, transitions, flags_, moves, point);
    if (!seq.ok()) {
      // Whatever happened otherwise, the store knows.
      if (!absl::IsAborted(seq.status())) loaded_ = false;
      return seq.status();
    }
    for (const domain::Transition& transition : transitions) {
      recorded_.states.insert_or_assign(transition.key, transition.after);
    }
    // What others wrote in between is taken in by the next evaluation.
    if (*seq == recorded_.seq + 1) recorded_.seq = *seq;
    point.seq = *seq;
    FlagsMoved(moves);
    Remember(point);
    return absl::OkStatus();
  }

  // No change of the rules asked for this evaluation: where it brings nothing,
  // the record that there is says it all.
  bool OnlyTheDayPassed() const {
    const MutexLock lock(mutex_);
    return !rules_changed_;
  }

  void Remember(const EvaluationPoint& point) {
    line_.Applied();
    NoteUnmet();
    {
      // Whoever the log wakes finds the service ready.
      const MutexLock lock(mutex_);
      failed_ = false;
      caught_up_ = caught_up_ || point.registry_seq >= head_;
      // One that came meanwhile is not in it.
      if (log_.generation() == generation_) rules_changed_ = false;
    }
    log_.Add(point, generation_);
  }

  void NoteUnmet() {
    const absl::string_view rule = RuleName(domain::RuleId::kUnmetNeed);
    unmet_open_.store(
        std::any_of(recorded_.states.begin(), recorded_.states.end(),
                    [&](const auto& entry) {
                      return entry.first.rule == rule && entry.second.active();
                    }));
  }

  // The flags that were read are others now.
  void FlagsMoved(const std::vector<domain::FlagMove>& moves) {
    if (!moves.empty()) rules_read_ = false;
    if (std::any_of(moves.begin(), moves.end(), [](const auto& move) {
          return move.to == domain::FlagStatus::kOpen;
        })) {
      options_.flags_reopened();
    }
  }

  EvaluationPoint Count(
      const FiguresAt& figures,
      const std::vector<domain::Transition>& transitions) const {
    EvaluationPoint point;
    point.registry_seq = figures.registry_seq;
    point.registry_time = figures.registry_time;
    point.year = line_.figures().year;
    point.illustrative = figures.illustrative;
    point.open =
        std::count_if(recorded_.states.begin(), recorded_.states.end(),
                      [](const auto& entry) { return entry.second.active(); });
    for (const domain::Transition& transition : transitions) {
      switch (transition.kind) {
        case domain::TransitionKind::kOpen:
        case domain::TransitionKind::kReopen:
          ++point.opened;
          break;
        case domain::TransitionKind::kResolve:
          ++point.closed;
          break;
        case domain::TransitionKind::kSeverity:
        case domain::TransitionKind::kRefresh:
          ++point.changed;
          break;
      }
    }
    point.open += point.opened - point.closed;
    return point;
  }

  void Finish(const absl::Status& status) {
    if (!status.ok() && NewFailure(status)) {
      rpc::LogLine(rpc::LogLevel::kWarning, "evaluation")
          .Text("service", runtime_.service())
          .Text("error", status.message());
    }
    {
      const MutexLock lock(mutex_);
      busy_ = false;
      failed_ = !status.ok();
      failure_ = status.code();
      took_ = absl::Now() - began_;
      if (stopped_) {
        idle_.NotifyAll();
        return;
      }
      if (failed_) {
        Retry();
        return;
      }
      backoff_.Reset();
    }
    Kick();
  }

  // A peer that stays away is logged once.
  bool NewFailure(const absl::Status& status) {
    const MutexLock lock(mutex_);
    return !stopped_ && !(failed_ && status.code() == failure_);
  }

  void Retry() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(absl::ToChronoTime(absl::Now() + backoff_.Next()),
                [weak = weak_from_this()](bool fired) {
                  const auto self = weak.lock();
                  if (fired && self != nullptr) self->OnAlarm();
                });
  }

  void OnAlarm() {
    std::unique_ptr<grpc::Alarm> fired;
    {
      const MutexLock lock(mutex_);
      fired = std::move(alarm_);
    }
    Kick();
  }

  const EvaluatorOptions options_;
  const RuleBook& book_;
  store::Store& store_;
  EvaluationLog& log_;
  rpc::Runtime& runtime_;
  FiguresReader reader_;
  GoalReader goals_;
  NeedReader needs_;  // beside those that an evaluation reads
  std::unique_ptr<client::FeedReader> feed_;
  std::atomic<bool> started_{false};
  std::atomic<bool> unmet_open_{false};  // an alert of UNMET_NEED

  Recorded recorded_;
  domain::RuleLine line_;
  EvaluatedFlags flags_;          // read with the rules
  std::uint64_t generation_ = 0;  // of the log, when they were read
  bool rules_read_ = false;
  bool loaded_ = false;

  mutable Mutex mutex_;
  CondVar idle_;
  client::Backoff backoff_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  std::int64_t head_ ABSL_GUARDED_BY(mutex_) = 0;
  bool head_known_ ABSL_GUARDED_BY(mutex_) = false;
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::StatusCode failure_ ABSL_GUARDED_BY(mutex_) = absl::StatusCode::kOk;
  bool caught_up_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  absl::CivilDay day_ ABSL_GUARDED_BY(mutex_);  // on which it was looked
  bool asks_needs_ ABSL_GUARDED_BY(mutex_) = false;
  // Since the newest evaluation; before the first one it may have.
  bool rules_changed_ ABSL_GUARDED_BY(mutex_) = true;
  absl::Time began_ ABSL_GUARDED_BY(mutex_);
  absl::Duration took_ ABSL_GUARDED_BY(mutex_);
};

Evaluator::Evaluator(EvaluatorOptions options, const RuleBook& rules,
                     store::Store& store, EvaluationLog& log,
                     rpc::Runtime& runtime)
    : impl_(std::make_shared<Impl>(std::move(options), rules, store, log,
                                   runtime)) {}

Evaluator::~Evaluator() { Stop(); }

absl::Status Evaluator::Start() { return impl_->Start(); }

void Evaluator::Stop() { impl_->Stop(); }

void Evaluator::RulesChanged() { impl_->RulesChanged(); }

bool Evaluator::ready() const { return impl_->WaitingFor().empty(); }

std::string Evaluator::waiting_for() const { return impl_->WaitingFor(); }

}  // namespace qiangji::bottleneck
