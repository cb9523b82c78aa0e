#include "services/bottleneck/flag_service.h"

#include <grpcpp/channel.h>

#include <utility>

#include "qiangji/bottleneck/v1/flag_service.grpc.pb.h"
#include "services/bottleneck/evaluator.h"
#include "services/bottleneck/viewed.h"
#include "services/domain/validate.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::bottleneck {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

// One that writes and names nothing of the registry: the function of
// flag_handlers.h behind it.
#define QJ_FLAG_WRITE(Method)                                             \
  ServerUnaryReactor* Method(CallbackServerContext* context,              \
                             const v1::Method##Request* request,          \
                             v1::Flag* response) override {               \
    return rpc::Unary(                                                    \
        Site(#Method), context, request, response, rpc::PoolKind::kWrite, \
        [this](rpc::RequestContext& call, const v1::Method##Request& q,   \
               v1::Flag* a) {                                             \
          bool changed = false;                                           \
          const absl::Status status =                                     \
              bottleneck::Method(sources_, call, q, a, &changed);         \
          return Written(status, changed);                                \
        });                                                               \
  }

// One that asks the registry `question` first.
#define QJ_FLAG_ASK_AND_WRITE(Method, question)                                \
  ServerUnaryReactor* Method(CallbackServerContext* context,                   \
                             const v1::Method##Request* request,               \
                             v1::Flag* response) override {                    \
    return rpc::Unary(                                                         \
        Site(#Method), context, request, response, rpc::PoolKind::kRead,       \
        [this](rpc::RequestContext& call, const v1::Method##Request& q,        \
               v1::Flag* a, rpc::Done done) {                                  \
          const absl::StatusOr<FlagRegistry::Question> asked = question;       \
          if (!asked.ok()) return done(asked.status());                        \
          AskThenWrite(call, *asked, std::move(done),                          \
                       [this, &call, &q, a](const FlagRegistry::Answer& there, \
                                            bool* changed) {                   \
                         return bottleneck::Method(sources_, call, q, there,   \
                                                   a, changed);                \
                       });                                                     \
        });                                                                    \
  }

FlagRegistry::Question ItemQuestion(const std::string& item_id) {
  FlagRegistry::Question question;
  if (domain::IsId(item_id)) question.items.insert(item_id);
  return question;
}

class FlagServiceImpl final : public v1::FlagService::CallbackService {
 public:
  FlagServiceImpl(const FlagServiceParts& parts, rpc::Runtime& runtime)
      : alerts_(parts.alerts),
        sources_{
            .alerts = alerts_, .clock = parts.clock, .options = parts.options},
        freshness_(parts.freshness),
        evaluator_(parts.evaluator),
        registry_(parts.registry),
        runtime_(runtime) {}

  ServerUnaryReactor* GetFlag(CallbackServerContext* context,
                              const v1::GetFlagRequest* request,
                              v1::Flag* response) override {
    return Viewed(Site("GetFlag"), freshness_, context, request, response,
                  [this](rpc::RequestContext&, const View& view,
                         const v1::GetFlagRequest& q, v1::Flag* a) {
                    return bottleneck::GetFlag(sources_, view, q, a);
                  });
  }

  ServerUnaryReactor* ListFlags(CallbackServerContext* context,
                                const v1::ListFlagsRequest* request,
                                v1::ListFlagsResponse* response) override {
    return Viewed(
        Site("ListFlags"), freshness_, context, request, response,
        [this](rpc::RequestContext& call, const View& view,
               const v1::ListFlagsRequest& q, v1::ListFlagsResponse* a) {
          return bottleneck::ListFlags(sources_, call, view, q, a);
        });
  }

  ServerUnaryReactor* ListFlagHistory(
      CallbackServerContext* context, const v1::ListFlagHistoryRequest* request,
      v1::ListFlagHistoryResponse* response) override {
    return rpc::Unary(
        Site("ListFlagHistory"), context, request, response,
        rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::ListFlagHistoryRequest& q,
               v1::ListFlagHistoryResponse* a) {
          return bottleneck::ListFlagHistory(sources_, call, q, a);
        });
  }

  ServerUnaryReactor* CreateFlag(CallbackServerContext* context,
                                 const v1::CreateFlagRequest* request,
                                 v1::Flag* response) override {
    return rpc::Unary(
        Site("CreateFlag"), context, request, response, rpc::PoolKind::kRead,
        [this](rpc::RequestContext& call, const v1::CreateFlagRequest& q,
               v1::Flag* a, rpc::Done done) {
          auto prepared = std::make_shared<NewFlag>(PrepareFlag(call, q));
          AskThenWrite(call, prepared->question, std::move(done),
                       [this, &call, &q, a, prepared](
                           const FlagRegistry::Answer& there, bool* changed) {
                         return bottleneck::CreateFlag(
                             sources_, call, q, *prepared, there, a, changed);
                       });
        });
  }

  QJ_FLAG_ASK_AND_WRITE(EndorseFlag, PrepareVoice(sources_, call, q.name(),
                                                  q.organization_id()))
  QJ_FLAG_ASK_AND_WRITE(ContestFlag, PrepareVoice(sources_, call, q.name(),
                                                  q.organization_id()))
  QJ_FLAG_ASK_AND_WRITE(AdoptFlag, ItemQuestion(q.item_id()))
  QJ_FLAG_ASK_AND_WRITE(MapFlag, ItemQuestion(q.item_id()))
  QJ_FLAG_WRITE(WithdrawFlag)
  QJ_FLAG_WRITE(DeclineFlag)
  QJ_FLAG_WRITE(JudgeFlag)

 private:
  rpc::CallSite Site(const char* method) {
    return {.runtime = &runtime_,
            .service = v1::FlagService::service_full_name(),
            .method = method};
  }

  // What is read next knows the change.
  absl::Status Written(absl::Status status, bool changed) {
    if (changed) evaluator_.FlagsChanged();
    return status;
  }

  template <typename Body>
  void AskThenWrite(rpc::RequestContext& call,
                    const FlagRegistry::Question& question, rpc::Done done,
                    Body body) {
    registry_.Ask(call, question,
                  [this, &call, done = std::move(done),
                   body](absl::StatusOr<FlagRegistry::Answer> answer) {
                    if (!answer.ok()) return done(answer.status());
                    call.Resume(rpc::PoolKind::kWrite,
                                [this, done, body, there = *std::move(answer)] {
                                  bool changed = false;
                                  const absl::Status status =
                                      body(there, &changed);
                                  done(Written(status, changed));
                                });
                  });
  }

  const AlertSources alerts_;
  const FlagSources sources_;
  const Freshness& freshness_;
  Evaluator& evaluator_;
  const FlagRegistry registry_;
  rpc::Runtime& runtime_;
};

#undef QJ_FLAG_WRITE
#undef QJ_FLAG_ASK_AND_WRITE

}  // namespace

std::unique_ptr<grpc::Service> NewFlagService(const FlagServiceParts& parts,
                                              rpc::Runtime& runtime) {
  return std::make_unique<FlagServiceImpl>(parts, runtime);
}

}  // namespace qiangji::bottleneck
