// Calls of the registry against yardsticks over loopback, in the same process
// and by the same client: GetItem and durable UpdateItem against a method that
// does nothing, at 1, 8 and 64 at a time; Export against a bare stream of as
// many messages of the same size, and against SQLite's own scan of the rows.
#include <benchmark/benchmark.h>
#include <grpcpp/grpcpp.h>
#include <sqlite3.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/channels.h"
#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "empty.grpc.pb.h"
#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "services/registry/service.h"
#include "services/rpc/log.h"
#include "services/rpc/runtime.h"
#include "services/rpc/server.h"

namespace qiangji::bench {
namespace {

constexpr int kItems = 100'000;
constexpr int kCalled = 10'000;  // of them, by the calls
constexpr int kCallsPerRound = 4'000;

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::fprintf(stderr, "%s\n", value.status().ToString().c_str());
    std::abort();
  }
  return *std::move(value);
}

// Sends one message until it has been sent often enough.
class Repeat final : public grpc::ServerWriteReactor<v1::Part> {
 public:
  explicit Repeat(const v1::StreamRequest& request)
      : left_(request.messages()) {
    part_.set_data(std::string(static_cast<std::size_t>(request.bytes()), 'x'));
    Next();
  }
  void OnWriteDone(bool ok) override {
    if (ok) {
      Next();
    } else {
      Finish(grpc::Status::CANCELLED);
    }
  }
  void OnDone() override { delete this; }

 private:
  void Next() {
    if (left_-- > 0) {
      StartWrite(&part_);
    } else {
      Finish(grpc::Status::OK);
    }
  }
  std::int64_t left_;
  v1::Part part_;
};

