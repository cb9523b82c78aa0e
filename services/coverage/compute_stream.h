// A computed answer as a stream: the picture is waited for without a thread,
// then the answer is computed, then its messages are written as the reader
// takes them.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "services/base/mutex.h"
#include "services/base/status_macros.h"
#include "services/coverage/answering.h"
#include "services/coverage/shown.h"
#include "services/rpc/errors.h"
#include "services/rpc/stream.h"

namespace qiangji::coverage {

template <typename Request, typename Response>
class ComputeStream
    : public std::enable_shared_from_this<ComputeStream<Request, Response>> {
 public:
  using Answer = absl::StatusOr<Messages<Response>> (*)(const Answering&,
                                                        const Request&);

  // `search`: on the pool of searches, else in a slice of the stream.
  // `audience`: by whom the answer may be read.
  ComputeStream(const Request& request, Answer answer, Engine& engine,
                bool search, For audience)
      : request_(request),
        answer_(answer),
        engine_(engine),
        search_(search),
        audience_(audience) {}

  // One slice of rpc::ServerStream.
  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  const rpc::Writer<Response>& out) {
    QJ_RETURN_IF_ERROR(call.Check());
    if (!asked_) return Ask(call, out);
    if (!messages_) QJ_RETURN_IF_ERROR(Take(call, out));
    if (!messages_) return rpc::Next::kWait;
    Response message;
    if (!messages_(&message)) return rpc::Next::kEnd;
    return out.Write(std::move(message)) ? rpc::Next::kMore : rpc::Next::kEnd;
  }

 private:
  absl::StatusOr<rpc::Next> Ask(rpc::RequestContext& call,
                                const rpc::Writer<Response>& out) {
    QJ_RETURN_IF_ERROR(ValidateOptions(request_.options()));
    QJ_RETURN_IF_ERROR(MayRead(call, audience_));
    asked_ = true;
    engine_.pictures.Acquire(call, request_.options(),
                             [self = this->shared_from_this(),
                              out](const absl::StatusOr<Picture>& picture) {
                               {
                                 const MutexLock lock(self->mutex_);
                                 self->picture_ = picture;
                               }
                               out.Wake();
                             });
    return rpc::Next::kWait;
  }

  // Goes on with the picture, or with the answer of a search.
  absl::Status Take(rpc::RequestContext& call,
                    const rpc::Writer<Response>& out) {
    std::optional<absl::StatusOr<Picture>> picture;
    {
      const MutexLock lock(mutex_);
      if (found_) {
        QJ_ASSIGN_OR_RETURN(messages_, *std::exchange(found_, std::nullopt));
        return absl::OkStatus();
      }
      picture.swap(picture_);
    }
    if (!picture) return absl::OkStatus();
    QJ_RETURN_IF_ERROR(picture->status());
    if (search_) return Search(call, out, **std::move(picture));
    QJ_ASSIGN_OR_RETURN(messages_, Compute(call, **picture));
    return absl::OkStatus();
  }

  // `out` keeps the call's context, not its request.
  absl::Status Search(rpc::RequestContext& call,
                      const rpc::Writer<Response>& out, Picture picture) {
    const bool posted =
        engine_.searches.TryPost([self = this->shared_from_this(), &call, out,
                                  picture = std::move(picture)] {
          auto found = self->Compute(call, picture);
          {
            const MutexLock lock(self->mutex_);
            self->found_ = std::move(found);
          }
          out.Wake();
        });
    return posted ? absl::OkStatus() : rpc::QueueFull(engine_.searches.name());
  }

  absl::StatusOr<Messages<Response>> Compute(rpc::RequestContext& call,
                                             const Picture& picture) {
    QJ_RETURN_IF_ERROR(call.Check());
    QJ_ASSIGN_OR_RETURN(const domain::AnalysisOptions options,
                        ResolveOptions(request_.options(), *picture.world));
    const auto stop = engine_.stops.Of(call);
    auto analysis = engine_.analyses.Get(picture.world, options, stop.get());
    if (!analysis.ok()) return OfStopped(call, analysis.status());
    auto answer = answer_(
        {picture, *std::move(analysis),
         engine_.analyses.OfYear(picture.world, options), engine_.results,
         stop.get(), nullptr, AudienceOf(call.principal()), engine_.disclosure},
        request_);
    if (!answer.ok()) return OfStopped(call, answer.status());
    return answer;
  }

  const Request request_;
  const Answer answer_;
  Engine& engine_;
  const bool search_;
  const For audience_;
  bool asked_ = false;           // by slices only, which run one at a time
  Messages<Response> messages_;  // likewise
  Mutex mutex_;
  std::optional<absl::StatusOr<Picture>> picture_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::StatusOr<Messages<Response>>> found_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace qiangji::coverage
