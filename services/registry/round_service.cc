// Rounds of reporting (round_service.h).
#include "services/registry/round_service.h"

#include "qiangji/registry/v1/round_service.grpc.pb.h"
#include "services/registry/resource_methods.h"
#include "services/registry/round_moves.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::registry {
namespace {

namespace v1 = ::qiangji::registry::v1;

// One override; `Body` is the method of ResourceMethods behind it.
#define QJ_STANDARD(Method, Response, Pool, Body)                             \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,      \
                                   const v1::Method##Request* request,        \
                                   Response* response) override {             \
    return StartMethod(runtime_, v1::RoundService::service_full_name(),       \
                       __func__, context, request, response,                  \
                       rpc::PoolKind::Pool, rounds_, &ResourceMethods::Body); \
  }
// One that moves reports; `Pool` and the function of round_moves.h behind it.
#define QJ_MOVE(Method, Pool, Body)                                            \
  grpc::ServerUnaryReactor* Method(grpc::CallbackServerContext* context,       \
                                   const v1::Method##Request* request,         \
                                   v1::RoundStatus* response) override {       \
    return rpc::Unary(                                                         \
        {&runtime_, v1::RoundService::service_full_name(), __func__}, context, \
        request, response, rpc::PoolKind::Pool,                                \
        [this](rpc::RequestContext& call, const v1::Method##Request& asked,    \
               v1::RoundStatus* out) {                                         \
          return registry::Body(call, store_, asked, out);                     \
        });                                                                    \
  }

class RoundService final : public v1::RoundService::CallbackService {
 public:
  RoundService(rpc::Runtime& runtime, store::Store& store)
      : runtime_(runtime),
        store_(store),
        rounds_(ResourceTypeOf(domain::TableId::kRounds), store) {}

  QJ_STANDARD(GetRound, v1::Round, kRead, Get)
  QJ_STANDARD(ListRounds, v1::ListRoundsResponse, kRead, List)
  QJ_STANDARD(CreateRound, v1::Round, kWrite, Create)
  QJ_STANDARD(UpdateRound, v1::Round, kWrite, Update)
  QJ_STANDARD(DeleteRound, type::v1::DeleteResponse, kWrite, Delete)
  QJ_STANDARD(BatchGetRounds, v1::BatchGetRoundsResponse, kRead, BatchGet)
  QJ_STANDARD(BatchCreateRounds, v1::BatchCreateRoundsResponse, kWrite,
              BatchCreate)
  QJ_STANDARD(BatchUpdateRounds, v1::BatchUpdateRoundsResponse, kWrite,
              BatchUpdate)
  QJ_STANDARD(BatchDeleteRounds, type::v1::DeleteResponse, kWrite, BatchDelete)
  QJ_STANDARD(ListRoundHistory, v1::ListRoundHistoryResponse, kRead, History)

  QJ_MOVE(InviteReporters, kWrite, InviteReporters)
  QJ_MOVE(SubmitRoundReports, kWrite, SubmitRoundReports)
  QJ_MOVE(ReturnRoundReports, kWrite, ReturnRoundReports)
  QJ_MOVE(AcceptRoundReports, kWrite, AcceptRoundReports)
  QJ_MOVE(FreezeRound, kWrite, FreezeRound)
  QJ_MOVE(SummarizeRound, kRead, SummarizeRound)

 private:
  rpc::Runtime& runtime_;
  store::Store& store_;
  ResourceMethods rounds_;
};

#undef QJ_MOVE
#undef QJ_STANDARD

}  // namespace

std::unique_ptr<grpc::Service> NewRoundService(rpc::Runtime& runtime,
                                               store::Store& store) {
  return std::make_unique<RoundService>(runtime, store);
}

}  // namespace qiangji::registry
