// Asks the registry for the needs to which no offer stands (METHOD 5,
// UNMET_NEED), at one sequence, without a thread that waits.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/domain/rule_figures.h"

namespace grpc {
class Channel;
}

namespace qiangji::bottleneck {

// By item, the oldest first.
using UnmetNeeds = std::map<std::string, std::vector<domain::UnmetNeed>>;

// A need is posted from the day on which it was registered (after it was
// deleted, again) up to its column `until`. Any offer answers it but a
// withdrawn one.
class NeedReader {
 public:
  struct Wanted {
    std::int64_t registry_seq = 0;  // 0 = the head
    absl::CivilDay day;             // in Asia/Shanghai
  };
  using Done = std::function<void(absl::StatusOr<UnmetNeeds>)>;

  // `registry` may not be up yet.
  explicit NeedReader(const std::shared_ptr<grpc::Channel>& registry);
  ~NeedReader();  // no read may be under way
  NeedReader(const NeedReader&) = delete;
  NeedReader& operator=(const NeedReader&) = delete;

  // One at a time. `done` is called once, on a thread of gRPC: it must not
  // block.
  void Read(const Wanted& wanted, Done done);
  // Ends reads early, now and later; `done` still comes. Any thread.
  void Cancel();

 private:
  class Call;
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace qiangji::bottleneck
