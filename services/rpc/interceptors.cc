#include "services/rpc/interceptors.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/client_interceptor.h>
#include <grpcpp/support/server_interceptor.h>

#include "absl/strings/escaping.h"
#include "services/base/ids.h"
#include "services/rpc/crypto.h"
#include "services/rpc/errors.h"
#include "services/rpc/status.h"

namespace qiangji::rpc::internal {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;

constexpr char kMark[] = "x-qiangji-in-process";

const std::string& Secret() {
  static const auto* const secret =
      new std::string(absl::BytesToHexString(RandomBytes(16)));
  return *secret;
}

class Marker final : public Interceptor {
 public:
  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace(kMark, Secret());
    }
    methods->Proceed();
  }
};

class MarkerFactory final
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* /*info*/) override {
    return new Marker;
  }
};

class Malformed final : public Interceptor {
 public:
  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_MESSAGE)) {
      malformed_ = methods->GetRecvMessage() == nullptr;
    }
    if (malformed_ && methods->QueryInterceptionHookPoint(
                          InterceptionHookPoints::PRE_SEND_STATUS)) {
      methods->ModifySendStatus(ToGrpcStatus(
          WithReason(absl::InternalError("the request is no valid message"),
                     "MALFORMED_REQUEST")));
    }
    methods->Proceed();
  }

 private:
  bool malformed_ = false;
};

class MalformedFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // Streams read message by message; gRPC ends them itself.
  Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    const auto type = info->type();
    const bool one_request =
        type == grpc::experimental::ServerRpcInfo::Type::UNARY ||
        type == grpc::experimental::ServerRpcInfo::Type::SERVER_STREAMING;
    return one_request ? new Malformed : nullptr;
  }
};

}  // namespace

std::vector<
    std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
InProcessMark() {
  std::vector<
      std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
      factories;
  factories.push_back(std::make_unique<MarkerFactory>());
  return factories;
}

bool IsInProcess(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto mark = metadata.find(kMark);
  return mark != metadata.end() &&
         SameSecret(absl::string_view(mark->second.data(), mark->second.size()),
                    Secret());
}

std::vector<
    std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
MalformedRequests() {
  std::vector<
      std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
      factories;
  factories.push_back(std::make_unique<MalformedFactory>());
  return factories;
}

}  // namespace qiangji::rpc::internal
