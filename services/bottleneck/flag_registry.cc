#include "services/bottleneck/flag_registry.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/call.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "qiangji/registry/v1/membership_service.grpc.pb.h"
#include "qiangji/registry/v1/organization_service.grpc.pb.h"
#include "qiangji/registry/v1/sector_service.grpc.pb.h"
#include "services/rpc/names.h"

namespace qiangji::bottleneck {

namespace reg = registry::v1;

struct FlagRegistry::Stubs {
  std::unique_ptr<reg::ItemService::Stub> items;
  std::unique_ptr<reg::OrganizationService::Stub> organizations;
  std::unique_ptr<reg::SectorService::Stub> sectors;
  std::unique_ptr<reg::MembershipService::Stub> memberships;
};

// One resource after the other. Held by the calls it makes.
class FlagRegistry::Call final : public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<Stubs> stubs, absl::Time deadline,
       const Question& question, Done done)
      : stubs_(std::move(stubs)), deadline_(deadline), done_(std::move(done)) {
    for (const std::string& id : question.items) {
      steps_.push_back([this, id] { AskItem(id); });
    }
    for (const std::string& id : question.organizations) {
      steps_.push_back([this, id] { AskOrganization(id); });
    }
    for (const std::string& id : question.sectors) {
      steps_.push_back([this, id] { AskSector(id); });
    }
    for (const std::string& id : question.members) {
      steps_.push_back([this, id, alliance = question.alliance] {
        AskMember(alliance, id);
      });
    }
  }

  void Next() {
    if (next_ == steps_.size()) return done_(std::move(answer_));
    steps_[next_++]();
  }

 private:
  void AskItem(const std::string& id) {
    Get<reg::GetItemRequest, reg::Item>(
        rpc::MakeName(rpc::pattern::kItem, {id}), *stubs_->items,
        [](auto& stub, auto... args) { stub.async()->GetItem(args...); },
        [this, id](const reg::Item& item) {
          answer_.items[id] = {item.sectors().begin(), item.sectors().end()};
        });
  }

  void AskOrganization(const std::string& id) {
    Get<reg::GetOrganizationRequest, reg::Organization>(
        rpc::MakeName(rpc::pattern::kOrganization, {id}),
        *stubs_->organizations,
        [](auto& stub, auto... args) {
          stub.async()->GetOrganization(args...);
        },
        [this, id](const reg::Organization& organization) {
          Organization& out = answer_.organizations[id];
          out.alliance =
              organization.kind() == type::v1::ORGANIZATION_KIND_ALLIANCE ||
              organization.kind() == type::v1::ORGANIZATION_KIND_ASSOCIATION;
          out.sectors = {organization.sectors().begin(),
                         organization.sectors().end()};
        });
  }

  void AskSector(const std::string& id) {
    Get<reg::GetSectorRequest, reg::Sector>(
        rpc::MakeName(rpc::pattern::kSector, {id}), *stubs_->sectors,
        [](auto& stub, auto... args) { stub.async()->GetSector(args...); },
        [this, id](const reg::Sector&) { answer_.sectors.insert(id); });
  }

  void AskMember(const std::string& alliance, const std::string& id) {
    Get<reg::GetMembershipRequest, reg::Membership>(
        rpc::MakeName(rpc::pattern::kMembership, {alliance, id}),
        *stubs_->memberships,
        [](auto& stub, auto... args) { stub.async()->GetMembership(args...); },
        [this, id](const reg::Membership&) { answer_.members.insert(id); });
  }

  // The resource, where it is there.
  template <typename Request, typename Resource, typename Stub, typename Start,
            typename Take>
  void Get(const std::string& name, Stub& stub, Start start, Take take) {
    client::CallOptions how;
    how.timeout = deadline_ - absl::Now();
    Request request;
    request.set_name(name);
    const auto self = shared_from_this();
    client::CallAsync<Request, Resource>(
        how, std::move(request),
        [self, &stub, start](grpc::ClientContext* context, const Request* asked,
                             Resource* response,
                             std::function<void(grpc::Status)> ended) {
          start(stub, context, asked, response, std::move(ended));
        },
        [self, name, take](const absl::Status& status,
                           const Resource& resource) {
          if (!status.ok() && !absl::IsNotFound(status)) {
            return self->done_(absl::UnavailableError(
                absl::StrCat("the registry cannot be asked for ", name, ": ",
                             status.message())));
          }
          if (status.ok() && !resource.has_delete_time()) take(resource);
          self->Next();
        });
  }

  const std::shared_ptr<Stubs> stubs_;
  const absl::Time deadline_;
  std::vector<std::function<void()>> steps_;
  std::size_t next_ = 0;
  Answer answer_;
  const Done done_;
};

FlagRegistry::FlagRegistry(const std::shared_ptr<grpc::Channel>& registry)
    : stubs_(std::make_shared<Stubs>()) {
  stubs_->items = reg::ItemService::NewStub(registry);
  stubs_->organizations = reg::OrganizationService::NewStub(registry);
  stubs_->sectors = reg::SectorService::NewStub(registry);
  stubs_->memberships = reg::MembershipService::NewStub(registry);
}

FlagRegistry::~FlagRegistry() = default;

void FlagRegistry::Ask(const rpc::RequestContext& call,
                       const Question& question, Done done) const {
  const absl::Time deadline =
      absl::Now() + (call.deadline() - absl::Now()) * 0.8;
  std::make_shared<Call>(stubs_, deadline, question, std::move(done))->Next();
}

}  // namespace qiangji::bottleneck
