#include "tests/service/registry/registry_fixture.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "qiangji/registry/v1/import_service.grpc.pb.h"
#include "services/registry/service.h"

namespace qiangji::testing {

namespace v1 = registry::v1;

TestRegistry::TestRegistry(const Clock* clock) {
  store::SqliteOptions storage;
  storage.clock = clock;
  store_ = store::OpenSqlite(":memory:", domain::RegistryTables(),
                             migrations::Registry(), storage)
               .value();
  rpc::RuntimeOptions options;
  if (clock != nullptr) options.clock = clock;
  options.service = "registry";
  options.pools = rpc::PoolsOptions::SingleThreaded();
  runtime_ = std::make_unique<rpc::Runtime>(options);
  host_ = registry::NewRegistryService(*store_, *runtime_);
  server_ =
      rpc::Server::Start({.listen = "127.0.0.1:0"}, host_->services()).value();
  EXPECT_TRUE(host_->Start().ok());
  channel_ = grpc::CreateChannel(server_->address(),
                                 grpc::InsecureChannelCredentials());
}

TestRegistry::~TestRegistry() {
  host_->Shutdown();
  server_->Shutdown(absl::Now() + absl::Seconds(5));
  runtime_->pools().Drain();
  EXPECT_TRUE(store_->Close().ok());
}

absl::StatusOr<v1::ImportResult> TestRegistry::Import(
    const Files& files, const v1::ImportStart& start, std::size_t chunk) {
  const auto stub = v1::ImportService::NewStub(channel_);
  grpc::ClientContext context;
  const auto stream = stub->Import(&context);
  v1::ImportRequest request;
  *request.mutable_start() = start;
  bool open = stream->Write(request);
  for (const auto& [name, content] : files) {
    for (std::size_t at = 0; open; at += chunk) {
      v1::FileChunk& part = *request.mutable_chunk();
      part.set_file_name(name);
      part.set_data(content.substr(std::min(at, content.size()), chunk));
      part.set_last(at + chunk >= content.size());
      open = stream->Write(request);
      if (part.last()) break;
    }
  }
  request.mutable_finish();
  if (open) stream->Write(request);
  stream->WritesDone();
  v1::ImportResponse response;
  v1::ImportResult result;
  while (stream->Read(&response)) {
    if (response.has_result()) result = response.result();
  }
  const absl::Status status = client::FromGrpcStatus(stream->Finish());
  if (!status.ok()) return status;
  return result;
}

absl::StatusOr<std::pair<Files, std::int64_t>> TestRegistry::Export(
    const v1::ExportRequest& request) {
  const auto stub = v1::ExportService::NewStub(channel_);
  grpc::ClientContext context;
  const auto stream = stub->Export(&context, request);
  std::pair<Files, std::int64_t> exported;
  v1::ExportResponse part;
  while (stream->Read(&part)) {
    exported.first[part.file_name()] += part.data();
    if (part.read_seq() != 0) exported.second = part.read_seq();
  }
  const absl::Status status = client::FromGrpcStatus(stream->Finish());
  if (!status.ok()) return status;
  return exported;
}

store::Change TestRegistry::Head() {
  store::Change head;
  EXPECT_TRUE(store_
                  ->Read([&](store::Reader& reader) {
                    const absl::StatusOr<store::Change> found = reader.Head();
                    if (found.ok()) head = *found;
                    return found.status();
                  })
                  .ok());
  return head;
}

Files ReadFiles(const std::string& directory) {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".csv") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream content;
    content << in.rdbuf();
    files[entry.path().filename().string()] = content.str();
  }
  return files;
}

std::vector<std::string> ErrorLines(const v1::ImportResult& result) {
  std::vector<std::string> lines;
  for (const v1::ImportError& error : result.errors()) {
    lines.push_back(absl::StrCat(error.file(), ":", error.line(), ": ",
                                 error.column(), ": ", error.message()));
  }
  return lines;
}

}  // namespace qiangji::testing
