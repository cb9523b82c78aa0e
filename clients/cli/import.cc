// qiangji import PATH…
#include <grpcpp/channel.h>

#include <atomic>
#include <fstream>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/import_files.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/progress.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "clients/cli/width.h"
#include "clients/cpp/status.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/empty.pb.h"
#include "qiangji/registry/v1/import_service.grpc.pb.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using google::longrunning::Operation;
using registry::v1::ImportError;
using registry::v1::ImportProgress;
using registry::v1::ImportRequest;
using registry::v1::ImportResult;
using registry::v1::ImportService;
using registry::v1::ImportStart;
using Files = std::vector<ImportFile>;
using Stream = grpc::ClientWriter<ImportRequest>;

constexpr std::size_t kChunk = std::size_t{256} << 10;

constexpr Text kBadMaxErrors = {
    "--max-errors：“$0” 不可用；应为 1 至 100000",
    "--max-errors: '$0' is not accepted; 1 to 100000 are"};
constexpr Text kUnreadable = {"$0：读取失败", "$0: cannot be read"};
constexpr Text kSending = {"发送", "sending"};
constexpr Text kCancelled = {"导入已取消，未写入任何内容",
                             "the import was cancelled; nothing was written"};
constexpr Text kLate = {"导入未在 --timeout 内完成，已取消，未写入任何内容",
                        "the import was not done within --timeout and was "
                        "cancelled; nothing was written"};
constexpr Text kOneDirectory = {
    "--with-history：应为一个由 export --with-history 写出的目录",
    "--with-history takes one directory that export --with-history wrote"};
constexpr Text kNoResult = {"服务器未给出导入结果",
                            "the server gave no result of the import"};
constexpr Text kRefused = {
    "未导入任何内容：共 $0 行有误（上面列出 $1 行）",
    "nothing was imported: $0 bad rows ($1 of them listed above)"};
constexpr Text kImported = {"已导入，登记序号 $0", "imported, sequence $0"};
constexpr Text kUnchanged = {"没有变化，登记序号仍为 $0",
                             "nothing changed, the sequence is still $0"};
constexpr Text kDryRun = {"检查通过，未写入（--dry-run）",
                          "everything is fine; nothing was written "
                          "(--dry-run)"};
constexpr Text kSkipped = {"略过 $0 行：$1", "$0 rows passed over: $1"};
constexpr Text kWarning = {"注意：$0", "warning: $0"};

constexpr ColumnSpec kColumns[] = {
    {"table"},
    {"rows", Format::kCount},
    {"added", Format::kCount},
    {"changed", Format::kCount},
    {"unchanged", Format::kCount},
    {"closed", Format::kCount},
};
constexpr Text kHeaders[] = {{"表", "table"},       {"行数", "rows"},
                             {"新增", "added"},     {"修改", "changed"},
                             {"未变", "unchanged"}, {"关闭", "closed"}};

std::string PhaseText(const ImportProgress& progress, Lang lang) {
  static constexpr Text kPhases[] = {{"导入", "importing"},
                                     {"读取", "reading"},
                                     {"比较", "comparing"},
                                     {"写入", "writing"},
                                     {"检查", "checking"}};
  const auto phase = static_cast<std::size_t>(progress.phase());
  return std::string(kPhases[phase < std::size(kPhases) ? phase : 0].In(lang));
}

// Without --format the names of the files say what they are.
registry::v1::ImportFormat FormatOf(const Invocation& invocation) {
  const std::string format = invocation.Get("--format").value_or("");
  if (format == "csv") return registry::v1::IMPORT_FORMAT_CSV;
  if (format == "xlsx") return registry::v1::IMPORT_FORMAT_XLSX;
  if (format == "cyclonedx") return registry::v1::IMPORT_FORMAT_CYCLONEDX;
  if (format == "eto") return registry::v1::IMPORT_FORMAT_ETO;
  return registry::v1::IMPORT_FORMAT_UNSPECIFIED;
}

