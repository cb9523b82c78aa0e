// qiangjid init and qiangjid check.
#include <sys/statvfs.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "db/migrations/migrations.h"
#include "db/sqlite/sqlite_store.h"
#include "services/base/status_macros.h"
#include "services/qiangjid/commands.h"
#include "services/qiangjid/data_directory.h"
#include "services/qiangjid/process.h"

namespace qiangji::server {
namespace {

// A server on a full disk refuses writes; below this it is as good as full.
constexpr std::uintmax_t kLeastFreeBytes = std::uintmax_t{256} << 20;

void Say(const std::string& line) { std::printf("%s\n", line.c_str()); }

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "qiangjid: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

absl::Status CheckDisk(const std::string& path) {
  struct statvfs disk = {};
  if (statvfs(path.c_str(), &disk) != 0) {
    return absl::FailedPreconditionError(absl::StrCat("cannot look at ", path));
  }
  const std::uintmax_t free = std::uintmax_t{disk.f_bavail} * disk.f_frsize;
  Say(absl::StrCat("disk: ", free >> 20, " MiB free at ", path));
  if (free >= kLeastFreeBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("less than ", kLeastFreeBytes >> 20, " MiB free at ", path));
}

// Opens it as the server would, so it is migrated if it is older.
absl::Status CheckDatabase(const std::string& path,
                           absl::Span<const domain::TableSchema* const> tables,
                           absl::Span<const sql::Migration> migrations) {
  if (!std::filesystem::exists(path)) {
    Say(absl::StrCat("database: ", path, " will be created"));
    return absl::OkStatus();
  }
  QJ_ASSIGN_OR_RETURN(const auto store,
                      store::OpenSqlite(path, tables, migrations));
  store::Seq seq = 0;
  QJ_RETURN_IF_ERROR(store->Read([&seq](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    seq = head.seq;
    return absl::OkStatus();
  }));
  Say(absl::StrCat("database: ", path, " at change ", seq));
  return store->Close();
}

absl::Status CheckAll(const Settings& settings) {
  QJ_RETURN_IF_ERROR(Check(settings));
  Say(absl::StrCat("configuration: ", absl::StrJoin(settings.services, ", "),
                   " on ", settings.listen));
  QJ_ASSIGN_OR_RETURN(const DataDirectory directory,
                      DataDirectory::Open(settings.data));
  QJ_RETURN_IF_ERROR(CheckDisk(settings.data));
  if (settings.Runs("registry")) {
    QJ_RETURN_IF_ERROR(CheckDatabase(directory.File("registry.db"),
                                     domain::RegistryTables(),
                                     migrations::Registry()));
  }
  if (settings.Runs("coverage")) {
    QJ_RETURN_IF_ERROR(CheckDatabase(directory.File("coverage.db"),
                                     domain::CoverageTables(),
                                     migrations::Coverage()));
  }
  if (settings.Runs("bottleneck")) {
    QJ_RETURN_IF_ERROR(CheckDatabase(directory.File("bottleneck.db"),
                                     domain::BottleneckTables(),
                                     migrations::Bottleneck()));
  }
  Say("TLS: not in this build; listen on the loopback interface only");
  return absl::OkStatus();
}

}  // namespace

int Init(const Settings& settings) {
  // A server that starts and stops leaves everything in place.
  Settings quiet = settings;
  quiet.listen = "127.0.0.1:0";
  rpc::SetLogLevel(rpc::LogLevel::kError);
  auto process = Process::Start(quiet);
  if (!process.ok()) return Fail(process.status());
  const absl::Status down = (*process)->Shutdown(absl::Seconds(5));
  rpc::FlushLog();
  if (!down.ok()) return Fail(down);
  Say(absl::StrCat("created ", settings.data));
  Say("the first administrator's token: not in this build; every caller may "
      "do everything");
  return kDone;
}

int CheckSetup(const Settings& settings) {
  const absl::Status checked = CheckAll(settings);
  if (!checked.ok()) return Fail(checked);
  Say("ok");
  return kDone;
}

}  // namespace qiangji::server
