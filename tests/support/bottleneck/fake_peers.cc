#include "tests/support/bottleneck/fake_peers.h"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/channel.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/channels.h"
#include "qiangji/coverage/v1/coverage_service.grpc.pb.h"
#include "qiangji/registry/v1/change_service.grpc.pb.h"
#include "qiangji/registry/v1/project_service.grpc.pb.h"
#include "services/base/mutex.h"
#include "tests/support/bottleneck/fake_registry.h"

namespace qiangji::testing {
namespace {

// A stopped client is noticed this fast; nothing else depends on it.
constexpr std::chrono::milliseconds kPoll(10);

std::string NewSocket() {
  static std::atomic<int> next{0};
  return absl::StrCat("unix:", ::testing::TempDir(), "/qj_fake_", getpid(), "_",
                      next++);
}

google::protobuf::Timestamp TimeOf(std::int64_t seq) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
      absl::ToUnixNanos(CommitTime(seq)));
}

std::unique_ptr<grpc::Server> Listen(
    const std::string& address, const std::vector<grpc::Service*>& services) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  for (grpc::Service* service : services) builder.RegisterService(service);
  return builder.BuildAndStart();
}

void StopServer(std::unique_ptr<grpc::Server>& server) {
  if (server == nullptr) return;
  server->Shutdown(std::chrono::system_clock::now());
  server->Wait();
  server.reset();
}

}  // namespace

absl::Time CommitTime(std::int64_t seq) {
  return absl::FromUnixSeconds(1'700'000'000) + absl::Hours(seq);
}

// What both services look at.
struct Facts {
  Mutex mutex;
  CondVar changed;
  std::vector<FakeWorld> worlds ABSL_GUARDED_BY(mutex);  // of seq 1, 2, …
  bool held ABSL_GUARDED_BY(mutex) = false;
  int failures ABSL_GUARDED_BY(mutex) = 0;
  absl::StatusCode failure ABSL_GUARDED_BY(mutex) = absl::StatusCode::kOk;
  std::vector<std::int64_t> asked ABSL_GUARDED_BY(mutex);
  std::set<std::string> projects ABSL_GUARDED_BY(mutex);  // names
  int beats ABSL_GUARDED_BY(mutex) = 0;

  std::int64_t head() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    return static_cast<std::int64_t>(worlds.size());
  }
};

class FakeChangeService final : public registry::v1::ChangeService::Service {
 public:
  explicit FakeChangeService(Facts& facts) : facts_(facts) {}

  grpc::Status GetHead(grpc::ServerContext*,
                       const registry::v1::GetHeadRequest*,
                       registry::v1::GetHeadResponse* response) override {
    const MutexLock lock(facts_.mutex);
    response->set_seq(facts_.head());
    return grpc::Status::OK;
  }

  grpc::Status ReadSnapshot(
      grpc::ServerContext*, const registry::v1::ReadSnapshotRequest*,
      grpc::ServerWriter<type::v1::FeedFrame>* writer) override {
    std::int64_t head = 0;
    {
      const MutexLock lock(facts_.mutex);
      head = facts_.head();
    }
    WriteUnit(head, *writer);
    return grpc::Status::OK;
  }

  grpc::Status WatchChanges(
      grpc::ServerContext* context,
      const registry::v1::WatchChangesRequest* request,
      grpc::ServerWriter<type::v1::FeedFrame>* writer) override {
    std::int64_t sent = request->after_seq();
    int told = -1;
    while (!context->IsCancelled()) {
      std::int64_t head = 0;
      int beats = 0;
      {
        MutexLock lock(facts_.mutex);
        if (told == facts_.beats && facts_.head() == sent) {
          facts_.changed.WaitFor(lock, kPoll);
        }
        head = facts_.head();
        beats = facts_.beats;
      }
      while (sent < head) WriteUnit(++sent, *writer);
      if (told == beats) continue;
      type::v1::FeedFrame heartbeat;
      heartbeat.mutable_heartbeat()->set_head_seq(sent);
      writer->Write(heartbeat);
      told = beats;
    }
    return grpc::Status::CANCELLED;
  }

 private:
  static void WriteUnit(std::int64_t seq,
                        grpc::ServerWriter<type::v1::FeedFrame>& writer) {
    type::v1::FeedFrame begin;
    begin.mutable_begin()->set_seq(seq);
    *begin.mutable_begin()->mutable_time() = TimeOf(seq);
    writer.Write(begin);
    type::v1::FeedFrame end;
    end.mutable_end()->set_seq(seq);
    end.mutable_end()->set_digest(std::string(32, 'd'));
    writer.Write(end);
  }