absl::StatusOr<ImportStart> StartOf(const Invocation& invocation) {
  ImportStart start;
  start.set_dry_run(invocation.Has("--dry-run"));
  start.set_replace(invocation.Has("--replace"));
  start.set_ignore_unknown(invocation.Has("--ignore-unknown"));
  start.set_mix(invocation.Has("--mix"));
  start.set_encoding(invocation.Get("--encoding").value_or(""));
  start.set_format(FormatOf(invocation));
  if (invocation.Has("--with-history")) {
    start.set_format(registry::v1::IMPORT_FORMAT_HISTORY);
  }
  // A repeat by this very program would be done once.
  start.set_request_id(NewUuid());
  if (const auto text = invocation.Get("--max-errors")) {
    int max_errors = 0;
    if (!absl::SimpleAtoi(*text, &max_errors) || max_errors < 1 ||
        max_errors > 100000) {
      return UsageError(Say(invocation.lang(), kBadMaxErrors, *text));
    }
    start.set_max_errors(max_errors);
  }
  return start;
}

absl::Status Cancelled(Lang lang) {
  return absl::CancelledError(std::string(kCancelled.In(lang)));
}

// Sends one file in chunks. False where the server has ended the stream; its
// status says why.
absl::StatusOr<bool> SendFile(const ImportFile& file, Lang lang,
                              Progress& progress, Stream& stream) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in) return absl::NotFoundError(Say(lang, kUnreadable, file.path));
  std::string buffer(kChunk, '\0');
  std::int64_t sent = 0;
  bool last = false;
  while (!last) {
    in.read(buffer.data(), static_cast<std::streamsize>(kChunk));
    if (in.bad()) return absl::DataLossError(Say(lang, kUnreadable, file.path));
    const auto count = static_cast<std::size_t>(in.gcount());  // before peek
    last = in.eof() || in.peek() == std::char_traits<char>::eof();
    ImportRequest request;
    request.mutable_chunk()->set_file_name(file.name);
    request.mutable_chunk()->set_data(buffer.substr(0, count));
    request.mutable_chunk()->set_last(last);
    if (!stream.Write(request)) return false;
    sent += static_cast<std::int64_t>(count);
    progress.Show(absl::StrCat(kSending.In(lang), " ", file.name), sent,
                  static_cast<std::int64_t>(file.size));
  }
  return true;
}

absl::Status SendAll(const ImportStart& start, const Files& files, Lang lang,
                     Progress& progress, Stream& stream) {
  ImportRequest first;
  *first.mutable_start() = start;
  if (!stream.Write(first)) return absl::OkStatus();
  for (const ImportFile& file : files) {
    QJ_ASSIGN_OR_RETURN(const bool open,
                        SendFile(file, lang, progress, stream));
    if (!open) return absl::OkStatus();
  }
  ImportRequest finish;
  finish.mutable_finish();
  stream.Write(finish);
  stream.WritesDone();
  return absl::OkStatus();
}

absl::StatusOr<Operation> Send(const ImportStart& start, const Files& files,
                               const Invocation& invocation, Session& session,
                               Progress& progress) {
  const Lang lang = invocation.lang();
  QJ_ASSIGN_OR_RETURN(const auto channel, session.channel(Service::kRegistry));
  const auto stub = ImportService::NewStub(channel);
  const auto context = session.StreamContext();
  Operation operation;
  const auto stream = stub->StartImport(context.get(), &operation);
  const Interrupt interrupt([&context] { context->TryCancel(); });
  const absl::Status sent = SendAll(start, files, lang, progress, *stream);
  if (!sent.ok()) context->TryCancel();
  const absl::Status finished = client::FromGrpcStatus(stream->Finish());
  QJ_RETURN_IF_ERROR(sent);
  if (interrupt.raised()) return Cancelled(lang);
  QJ_RETURN_IF_ERROR(finished);
  return operation;
}

