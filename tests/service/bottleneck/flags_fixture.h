// A bottleneck with an item `a` of the sector `nev`, two alliances and their
// members.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/service/bottleneck/bottleneck_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {

inline rpc::Principal Caller(const std::string& id, rpc::Role role,
                             const std::string& organization = "",
                             std::vector<std::string> sectors = {}) {
  rpc::Principal principal;
  principal.id = id;
  principal.roles = {role};
  principal.organization_id = organization;
  principal.sectors = std::move(sectors);
  return principal;
}

class FlagsFixture : public BottleneckFixture {
 protected:
  using Flag = bottleneck::v1::Flag;
  using FlagService = bottleneck::v1::FlagService;

  FlagsFixture() {
    peers_.AddAlliance("al-1", {"nev"});
    peers_.AddAlliance("al-2");
    peers_.AddEnterprise("org-1");
    peers_.AddEnterprise("org-2");
    peers_.AddMember("al-1", "org-1");
    StartPeers();
    StartService();
    Share(0.50);
    BeAlliance();
  }

  // The item's assured share, which is what does not come from abroad.
  void Share(double assured) { peers_.CommitImports({1 - assured}); }

  void BeAlliance(const std::string& id = "al-1",
                  std::vector<std::string> sectors = {"nev"}) {
    caller_.Be(Caller("chair", rpc::Role::kAlliance, id, std::move(sectors)));
  }
  void BeMember(const std::string& id = "org-1") {
    caller_.Be(Caller("wang", rpc::Role::kEnterprise, id));
  }
  void BeSteward() { caller_.Be(Caller("steward", rpc::Role::kSteward)); }

  template <typename Request, typename Response>
  absl::Status Ask(grpc::Status (FlagService::Stub::*method)(
                       grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
    response->Clear();
    return client::FromGrpcStatus(
        (flags_.get()->*method)(&context, request, response));
  }

  static bottleneck::v1::CreateFlagRequest OnItem(
      const std::string& id = "f1") {
    bottleneck::v1::CreateFlagRequest request;
    request.set_flag_id(id);
    Flag& flag = *request.mutable_flag();
    flag.set_item_id("a");
    flag.set_severity(bottleneck::v1::SEVERITY_HIGH);
    flag.set_reason("进口到货不稳");
    flag.mutable_goal()->set_condition("assured_share>=0.6");
    return request;
  }
  static bottleneck::v1::CreateFlagRequest NewItem(
      const std::string& id = "f1") {
    bottleneck::v1::CreateFlagRequest request = OnItem(id);
    Flag& flag = *request.mutable_flag();
    flag.clear_item_id();
    flag.set_proposed_name_zh("新型轴承");
    flag.set_proposed_category(type::v1::CATEGORY_COMPONENT);
    flag.add_proposed_sectors("nev");
    return request;
  }
  void SetDue(absl::Duration after, Flag* flag) {
    flag->mutable_due()->set_seconds(absl::ToUnixSeconds(clock_.Now() + after));
  }
  absl::Status Create(const bottleneck::v1::CreateFlagRequest& request) {
    return Ask(&FlagService::Stub::CreateFlag, request, &flag_);
  }
  absl::Status Endorse(const std::string& reason = "",
                       const std::string& organization = "") {
    bottleneck::v1::EndorseFlagRequest request;
    request.set_name("flags/f1");
    request.set_reason(reason);
    request.set_organization_id(organization);
    return Ask(&FlagService::Stub::EndorseFlag, request, &flag_);
  }
  absl::Status Contest(const std::string& reason = "") {
    bottleneck::v1::ContestFlagRequest request;
    request.set_name("flags/f1");
    request.set_reason(reason);
    return Ask(&FlagService::Stub::ContestFlag, request, &flag_);
  }
  absl::Status Withdraw(const std::string& id = "f1") {
    bottleneck::v1::WithdrawFlagRequest request;
    request.set_name("flags/" + id);
    request.set_reason("已解决");
    return Ask(&FlagService::Stub::WithdrawFlag, request, &flag_);
  }
  absl::Status Judge(bool reached) {
    bottleneck::v1::JudgeFlagRequest request;
    request.set_name("flags/f1");
    request.set_reached(reached);
    request.set_reason("现场核验");
    return Ask(&FlagService::Stub::JudgeFlag, request, &flag_);
  }
  Flag Read(const std::string& id = "f1", std::int64_t read_seq = 0) {
    bottleneck::v1::GetFlagRequest request;
    request.set_name("flags/" + id);
    request.set_read_seq(read_seq);
    Flag flag;
    EXPECT_THAT(Ask(&FlagService::Stub::GetFlag, request, &flag), IsOk());
    return flag;
  }
  static std::string StateOf(const Flag& flag) {
    return bottleneck::v1::FlagState_Name(flag.state())
        .substr(sizeof("FLAG_STATE_") - 1);
  }
  std::string State(const std::string& id = "f1") { return StateOf(Read(id)); }
  // What happened, oldest first: "CREATED chair".
  std::vector<std::string> Events(const std::string& id = "f1",
                                  int page_size = 0) {
    std::vector<std::string> events;
    bottleneck::v1::ListFlagHistoryRequest request;
    request.set_name("flags/" + id);
    request.set_page_size(page_size);
    bottleneck::v1::ListFlagHistoryResponse response;
    do {
      EXPECT_THAT(Ask(&FlagService::Stub::ListFlagHistory, request, &response),
                  IsOk());
      for (const auto& version : response.versions()) {
        std::string event = bottleneck::v1::FlagEventKind_Name(version.kind())
                                .substr(sizeof("FLAG_EVENT_KIND_") - 1);
        if (!version.caller().empty()) event += " " + version.caller();
        events.insert(events.begin(), event);
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return events;
  }
  std::vector<std::string> List(const std::string& filter = "",
                                const std::string& order_by = "",
                                int page_size = 0) {
    std::vector<std::string> ids;
    bottleneck::v1::ListFlagsRequest request;
    request.set_filter(filter);
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    bottleneck::v1::ListFlagsResponse response;
    do {
      listed_ = Ask(&FlagService::Stub::ListFlags, request, &response);
      for (const Flag& flag : response.flags()) ids.push_back(flag.flag_id());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }

  Flag flag_;
  absl::Status listed_;
};

constexpr char kFlagAlert[] = "alerts/ALLIANCE_FLAG~items~a";

}  // namespace qiangji::testing
