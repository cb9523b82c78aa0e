// Asks coverage, and the registry for needs, for everything that one evaluation
// looks at, at one sequence of the registry, without a thread that waits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/bottleneck/rule_book.h"
#include "services/domain/rule_figures.h"

namespace grpc {
class Channel;
}

namespace qiangji::bottleneck {

// Which figures the rules read (METHOD 5).
struct FigureSettings {
  int year = 0;  // assessed year; 0 = as METHOD 5 determines it
  int carry_forward_years = 0;
};

struct FiguresAt {
  std::int64_t registry_seq = 0;
  absl::Time registry_time;  // commit time of that sequence
  bool illustrative = false;
  domain::RuleFigures figures;
};

class FiguresReader {
 public:
  using Done = std::function<void(absl::StatusOr<FiguresAt>)>;

  // Neither may be up yet.
  FiguresReader(const std::shared_ptr<grpc::Channel>& registry,
                const std::shared_ptr<grpc::Channel>& coverage,
                const FigureSettings& settings);
  ~FiguresReader();  // no read may be under way
  FiguresReader(const FiguresReader&) = delete;
  FiguresReader& operator=(const FiguresReader&) = delete;

  // One at a time. `done` is called once, on a thread of gRPC: it must not
  // block. `day`: of the evaluation, in Asia/Shanghai; `needs`: what rules of
  // users look at.
  void Read(std::int64_t registry_seq, absl::CivilDay day, FigureNeeds needs,
            Done done);
  // Ends a read that is under way early, and later ones; `done` still comes.
  // Any thread.
  void Cancel();

 private:
  class Call;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace qiangji::bottleneck
