// Real services of the contract whose behaviour a test fills in, behind a real
// server: what the adaptors do is seen through a real channel.
#pragma once

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "qiangji/registry/v1/import_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "services/rpc/runtime.h"
#include "services/rpc/server.h"
#include "services/rpc/stream.h"
#include "services/rpc/unary.h"

namespace qiangji::testing {

// GetItem on the read pool and CreateItem on the write pool as the test says;
// ListItems is asynchronous.
class FakeItems final : public registry::v1::ItemService::CallbackService {
 public:
  using Get = std::function<absl::Status(rpc::RequestContext&,
                                         const registry::v1::GetItemRequest&,
                                         registry::v1::Item*)>;
  using Create = std::function<absl::Status(
      rpc::RequestContext&, const registry::v1::CreateItemRequest&,
      registry::v1::Item*)>;
  using List = std::function<void(rpc::RequestContext&,
                                  const registry::v1::ListItemsRequest&,
                                  registry::v1::ListItemsResponse*, rpc::Done)>;

  explicit FakeItems(rpc::Runtime* runtime) : runtime_(runtime) {}

  Get get;
  Create create;
  List list;
  absl::Duration max_deadline = rpc::kDefaultDeadline;

  grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
                                    const registry::v1::GetItemRequest* request,
                                    registry::v1::Item* response) override;
  grpc::ServerUnaryReactor* CreateItem(
      grpc::CallbackServerContext* context,
      const registry::v1::CreateItemRequest* request,
      registry::v1::Item* response) override;
  grpc::ServerUnaryReactor* ListItems(
      grpc::CallbackServerContext* context,
      const registry::v1::ListItemsRequest* request,
      registry::v1::ListItemsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteItem(
      grpc::CallbackServerContext* context,
      const registry::v1::DeleteItemRequest* request,
      registry::v1::Item* response) override;

 private:
  rpc::Runtime* const runtime_;
};

class FakeChanges final : public registry::v1::ChangeService::CallbackService {
 public:
  using Slice = std::function<absl::StatusOr<rpc::Next>(
      rpc::RequestContext&, rpc::Writer<type::v1::FeedFrame>&)>;
  using MakeWatch =
      std::function<Slice(const registry::v1::WatchChangesRequest&)>;
  using MakeSnapshot =
      std::function<Slice(const registry::v1::ReadSnapshotRequest&)>;

  explicit FakeChanges(rpc::Runtime* runtime) : runtime_(runtime) {}

  MakeWatch watch;
  MakeSnapshot snapshot;
  std::size_t max_queue_bytes = rpc::kMaxStreamQueueBytes;
  absl::Duration stall_timeout = rpc::kStreamStallTimeout;

  grpc::ServerWriteReactor<type::v1::FeedFrame>* WatchChanges(
      grpc::CallbackServerContext* context,
      const registry::v1::WatchChangesRequest* request) override;
  grpc::ServerWriteReactor<type::v1::FeedFrame>* ReadSnapshot(
      grpc::CallbackServerContext* context,
      const registry::v1::ReadSnapshotRequest* request) override;

 private:
  rpc::Runtime* const runtime_;
};

class FakeImports final : public registry::v1::ImportService::CallbackService {
 public:
  using Reader = rpc::StreamReader<registry::v1::ImportRequest>;
  using Make = std::function<std::unique_ptr<Reader>(
      rpc::RequestContext&, rpc::Writer<registry::v1::ImportResponse>)>;

  explicit FakeImports(rpc::Runtime* runtime) : runtime_(runtime) {}

  Make make;

  grpc::ServerBidiReactor<registry::v1::ImportRequest,
                          registry::v1::ImportResponse>*
  Import(grpc::CallbackServerContext* context) override;

 private:
  rpc::Runtime* const runtime_;
};

// The three behind one server on a free port of the loopback interface, and
// in-process.
class FakeRegistry {
 public:
  explicit FakeRegistry(rpc::RuntimeOptions options = {},
                        const std::string& listen = "127.0.0.1:0");
  ~FakeRegistry();  // Shutdown()

  rpc::Runtime runtime;
  FakeItems items{&runtime};
  FakeChanges changes{&runtime};
  FakeImports imports{&runtime};
  std::unique_ptr<rpc::Server> server;

  // As an outside caller sees it.
  std::shared_ptr<grpc::Channel> Channel() const;
  std::unique_ptr<registry::v1::ItemService::Stub> ItemStub() const;
  // In the order that qiangjid uses.
  void Shutdown(absl::Duration grace = absl::Seconds(10));
};

// Options with every pool at one thread and a queue of `queue`.
rpc::RuntimeOptions OneThread(std::size_t queue = 1024);

}  // namespace qiangji::testing
