// What people do with an alert (METHOD 5, "States"): AlertService's custom
// methods. The machine is services/domain/alert_lifecycle.h.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "qiangji/bottleneck/v1/alert_service.pb.h"
#include "services/bottleneck/alert_handlers.h"
#include "services/domain/alert_lifecycle.h"
#include "services/rpc/context.h"

namespace grpc {
class Channel;
}

namespace qiangji::bottleneck {

class AlertClock;

// All outlive the calls.
struct ActionSources {
  const AlertSources& alerts;
  AlertClock& clock;
};

// One action of one alert: a change of its own, durable before the answer. They
// write: call them on the pool kWrite. Each answers the alert after the action
// with its events; a repeat under the same request id answers what the first
// one did.
absl::Status AcknowledgeAlert(const ActionSources& sources,
                              const rpc::RequestContext& call,
                              const v1::AcknowledgeAlertRequest& request,
                              v1::Alert* response);
absl::Status AcceptAlert(const ActionSources& sources,
                         const rpc::RequestContext& call,
                         const v1::AcceptAlertRequest& request,
                         v1::Alert* response);
// The project exists (ProjectCheck).
absl::Status MitigateAlert(const ActionSources& sources,
                           const rpc::RequestContext& call,
                           const v1::MitigateAlertRequest& request,
                           v1::Alert* response);
absl::Status ResolveAlert(const ActionSources& sources,
                          const rpc::RequestContext& call,
                          const v1::ResolveAlertRequest& request,
                          v1::Alert* response);
absl::Status CommentAlert(const ActionSources& sources,
                          const rpc::RequestContext& call,
                          const v1::CommentAlertRequest& request,
                          v1::Alert* response);

// Asks the registry for a project.
class ProjectCheck {
 public:
  explicit ProjectCheck(const std::shared_ptr<grpc::Channel>& registry);
  ~ProjectCheck();

  // Calls `done` once, on any thread, while the call lives: OK where it is
  // registered, INVALID_ARGUMENT where `project` is no project's name,
  // FAILED_PRECONDITION where there is none, UNAVAILABLE where nobody can say.
  void Find(const rpc::RequestContext& call, const std::string& project,
            std::function<void(absl::Status)> done) const;

 private:
  struct Stub;
  std::shared_ptr<Stub> stub_;
};

}  // namespace qiangji::bottleneck
