// The evaluations that are recorded, in memory, and who waits for the next.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/base/mutex.h"
#include "services/bottleneck/alert_row.h"

namespace qiangji::bottleneck {

// Thread-safe. Points rise in registry_seq, or stay where the rules changed,
// and in seq.
class EvaluationLog {
 public:
  EvaluationLog();
  ~EvaluationLog();  // Stop()
  EvaluationLog(const EvaluationLog&) = delete;
  EvaluationLog& operator=(const EvaluationLog&) = delete;

  // What the store holds, by registry_seq. Wakes who waited for it.
  void Reset(std::vector<EvaluationPoint> points);
  // `rules`: generation() when the evaluation began.
  void Add(const EvaluationPoint& point, std::uint64_t rules = 0);

  // The rules changed: what is evaluated last is not, until it has been again.
  void RequireAgain();
  std::uint64_t generation() const;

  // The newest head of the registry that is known here.
  void SetHead(std::int64_t registry_seq);
  std::int64_t head() const;

  // 0 = none yet.
  std::int64_t evaluated() const;
  std::optional<EvaluationPoint> Newest() const;
  // The newest that is not after the registry's sequence or time.
  std::optional<EvaluationPoint> NewestAt(std::int64_t registry_seq) const;
  std::optional<EvaluationPoint> NewestAtTime(absl::Time time) const;
  // The oldest that is after the registry's sequence.
  std::optional<EvaluationPoint> After(std::int64_t registry_seq) const;
  // The newest whose change of the bottleneck store is not after `seq`.
  std::optional<EvaluationPoint> OfChange(std::int64_t seq) const;

  // Calls `done` once, on any thread: OK when `registry_seq` or a later one is
  // evaluated (at once where it is); UNAVAILABLE naming both sequences at the
  // deadline; UNAVAILABLE after Stop. No thread waits meanwhile. `done` must
  // not block.
  void Await(std::int64_t registry_seq, absl::Time deadline,
             std::function<void(absl::Status)> done);
  // Ends all waits, now and later. Idempotent.
  void Stop();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace qiangji::bottleneck
