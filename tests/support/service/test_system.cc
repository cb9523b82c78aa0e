#include "tests/support/service/test_system.h"

#include <grpcpp/channel.h>

#include <cstdio>
#include <cstdlib>

#include "clients/cpp/channels.h"
#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "services/bottleneck/service.h"
#include "services/coverage/service.h"
#include "services/registry/service.h"
#include "tests/support/world/test_world.h"

namespace qiangji::testing {
namespace {

constexpr absl::Duration kGrace = absl::Seconds(20);

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "test system: %s\n",
                 value.status().ToString().c_str());
    std::abort();
  }
  return *std::move(value);
}

rpc::RuntimeOptions RuntimeOf(std::string name, const rpc::PoolsOptions& pools,
                              rpc::Authenticator authenticator,
                              const Clock& clock) {
  rpc::RuntimeOptions options;
  options.service = std::move(name);
  options.pools = pools;
  options.authenticator = std::move(authenticator);
  options.clock = &clock;
  return options;
}

}  // namespace

RunningService::RunningService(std::string name, const rpc::PoolsOptions& pools,
                               const Make& make,
                               rpc::Authenticator authenticator,
                               const Clock& clock)
    : runtime_(
          RuntimeOf(std::move(name), pools, std::move(authenticator), clock)),
      host_(make(runtime_)) {
  inside_ = OrDie(rpc::Server::Start({}, host_->services()));
  const absl::Status started = host_->Start();
  if (!started.ok()) OrDie<int>(started);
}

RunningService::~RunningService() { Stop(); }

void RunningService::Stop() {
  if (stopped_) return;
  stopped_ = true;
  runtime_.StopWaitingStreams();
  host_->Shutdown();
  inside_->Shutdown(absl::Now() + kGrace);
  runtime_.pools().Drain();
}

std::unique_ptr<store::Store> EmptyCoverageStore() {
  return OrDie(store::OpenSqlite(":memory:", domain::CoverageTables(),
                                 migrations::Coverage()));
}

TestSystem::TestSystem(const Options& options)
    : registry_store_(OrDie(store::OpenSqlite(
          ":memory:", domain::RegistryTables(), migrations::Registry()))),
      coverage_store_(EmptyCoverageStore()) {
  registry_ = std::make_unique<RunningService>(
      "registry", options.pools, [this](rpc::Runtime& runtime) {
        return registry::NewRegistryService(*registry_store_, runtime);
      });
  coverage_ = std::make_unique<RunningService>(
      "coverage", options.pools,
      [this](rpc::Runtime& runtime) {
        return coverage::NewCoverageService(*coverage_store_,
                                            registry_->Inside(), runtime);
      },
      options.authenticator, *options.clock);
  std::vector<grpc::Service*> all = registry_->host().services();
  for (grpc::Service* s : coverage_->host().services()) all.push_back(s);
  if (options.bottleneck) {
    bottleneck_store_ = OrDie(store::OpenSqlite(
        ":memory:", domain::BottleneckTables(), migrations::Bottleneck()));
    bottleneck_ = std::make_unique<RunningService>(
        "bottleneck", options.pools,
        [this](rpc::Runtime& runtime) {
          return bottleneck::NewBottleneckService(*bottleneck_store_,
                                                  registry_->Inside(),
                                                  coverage_->Inside(), runtime);
        },
        rpc::DefaultPrincipal, *options.clock);
    for (grpc::Service* s : bottleneck_->host().services()) all.push_back(s);
  }
  outside_ = OrDie(rpc::Server::Start({"127.0.0.1:0"}, all));
}

TestSystem::~TestSystem() {
  for (RunningService* service :
       {bottleneck_.get(), coverage_.get(), registry_.get()}) {
    if (service != nullptr) service->runtime().StopWaitingStreams();
  }
  outside_->Shutdown(absl::Now() + kGrace);
  if (bottleneck_ != nullptr) bottleneck_->Stop();
  coverage_->Stop();
  registry_->Stop();
}

std::shared_ptr<grpc::Channel> TestSystem::Outside() const {
  return client::NewChannel(outside_->address());
}

store::Seq TestSystem::Change(const std::vector<TableRow>& rows, bool deleted) {
  const auto body = [&](store::Transaction& transaction,
                        std::vector<std::string>&) -> absl::Status {
    for (const TableRow& row : rows) {
      const domain::TableSchema& table = *domain::FindTable(row.table);
      const domain::Row cells = test::MakeRow(row.table, row.cells);
      const auto written =
          deleted ? transaction.Delete(table, domain::KeyOf(table, cells))
                  : transaction.Put(table, cells, "");
      if (!written.ok()) return written.status();
    }
    return absl::OkStatus();
  };
  store::WriteOptions options;
  options.caller = "test";
  options.method = "/test/Write";
  return OrDie(registry_store_->ReadWrite(options, body)).seq;
}

store::Seq TestSystem::Write(const std::vector<TableRow>& rows) {
  return Change(rows, false);
}
store::Seq TestSystem::Delete(const std::vector<TableRow>& rows) {
  return Change(rows, true);
}

}  // namespace qiangji::testing
