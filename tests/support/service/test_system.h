// The services as qiangjid wires them, in one process of a test: stores in
// memory, a real server in-process and one on a free port of the loopback
// interface.
#pragma once

#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cpp/status.h"
#include "db/store/store.h"
#include "services/base/clock.h"
#include "services/rpc/principal.h"
#include "services/rpc/runtime.h"
#include "services/rpc/server.h"
#include "services/rpc/service.h"
#include "tests/support/world/csv.h"

namespace grpc {
class Channel;
}

namespace qiangji::testing {

// One service with its runtime and its in-process server, started.
class RunningService {
 public:
  using Make =
      std::function<std::unique_ptr<rpc::ServiceHost>(rpc::Runtime& runtime)>;
  RunningService(std::string name, const rpc::PoolsOptions& pools,
                 const Make& make,
                 rpc::Authenticator authenticator = rpc::DefaultPrincipal,
                 const Clock& clock = Clock::System());
  ~RunningService();  // Stop()

  rpc::Runtime& runtime() { return runtime_; }
  rpc::ServiceHost& host() { return *host_; }
  // As the other services of the process see it.
  std::shared_ptr<grpc::Channel> Inside() {
    return inside_->InProcessChannel();
  }
  // In the order that qiangjid uses. Idempotent.
  void Stop();

 private:
  rpc::Runtime runtime_;
  std::unique_ptr<rpc::ServiceHost> host_;
  std::unique_ptr<rpc::Server> inside_;
  bool stopped_ = false;
};

// A row of a table, by column; texts as in a CSV file.
struct TableRow {
  std::string table;
  test::CsvRow cells;
};

// In memory, as the coverage service wants it.
std::unique_ptr<store::Store> EmptyCoverageStore();

class TestSystem {
 public:
  struct Options {
    rpc::PoolsOptions pools = {};
    // With the bottleneck service as well.
    bool bottleneck = false;
    // Of the coverage service.
    rpc::Authenticator authenticator = rpc::DefaultPrincipal;
    const Clock* clock = &Clock::System();
  };
  TestSystem() : TestSystem(Options()) {}
  explicit TestSystem(const Options& options);
  ~TestSystem();

  RunningService& registry() { return *registry_; }
  RunningService& coverage() { return *coverage_; }
  store::Store& store() { return *registry_store_; }
  store::Store& coverage_store() { return *coverage_store_; }
  // All services, as an outside caller sees them.
  std::shared_ptr<grpc::Channel> Outside() const;

  // Writes the rows in one change, past the registry's handlers; its sequence.
  // The services hear of it as of any other change.
  store::Seq Write(const std::vector<TableRow>& rows);
  // Deletes the rows of these keys in one change.
  store::Seq Delete(const std::vector<TableRow>& rows);

 private:
  store::Seq Change(const std::vector<TableRow>& rows, bool deleted);

  std::unique_ptr<store::Store> registry_store_, coverage_store_,
      bottleneck_store_;
  std::unique_ptr<RunningService> registry_, coverage_, bottleneck_;
  std::unique_ptr<rpc::Server> outside_;
};

// Calls `method` of `stub` and waits for it.
template <typename Stub, typename Request, typename Response>
absl::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*,
                                               const Request&, Response*),
                  const Request& request, Response* response,
                  absl::Duration timeout = absl::Seconds(60)) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return client::FromGrpcStatus((stub.*method)(&context, request, response));
}

}  // namespace qiangji::testing
