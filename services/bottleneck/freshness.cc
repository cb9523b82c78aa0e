#include "services/bottleneck/freshness.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/call.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "services/bottleneck/evaluation_log.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {
namespace {

using registry::v1::ChangeService;
using registry::v1::GetHeadRequest;
using registry::v1::GetHeadResponse;
using Resolved = std::function<void(absl::StatusOr<View>)>;

// Early enough that the caller still reads why it failed.
absl::Time AnswerBy(const rpc::RequestContext& call) {
  const absl::Duration left = call.deadline() - absl::Now();
  return call.deadline() - std::min(left / 5, absl::Milliseconds(250));
}

absl::Status CheckOptions(const ReadOptions& options) {
  rpc::Violations violations;
  if (options.read_seq < 0) {
    violations.Add("read_seq", "must not be negative");
  }
  if (options.read_seq != 0 && options.read_time) {
    violations.Add("read_time", "only one of read_time and read_seq");
  }
  return violations.ToStatus();
}

// The evaluation that the options name, once `head` is evaluated.
View ViewOf(const EvaluationLog& log, const ReadOptions& options) {
  View view;
  if (options.read_time) {
    view.point = log.NewestAtTime(*options.read_time);
    view.until = options.read_time;
  } else if (options.read_seq != 0) {
    view.point = log.NewestAt(options.read_seq);
  } else {
    view.point = log.Newest();
    view.newest = true;
  }
  return view;
}

// What is evaluated cannot change any more.
bool IsPast(const EvaluationLog& log, const ReadOptions& options) {
  if (options.read_seq != 0) return options.read_seq <= log.evaluated();
  const std::optional<EvaluationPoint> newest = log.Newest();
  return options.read_time && newest &&
         *options.read_time <= newest->registry_time;
}

}  // namespace

struct Freshness::Stub {
  std::unique_ptr<ChangeService::Stub> stub;
};

Freshness::Freshness(const std::shared_ptr<grpc::Channel>& registry,
                     EvaluationLog& log)
    : stub_(std::make_shared<Stub>()), log_(log) {
  stub_->stub = ChangeService::NewStub(registry);
}

Freshness::~Freshness() = default;

void Freshness::Resolve(rpc::RequestContext& call, const ReadOptions& options,
                        Resolved done) const {
  const absl::Status valid = CheckOptions(options);
  if (!valid.ok()) return done(valid);
  if (IsPast(log_, options)) return done(ViewOf(log_, options));
  if (options.allow_stale) {
    View view = ViewOf(log_, options);
    view.stale = log_.evaluated() < log_.head();
    return done(view);
  }
  const absl::Time deadline = AnswerBy(call);
  client::CallOptions how;
  how.timeout = deadline - absl::Now();
  client::CallAsync<GetHeadRequest, GetHeadResponse>(
      how, GetHeadRequest(),
      [stub = stub_](grpc::ClientContext* context,
                     const GetHeadRequest* request, GetHeadResponse* response,
                     std::function<void(grpc::Status)> ended) {
        stub->stub->async()->GetHead(context, request, response,
                                     std::move(ended));
      },
      [&log = log_, options, deadline, done = std::move(done)](
          const absl::Status& status, const GetHeadResponse& head) {
        if (!status.ok()) {
          return done(absl::UnavailableError(
              absl::StrCat("the registry cannot be asked for its head: ",
                           status.message())));
        }
        if (options.read_seq > head.seq()) {
          return done(rpc::OutOfRange(
              "read_seq", absl::StrCat("the newest sequence is ", head.seq())));
        }
        const std::int64_t wanted =
            options.read_seq != 0 ? options.read_seq : head.seq();
        log.Await(wanted, deadline,
                  [&log, options, done](const absl::Status& evaluated) {
                    if (!evaluated.ok()) return done(evaluated);
                    done(ViewOf(log, options));
                  });
      });
}

}  // namespace qiangji::bottleneck