// How the operation ended.
absl::StatusOr<ImportResult> ResultOf(const Operation& operation, bool late,
                                      bool interrupted, Lang lang) {
  if (operation.has_error()) {
    const auto& error = operation.error();
    if (error.code() == static_cast<int>(absl::StatusCode::kCancelled)) {
      if (late) {
        return absl::DeadlineExceededError(std::string(kLate.In(lang)));
      }
      if (interrupted) return Cancelled(lang);
    }
    return client::FromGrpcStatus(
        grpc::Status(static_cast<grpc::StatusCode>(error.code()),
                     error.message(), error.SerializeAsString()));
  }
  ImportResult result;
  if (!operation.response().UnpackTo(&result)) {
    return absl::InternalError(std::string(kNoResult.In(lang)));
  }
  return result;
}

// Follows the operation to its end; Ctrl-C and --timeout cancel it, and what
// was committed before that is reported as done.
absl::StatusOr<ImportResult> Follow(Operation operation, absl::Time deadline,
                                    Lang lang, Session& session,
                                    Progress& progress) {
  std::atomic<bool> asked{false};
  const Interrupt interrupt([&asked] { asked = true; });
  bool late = false;
  bool cancelled = false;
  while (!operation.done()) {
    late = late || absl::Now() >= deadline;
    if ((asked || late) && !cancelled) {
      cancelled = true;
      google::longrunning::CancelOperationRequest cancel;
      cancel.set_name(operation.name());
      google::protobuf::Empty none;
      QJ_RETURN_IF_ERROR(session.CallByName("CancelOperation", cancel, &none));
    }
    google::longrunning::WaitOperationRequest wait;
    wait.set_name(operation.name());
    wait.mutable_timeout()->set_nanos(200'000'000);
    QJ_RETURN_IF_ERROR(session.CallByName("WaitOperation", wait, &operation));
    ImportProgress at;
    if (operation.metadata().UnpackTo(&at)) {
      progress.Show(PhaseText(at, lang), at.rows_done(), at.rows_total());
    }
  }
  progress.Clear();
  return ResultOf(operation, late, asked, lang);
}

absl::StatusOr<ImportResult> Transfer(const ImportStart& start,
                                      const Files& files,
                                      const Invocation& invocation,
                                      Session& session) {
  const auto& timeout = invocation.settings.timeout;
  const absl::Time deadline =
      timeout ? absl::Now() + *timeout : absl::InfiniteFuture();
  Progress progress(invocation.console);
  QJ_ASSIGN_OR_RETURN(Operation operation,
                      Send(start, files, invocation, session, progress));
  return Follow(std::move(operation), deadline, invocation.lang(), session,
                progress);
}

// "FILE:LINE: column: what is wrong, and what is accepted" (FORMATS), FILE as
// the user gave it.
std::string BadRow(const ImportError& error,
                   const std::map<std::string, std::string>& paths) {
  // A sheet of a workbook stands behind its file: "book.xlsx!supply".
  const std::string file = error.file().substr(0, error.file().find('!'));
  const auto it = paths.find(file);
  std::string text = error.file();
  if (it != paths.end()) text.replace(0, file.size(), it->second);
  if (error.line() > 0) absl::StrAppend(&text, ":", error.line());
  if (!error.column().empty()) absl::StrAppend(&text, ": ", error.column());
  return Printable(absl::StrCat(text, ": ", error.message()));
}

void PrintCounts(const ImportResult& result, const Invocation& invocation) {
  Table table = TableOf(kColumns, result.tables(), invocation.lang());
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    table.columns[c].header = std::string(kHeaders[c].In(invocation.lang()));
  }
  if (invocation.settings.output == Output::kCsv) {
    PrintCsv(table, invocation.console.out);
  } else {
    PrintTable(table, invocation.lang(), invocation.console);
  }
}

