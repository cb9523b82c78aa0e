#include "services/qiangjid/admin_host.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "db/store/store.h"
#include "qiangji/admin/v1/admin_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/rpc/runtime.h"
#include "services/rpc/service.h"
#include "services/rpc/stream.h"
#include "services/rpc/timestamp.h"
#include "services/rpc/unary.h"

namespace qiangji::server {
namespace {

using admin::v1::AdminService;
using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

constexpr std::pair<rpc::Role, type::v1::Role> kRoles[] = {
    {rpc::Role::kEnterprise, type::v1::ROLE_ENTERPRISE},
    {rpc::Role::kAlliance, type::v1::ROLE_ALLIANCE},
    {rpc::Role::kAnalyst, type::v1::ROLE_ANALYST},
    {rpc::Role::kSteward, type::v1::ROLE_STEWARD},
    {rpc::Role::kAdministrator, type::v1::ROLE_ADMINISTRATOR},
    {rpc::Role::kService, type::v1::ROLE_SERVICE},
};

absl::Status Describe(const AdminHost::Member& member,
                      admin::v1::ServiceInfo* info) {
  info->set_service(member.service);
  const bool ready = member.host->ready();
  info->set_state(ready ? admin::v1::SERVICE_STATE_SERVING
                        : admin::v1::SERVICE_STATE_STARTING);
  info->set_detail(member.host->waiting_for());
  if (member.store == nullptr) return absl::OkStatus();
  return member.store->Read([info](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    info->set_seq(head.seq);
    return absl::OkStatus();
  });
}

absl::Status VerifyStore(const AdminHost::Member& member,
                         admin::v1::StoreVerification* out) {
  QJ_ASSIGN_OR_RETURN(const store::Verification verified,
                      member.store->Verify());
  out->set_service(member.service);
  out->set_seq(verified.head.seq);
  out->set_digest(verified.head.digest);
  out->set_change_count(verified.changes);
  out->set_row_count(verified.rows);
  for (const store::Finding& finding : verified.findings) {
    out->add_findings(absl::StrCat("change ", finding.seq, ", ", finding.where,
                                   ": ", finding.what));
  }
  return absl::OkStatus();
}

}  // namespace

// Rpcs of later versions say so by name.
#define QJ_LATER(Method, Response)                                      \
  ServerUnaryReactor* Method(CallbackServerContext* context,            \
                             const admin::v1::Method##Request* request, \
                             Response* /*response*/) override {         \
    return rpc::NotInThisBuild(Site(__func__), context, *request);      \
  }

class AdminHost::Service final : public AdminService::CallbackService {
 public:
  Service(rpc::Runtime* runtime, std::vector<Member> members)
      : runtime_(runtime),
        members_(std::move(members)),
        started_(runtime->clock().Now()) {}

  ServerUnaryReactor* GetServerInfo(
      CallbackServerContext* context,
      const admin::v1::GetServerInfoRequest* request,
      admin::v1::ServerInfo* response) override {
    return rpc::Unary(
        Site(__func__), context, request, response, rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const auto& /*q*/,
               admin::v1::ServerInfo* info) { return Info(call, info); });
  }

  ServerUnaryReactor* VerifyStores(
      CallbackServerContext* context,
      const admin::v1::VerifyStoresRequest* request,
      admin::v1::VerifyStoresResponse* response) override {
    rpc::CallSite site = Site(__func__);
    site.max_deadline = rpc::kLongDeadline;
    return rpc::Unary(site, context, request, response, rpc::PoolKind::kLong,
                      [this](rpc::RequestContext& call, const auto& /*q*/,
                             admin::v1::VerifyStoresResponse* all) {
                        return Verify(call, all);
                      });
  }

  grpc::ServerWriteReactor<admin::v1::CreateBackupResponse>* CreateBackup(
      CallbackServerContext* context,
      const admin::v1::CreateBackupRequest* request) override {
    using Response = admin::v1::CreateBackupResponse;
    return rpc::ServerStream<Response>(
        {.runtime = runtime_,
         .service = AdminService::service_full_name(),
         .method = __func__},
        context, *request,
        [](rpc::RequestContext& call,
           rpc::Writer<Response>& /*out*/) -> absl::StatusOr<rpc::Next> {
          return rpc::NotInThisBuild(call.method());
        });
  }

  QJ_LATER(GetPrincipal, admin::v1::Principal)
  QJ_LATER(ListPrincipals, admin::v1::ListPrincipalsResponse)
  QJ_LATER(CreatePrincipal, admin::v1::Principal)
  QJ_LATER(UpdatePrincipal, admin::v1::Principal)
  QJ_LATER(DeletePrincipal, type::v1::DeleteResponse)
  QJ_LATER(CreateToken, admin::v1::Token)
  QJ_LATER(ListTokens, admin::v1::ListTokensResponse)
  QJ_LATER(RevokeToken, admin::v1::Token)
  QJ_LATER(GetRole, admin::v1::Role)
  QJ_LATER(ListRoles, admin::v1::ListRolesResponse)
  QJ_LATER(UpdateRole, admin::v1::Role)

 private:
  rpc::CallSite Site(const char* method) const {
    return {runtime_, AdminService::service_full_name(), method};
  }

  absl::Status Info(const rpc::RequestContext& call,
                    admin::v1::ServerInfo* info) const {
    info->set_version(QJ_VERSION);
    info->set_database("sqlite");
    rpc::ToProto(started_, info->mutable_start_time());
    for (const Member& member : members_) {
      QJ_RETURN_IF_ERROR(Describe(member, info->add_services()));
    }
    info->set_caller(call.principal().id);
    for (const auto& [role, wire] : kRoles) {
      if (call.principal().Has(role)) info->add_roles(wire);
    }
    return absl::OkStatus();
  }

  absl::Status Verify(const rpc::RequestContext& call,
                      admin::v1::VerifyStoresResponse* all) const {
    for (const Member& member : members_) {
      if (member.store == nullptr) continue;
      QJ_RETURN_IF_ERROR(call.Check());
      QJ_RETURN_IF_ERROR(VerifyStore(member, all->add_stores()));
    }
    return absl::OkStatus();
  }

  rpc::Runtime* const runtime_;
  const std::vector<Member> members_;
  const absl::Time started_;
};

#undef QJ_LATER

AdminHost::AdminHost(std::unique_ptr<rpc::Runtime> runtime,
                     std::vector<Member> members)
    : runtime_(std::move(runtime)),
      service_(std::make_unique<Service>(runtime_.get(), std::move(members))) {}

AdminHost::~AdminHost() = default;

grpc::Service* AdminHost::service() { return service_.get(); }

void AdminHost::Drain() { runtime_->pools().Drain(); }

}  // namespace qiangji::server
