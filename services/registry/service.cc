#include "services/registry/service.h"

#include <atomic>
#include <cstdlib>
#include <utility>

#include "db/store/store.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "services/base/status_macros.h"
#include "services/registry/change_service.h"
#include "services/registry/export_service.h"
#include "services/registry/identity_service.h"
#include "services/registry/import_service.h"
#include "services/registry/operation_service.h"
#include "services/registry/operations.h"
#include "services/registry/resource_services.h"
#include "services/registry/round_service.h"
#include "services/registry/seed.h"
#include "services/rpc/change_hub.h"
#include "services/rpc/runtime.h"

namespace qiangji::registry {
namespace {

std::string SpoolDirectory(const RegistryOptions& options) {
  if (!options.spool_directory.empty()) return options.spool_directory;
  const char* temporary = std::getenv("TMPDIR");
  return temporary == nullptr ? "/tmp" : temporary;
}

class RegistryService final : public rpc::ServiceHost {
 public:
  RegistryService(store::Store& store, rpc::Runtime& runtime,
                  const RegistryOptions& options)
      : store_(store),
        hub_(std::make_shared<rpc::ChangeHub>()),
        operations_(std::make_shared<Operations>(runtime.clock())) {
    services_ = NewResourceServices(runtime, store);
    for (auto& service : NewLaterServices(runtime)) {
      services_.push_back(std::move(service));
    }
    services_.push_back(NewRoundService(runtime, store));
    services_.push_back(NewIdentityService(runtime, store));
    services_.push_back(NewChangeService(runtime, store, *hub_));
    services_.push_back(
        NewImportService(runtime, store, operations_, SpoolDirectory(options)));
    services_.push_back(NewOperationService(runtime, operations_));
    // Before calls are waited for: a WaitOperation must not hold them up.
    runtime.AddStopHook([operations = operations_] { operations->Stop(); });
    services_.push_back(
        NewExportService(runtime, store, SpoolDirectory(options)));
    // The hub may be asked by the writer thread after this host is gone.
    store_.SetCommitListener(
        [hub = hub_](const store::Change&) { hub->Notify(); });
  }

  std::vector<grpc::Service*> services() override {
    std::vector<grpc::Service*> services;
    for (const auto& service : services_) services.push_back(service.get());
    return services;
  }

  absl::Status Start() override {
    QJ_RETURN_IF_ERROR(SeedStore(store_));
    ready_ = true;
    return absl::OkStatus();
  }

  bool ready() const override { return ready_; }
  std::string waiting_for() const override {
    return ready_ ? "" : "the first change of its store";
  }
  void Shutdown() override {
    ready_ = false;
    hub_->Stop();
    operations_->Stop();
  }

 private:
  store::Store& store_;
  const std::shared_ptr<rpc::ChangeHub> hub_;
  const std::shared_ptr<Operations> operations_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::atomic<bool> ready_{false};
};

}  // namespace

std::unique_ptr<rpc::ServiceHost> NewRegistryService(
    store::Store& store, rpc::Runtime& runtime,
    const RegistryOptions& options) {
  return std::make_unique<RegistryService>(store, runtime, options);
}

}  // namespace qiangji::registry
