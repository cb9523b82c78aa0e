#include "services/bottleneck/goal_reader.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "qiangji/registry/v1/milestone_service.grpc.pb.h"
#include "qiangji/registry/v1/test_result_service.grpc.pb.h"
#include "services/bottleneck/registry_calls.h"

namespace qiangji::bottleneck {
namespace {

using registry::v1::ListMilestonesRequest;
using registry::v1::ListMilestonesResponse;
using registry::v1::ListTestResultsRequest;
using registry::v1::ListTestResultsResponse;
using registry::v1::MilestoneService;
using registry::v1::TestResultService;

}  // namespace

struct GoalReader::Shared {
  std::unique_ptr<MilestoneService::Stub> milestones;
  std::unique_ptr<TestResultService::Stub> tests;
  RegistryCalls calls;
};

// One read: item after item, page after page. Held by the calls it makes.
class GoalReader::Call final : public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<Shared> shared, Wanted wanted, Done done)
      : shared_(std::move(shared)),
        wanted_(std::move(wanted)),
        milestones_of_(wanted_.milestones_of.begin(),
                       wanted_.milestones_of.end()),
        tests_of_(wanted_.tests_of.begin(), wanted_.tests_of.end()),
        done_(std::move(done)) {}

  void Next() {
    if (!milestones_of_.empty()) return AskMilestones(milestones_of_.back());
    if (!tests_of_.empty()) return AskTests(tests_of_.back());
    done_(std::move(facts_));
  }

 private:
  void AskMilestones(const std::string& item) {
    ListMilestonesRequest request;
    request.set_parent(absl::StrCat("items/", item));
    request.set_page_size(RegistryCalls::kPageSize);
    request.set_page_token(page_token_);
    request.set_read_seq(wanted_.registry_seq);
    Ask<ListMilestonesRequest, ListMilestonesResponse>(
        std::move(request),
        [shared = shared_](grpc::ClientContext* context,
                           const ListMilestonesRequest* asked,
                           ListMilestonesResponse* response,
                           std::function<void(grpc::Status)> ended) {
          shared->milestones->async()->ListMilestones(context, asked, response,
                                                      std::move(ended));
        },
        [this, item](const ListMilestonesResponse& response) {
          int& stage = facts_[item].stage;
          for (const auto& milestone : response.milestones()) {
            const absl::Time date =
                absl::FromUnixSeconds(milestone.date().seconds());
            if (date > wanted_.until) continue;
            stage = std::max(stage, static_cast<int>(milestone.stage()));
          }
          if (response.next_page_token().empty()) milestones_of_.pop_back();
        });
  }

  void AskTests(const std::string& item) {
    ListTestResultsRequest request;
    request.set_filter(absl::StrCat("item_id = \"", item, "\""));
    request.set_page_size(RegistryCalls::kPageSize);
    request.set_page_token(page_token_);
    request.set_read_seq(wanted_.registry_seq);
    Ask<ListTestResultsRequest, ListTestResultsResponse>(
        std::move(request),
        [shared = shared_](grpc::ClientContext* context,
                           const ListTestResultsRequest* asked,
                           ListTestResultsResponse* response,
                           std::function<void(grpc::Status)> ended) {
          shared->tests->async()->ListTestResults(context, asked, response,
                                                  std::move(ended));
        },
        [this, item](const ListTestResultsResponse& response) {
          auto& tests = facts_[item].tests;
          for (const auto& test : response.test_results()) {
            tests.push_back({test.property(), test.value()});
          }
          if (response.next_page_token().empty()) tests_of_.pop_back();
        });
  }

  // One page; an item that is gone has no facts.
  template <typename Request, typename Response, typename Start, typename Take>
  void Ask(Request request, Start start, Take take) {
    shared_->calls.Ask<Request, Response>(
        std::move(request), std::move(start),
        [self = shared_from_this(), take](const absl::Status& status,
                                          const Response& response) {
          if (!status.ok() && !absl::IsNotFound(status)) {
            return self->done_(status);
          }
          self->page_token_ = response.next_page_token();
          take(response);
          self->Next();
        });
  }

  const std::shared_ptr<Shared> shared_;
  const Wanted wanted_;
  std::vector<std::string> milestones_of_;
  std::vector<std::string> tests_of_;
  std::string page_token_;
  domain::GoalFactsByItem facts_;
  const Done done_;
};

GoalReader::GoalReader(const std::shared_ptr<grpc::Channel>& registry)
    : shared_(std::make_shared<Shared>()) {
  shared_->milestones = MilestoneService::NewStub(registry);
  shared_->tests = TestResultService::NewStub(registry);
}

GoalReader::~GoalReader() = default;

void GoalReader::Read(Wanted wanted, Done done) {
  shared_->calls.Begin();
  std::make_shared<Call>(shared_, std::move(wanted), std::move(done))->Next();
}

void GoalReader::Cancel() { shared_->calls.Cancel(); }

}  // namespace qiangji::bottleneck
