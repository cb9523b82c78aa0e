#include "tests/support/bottleneck/fake_registry.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/membership_service.grpc.pb.h"
#include "qiangji/registry/v1/milestone_service.grpc.pb.h"
#include "qiangji/registry/v1/organization_service.grpc.pb.h"
#include "qiangji/registry/v1/sector_service.grpc.pb.h"
#include "qiangji/registry/v1/test_result_service.grpc.pb.h"
#include "services/base/mutex.h"

namespace qiangji::testing {
namespace {

namespace reg = registry::v1;

const grpc::Status kNotThere{grpc::StatusCode::NOT_FOUND, "not there"};

}  // namespace

struct RegistryFacts {
  Mutex mutex;
  std::map<std::string, reg::Organization> organizations
      ABSL_GUARDED_BY(mutex);                                // by name
  std::set<std::string> memberships ABSL_GUARDED_BY(mutex);  // names
  std::vector<reg::Milestone> milestones ABSL_GUARDED_BY(mutex);
  std::vector<reg::TestResult> tests ABSL_GUARDED_BY(mutex);
  std::function<FakeWorld()> newest;
};

class FakeItems final : public reg::ItemService::Service {
 public:
  explicit FakeItems(RegistryFacts& facts) : facts_(facts) {}
  grpc::Status GetItem(grpc::ServerContext*, const reg::GetItemRequest* request,
                       reg::Item* response) override {
    for (const auto& item : facts_.newest().items) {
      if (absl::StrCat("items/", item.item_id()) != request->name()) continue;
      response->set_name(request->name());
      *response->mutable_sectors() = item.sectors();
      return grpc::Status::OK;
    }
    return kNotThere;
  }

 private:
  RegistryFacts& facts_;
};

class FakeSectors final : public reg::SectorService::Service {
 public:
  grpc::Status GetSector(grpc::ServerContext*,
                         const reg::GetSectorRequest* request,
                         reg::Sector* response) override {
    response->set_name(request->name());
    return request->name() == "sectors/nev" || request->name() == "sectors/rail"
               ? grpc::Status::OK
               : kNotThere;
  }
};

class FakeOrganizations final : public reg::OrganizationService::Service {
 public:
  explicit FakeOrganizations(RegistryFacts& facts) : facts_(facts) {}
  grpc::Status GetOrganization(grpc::ServerContext*,
                               const reg::GetOrganizationRequest* request,
                               reg::Organization* response) override {
    const MutexLock lock(facts_.mutex);
    const auto found = facts_.organizations.find(request->name());
    if (found == facts_.organizations.end()) return kNotThere;
    *response = found->second;
    return grpc::Status::OK;
  }

 private:
  RegistryFacts& facts_;
};

class FakeMemberships final : public reg::MembershipService::Service {
 public:
  explicit FakeMemberships(RegistryFacts& facts) : facts_(facts) {}
  grpc::Status GetMembership(grpc::ServerContext*,
                             const reg::GetMembershipRequest* request,
                             reg::Membership* response) override {
    const MutexLock lock(facts_.mutex);
    response->set_name(request->name());
    return facts_.memberships.contains(request->name()) ? grpc::Status::OK
                                                        : kNotThere;
  }

 private:
  RegistryFacts& facts_;
};

class FakeMilestones final : public reg::MilestoneService::Service {
 public:
  explicit FakeMilestones(RegistryFacts& facts) : facts_(facts) {}
  grpc::Status ListMilestones(grpc::ServerContext*,
                              const reg::ListMilestonesRequest* request,
                              reg::ListMilestonesResponse* response) override {
    const MutexLock lock(facts_.mutex);
    for (const reg::Milestone& milestone : facts_.milestones) {
      if (absl::StrCat("items/", milestone.item_id()) == request->parent()) {
        *response->add_milestones() = milestone;
      }
    }
    return grpc::Status::OK;
  }

 private:
  RegistryFacts& facts_;
};

// One result a page.
class FakeTests final : public reg::TestResultService::Service {
 public:
  explicit FakeTests(RegistryFacts& facts) : facts_(facts) {}
  grpc::Status ListTestResults(
      grpc::ServerContext*, const reg::ListTestResultsRequest* request,
      reg::ListTestResultsResponse* response) override {
    const MutexLock lock(facts_.mutex);
    std::size_t skip = request->page_token().size();
    for (const reg::TestResult& test : facts_.tests) {
      if (request->filter() !=
          absl::StrCat("item_id = \"", test.item_id(), "\"")) {
        continue;
      }
      if (skip > 0) {
        --skip;
      } else if (response->test_results().empty()) {
        *response->add_test_results() = test;
      } else {
        response->set_next_page_token(request->page_token() + "+");
        break;
      }
    }
    return grpc::Status::OK;
  }

 private:
  RegistryFacts& facts_;
};

struct FakeRegistry::State {
  RegistryFacts facts;
  FakeItems items{facts};
  FakeSectors sectors;
  FakeOrganizations organizations{facts};
  FakeMemberships memberships{facts};
  FakeMilestones milestones{facts};
  FakeTests tests{facts};
};

FakeRegistry::FakeRegistry(std::function<FakeWorld()> newest)
    : state_(std::make_unique<State>()) {
  state_->facts.newest = std::move(newest);
}

FakeRegistry::~FakeRegistry() = default;

std::vector<grpc::Service*> FakeRegistry::services() {
  return {&state_->items,       &state_->sectors,    &state_->organizations,
          &state_->memberships, &state_->milestones, &state_->tests};
}

void FakeRegistry::AddOrganization(const std::string& id,
                                   type::v1::OrganizationKind kind,
                                   const std::vector<std::string>& sectors) {
  const MutexLock lock(state_->facts.mutex);
  const std::string name = absl::StrCat("organizations/", id);
  reg::Organization& organization = state_->facts.organizations[name];
  organization.set_name(name);
  organization.set_kind(kind);
  organization.mutable_sectors()->Add(sectors.begin(), sectors.end());
}

void FakeRegistry::AddMember(const std::string& alliance,
                             const std::string& organization) {
  const MutexLock lock(state_->facts.mutex);
  state_->facts.memberships.insert(
      absl::StrCat("organizations/", alliance, "/memberships/", organization));
}

void FakeRegistry::AddMilestone(const std::string& item, type::v1::Stage stage,
                                absl::Time date) {
  const MutexLock lock(state_->facts.mutex);
  reg::Milestone& milestone = state_->facts.milestones.emplace_back();
  milestone.set_item_id(item);
  milestone.set_stage(stage);
  milestone.mutable_date()->set_seconds(absl::ToUnixSeconds(date));
}

void FakeRegistry::AddTest(const std::string& item, const std::string& property,
                           double value) {
  const MutexLock lock(state_->facts.mutex);
  reg::TestResult& test = state_->facts.tests.emplace_back();
  test.set_item_id(item);
  test.set_property(property);
  test.set_value(value);
}

}  // namespace qiangji::testing
