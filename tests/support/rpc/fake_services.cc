#include "tests/support/rpc/fake_services.h"

#include <utility>

#include "absl/time/clock.h"
#include "clients/cpp/channels.h"

namespace qiangji::testing {

using registry::v1::ChangeService;
using registry::v1::ImportRequest;
using registry::v1::ImportResponse;
using registry::v1::ImportService;
using registry::v1::ItemService;
using rpc::PoolKind;

grpc::ServerUnaryReactor* FakeItems::GetItem(
    grpc::CallbackServerContext* context,
    const registry::v1::GetItemRequest* request, registry::v1::Item* response) {
  return rpc::Unary(
      {runtime_, ItemService::service_full_name(), __func__, max_deadline},
      context, request, response, PoolKind::kRead, get);
}

grpc::ServerUnaryReactor* FakeItems::CreateItem(
    grpc::CallbackServerContext* context,
    const registry::v1::CreateItemRequest* request,
    registry::v1::Item* response) {
  return rpc::Unary({runtime_, ItemService::service_full_name(), __func__},
                    context, request, response, PoolKind::kWrite, create);
}

grpc::ServerUnaryReactor* FakeItems::ListItems(
    grpc::CallbackServerContext* context,
    const registry::v1::ListItemsRequest* request,
    registry::v1::ListItemsResponse* response) {
  return rpc::Unary(
      {runtime_, ItemService::service_full_name(), __func__, max_deadline},
      context, request, response, PoolKind::kRead, list);
}

grpc::ServerUnaryReactor* FakeItems::DeleteItem(
    grpc::CallbackServerContext* context,
    const registry::v1::DeleteItemRequest* request,
    registry::v1::Item* /*response*/) {
  return rpc::NotInThisBuild(
      {runtime_, ItemService::service_full_name(), __func__}, context,
      *request);
}

grpc::ServerWriteReactor<type::v1::FeedFrame>* FakeChanges::WatchChanges(
    grpc::CallbackServerContext* context,
    const registry::v1::WatchChangesRequest* request) {
  rpc::StreamSite site{runtime_, ChangeService::service_full_name(), __func__};
  site.max_queue_bytes = max_queue_bytes;
  site.stall_timeout = stall_timeout;
  return rpc::ServerStream<type::v1::FeedFrame>(site, context, *request,
                                                watch(*request));
}

grpc::ServerWriteReactor<type::v1::FeedFrame>* FakeChanges::ReadSnapshot(
    grpc::CallbackServerContext* context,
    const registry::v1::ReadSnapshotRequest* request) {
  return rpc::ServerStream<type::v1::FeedFrame>(
      {runtime_, ChangeService::service_full_name(), __func__}, context,
      *request, snapshot(*request));
}

grpc::ServerBidiReactor<ImportRequest, ImportResponse>* FakeImports::Import(
    grpc::CallbackServerContext* context) {
  return rpc::BidiStream<ImportRequest, ImportResponse>(
      {runtime_, ImportService::service_full_name(), __func__, PoolKind::kLong},
      context, make);
}

FakeRegistry::FakeRegistry(rpc::RuntimeOptions options,
                           const std::string& listen)
    : runtime(std::move(options)) {
  auto started = rpc::Server::Start({listen}, {&items, &changes, &imports});
  if (started.ok()) server = *std::move(started);
}

FakeRegistry::~FakeRegistry() { Shutdown(); }

std::shared_ptr<grpc::Channel> FakeRegistry::Channel() const {
  return server->address().empty() ? server->InProcessChannel()
                                   : client::NewChannel(server->address());
}

std::unique_ptr<ItemService::Stub> FakeRegistry::ItemStub() const {
  return ItemService::NewStub(Channel());
}

void FakeRegistry::Shutdown(absl::Duration grace) {
  if (server == nullptr) return;
  runtime.StopWaitingStreams();
  server->Shutdown(absl::Now() + grace);
  runtime.pools().Drain();
}

rpc::RuntimeOptions OneThread(std::size_t queue) {
  rpc::RuntimeOptions options;
  options.pools = rpc::PoolsOptions::SingleThreaded();
  options.pools.read.queue = queue;
  options.pools.write.queue = queue;
  options.pools.compute.queue = queue;
  options.pools.compute_long.queue = queue;
  return options;
}

}  // namespace qiangji::testing
