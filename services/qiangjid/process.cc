#include "services/qiangjid/process.h"

#include <grpcpp/channel.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/channels.h"
#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/service.h"
#include "services/coverage/service.h"
#include "services/qiangjid/admin_host.h"
#include "services/qiangjid/unit.h"
#include "services/registry/service.h"
#include "services/rpc/log.h"

namespace qiangji::server {
namespace {

std::unique_ptr<rpc::Runtime> NewRuntime(const Settings& settings,
                                         absl::string_view service) {
  rpc::RuntimeOptions options;
  options.service = std::string(service);
  options.pools = settings.pools;
  return std::make_unique<rpc::Runtime>(std::move(options));
}

}  // namespace

Process::Process(DataDirectory directory) : directory_(std::move(directory)) {}

Process::~Process() {
  const absl::Status down = Shutdown(absl::ZeroDuration());
  if (!down.ok()) {
    rpc::LogLine(rpc::LogLevel::kError, "shutdown")
        .Text("error", down.message());
  }
}

absl::StatusOr<std::unique_ptr<Process>> Process::Start(
    const Settings& settings) {
  QJ_RETURN_IF_ERROR(Check(settings));
  QJ_ASSIGN_OR_RETURN(DataDirectory directory,
                      DataDirectory::Open(settings.data));
  std::unique_ptr<Process> process(new Process(std::move(directory)));
  QJ_RETURN_IF_ERROR(process->StartUnits(settings));
  QJ_RETURN_IF_ERROR(process->Listen(settings));
  return process;
}

absl::Status Process::StartUnits(const Settings& settings) {
  for (const absl::string_view service : kServiceNames) {
    if (!settings.Runs(service)) continue;
    const absl::Status started = StartUnit(settings, service);
    if (!started.ok()) {
      return absl::Status(started.code(),
                          absl::StrCat(service, ": ", started.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status Process::StartUnit(const Settings& settings,
                                absl::string_view service) {
  auto unit = std::make_unique<Unit>();
  unit->name = std::string(service);
  unit->runtime = NewRuntime(settings, service);
  QJ_RETURN_IF_ERROR(OpenStore(settings, *unit));
  if (service == "registry") {
    registry::RegistryOptions options;
    QJ_ASSIGN_OR_RETURN(options.spool_directory, directory_.Directory("spool"));
    unit->host =
        registry::NewRegistryService(*unit->store, *unit->runtime, options);
  } else if (service == "coverage") {
    coverage::CoverageOptions options;
    options.cache_bytes = static_cast<std::size_t>(settings.cache_mb) << 20;
    options.disclosure = {settings.disclosure_contributors,
                          settings.disclosure_percent / 100.0};
    unit->host = coverage::NewCoverageService(
        *unit->store, ChannelTo(settings, "registry"), *unit->runtime, options);
  } else {
    bottleneck::BottleneckOptions options;
    options.figures = {settings.assessed_year, settings.carry_forward_years};
    QJ_ASSIGN_OR_RETURN(options.delivery,
                        DeliveryOptionsOf(settings.notifications));
    options.delivery.directory = directory_.File("notifications");
    options.flags.most_a_day = settings.flags_a_day;
    unit->host = bottleneck::NewBottleneckService(
        *unit->store, ChannelTo(settings, "registry"),
        ChannelTo(settings, "coverage"), *unit->runtime, options);
  }
  QJ_ASSIGN_OR_RETURN(unit->inside,
                      rpc::Server::Start({}, unit->host->services()));
  // From here on Shutdown takes care of it.
  units_.push_back(std::move(unit));
  return units_.back()->host->Start();
}

absl::Status Process::OpenStore(const Settings& settings, Unit& unit) {
  store::SqliteOptions options;
  options.read_connections = settings.pools.read.threads;
  if (unit.name == "registry") {
    QJ_ASSIGN_OR_RETURN(unit.store,
                        store::OpenSqlite(directory_.File("registry.db"),
                                          domain::RegistryTables(),
                                          migrations::Registry(), options));
  } else if (unit.name == "coverage") {
    QJ_ASSIGN_OR_RETURN(unit.store,
                        store::OpenSqlite(directory_.File("coverage.db"),
                                          domain::CoverageTables(),
                                          migrations::Coverage(), options));
  } else if (unit.name == "bottleneck") {
    QJ_ASSIGN_OR_RETURN(unit.store,
                        store::OpenSqlite(directory_.File("bottleneck.db"),
                                          domain::BottleneckTables(),
                                          migrations::Bottleneck(), options));
  }
  return absl::OkStatus();
}

std::shared_ptr<grpc::Channel> Process::ChannelTo(const Settings& settings,
                                                  absl::string_view service) {
  for (const auto& unit : units_) {
    if (unit->name == service) return unit->inside->InProcessChannel();
  }
  const auto peer = settings.peers.find(std::string(service));
  return peer == settings.peers.end() ? nullptr
                                      : client::NewChannel(peer->second);
}

absl::Status Process::Listen(const Settings& settings) {
  std::vector<AdminHost::Member> members;
  std::vector<grpc::Service*> services;
  for (const auto& unit : units_) {
    members.push_back({unit->name, unit->store.get(), unit->host.get()});
    for (grpc::Service* service : unit->host->services()) {
      services.push_back(service);
    }
  }
  admin_ = std::make_unique<AdminHost>(NewRuntime(settings, "admin"),
                                       std::move(members));
  services.push_back(admin_->service());
  QJ_ASSIGN_OR_RETURN(server_, rpc::Server::Start({settings.listen}, services));
  server_->SetServing("", false);
  for (const auto& unit : units_) server_->SetServing(unit->name, false);
  return absl::OkStatus();
}

const std::string& Process::address() const { return server_->address(); }

bool Process::UpdateHealth() {
  bool all = true;
  for (const auto& unit : units_) {
    const bool ready = unit->host->ready();
    all = all && ready;
    if (ready == unit->was_ready) continue;
    unit->was_ready = ready;
    server_->SetServing(unit->name, ready);
    rpc::LogLine(rpc::LogLevel::kInfo,
                 ready ? "service ready" : "service waits")
        .Text("service", unit->name)
        .Text("for", unit->host->waiting_for());
  }
  server_->SetServing("", all);
  return all;
}

std::shared_ptr<grpc::Channel> Process::InProcessChannel(
    absl::string_view service) {
  return ChannelTo(Settings(), service);
}

absl::Status Process::Shutdown(absl::Duration grace) {
  if (std::exchange(down_, true)) return absl::OkStatus();
  const absl::Time deadline = absl::Now() + grace;
  // Outside callers first; meanwhile the services still answer one another.
  for (const auto& unit : units_) unit->runtime->StopWaitingStreams();
  if (server_ != nullptr) server_->Shutdown(deadline);
  absl::Status result;
  for (auto unit = units_.rbegin(); unit != units_.rend(); ++unit) {
    (*unit)->host->Shutdown();
    (*unit)->inside->Shutdown(deadline);
    (*unit)->runtime->pools().Drain();
    if ((*unit)->store != nullptr) result.Update((*unit)->store->Close());
  }
  if (admin_ != nullptr) admin_->Drain();
  // Callers before what they call.
  server_.reset();
  admin_.reset();
  while (!units_.empty()) units_.pop_back();
  return result;
}

}  // namespace qiangji::server
