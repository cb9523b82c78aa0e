// What the bottleneck service asks the registry about flags: items, sectors,
// organizations, memberships, milestones and test results that a test sets.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "qiangji/type/v1/enums.pb.h"
#include "tests/support/bottleneck/fake_peers.h"

namespace grpc {
class Service;
}

namespace qiangji::testing {

// Thread-safe.
class FakeRegistry {
 public:
  // `newest` answers the items.
  explicit FakeRegistry(std::function<FakeWorld()> newest);
  ~FakeRegistry();

  std::vector<grpc::Service*> services();

  void AddOrganization(const std::string& id, type::v1::OrganizationKind kind,
                       const std::vector<std::string>& sectors);
  void AddMember(const std::string& alliance, const std::string& organization);
  void AddMilestone(const std::string& item, type::v1::Stage stage,
                    absl::Time date);
  void AddTest(const std::string& item, const std::string& property,
               double value);
  // A need, or another version of it.
  void PostNeed(const std::string& id, const std::string& item, absl::Time time,
                std::optional<absl::Time> until = std::nullopt);
  void DeleteNeed(const std::string& id);
  void PutOffer(const std::string& id, const std::string& need,
                const std::string& offer_state);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace qiangji::testing
