// What a write of flags asks the registry: whether what it names is registered,
// and in which sectors that is.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/rpc/context.h"

namespace grpc {
class Channel;
}

namespace qiangji::bottleneck {

class FlagRegistry {
 public:
  struct Question {
    std::set<std::string> items;
    std::set<std::string> organizations;
    std::set<std::string> sectors;
    // Members of `alliance`.
    std::string alliance;
    std::set<std::string> members;
  };
  struct Organization {
    bool alliance = false;  // its kind is alliance or association
    std::vector<std::string> sectors;
  };
  // What is there of what was asked for; deleted is not.
  struct Answer {
    std::map<std::string, std::vector<std::string>> items;  // its sectors
    std::map<std::string, Organization> organizations;
    std::set<std::string> sectors;
    std::set<std::string> members;
  };
  using Done = std::function<void(absl::StatusOr<Answer>)>;

  explicit FlagRegistry(const std::shared_ptr<grpc::Channel>& registry);
  ~FlagRegistry();

  // Calls `done` once, on any thread, while the call lives: UNAVAILABLE where
  // nobody can say.
  void Ask(const rpc::RequestContext& call, const Question& question,
           Done done) const;

 private:
  class Call;
  struct Stubs;
  std::shared_ptr<Stubs> stubs_;
};

}  // namespace qiangji::bottleneck
