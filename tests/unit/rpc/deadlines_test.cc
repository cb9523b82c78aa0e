#include "services/rpc/deadlines.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "absl/time/clock.h"
#include "services/rpc/context.h"

namespace qiangji::rpc {
namespace {

struct Call {
  Call() {
    context->OnCancel([this] { cancelled.set_value(); });
  }
  bool IsCancelled() {
    return ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  std::promise<void> cancelled;
  std::future<void> ended = cancelled.get_future();
  std::shared_ptr<RequestContext> context =
      std::make_shared<RequestContext>(RequestContext::Options());
};

TEST(DeadlinesTest, CancelsTheCallWhoseTimeHasCome) {
  Deadlines deadlines;
  Call later;
  Call soon;
  const absl::Time at = absl::Now() + absl::Milliseconds(20);
  deadlines.Watch(absl::Now() + absl::Hours(1), later.context);
  // The thread sleeps for an hour by now; this wakes it.
  deadlines.Watch(at, soon.context);
  soon.ended.wait();
  EXPECT_GE(absl::Now(), at);
  EXPECT_FALSE(later.IsCancelled());
}

TEST(DeadlinesTest, LeavesAloneWhatIsForgottenOrGone) {
  Deadlines deadlines;
  Call forgotten;
  Call last;
  const absl::Time at = absl::Now() + absl::Milliseconds(20);
  deadlines.Forget({});
  const Deadlines::Token token = deadlines.Watch(at, forgotten.context);
  deadlines.Watch(at,
                  std::make_shared<RequestContext>(RequestContext::Options()));
  deadlines.Watch(at + absl::Milliseconds(1), last.context);
  deadlines.Forget(token);
  deadlines.Forget(token);
  last.ended.wait();
  EXPECT_FALSE(forgotten.IsCancelled());
}

}  // namespace
}  // namespace qiangji::rpc
