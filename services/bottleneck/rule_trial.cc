#include "services/bottleneck/rule_trial.h"

#include <grpcpp/channel.h>

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "services/base/shanghai.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_point.h"
#include "services/bottleneck/alert_read.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/bottleneck/flag_store.h"
#include "services/bottleneck/rule_convert.h"
#include "services/domain/rules_evaluate.h"
#include "services/rpc/errors.h"
#include "services/rpc/names.h"
#include "services/rpc/pools.h"

namespace qiangji::bottleneck {
namespace {

// What a trial starts from.
struct Trial {
  AlertPoint point;
  std::string name;                 // of the rule
  std::vector<domain::Rule> rules;  // it, after the one that excludes it
  std::map<domain::AlertKey, AlertVersionOf> alerts;  // of both, open or not
  std::vector<domain::Flag> flags;
};

bool SaysNoMore(const v1::Rule& rule) {
  v1::Rule named;
  named.set_name(rule.name());
  named.set_rule_id(rule.rule_id());
  return named.SerializeAsString() == rule.SerializeAsString();
}

absl::StatusOr<v1::Rule> RuleOf(store::Reader& reader,
                                const RuleSources& sources,
                                const v1::Rule& asked) {
  v1::Rule rule = asked;
  if (rule.rule_id().empty()) {
    QJ_ASSIGN_OR_RETURN(
        const std::vector<std::string> parsed,
        rpc::ParseName(rpc::pattern::kRule, rule.name(), false, "rule.name"));
    rule.set_rule_id(parsed[0]);
  }
  if (!SaysNoMore(asked)) return rule;
  QJ_ASSIGN_OR_RETURN(const auto booked,
                      sources.book.Find(reader, rule.rule_id()));
  if (!booked) return rpc::NotFound(RuleNameOf(rule.rule_id()));
  return booked->message;
}

absl::StatusOr<Trial> Begin(store::Reader& reader, const RuleSources& sources,
                            const View& view, const v1::Rule& asked) {
  Trial trial;
  QJ_ASSIGN_OR_RETURN(const auto point,
                      PointOf(reader, sources.alerts.log, view));
  if (!point) {
    return rpc::FailedPrecondition("NOTHING_EVALUATED",
                                   "nothing was evaluated by then");
  }
  trial.point = *point;
  QJ_ASSIGN_OR_RETURN(const v1::Rule message, RuleOf(reader, sources, asked));
  QJ_ASSIGN_OR_RETURN(domain::Rule rule,
                      ToDomain(message, sources.book.shipped(), "rule"));
  trial.name = rule.name();
  if (rule.unless) {
    QJ_ASSIGN_OR_RETURN(const std::vector<domain::Rule> rules,
                        sources.book.Rules(reader, trial.point.read_at()));
    for (const domain::Rule& other : rules) {
      if (other.id == *rule.unless) trial.rules.push_back(other);
    }
  }
  trial.rules.push_back(std::move(rule));
  QJ_ASSIGN_OR_RETURN(EvaluatedFlags flags,
                      ReadEvaluatedFlags(reader, trial.point.read_at()));
  trial.flags = std::move(flags.flags);
  for (const domain::Rule& each : trial.rules) {
    store::ScanOptions options;
    options.at = trial.point.read_at();
    options.equals = {{AlertTable().Find("rule"), each.name()}};
    std::vector<store::Stored> rows;
    QJ_RETURN_IF_ERROR(
        reader.Scan(AlertTable(), options, store::AccessScope::All(),
                    [&](const store::Stored& stored, absl::string_view) {
                      rows.push_back(stored);
                      return absl::OkStatus();
                    }));
    for (const store::Stored& stored : rows) {
      QJ_ASSIGN_OR_RETURN(AlertVersionOf version, ToVersion(reader, stored));
      domain::AlertKey key = version.alert.key;
      trial.alerts.emplace(std::move(key), std::move(version));
    }
  }
  return trial;
}

// The alert as it would be.
v1::Alert After(const Trial& trial, const domain::Transition& transition,
                const EvaluationPoint& evaluation, absl::Time now) {
  AlertVersionOf version;
  const auto known = trial.alerts.find(transition.key);
  if (known != trial.alerts.end()) version = known->second;
  version.alert.key = transition.key;
  version.alert.state = transition.after;
  version.alert.work =
      domain::AfterTransition(version.alert.work, transition.kind);
  if (transition.evidence) version.alert.evidence = *transition.evidence;
  version.alert.registry_seq = evaluation.registry_seq;
  v1::Alert alert = ToProto(version, evaluation, now);
  // It is in no change of the store.
  alert.clear_etag();
  alert.clear_seq();
  alert.clear_update_time();
  return alert;
}

void Tell(const Trial& trial, const FiguresAt& figures, absl::Time now,
          v1::TestRuleResponse* response) {
  domain::AlertStates previous;
  int open = 0;
  for (const auto& [key, version] : trial.alerts) {
    previous.emplace(key, version.alert.state);
    if (key.rule == trial.name && version.alert.state.active()) ++open;
  }
  const EvaluationPoint& evaluation = trial.point.evaluation;
  const auto transitions = domain::Evaluate(
      {previous, figures.figures, trial.rules, figures.registry_time,
       evaluation.registry_time, trial.flags});
  int moved = 0;
  for (const domain::Transition& transition : transitions) {
    if (transition.key.rule != trial.name) continue;
    v1::Alert alert = After(trial, transition, evaluation, now);
    switch (transition.kind) {
      case domain::TransitionKind::kOpen:
      case domain::TransitionKind::kReopen:
        *response->add_alerts() = std::move(alert);
        break;
      case domain::TransitionKind::kResolve:
        *response->add_closed() = std::move(alert);
        ++moved;
        break;
      case domain::TransitionKind::kSeverity:
        *response->add_changed() = std::move(alert);
        ++moved;
        break;
      case domain::TransitionKind::kRefresh:
        break;
    }
  }
  response->set_kept_count(open - moved);
  response->set_read_seq(evaluation.registry_seq);
  response->set_year(figures.figures.year.value_or(0));
  response->set_contains_illustrative(figures.illustrative);
}

}  // namespace

void RuleTrial::Run(rpc::RequestContext& call, const View& view,
                    const v1::TestRuleRequest& request,
                    v1::TestRuleResponse* response,
                    std::function<void(absl::Status)> done) const {
  auto trial = std::make_shared<Trial>();
  const absl::Status begun =
      sources_.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(*trial,
                            Begin(reader, sources_, view, request.rule()));
        return absl::OkStatus();
      });
  if (!begun.ok()) return done(begun);
  // The reader lives until it has answered.
  auto reader =
      std::make_shared<FiguresReader>(registry_, coverage_, settings_);
  call.OnCancel([weak = std::weak_ptr(reader)] {
    if (const auto reading = weak.lock()) reading->Cancel();
  });
  // A state of the past is looked at on its day.
  const EvaluationPoint& evaluation = trial->point.evaluation;
  const bool newest =
      evaluation.registry_seq >= sources_.alerts.log.evaluated();
  const absl::CivilDay day =
      ShanghaiDay(newest ? call.clock().Now() : evaluation.registry_time);
  reader->Read(
      evaluation.registry_seq, day, NeedsOf(trial->rules),
      [&call, reader, trial, response,
       done = std::move(done)](absl::StatusOr<FiguresAt> figures) {
        if (!figures.ok()) return done(figures.status());
        auto read = std::make_shared<FiguresAt>(*std::move(figures));
        call.Resume(rpc::PoolKind::kLong, [&call, trial, response, done, read] {
          Tell(*trial, *read, call.clock().Now(), response);
          done(absl::OkStatus());
        });
      });
}

}  // namespace qiangji::bottleneck
