// Keeps the alerts in step with the registry: after every change of its head
// it asks coverage for the figures of that sequence, applies the rules, and
// records what they say in one transaction (METHOD 5).
//
// Changes are evaluated one by one while that keeps up, so that every sequence
// has its own alerts to read as of it; when the evaluations that are due would
// take longer than kCatchUp together, all but the head are passed over. A
// missing registry or coverage is waited for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/bottleneck/figures_reader.h"

namespace grpc {
class Channel;
}
namespace qiangji::store {
class Store;
}
namespace qiangji::rpc {
class Runtime;
}

namespace qiangji::bottleneck {

class EvaluationLog;
class RuleBook;

struct EvaluatorOptions {
  std::shared_ptr<grpc::Channel> registry;
  std::shared_ptr<grpc::Channel> coverage;
  FigureSettings figures;
  // A flag opened again: its date may have passed meanwhile.
  std::function<void()> flags_reopened = [] {};
  absl::Duration first_backoff = absl::Milliseconds(50);
  absl::Duration most_backoff = absl::Seconds(1);
};

class Evaluator {
 public:
  static constexpr absl::Duration kCatchUp = absl::Seconds(2);

  // All outlive the evaluator. Evaluations run on the pool kLong of `runtime`.
  Evaluator(EvaluatorOptions options, const RuleBook& rules,
            store::Store& store, EvaluationLog& log, rpc::Runtime& runtime);
  ~Evaluator();  // Stop()
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Reads what is recorded and begins. Once; waits for no other service.
  absl::Status Start();
  // Ends what runs and waits for it; nothing is called afterwards. Idempotent.
  void Stop();

  // A rule was set, or a flag was written: evaluates again, by what is there
  // now.
  void RulesChanged();
  void FlagsChanged() { RulesChanged(); }

  // The registry is followed and its head was evaluated without a failure
  // since.
  bool ready() const;
  // What is waited for; "" when ready.
  std::string waiting_for() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace qiangji::bottleneck
