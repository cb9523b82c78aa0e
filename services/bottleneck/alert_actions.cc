#include "services/bottleneck/alert_actions.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/call.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/project_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/actor.h"
#include "services/bottleneck/alert_clock.h"
#include "services/bottleneck/alert_point.h"
#include "services/bottleneck/alert_read.h"
#include "services/bottleneck/alert_shown.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "services/rpc/names.h"
#include "services/writes/write_call.h"

namespace qiangji::bottleneck {
namespace {

using domain::ActionRequest;
using domain::AlertAction;

std::optional<absl::Time> TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

// Where an action stands in time.
struct Moment {
  absl::Time now;
  absl::Time evaluated;  // time of the newest evaluation
};

void Move(const domain::AlertLife& after, const Moment& at,
          StoredAlert& alert) {
  if (after.status == domain::AlertStatus::kResolved && alert.state.active()) {
    alert.state.resolved_time = at.now;
    alert.state.last_seen = std::max(at.evaluated, alert.state.opened_time);
  }
  alert.state.status = after.status;
  alert.work = after.work;
}

// The new version of the alert, or why there is none.
absl::Status Write(store::Transaction& transaction, const domain::AlertKey& key,
                   const std::string& etag, const domain::Actor& actor,
                   const ActionRequest& request, const Moment& at) {
  QJ_ASSIGN_OR_RETURN(
      const std::optional<store::Stored> stored,
      transaction.Get(AlertTable(), KeyOf(key), store::AccessScope::All()));
  if (!stored) return rpc::NotFound(AlertName(key));
  QJ_RETURN_IF_ERROR(rpc::CheckEtag(AlertName(key), etag, stored->seq_from));
  QJ_ASSIGN_OR_RETURN(StoredAlert alert, AlertFromRow(stored->row));
  const auto result =
      domain::Act({alert.state.status, alert.work}, alert.evidence.sectors,
                  actor, request, at.now);
  if (const auto* refusal = std::get_if<domain::Refusal>(&result)) {
    return ToStatus(*refusal);
  }
  Move(std::get<domain::AlertLife>(result), at, alert);
  alert.happening = domain::HappeningOf(request.action);
  alert.actor = actor.id;
  alert.comment = request.text;
  ++alert.actions;
  return transaction.Put(AlertTable(), ToRow(alert), stored->owner_id).status();
}

template <typename Request>
absl::Status Perform(const ActionSources& sources,
                     const rpc::RequestContext& call, const Request& request,
                     const std::string& etag, const ActionRequest& action,
                     v1::Alert* response) {
  QJ_ASSIGN_OR_RETURN(const domain::AlertKey key,
                      ParseAlertName(request.name()));
  const domain::Actor actor = ActorOf(call.principal());
  const auto newest = sources.alerts.log.Newest();
  Moment at;
  at.now = call.clock().Now();
  at.evaluated = newest ? newest->registry_time : at.now;
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      writes::WriteCall(call, sources.alerts.store, request,
                        [&](store::Transaction& transaction,
                            std::vector<std::string>& names) -> absl::Status {
                          names = {request.name()};
                          return Write(transaction, key, etag, actor, action,
                                       at);
                        }));
  sources.clock.Expect(action.due);
  return sources.alerts.store.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const auto point, PointOfChange(reader, commit.seq));
    if (!point) return rpc::NotFound(request.name());
    QJ_RETURN_IF_ERROR(ReadAlert(reader, key, *point, at.now, response));
    ShowTo(call.principal(), response);
    return absl::OkStatus();
  });
}

}  // namespace

absl::Status AcknowledgeAlert(const ActionSources& sources,
                              const rpc::RequestContext& call,
                              const v1::AcknowledgeAlertRequest& request,
                              v1::Alert* response) {
  ActionRequest action;
  action.action = AlertAction::kAcknowledge;
  action.owner = request.owner();
  action.text = request.comment();
  if (request.has_due()) action.due = TimeOf(request.due());
  return Perform(sources, call, request, request.etag(), action, response);
}

absl::Status AcceptAlert(const ActionSources& sources,
                         const rpc::RequestContext& call,
                         const v1::AcceptAlertRequest& request,
                         v1::Alert* response) {
  ActionRequest action;
  action.action = AlertAction::kAccept;
  action.text = request.reason();
  if (request.has_due()) action.due = TimeOf(request.due());
  return Perform(sources, call, request, request.etag(), action, response);
}

absl::Status MitigateAlert(const ActionSources& sources,
                           const rpc::RequestContext& call,
                           const v1::MitigateAlertRequest& request,
                           v1::Alert* response) {
  ActionRequest action;
  action.action = AlertAction::kMitigate;
  action.project = request.project();
  action.text = request.comment();
  if (request.has_due()) action.due = TimeOf(request.due());
  return Perform(sources, call, request, request.etag(), action, response);
}

absl::Status ResolveAlert(const ActionSources& sources,
                          const rpc::RequestContext& call,
                          const v1::ResolveAlertRequest& request,
                          v1::Alert* response) {
  ActionRequest action;
  action.action = AlertAction::kResolve;
  action.text = request.reason();
  return Perform(sources, call, request, request.etag(), action, response);
}

absl::Status CommentAlert(const ActionSources& sources,
                          const rpc::RequestContext& call,
                          const v1::CommentAlertRequest& request,
                          v1::Alert* response) {
  ActionRequest action;
  action.action = AlertAction::kComment;
  action.text = request.comment();
  return Perform(sources, call, request, "", action, response);
}

struct ProjectCheck::Stub {
  std::unique_ptr<registry::v1::ProjectService::Stub> stub;
};

ProjectCheck::ProjectCheck(const std::shared_ptr<grpc::Channel>& registry)
    : stub_(std::make_shared<Stub>()) {
  stub_->stub = registry::v1::ProjectService::NewStub(registry);
}

ProjectCheck::~ProjectCheck() = default;

void ProjectCheck::Find(const rpc::RequestContext& call,
                        const std::string& project,
                        std::function<void(absl::Status)> done) const {
  using registry::v1::GetProjectRequest;
  using registry::v1::Project;
  const absl::Status named =
      rpc::ParseName(rpc::pattern::kProject, project, false, "project")
          .status();
  if (!named.ok()) return done(named);
  client::CallOptions how;
  how.timeout = (call.deadline() - absl::Now()) * 0.8;
  GetProjectRequest request;
  request.set_name(project);
  client::CallAsync<GetProjectRequest, Project>(
      how, request,
      [stub = stub_](grpc::ClientContext* context,
                     const GetProjectRequest* asked, Project* response,
                     std::function<void(grpc::Status)> ended) {
        stub->stub->async()->GetProject(context, asked, response,
                                        std::move(ended));
      },
      [project, done = std::move(done)](const absl::Status& status,
                                        const Project&) {
        if (status.ok()) return done(status);
        if (absl::IsNotFound(status)) {
          return done(rpc::FailedPrecondition(
              "PROJECT_NOT_REGISTERED",
              absl::StrCat(project, " is not registered")));
        }
        done(absl::UnavailableError(
            absl::StrCat("the registry cannot be asked for ", project, ": ",
                         status.message())));
      });
}

}  // namespace qiangji::bottleneck