int Report(const ImportResult& result, const Files& files,
           const Invocation& invocation) {
  const Lang lang = invocation.lang();
  std::ostream& err = invocation.console.err;
  std::map<std::string, std::string> paths;
  for (const ImportFile& file : files) paths[file.name] = file.path;
  for (const ImportError& error : result.errors()) {
    err << BadRow(error, paths) << '\n';
  }
  if (invocation.settings.output == Output::kJson) {
    invocation.console.out << CanonicalJson(result);
  } else if (result.error_count() == 0) {
    PrintCounts(result, invocation);
  }
  for (const auto& skipped : result.skipped()) {
    err << Say(lang, kSkipped, skipped.rows(), Printable(skipped.reason()))
        << '\n';
  }
  for (const std::string& warning : result.warnings()) {
    err << Say(lang, kWarning, Printable(warning)) << '\n';
  }
  if (result.error_count() > 0) {
    err << Say(lang, kRefused, result.error_count(), result.errors_size())
        << '\n';
    return kFailed;
  }
  const Text& outcome = result.dry_run()   ? kDryRun
                        : result.changed() ? kImported
                                           : kUnchanged;
  err << Say(lang, outcome, result.seq()) << '\n';
  return kDone;
}

absl::StatusOr<Files> FilesOf(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  if (!invocation.Has("--with-history")) {
    return FindImportFiles(invocation.positionals, lang);
  }
  if (invocation.positionals.size() != 1) {
    return UsageError(std::string(kOneDirectory.In(lang)));
  }
  const std::vector<std::string> log = {
      absl::StrCat(invocation.positionals[0], "/history/log.csv")};
  return FindImportFiles(log, lang);
}

absl::StatusOr<int> Import(const Invocation& invocation) {
  QJ_ASSIGN_OR_RETURN(const ImportStart start, StartOf(invocation));
  QJ_ASSIGN_OR_RETURN(const Files files, FilesOf(invocation));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const ImportResult result,
                      Transfer(start, files, invocation, *session));
  return Report(result, files, invocation);
}

}  // namespace

CommandSpec ImportCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "import";
  spec.help = say({"导入文件或目录；一次导入要么全部成功，要么什么也不写",
                   "imports files or directories, all or nothing"});
  spec.positionals = {
      {"PATH", say({"文件或目录", "a file or a directory"}), true, true}};
  spec.options = {
      {"--dry-run", "", say({"只检查，不写入", "checks, writes nothing"})},
      {"--format",
       "FORMAT",
       say({"csv|xlsx|cyclonedx|eto；默认按文件名（.json 为 CycloneDX）",
            "csv|xlsx|cyclonedx|eto; by the files' names unless stated (.json "
            "is CycloneDX)"}),
       {"csv", "xlsx", "cyclonedx", "eto"}},
      {"--mix", "",
       say({"允许申报数据与示意数据并存",
            "allows declared data beside illustrative"})},
      {"--replace", "",
       say({"文件中没有的行予以关闭",
            "closes rows that the files do not "
            "name"})},
      {"--with-history", "",
       say({"导入目录中的历史（仅限未写入过数据的登记库），时间、序号与摘要照原"
            "样",
            "takes the directory's history, into a registry that nothing was "
            "written to; times, sequences and digests are kept"})},
      {"--ignore-unknown", "",
       say({"略过不认识的列和文件", "passes unknown columns and files over"})},
      {"--max-errors", "N",
       say({"至多列出的错误行数，默认 100",
            "bad rows to list; 100 by "
            "default"})},
      {"--encoding",
       "NAME",
       say({"CSV 的编码：utf-8|gb18030|utf-16|utf-16le|utf-16be；默认自动识别",
            "of CSV: utf-8|gb18030|utf-16|utf-16le|utf-16be; detected by "
            "default"}),
       {"utf-8", "gb18030", "utf-16", "utf-16le", "utf-16be"}},
  };
  spec.run = Import;
  return spec;
}

}  // namespace qiangji::cli
