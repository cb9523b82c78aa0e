// A registry alone: a store in memory, a server on a free port, a caller from
// outside.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/status.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/export_service.pb.h"
#include "qiangji/registry/v1/import_service.pb.h"
#include "services/base/clock.h"
#include "services/rpc/runtime.h"
#include "services/rpc/server.h"
#include "services/rpc/service.h"

namespace qiangji::testing {

// Name and content.
using Files = std::map<std::string, std::string>;

// A registry that has started; every pool has one thread.
class TestRegistry {
 public:
  // The clock of store and service; nullptr = the system's. Outlives it.
  explicit TestRegistry(const Clock* clock = nullptr);
  ~TestRegistry();

  store::Store& store() { return *store_; }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  const std::string& address() const { return server_->address(); }

  // Sends the files in chunks of `chunk` bytes.
  absl::StatusOr<registry::v1::ImportResult> Import(
      const Files& files, const registry::v1::ImportStart& start = {},
      std::size_t chunk = 100000);
  // The files, and the sequence that they show.
  absl::StatusOr<std::pair<Files, std::int64_t>> Export(
      const registry::v1::ExportRequest& request = {});
  store::Change Head();

  template <typename Stub, typename Request, typename Response>
  absl::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    return client::FromGrpcStatus((stub.*method)(&context, request, response));
  }

 private:
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<rpc::Runtime> runtime_;
  std::unique_ptr<rpc::ServiceHost> host_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// The .csv files of a directory of the source tree.
Files ReadFiles(const std::string& directory);

// "items.csv:3: category: …", one a bad cell.
std::vector<std::string> ErrorLines(const registry::v1::ImportResult& result);

}  // namespace qiangji::testing