  Facts& facts_;
};

class FakeProjectService final : public registry::v1::ProjectService::Service {
 public:
  explicit FakeProjectService(Facts& facts) : facts_(facts) {}

  grpc::Status GetProject(grpc::ServerContext*,
                          const registry::v1::GetProjectRequest* request,
                          registry::v1::Project* response) override {
    const MutexLock lock(facts_.mutex);
    if (!facts_.projects.contains(request->name())) {
      return {grpc::StatusCode::NOT_FOUND, "no such project"};
    }
    response->set_name(request->name());
    return grpc::Status::OK;
  }

 private:
  Facts& facts_;
};

class FakeCoverageService final
    : public coverage::v1::CoverageService::Service {
 public:
  explicit FakeCoverageService(Facts& facts) : facts_(facts) {}

  grpc::Status QueryItemMetrics(
      grpc::ServerContext* context,
      const coverage::v1::QueryItemMetricsRequest* request,
      grpc::ServerWriter<coverage::v1::QueryItemMetricsResponse>* writer)
      override {
    FakeWorld world;
    const std::int64_t seq = request->options().read_seq();
    grpc::Status status = Enter(context, seq, true, &world);
    if (!status.ok()) return status;
    if (request->view() != coverage::v1::METRICS_VIEW_FULL) {
      return {grpc::StatusCode::INVALID_ARGUMENT, "the view is not FULL"};
    }
    coverage::v1::QueryItemMetricsResponse first;
    first.mutable_context()->set_year(world.year);
    first.mutable_context()->set_read_seq(seq);
    *first.mutable_context()->mutable_read_time() = TimeOf(seq);
    writer->Write(first);
    for (const auto& item : world.items) {
      coverage::v1::QueryItemMetricsResponse message;
      *message.mutable_items()->add_metrics() = item;
      writer->Write(message);
    }
    coverage::v1::QueryItemMetricsResponse last;
    for (const auto& project : world.projects) {
      *last.mutable_projects()->add_projects() = project;
    }
    if (last.has_projects()) writer->Write(last);
    return grpc::Status::OK;
  }

  grpc::Status ComputeTargets(
      grpc::ServerContext* context,
      const coverage::v1::ComputeTargetsRequest* request,
      coverage::v1::ComputeTargetsResponse* response) override {
    FakeWorld world;
    grpc::Status status =
        Enter(context, request->options().read_seq(), false, &world);
    for (const auto& target : world.targets) *response->add_targets() = target;
    return status;
  }

 private:
  // Waits while answers are held, then fails or finds the world.
  grpc::Status Enter(grpc::ServerContext* context, std::int64_t seq, bool first,
                     FakeWorld* world) {
    MutexLock lock(facts_.mutex);
    if (first) facts_.asked.push_back(seq);
    while (facts_.held && !context->IsCancelled()) {
      facts_.changed.WaitFor(lock, kPoll);
    }
    if (context->IsCancelled()) return grpc::Status::CANCELLED;
    if (facts_.failures > 0) {
      --facts_.failures;
      return {static_cast<grpc::StatusCode>(facts_.failure),
              "as the test says"};
    }
    if (seq < 1 || seq > facts_.head()) {
      return {grpc::StatusCode::OUT_OF_RANGE, "no such sequence"};
    }
    *world = facts_.worlds[static_cast<std::size_t>(seq - 1)];
    return grpc::Status::OK;
  }

  Facts& facts_;
};

struct FakePeers::State {
  Facts facts;
  FakeRegistry registry{[this] {
    const MutexLock lock(facts.mutex);
    return facts.worlds.empty() ? FakeWorld() : facts.worlds.back();
  }};
  FakeChangeService changes{facts};
  FakeProjectService projects{facts};
  FakeCoverageService coverage{facts};
  const std::string registry_address = NewSocket();
  const std::string coverage_address = NewSocket();
  std::unique_ptr<grpc::Server> registry_server;
  std::unique_ptr<grpc::Server> coverage_server;
};

FakePeers::FakePeers() : state_(std::make_shared<State>()) {}

FakePeers::~FakePeers() {
  StopRegistry();
  StopCoverage();
}

void FakePeers::StartRegistry() {
  std::vector<grpc::Service*> services = state_->registry.services();
  services.push_back(&state_->changes);
  services.push_back(&state_->projects);
  state_->registry_server = Listen(state_->registry_address, services);
}
void FakePeers::StopRegistry() { StopServer(state_->registry_server); }
void FakePeers::StartCoverage() {
  state_->coverage_server =
      Listen(state_->coverage_address, {&state_->coverage});
}
void FakePeers::StopCoverage() { StopServer(state_->coverage_server); }