class Empty final : public v1::EmptyService::CallbackService {
  grpc::ServerWriteReactor<v1::Part>* Stream(
      grpc::CallbackServerContext*, const v1::StreamRequest* request) override {
    return new Repeat(*request);
  }
  grpc::ServerUnaryReactor* DoNothing(grpc::CallbackServerContext* context,
                                      const v1::Nothing*,
                                      v1::Nothing*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

void WriteItems(store::Store& store) {
  const domain::TableSchema& table = *domain::FindTable("items");
  const auto at = [&table](absl::string_view column) {
    return static_cast<std::size_t>(table.Find(column));
  };
  store::WriteOptions options;
  options.caller = "bench";
  options.method = "/bench/WriteItems";
  const auto body = [&](store::Transaction& transaction,
                        std::vector<std::string>&) -> absl::Status {
    for (int i = 0; i < kItems; ++i) {
      domain::Row row(table.columns.size());
      row[at("item_id")] = absl::StrCat("item-", i);
      row[at("name_zh")] = absl::StrCat("部件 ", i);
      row[at("name_en")] = absl::StrCat("Part ", i);
      row[at("category")] = std::string("component");
      row[at("sectors")] = std::string("rail");
      row[at("unit")] = std::string("set");
      const auto put = transaction.Put(table, row, "");
      if (!put.ok()) return put.status();
    }
    return absl::OkStatus();
  };
  OrDie(store.ReadWrite(options, body));
}

// A registry as qiangjid runs it, on a database file, and the empty service
// on a gRPC server with nothing of ours.
class Servers {
 public:
  explicit Servers(const std::string& directory)
      : path_(directory + "/registry.db"),
        store_(OrDie(store::OpenSqlite(path_, domain::RegistryTables(),
                                       migrations::Registry()))),
        runtime_(RuntimeOf()),
        registry_(registry::NewRegistryService(*store_, runtime_)),
        server_(
            OrDie(rpc::Server::Start({"127.0.0.1:0"}, registry_->services()))) {
    const absl::Status started = registry_->Start();
    if (!started.ok()) OrDie<int>(started);
    WriteItems(*store_);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&empty_);
    plain_ = builder.BuildAndStart();
    items = registry::v1::ItemService::NewStub(
        client::NewChannel(server_->address()));
    exports = registry::v1::ExportService::NewStub(
        client::NewChannel(server_->address()));
    nothing = v1::EmptyService::NewStub(
        client::NewChannel(absl::StrCat("127.0.0.1:", port)));
  }
  ~Servers() {
    sqlite3_close_v2(file_);
    plain_->Shutdown();
    runtime_.StopWaitingStreams();
    registry_->Shutdown();
    server_->Shutdown(absl::Now() + absl::Seconds(5));
    runtime_.pools().Drain();
  }

  std::unique_ptr<registry::v1::ItemService::Stub> items;
  std::unique_ptr<registry::v1::ExportService::Stub> exports;
  std::unique_ptr<v1::EmptyService::Stub> nothing;
  std::int64_t export_bytes = 0;  // of the items

  // The items as they lie, on a connection of its own.
  sqlite3_stmt* PrepareScan() {
    sqlite3_stmt* scan = nullptr;
    if ((file_ == nullptr &&
         sqlite3_open_v2(path_.c_str(), &file_,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                         nullptr) != SQLITE_OK) ||
        sqlite3_prepare_v2(file_, "SELECT * FROM items ORDER BY item_id", -1,
                           &scan, nullptr) != SQLITE_OK) {
      std::abort();
    }
    return scan;
  }

 private:
  static rpc::RuntimeOptions RuntimeOf() {
    rpc::RuntimeOptions options;
    options.service = "registry";
    return options;
  }
  Empty empty_;
  const std::string path_;
  sqlite3* file_ = nullptr;
  std::unique_ptr<store::Store> store_;
  rpc::Runtime runtime_;
  std::unique_ptr<rpc::ServiceHost> registry_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<grpc::Server> plain_;
};

Servers* servers = nullptr;

// Keeps `width` calls under way until `calls` have been made. `start` begins
// one call and runs what it is given when that has ended well or not.
template <typename Start>
void MakeCalls(int width, int calls, Start start) {
  struct Lane {
    std::atomic<int> left;
    std::atomic<int> running;
    std::mutex mutex;
    std::condition_variable idle;
  } lanes;
  lanes.left = calls;
  lanes.running = width;
  std::function<void()> next = [&] {
    const int left = lanes.left.fetch_sub(1);
    if (left > 0) {
      start(left, [&next] { next(); });
      return;
    }
    const std::lock_guard<std::mutex> lock(lanes.mutex);
    if (lanes.running.fetch_sub(1) == 1) lanes.idle.notify_one();
  };
  for (int lane = 0; lane < width; ++lane) next();
  std::unique_lock<std::mutex> lock(lanes.mutex);
  lanes.idle.wait(lock, [&] { return lanes.running.load() == 0; });
}

// One call of each kind; both allocate the same.
template <typename Request, typename Response, typename Begin>
void CallOnce(const Request& request, Begin begin, std::function<void()> done) {
  struct State {
    grpc::ClientContext context;
    Request request;
    Response response;
  };
  auto state = std::make_shared<State>();
  state->request = request;
  begin(&state->context, &state->request, &state->response,
        [state, done = std::move(done)](const grpc::Status& status) {
          if (!status.ok()) {
            std::fprintf(stderr, "call: %s\n", status.error_message().c_str());
            std::abort();
          }
          done();
        });
}

void GetItem(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    MakeCalls(
        static_cast<int>(state.range(0)), kCallsPerRound,
        [](int n, std::function<void()> done) {
          registry::v1::GetItemRequest request;
          request.set_name(absl::StrCat("items/item-", n * 7919 % kCalled));
          CallOnce<registry::v1::GetItemRequest, registry::v1::Item>(
              request,
              [](auto* context, auto* q, auto* a, auto ended) {
                servers->items->async()->GetItem(context, q, a, ended);
              },
              std::move(done));
        });
  }
  state.SetItemsProcessed(state.iterations() * kCallsPerRound);
}

void DoNothing(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    MakeCalls(static_cast<int>(state.range(0)), kCallsPerRound,
              [](int, std::function<void()> done) {
                CallOnce<v1::Nothing, v1::Nothing>(
                    {},
                    [](auto* context, auto* q, auto* a, auto ended) {
                      servers->nothing->async()->DoNothing(context, q, a,
                                                           ended);
                    },
                    std::move(done));
              });
  }
  state.SetItemsProcessed(state.iterations() * kCallsPerRound);
}

