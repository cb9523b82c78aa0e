#include "services/bottleneck/subscription_service.h"

#include "qiangji/bottleneck/v1/subscription_service.grpc.pb.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::bottleneck {
namespace {

// One override; the function of subscription_handlers.h of its name answers.
#define QJ_ANSWER(Method, Response, Pool)                                    \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,     \
                                   const v1::Method##Request* request,       \
                                   Response* response) override {            \
    return rpc::Unary(                                                       \
        {&runtime_, v1::SubscriptionService::service_full_name(), __func__}, \
        context, request, response, rpc::PoolKind::Pool,                     \
        [this](rpc::RequestContext& call, const v1::Method##Request& asked,  \
               Response* out) {                                              \
          return bottleneck::Method(sources_, call, asked, out);             \
        });                                                                  \
  }

class SubscriptionServiceImpl final
    : public v1::SubscriptionService::CallbackService {
 public:
  SubscriptionServiceImpl(const SubscriptionSources& sources,
                          rpc::Runtime& runtime)
      : sources_(sources), runtime_(runtime) {}

  QJ_ANSWER(GetSubscription, v1::Subscription, kRead)
  QJ_ANSWER(ListSubscriptions, v1::ListSubscriptionsResponse, kRead)
  QJ_ANSWER(ListDeadLetters, v1::ListDeadLettersResponse, kRead)
  QJ_ANSWER(CreateSubscription, v1::Subscription, kWrite)
  QJ_ANSWER(UpdateSubscription, v1::Subscription, kWrite)
  QJ_ANSWER(DeleteSubscription, type::v1::DeleteResponse, kWrite)
  QJ_ANSWER(RetryDeadLetters, v1::RetryDeadLettersResponse, kWrite)

 private:
  const SubscriptionSources sources_;
  rpc::Runtime& runtime_;
};

#undef QJ_ANSWER

}  // namespace

std::unique_ptr<grpc::Service> NewSubscriptionService(
    const SubscriptionSources& sources, rpc::Runtime& runtime) {
  return std::make_unique<SubscriptionServiceImpl>(sources, runtime);
}

}  // namespace qiangji::bottleneck
