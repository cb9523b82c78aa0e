// A registry and a coverage service for tests of the bottleneck service:
// real servers on sockets of their own, whose changes and figures a test sets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "qiangji/coverage/v1/coverage_service.pb.h"
#include "qiangji/type/v1/enums.pb.h"

namespace grpc {
class Channel;
}

namespace qiangji::testing {

// What coverage says of one sequence.
struct FakeWorld {
  int year = 2025;  // 0 = nothing to assess
  std::vector<coverage::v1::ItemMetrics> items;
  std::vector<coverage::v1::ProjectStatus> projects;
  std::vector<coverage::v1::TargetStatus> targets;
};

// An item with data in 2025 on which no rule fires but, above 0.70, that on
// imports.
coverage::v1::ItemMetrics ItemWithImports(const std::string& id, double share);

// Commit time of a change of the fake registry.
absl::Time CommitTime(std::int64_t seq);

// Thread-safe.
class FakePeers {
 public:
  // Neither runs yet.
  FakePeers();
  ~FakePeers();  // stops both

  void StartRegistry();
  void StopRegistry();
  void StartCoverage();
  void StopCoverage();

  std::shared_ptr<grpc::Channel> Registry() const;
  std::shared_ptr<grpc::Channel> Coverage() const;

  // Commits a change after which coverage says `world`. Returns its sequence.
  std::int64_t Commit(FakeWorld world);
  // The same with one item per share: "a", "b", …
  std::int64_t CommitImports(const std::vector<double>& shares);

  // The registry has this project.
  void AddProject(const std::string& project_id);
  // And these, from now on and at every sequence. Items are those of the newest
  // world, sectors `nev` and `rail`.
  void AddAlliance(const std::string& organization_id,
                   const std::vector<std::string>& sectors = {});
  void AddEnterprise(const std::string& organization_id);
  void AddMember(const std::string& alliance_id,
                 const std::string& organization_id);
  void AddMilestone(const std::string& item_id, type::v1::Stage stage,
                    absl::Time date);
  void AddTest(const std::string& item_id, const std::string& property,
               double value);
  void PostNeed(const std::string& need_id, const std::string& item_id,
                absl::Time time,
                std::optional<absl::Time> until = std::nullopt);
  void DeleteNeed(const std::string& need_id);
  void PutOffer(const std::string& offer_id, const std::string& need_id,
                const std::string& state = "open");

  // The registry sends a heartbeat.
  void Beat();
  // From now on coverage's answers wait until they are released.
  void Hold();
  void Release();
  // The next `times` calls of coverage fail.
  void FailNext(int times, absl::StatusCode code);
  // Sequences that coverage was asked for, in order.
  std::vector<std::int64_t> Asked() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace qiangji::testing