std::shared_ptr<grpc::Channel> FakePeers::Registry() const {
  return client::NewChannel(state_->registry_address);
}
std::shared_ptr<grpc::Channel> FakePeers::Coverage() const {
  return client::NewChannel(state_->coverage_address);
}

std::int64_t FakePeers::Commit(FakeWorld world) {
  Facts& facts = state_->facts;
  const MutexLock lock(facts.mutex);
  facts.worlds.push_back(std::move(world));
  facts.changed.NotifyAll();
  return facts.head();
}

std::int64_t FakePeers::CommitImports(const std::vector<double>& shares) {
  FakeWorld world;
  char id = 'a';
  for (const double share : shares) {
    world.items.push_back(ItemWithImports(std::string(1, id++), share));
  }
  return Commit(std::move(world));
}

void FakePeers::AddProject(const std::string& project_id) {
  const MutexLock lock(state_->facts.mutex);
  state_->facts.projects.insert(absl::StrCat("projects/", project_id));
}

void FakePeers::AddAlliance(const std::string& organization_id,
                            const std::vector<std::string>& sectors) {
  state_->registry.AddOrganization(
      organization_id, type::v1::ORGANIZATION_KIND_ALLIANCE, sectors);
}

void FakePeers::AddEnterprise(const std::string& organization_id) {
  state_->registry.AddOrganization(organization_id,
                                   type::v1::ORGANIZATION_KIND_ENTERPRISE, {});
}

void FakePeers::AddMember(const std::string& alliance_id,
                          const std::string& organization_id) {
  state_->registry.AddMember(alliance_id, organization_id);
}

void FakePeers::AddMilestone(const std::string& item_id, type::v1::Stage stage,
                             absl::Time date) {
  state_->registry.AddMilestone(item_id, stage, date);
}

void FakePeers::AddTest(const std::string& item_id, const std::string& property,
                        double value) {
  state_->registry.AddTest(item_id, property, value);
}

void FakePeers::PostNeed(const std::string& need_id, const std::string& item_id,
                         absl::Time time, std::optional<absl::Time> until) {
  state_->registry.PostNeed(need_id, item_id, time, until);
}

void FakePeers::DeleteNeed(const std::string& need_id) {
  state_->registry.DeleteNeed(need_id);
}

void FakePeers::PutOffer(const std::string& offer_id,
                         const std::string& need_id, const std::string& state) {
  state_->registry.PutOffer(offer_id, need_id, state);
}

void FakePeers::Beat() {
  const MutexLock lock(state_->facts.mutex);
  ++state_->facts.beats;
  state_->facts.changed.NotifyAll();
}

void FakePeers::Hold() {
  const MutexLock lock(state_->facts.mutex);
  state_->facts.held = true;
}

void FakePeers::Release() {
  const MutexLock lock(state_->facts.mutex);
  state_->facts.held = false;
  state_->facts.changed.NotifyAll();
}

void FakePeers::FailNext(int times, absl::StatusCode code) {
  const MutexLock lock(state_->facts.mutex);
  state_->facts.failures = times;
  state_->facts.failure = code;
}

std::vector<std::int64_t> FakePeers::Asked() const {
  const MutexLock lock(state_->facts.mutex);
  return state_->facts.asked;
}

coverage::v1::ItemMetrics ItemWithImports(const std::string& id, double share) {
  coverage::v1::ItemMetrics item;
  item.set_item_id(id);
  item.set_category(type::v1::CATEGORY_COMPONENT);
  item.set_year(2025);
  item.set_data_year(2025);
  item.set_has_data(true);
  item.set_leaf(true);
  item.set_name_zh("零件");
  item.set_name_en("part");
  item.set_unit("piece");
  item.add_sectors("nev");
  item.set_located_share(1 - share);
  item.set_assured_share(1 - share);
  item.set_assured_content_lower(1 - share);
  item.set_assured_content_upper(1 - share);
  item.set_top_foreign_origin("JPN");
  item.set_top_foreign_share(0.2);
  coverage::v1::RuleInputs& inputs = *item.mutable_rule_inputs();
  inputs.set_foreign_share(share);
  inputs.set_assured_share_upper(0.5);
  inputs.set_hhi_foreign(1000);
  inputs.set_named_supplier_assured_share(0);
  inputs.set_share_failing_only_qualification(0);
  inputs.set_newest_data_year(2025);
  inputs.set_demand_quantity(1000);
  inputs.set_supplied_quantity(1000);
  inputs.set_not_assured_value_cny(share * 1e6);
  return item;
}

}  // namespace qiangji::testing
