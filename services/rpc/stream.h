// Streaming calls as reactors with a bounded queue, never a thread each
// (ARCHITECTURE, "One request", 2). Server streams:
//
//   grpc::ServerWriteReactor<Part>* ReadSnapshot(
//       grpc::CallbackServerContext* context, const Request* request) override
//       {
//     return rpc::ServerStream<Part>(
//         {&runtime_, service_full_name(), __func__}, context, *request,
//         [state = Snapshot(*request)](rpc::RequestContext& call,
//                                      rpc::Writer<Part>& out) mutable
//             -> absl::StatusOr<rpc::Next> { return state.Slice(call, out); });
//   }
//
// A slice runs on the pool, one at a time, writes some messages and says what
// it wants next; it is asked for more only when the reader has taken what was
// queued. Other threads may Write and Wake through a copy of the Writer.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/rpc/context.h"
#include "services/rpc/status.h"
#include "services/rpc/stream_core.h"

namespace qiangji::rpc {

// A handle on the writing side of a stream; copies share it and may outlive
// the call. Thread-safe.
template <typename Response>
class Writer {
 public:
  explicit Writer(std::shared_ptr<internal::StreamCore> core)
      : core_(std::move(core)) {}

  // Queues a message. False once the stream is over: finished, cancelled, or
  // cut off because the reader has more than the limit queued
  // (RESOURCE_EXHAUSTED with SetResume's metadata).
  bool Write(Response message) const {
    return core_->Write(std::make_unique<Response>(std::move(message)));
  }
  // Runs the slice again if it waits; kept if it is running.
  void Wake() const { core_->Wake(); }
  // Ends the call once everything queued has been sent.
  void Finish(absl::Status status) const { core_->Finish(std::move(status)); }
  // Where the reader can go on once it has what was written so far: ErrorInfo
  // metadata of a cut-off or shutdown.
  void SetResume(ErrorMetadata resume) const {
    core_->SetResume(std::move(resume));
  }
  bool over() const { return core_->over(); }
  std::size_t queued_bytes() const { return core_->queued_bytes(); }

 private:
  std::shared_ptr<internal::StreamCore> core_;
};

// The reading side of Import and its like: one message at a time, in order,
// on the pool; the next one is read only when Message has returned, so a slow
// handler slows the caller down. Destroyed when the call has ended, however.
template <typename Request>
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  // A non-OK status ends the call.
  virtual absl::Status Message(RequestContext& call, Request& message) = 0;
  // The caller has sent everything. The status ends the call.
  virtual absl::Status End(RequestContext& call) = 0;
};

namespace internal {

template <typename Response>
class WriteReactor final : public grpc::ServerWriteReactor<Response>,
                           public StreamTransport {
 public:
  explicit WriteReactor(std::shared_ptr<StreamCore> core)
      : core_(std::move(core)) {}
  void BeginWrite(const google::protobuf::Message& message) override {
    this->StartWrite(static_cast<const Response*>(&message));
  }
  void BeginRead() override {}
  void End(const absl::Status& status) override {
    this->Finish(ToGrpcStatus(status));
  }
  void OnWriteDone(bool ok) override { core_->OnWriteDone(ok); }
  void OnCancel() override { core_->OnCancel(); }
  void OnDone() override {
    core_->OnDone();
    delete this;
  }

 private:
  const std::shared_ptr<StreamCore> core_;
};

template <typename Request>
class ReadReactor final : public grpc::ServerReadReactor<Request>,
                          public StreamTransport {
 public:
  explicit ReadReactor(std::shared_ptr<StreamCore> core)
      : core_(std::move(core)) {}
  Request& message() { return message_; }
  void BeginWrite(const google::protobuf::Message&) override {}
  void BeginRead() override {
    message_.Clear();
    this->StartRead(&message_);
  }
  void End(const absl::Status& status) override {
    this->Finish(ToGrpcStatus(status));
  }
  void OnReadDone(bool ok) override { core_->OnReadDone(ok); }
  void OnCancel() override { core_->OnCancel(); }
  void OnDone() override {
    core_->OnDone();
    delete this;
  }

 private:
  const std::shared_ptr<StreamCore> core_;
  Request message_;
};

template <typename Request, typename Response>
class BidiReactor final : public grpc::ServerBidiReactor<Request, Response>,
                          public StreamTransport {
 public:
  explicit BidiReactor(std::shared_ptr<StreamCore> core)
      : core_(std::move(core)) {}
  Request& message() { return message_; }
  void BeginWrite(const google::protobuf::Message& message) override {
    this->StartWrite(static_cast<const Response*>(&message));
  }
  void BeginRead() override {
    message_.Clear();
    this->StartRead(&message_);
  }
  void End(const absl::Status& status) override {
    this->Finish(ToGrpcStatus(status));
  }
  void OnWriteDone(bool ok) override { core_->OnWriteDone(ok); }
  void OnReadDone(bool ok) override { core_->OnReadDone(ok); }
  void OnCancel() override { core_->OnCancel(); }
  void OnDone() override {
    core_->OnDone();
    delete this;
  }

 private:
  const std::shared_ptr<StreamCore> core_;
  Request message_;
};

}  // namespace internal

// `slice` is absl::StatusOr<Next>(RequestContext&, Writer<Response>&). It is
// destroyed when the call has ended. `request` lives until then.
template <typename Response, typename Slice>
grpc::ServerWriteReactor<Response>* ServerStream(
    const StreamSite& site, grpc::CallbackServerContext* context,
    const google::protobuf::Message& request, Slice slice) {
  auto core = std::make_shared<internal::StreamCore>(site, context);
  auto* reactor = new internal::WriteReactor<Response>(core);
  // The core outlives its slice, so a plain pointer would do; Writers that
  // were copied out keep the core.
  std::weak_ptr<internal::StreamCore> weak = core;
  auto shared = std::make_shared<Slice>(std::move(slice));
  core->StartWriter(
      reactor, request,
      [weak, shared](RequestContext& call) -> absl::StatusOr<Next> {
        Writer<Response> writer(weak.lock());
        return (*shared)(call, writer);
      });
  return reactor;
}

// `make` is std::unique_ptr<StreamReader<Request>>(RequestContext&, Response*).
template <typename Request, typename Response, typename Make>
grpc::ServerReadReactor<Request>* ClientStream(
    const StreamSite& site, grpc::CallbackServerContext* context,
    Response* response, Make make) {
  auto core = std::make_shared<internal::StreamCore>(site, context);
  auto* reactor = new internal::ReadReactor<Request>(core);
  std::shared_ptr<StreamReader<Request>> reader =
      make(core->context(), response);
  core->StartReader(reactor, [reactor, reader](RequestContext& call, bool end) {
    return end ? reader->End(call) : reader->Message(call, reactor->message());
  });
  return reactor;
}

// `make` is std::unique_ptr<StreamReader<Request>>(RequestContext&,
// Writer<Response>).
template <typename Request, typename Response, typename Make>
grpc::ServerBidiReactor<Request, Response>* BidiStream(
    const StreamSite& site, grpc::CallbackServerContext* context, Make make) {
  auto core = std::make_shared<internal::StreamCore>(site, context);
  auto* reactor = new internal::BidiReactor<Request, Response>(core);
  std::shared_ptr<StreamReader<Request>> reader =
      make(core->context(), Writer<Response>(core));
  core->StartReader(reactor, [reactor, reader](RequestContext& call, bool end) {
    return end ? reader->End(call) : reader->Message(call, reactor->message());
  });
  return reactor;
}

}  // namespace qiangji::rpc
