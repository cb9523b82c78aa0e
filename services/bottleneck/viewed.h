// Reads of what an evaluation found.
#pragma once

#include <functional>
#include <utility>

#include "services/bottleneck/freshness.h"
#include "services/rpc/unary.h"

namespace qiangji::bottleneck {

// Finds the view that the options ask for without holding a thread, then calls
// `read` on the read pool; `done` says why where there is no view. `read` calls
// `done` itself.
inline void ReadViewed(const Freshness& freshness, rpc::RequestContext& call,
                       const ReadOptions& options,
                       std::function<void(const View&)> read,
                       const rpc::Done& done) {
  freshness.Resolve(
      call, options,
      [&call, read = std::move(read), done](absl::StatusOr<View> view) {
        if (!view.ok()) return done(view.status());
        call.Resume(rpc::PoolKind::kRead,
                    [read, view = *std::move(view)] { read(view); });
      });
}

// A unary rpc that is answered from a view:
// absl::Status answer(RequestContext&, const View&, const Request&, Response*).
template <typename Request, typename Response, typename Answer>
grpc::ServerUnaryReactor* Viewed(const rpc::CallSite& site,
                                 const Freshness& freshness,
                                 grpc::CallbackServerContext* context,
                                 const Request* request, Response* response,
                                 Answer answer) {
  return rpc::Unary(
      site, context, request, response, rpc::PoolKind::kRead,
      [&freshness, answer](rpc::RequestContext& call, const Request& q,
                           Response* a, const rpc::Done& done) {
        ReadViewed(
            freshness, call, ReadOptionsOf(q),
            [answer, &call, &q, a, done](const View& view) {
              done(answer(call, view, q, a));
            },
            done);
      });
}

}  // namespace qiangji::bottleneck