// A commit each, grouped; `weight` is another one every time.
void UpdateItem(benchmark::State& state) {
  static std::atomic<int> version{1};
  for ([[maybe_unused]] auto _ : state) {
    MakeCalls(static_cast<int>(state.range(0)), kCallsPerRound,
              [](int n, std::function<void()> done) {
                registry::v1::UpdateItemRequest request;
                registry::v1::Item& item = *request.mutable_item();
                item.set_name(absl::StrCat("items/item-", n * 7919 % kCalled));
                item.set_weight(version.fetch_add(1));
                request.mutable_update_mask()->add_paths("weight");
                CallOnce<registry::v1::UpdateItemRequest, registry::v1::Item>(
                    request,
                    [](auto* context, auto* q, auto* a, auto ended) {
                      servers->items->async()->UpdateItem(context, q, a, ended);
                    },
                    std::move(done));
              });
  }
  state.SetItemsProcessed(state.iterations() * kCallsPerRound);
}

// Reads a stream to its end: messages and bytes.
template <typename Stream, typename Message>
std::pair<std::int64_t, std::int64_t> Drain(Stream& stream, Message message) {
  std::pair<std::int64_t, std::int64_t> seen{0, 0};
  while (stream.Read(&message)) {
    ++seen.first;
    seen.second += static_cast<std::int64_t>(message.data().size());
  }
  if (!stream.Finish().ok()) std::abort();
  return seen;
}

std::pair<std::int64_t, std::int64_t> ExportOnce() {
  grpc::ClientContext context;
  registry::v1::ExportRequest request;
  request.add_tables("items");
  const auto stream = servers->exports->Export(&context, request);
  return Drain(*stream, registry::v1::ExportResponse());
}

void Export(benchmark::State& state) {
  std::int64_t bytes = 0;
  for ([[maybe_unused]] auto _ : state) bytes += ExportOnce().second;
  state.SetBytesProcessed(bytes);
}

void BareStream(benchmark::State& state) {
  const auto [messages, size] = ExportOnce();
  std::int64_t bytes = 0;
  for ([[maybe_unused]] auto _ : state) {
    grpc::ClientContext context;
    v1::StreamRequest request;
    request.set_messages(messages);
    request.set_bytes(size / messages);
    const auto stream = servers->nothing->Stream(&context, request);
    bytes += Drain(*stream, v1::Part()).second;
  }
  state.SetBytesProcessed(bytes);
}

// What an export cannot do without: SQLite steps over the same rows in the
// same order and hands over every cell, on one thread.
void SqliteScan(benchmark::State& state) {
  std::int64_t bytes = 0;
  for ([[maybe_unused]] auto _ : state) {
    sqlite3_stmt* scan = servers->PrepareScan();
    const int columns = sqlite3_column_count(scan);
    std::int64_t cells = 0;
    while (sqlite3_step(scan) == SQLITE_ROW) {
      for (int c = 0; c < columns; ++c) {
        sqlite3_value* cell = sqlite3_column_value(scan, c);
        if (sqlite3_value_text(cell) != nullptr) {
          cells += sqlite3_value_bytes(cell);
        }
      }
    }
    sqlite3_finalize(scan);
    benchmark::DoNotOptimize(cells);
    bytes += servers->export_bytes;
  }
  state.SetBytesProcessed(bytes);
}

// Processor time is that of client and server together.
void Settings(benchmark::internal::Benchmark* benchmark) {
  benchmark->UseRealTime()->MeasureProcessCPUTime();
}
BENCHMARK(UpdateItem)->Arg(1)->Arg(64)->Apply(Settings);
BENCHMARK(Export)->Apply(Settings);
BENCHMARK(BareStream)->Apply(Settings);
BENCHMARK(SqliteScan)->Apply(Settings);
BENCHMARK(GetItem)->Arg(1)->Arg(8)->Arg(64)->Apply(Settings);
BENCHMARK(DoNothing)->Arg(1)->Arg(8)->Arg(64)->Apply(Settings);

}  // namespace
}  // namespace qiangji::bench

// The last argument is an empty directory for the database.
int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::string directory = argv[--argc];
  benchmark::Initialize(&argc, argv);
  qiangji::bench::Servers servers(directory);
  qiangji::bench::servers = &servers;
  servers.export_bytes = qiangji::bench::ExportOnce().second;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
