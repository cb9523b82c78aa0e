// Asks the registry for the facts that goals of flags look at beside the
// figures: milestones and test results, at one sequence, without a thread that
// waits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/domain/flag_evaluate.h"

namespace grpc {
class Channel;
}

namespace qiangji::bottleneck {

class GoalReader {
 public:
  struct Wanted {
    std::int64_t registry_seq = 0;
    absl::Time until;  // a milestone after this is to come
    std::set<std::string> milestones_of;
    std::set<std::string> tests_of;
  };
  using Done = std::function<void(absl::StatusOr<domain::GoalFactsByItem>)>;

  // `registry` may not be up yet.
  explicit GoalReader(const std::shared_ptr<grpc::Channel>& registry);
  ~GoalReader();  // no read may be under way
  GoalReader(const GoalReader&) = delete;
  GoalReader& operator=(const GoalReader&) = delete;

  // One at a time. `done` is called once, at once where nothing is wanted, else
  // on a thread of gRPC: it must not block. Every wanted item has facts then.
  void Read(Wanted wanted, Done done);
  // Ends reads early, now and later; `done` still comes. Any thread.
  void Cancel();

 private:
  class Call;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace qiangji::bottleneck
