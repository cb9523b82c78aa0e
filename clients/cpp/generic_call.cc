#include "clients/cpp/generic_call.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <future>

#include "absl/strings/str_cat.h"

namespace qiangji::client {

using google::protobuf::Message;
using GenericStub = grpc::TemplatedGenericStub<Message, Message>;

void SetToken(const std::string& token, grpc::ClientContext* context) {
  if (token.empty()) return;
  context->AddMetadata("authorization", absl::StrCat("Bearer ", token));
}

absl::Status CallGeneric(const CallOptions& options,
                         const std::shared_ptr<grpc::Channel>& channel,
                         const google::protobuf::MethodDescriptor& method,
                         const std::string& token, const Message& request,
                         Message* response) {
  const std::unique_ptr<Message> filled(request.New());
  filled->CopyFrom(request);
  FillRequestId(filled.get());
  const std::string path =
      absl::StrCat("/", method.service()->full_name(), "/", method.name());
  GenericStub stub(channel);
  return internal::WithRetry(options, [&](grpc::ClientContext* context) {
    SetToken(token, context);
    response->Clear();
    std::promise<grpc::Status> done;
    stub.UnaryCall(
        context, path, grpc::StubOptions(), filled.get(), response,
        [&done](grpc::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  });
}

}  // namespace qiangji::client
