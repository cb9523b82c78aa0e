#include "tests/support/bottleneck/fake_registry.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/membership_service.grpc.pb.h"
#include "qiangji/registry/v1/milestone_service.grpc.pb.h"
#include "qiangji/registry/v1/need_service.grpc.pb.h"
#include "qiangji/registry/v1/offer_service.grpc.pb.h"
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
  // Newest first; the first is there, if it is not deleted.
  std::map<std::string, std::vector<reg::NeedVersion>> needs
      ABSL_GUARDED_BY(mutex);
  std::map<std::string, reg::Offer> offers ABSL_GUARDED_BY(mutex);
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

// One need, and one version, a page.
class FakeNeeds final : public reg::NeedService::Service {
 public:
  explicit FakeNeeds(RegistryFacts& facts) : facts_(facts) {}
  grpc::Status ListNeeds(grpc::ServerContext*,
                         const reg::ListNeedsRequest* request,
                         reg::ListNeedsResponse* response) override {
    const MutexLock lock(facts_.mutex);
    response->set_read_seq(1);
    auto at = facts_.needs.upper_bound(request->page_token());
    while (at != facts_.needs.end() && at->second.front().deleted()) ++at;
    if (at == facts_.needs.end()) return grpc::Status::OK;
    *response->add_needs() = at->second.front().resource();
    response->set_next_page_token(at->first);
    return grpc::Status::OK;
  }
  grpc::Status ListNeedHistory(
      grpc::ServerContext*, const reg::ListNeedHistoryRequest* request,
      reg::ListNeedHistoryResponse* response) override {
    const MutexLock lock(facts_.mutex);
    const auto found =
        facts_.needs.find(request->name().substr(std::string("needs/").size()));
    if (found == facts_.needs.end()) return kNotThere;
    const std::size_t at = request->page_token().size();
    *response->add_versions() = found->second[at];
    if (at + 1 < found->second.size()) {
      response->set_next_page_token(request->page_token() + "+");
    }
    return grpc::Status::OK;
  }

 private:
  RegistryFacts& facts_;
};

class FakeOffers final : public reg::OfferService::Service {
 public:
  explicit FakeOffers(RegistryFacts& facts) : facts_(facts) {}
  grpc::Status ListOffers(grpc::ServerContext*,
                          const reg::ListOffersRequest* request,
                          reg::ListOffersResponse* response) override {
    const MutexLock lock(facts_.mutex);
    const auto at = facts_.offers.upper_bound(request->page_token());
    if (at == facts_.offers.end()) return grpc::Status::OK;
    *response->add_offers() = at->second;
    response->set_next_page_token(at->first);
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
  FakeNeeds needs{facts};
  FakeOffers offers{facts};
};

FakeRegistry::FakeRegistry(std::function<FakeWorld()> newest)
    : state_(std::make_unique<State>()) {
  state_->facts.newest = std::move(newest);
}

FakeRegistry::~FakeRegistry() = default;

std::vector<grpc::Service*> FakeRegistry::services() {
  return {&state_->items,       &state_->sectors,    &state_->organizations,
          &state_->memberships, &state_->milestones, &state_->tests,
          &state_->needs,       &state_->offers};
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

void FakeRegistry::PostNeed(const std::string& id, const std::string& item,
                            absl::Time time, std::optional<absl::Time> until) {
  const MutexLock lock(state_->facts.mutex);
  std::vector<reg::NeedVersion>& versions = state_->facts.needs[id];
  reg::NeedVersion version;
  version.set_seq_from(static_cast<std::int64_t>(versions.size()) + 1);
  version.mutable_start_time()->set_seconds(absl::ToUnixSeconds(time));
  reg::Need& need = *version.mutable_resource();
  need.set_need_id(id);
  need.set_item_id(item);
  need.set_seq(version.seq_from());
  if (until) need.mutable_until()->set_seconds(absl::ToUnixSeconds(*until));
  versions.insert(versions.begin(), std::move(version));
}

void FakeRegistry::DeleteNeed(const std::string& id) {
  const MutexLock lock(state_->facts.mutex);
  state_->facts.needs.at(id).front().set_deleted(true);
}

void FakeRegistry::PutOffer(const std::string& id, const std::string& need,
                            const std::string& offer_state) {
  const MutexLock lock(state_->facts.mutex);
  reg::Offer& offer = state_->facts.offers[id];
  offer.set_offer_id(id);
  offer.set_need_id(need);
  offer.set_state(offer_state);
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
