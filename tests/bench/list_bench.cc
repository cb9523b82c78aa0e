// Lists and old states, over loopback: pages of a long list cost the same at
// its end as at its beginning, and reads at an old time what reads of the head
// cost, however often rows were written since.
//
//   list_bench DIRECTORY ITEMS REVISED REVISIONS
//
// prints one JSON object. DIRECTORY is empty; ITEMS rows are listed, REVISED
// others are written REVISIONS times over. What is compared is the processor
// time of client and server together, which does not depend on what else the
// machine does; calls come one after another.
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "clients/cpp/channels.h"
#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "qiangji/registry/v1/item_service.grpc.pb.h"
#include "services/registry/service.h"
#include "services/rpc/log.h"
#include "services/rpc/runtime.h"
#include "services/rpc/server.h"

namespace qiangji::bench {
namespace {

namespace v1 = registry::v1;

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}
template <typename T>
T OrDie(absl::StatusOr<T> value) {
  Require(value.status());
  return *std::move(value);
}
void Require(const grpc::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.error_message().c_str());
  std::abort();
}

double ProcessorSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// A registry on a database file, with items of its own.
class Registry {
 public:
  explicit Registry(const std::string& file)
      : store_(OrDie(store::OpenSqlite(file, domain::RegistryTables(),
                                       migrations::Registry()))),
        runtime_(RuntimeOf()),
        host_(registry::NewRegistryService(*store_, runtime_)),
        server_(OrDie(
            rpc::Server::Start({.listen = "127.0.0.1:0"}, host_->services()))) {
    Require(host_->Start());
    items_ = v1::ItemService::NewStub(client::NewChannel(server_->address()));
  }
  ~Registry() {
    runtime_.StopWaitingStreams();
    host_->Shutdown();
    server_->Shutdown(absl::Now() + absl::Seconds(5));
    runtime_.pools().Drain();
  }

  // One change that writes `count` items; the sequence of it.
  std::int64_t Write(int count, int revision) {
    const domain::TableSchema& table =
        *domain::FindTable(domain::TableId::kItems);
    const auto at = [&](const char* column) {
      return static_cast<std::size_t>(table.Find(column));
    };
    const auto body = [&](store::Transaction& transaction,
                          std::vector<std::string>&) -> absl::Status {
      for (int i = 0; i < count; ++i) {
        domain::Row row(table.columns.size());
        row[at("item_id")] = absl::StrFormat("item-%07d", i);
        row[at("name_zh")] = absl::StrCat("部件 ", i, " 第 ", revision, " 版");
        row[at("category")] = std::string("component");
        row[at("sectors")] = std::string("rail");
        const auto put = transaction.Put(table, row, "");
        if (!put.ok()) return put.status();
      }
      return absl::OkStatus();
    };
    return OrDie(store_->ReadWrite({}, body)).seq;
  }

  // Processor seconds of each page of a whole list.
  std::vector<double> List(std::int64_t read_seq) {
    std::vector<double> pages;
    v1::ListItemsRequest request;
    request.set_page_size(1000);
    request.set_read_seq(read_seq);
    do {
      grpc::ClientContext context;
      v1::ListItemsResponse page;
      const double start = ProcessorSeconds();
      Require(items_->ListItems(&context, request, &page));
      pages.push_back(ProcessorSeconds() - start);
      rows_ += page.items_size();
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return pages;
  }

  // Processor seconds of a Get of each of `count` items.
  double Get(int count, std::int64_t read_seq) {
    const double start = ProcessorSeconds();
    for (int i = 0; i < count; ++i) {
      grpc::ClientContext context;
      v1::GetItemRequest request;
      request.set_name(absl::StrFormat("items/item-%07d", i));
      request.set_read_seq(read_seq);
      v1::Item item;
      Require(items_->GetItem(&context, request, &item));
    }
    return ProcessorSeconds() - start;
  }
  std::int64_t rows() const { return rows_; }

 private:
  static rpc::RuntimeOptions RuntimeOf() {
    rpc::RuntimeOptions options;
    options.service = "registry";
    return options;
  }
  std::unique_ptr<store::Store> store_;
  rpc::Runtime runtime_;
  std::unique_ptr<rpc::ServiceHost> host_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::ItemService::Stub> items_;
  std::int64_t rows_ = 0;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}
double Sum(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

void LongList(const std::string& directory, int items) {
  Registry registry(directory + "/long.db");
  registry.Write(items, 0);
  const absl::Time start = absl::Now();
  const std::vector<double> pages = registry.List(0);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  const std::size_t tenth = std::max<std::size_t>(1, pages.size() / 10);
  const auto count = static_cast<std::ptrdiff_t>(tenth);
  std::printf(
      "\"rows\": %lld, \"list_s\": %.6f, \"first_page_s\": %.9f, "
      "\"last_page_s\": %.9f, ",
      static_cast<long long>(registry.rows()), seconds,
      Median({pages.begin(), pages.begin() + count}),
      Median({pages.end() - count, pages.end()}));
}

void OldState(const std::string& directory, int items, int revisions) {
  Registry registry(directory + "/old.db");
  std::int64_t middle = 0;
  for (int revision = 0; revision < revisions; ++revision) {
    const std::int64_t seq = registry.Write(items, revision);
    if (revision == revisions / 2) middle = seq;
  }
  std::vector<double> get[2], list[2];
  for (int round = 0; round < 5; ++round) {
    for (const int old : {0, 1}) {
      const std::int64_t seq = old == 1 ? middle : 0;
      get[old].push_back(registry.Get(items, seq) / items);
      list[old].push_back(Sum(registry.List(seq)) / items);
    }
  }
  std::printf(
      "\"get_s\": %.9f, \"old_get_s\": %.9f, \"row_s\": %.9f, "
      "\"old_row_s\": %.9f",
      Median(get[0]), Median(get[1]), Median(list[0]), Median(list[1]));
}

}  // namespace
}  // namespace qiangji::bench

int main(int argc, char** argv) {
  int items = 0, revised = 0, revisions = 0;
  if (argc != 5 || !absl::SimpleAtoi(argv[2], &items) ||
      !absl::SimpleAtoi(argv[3], &revised) ||
      !absl::SimpleAtoi(argv[4], &revisions)) {
    return 2;
  }
  qiangji::rpc::SetLogLevel(qiangji::rpc::LogLevel::kWarning);
  std::printf("{");
  qiangji::bench::LongList(argv[1], items);
  qiangji::bench::OldState(argv[1], revised, revisions);
  std::printf("}\n");
  return 0;
}
