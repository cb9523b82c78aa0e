// qiangji export DIR
#include <grpcpp/channel.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/as_of.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/export_document.h"
#include "clients/cli/progress.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "clients/cpp/status.h"
#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

namespace fs = std::filesystem;
using registry::v1::ExportRequest;
using registry::v1::ExportResponse;
using registry::v1::ExportService;

constexpr Text kCannotWrite = {"$0：无法写入（$1）",
                               "$0: cannot be written "
                               "($1)"};
constexpr Text kBadName = {"服务器给出的文件名不可用：“$0”",
                           "the server gave a file name that cannot be used: "
                           "'$0'"};
constexpr Text kNotEmpty = {
    "$0：目录非空；导出会写入新目录或空目录",
    "$0: the directory is not empty; an export goes to a new or empty one"};
constexpr Text kCut = {"导出中断：$0 不完整",
                       "the export was cut off: $0 is incomplete"};
constexpr Text kExported = {
    "已导出 $0 个文件、$1 行；登记序号 $2，摘要 $3",
    "exported $0 files with $1 rows; sequence $2, digest $3"};
constexpr char kHistoryFile[] = "history/log.csv";
constexpr Text kHistoryIsCsv = {"--with-history 只能与 CSV 并用",
                                "--with-history goes with CSV only"};
constexpr Text kNotThatFormat = {
    "--format $0 与路径“$1”不符；.xlsx 为 xlsx，.json 为 cyclonedx",
    "--format $0 does not go with '$1': .xlsx is xlsx, .json is cyclonedx"};
constexpr Text kOfBill = {"$0 只能与 CycloneDX（FILE.json）并用",
                          "$0 goes with CycloneDX (FILE.json) only"};
constexpr Text kOneOf = {"--item 与 --document 不能并用",
                         "--item and --document exclude each other"};
constexpr Text kWriting = {"导出", "exporting"};

// Writes the files of one stream below a directory.
class Writer {
 public:
  Writer(fs::path directory, Lang lang)
      : directory_(std::move(directory)), lang_(lang) {}

  absl::Status Add(const ExportResponse& response) {
    if (response.file_name().empty()) return absl::OkStatus();
    if (response.file_name() != open_) {
      QJ_RETURN_IF_ERROR(Open(response.file_name()));
    }
    out_ << response.data();
    if (!out_) return Failed("write");
    if (response.last()) {
      out_.close();
      if (!out_) return Failed("close");
      open_.clear();
      ++files_;
      rows_ += response.rows();
    }
    return absl::OkStatus();
  }
  absl::Status Finish() const {
    if (open_.empty()) return absl::OkStatus();
    return absl::DataLossError(Say(lang_, kCut, open_));
  }
  int files() const { return files_; }
  std::int64_t rows() const { return rows_; }

 private:
  // A name from the server must not leave the directory; one folder is known.
  absl::Status Open(const std::string& name) {
    if (name == kHistoryFile) {
      std::error_code error;
      fs::create_directories((directory_ / name).parent_path(), error);
    } else if (name.empty() || name[0] == '.' ||
               name.find_first_of("/\\") != std::string::npos) {
      return absl::DataLossError(Say(lang_, kBadName, name));
    }
    QJ_RETURN_IF_ERROR(Finish());
    open_ = name;
    out_.open(directory_ / name, std::ios::binary | std::ios::trunc);
    return out_ ? absl::OkStatus() : Failed("open");
  }
  absl::Status Failed(const char* what) const {
    return absl::UnavailableError(
        Say(lang_, kCannotWrite, (directory_ / open_).string(), what));
  }

  fs::path directory_;
  Lang lang_;
  std::ofstream out_;
  std::string open_;  // the file being written; "" = none
  int files_ = 0;
  std::int64_t rows_ = 0;
};

absl::Status MakeDirectory(const std::string& path, Lang lang) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    return absl::FailedPreconditionError(
        Say(lang, kCannotWrite, path, error.message()));
  }
  const bool empty = fs::is_empty(path, error);
  if (error || !empty) {
    return absl::FailedPreconditionError(Say(lang, kNotEmpty, path));
  }
  return absl::OkStatus();
}

struct ExportDocument {
  registry::v1::ExportFormat format;
  std::string file_name;  // in the directory; "" = the path is the file
};

// Which document is wanted; none = CSV files. A path that ends in .xlsx or
// .json is the document itself.
absl::StatusOr<std::optional<ExportDocument>> DocumentOf(
    const Invocation& invocation) {
  const std::string& path = invocation.positionals[0];
  const std::string by_path = absl::EndsWithIgnoreCase(path, ".xlsx") ? "xlsx"
                              : absl::EndsWithIgnoreCase(path, ".json")
                                  ? "cyclonedx"
                                  : "";
  const std::string format =
      invocation.Get("--format").value_or(by_path.empty() ? "csv" : by_path);
  if (!by_path.empty() && format != by_path) {
    return UsageError(Say(invocation.lang(), kNotThatFormat, format, path));
  }
  for (const char* option : {"--item", "--document"}) {
    if (invocation.Has(option) && format != "cyclonedx") {
      return UsageError(Say(invocation.lang(), kOfBill, option));
    }
  }
  if (format == "xlsx") {
    return ExportDocument{registry::v1::EXPORT_FORMAT_XLSX,
                          by_path.empty() ? "registry.xlsx" : ""};
  }
  if (format == "cyclonedx") {
    return ExportDocument{registry::v1::EXPORT_FORMAT_CYCLONEDX,
                          by_path.empty() ? "registry.cdx.json" : ""};
  }
  return std::nullopt;
}

// What a CycloneDX document is about.
absl::Status SetSubject(const Invocation& invocation, ExportRequest& request) {
  if (invocation.Has("--item") && invocation.Has("--document")) {
    return UsageError(std::string(kOneOf.In(invocation.lang())));
  }
  if (const auto item = invocation.Get("--item")) {
    request.set_root(absl::StartsWith(*item, "items/")
                         ? *item
                         : absl::StrCat("items/", *item));
  }
  request.set_document_id(invocation.Get("--document").value_or(""));
  return absl::OkStatus();
}

absl::StatusOr<int> Export(const Invocation& invocation) {
  const Lang lang = invocation.lang();
  const std::string& directory = invocation.positionals[0];
  ExportRequest request;
  request.set_with_history(invocation.Has("--with-history"));
  QJ_RETURN_IF_ERROR(SetAsOf(invocation, &request));
  QJ_ASSIGN_OR_RETURN(const std::optional<ExportDocument> document,
                      DocumentOf(invocation));
  if (document) {
    if (request.with_history()) {
      return UsageError(std::string(kHistoryIsCsv.In(lang)));
    }
    QJ_RETURN_IF_ERROR(SetSubject(invocation, request));
    request.set_format(document->format);
    if (document->file_name.empty()) {
      return WriteDocument(request, directory, invocation);
    }
    QJ_RETURN_IF_ERROR(MakeDirectory(directory, lang));
    return WriteDocument(request,
                         (fs::path(directory) / document->file_name).string(),
                         invocation);
  }
  QJ_RETURN_IF_ERROR(MakeDirectory(directory, lang));
  QJ_ASSIGN_OR_RETURN(const auto session, Session::Open(invocation.settings));
  QJ_ASSIGN_OR_RETURN(const auto channel, session->channel(Service::kRegistry));
  const auto stub = ExportService::NewStub(channel);
  const auto context = session->StreamContext();
  const auto stream = stub->Export(context.get(), request);
  Writer writer(directory, lang);
  Progress progress(invocation.console);
  ExportResponse response, first;
  absl::Status written;
  while (written.ok() && stream->Read(&response)) {
    if (first.digest().empty()) {
      first.set_read_seq(response.read_seq());
      first.set_digest(response.digest());
    }
    progress.Show(absl::StrCat(kWriting.In(lang), " ", response.file_name()),
                  writer.rows(), 0);
    written = writer.Add(response);
  }
  if (!written.ok()) context->TryCancel();
  const absl::Status finished = client::FromGrpcStatus(stream->Finish());
  progress.Clear();
  QJ_RETURN_IF_ERROR(written);
  QJ_RETURN_IF_ERROR(finished);
  QJ_RETURN_IF_ERROR(writer.Finish());
  invocation.console.err << Say(lang, kExported, writer.files(), writer.rows(),
                                first.read_seq(),
                                absl::BytesToHexString(first.digest()))
                         << '\n';
  return kDone;
}

}  // namespace

CommandSpec ExportCommand(Lang lang) {
  const auto say = [lang](const Text& text) {
    return std::string(text.In(lang));
  };
  CommandSpec spec;
  spec.name = "export";
  spec.help = say({"把全部表导出为可再导入的 CSV 文件、工作簿或 CycloneDX 文档",
                   "writes every table as CSV or one workbook, or items as "
                   "CycloneDX, that can be imported again"});
  spec.positionals = {
      {"DIR", say({"新目录或空目录；或 FILE.xlsx、FILE.json",
                   "a new or empty directory; or FILE.xlsx, FILE.json"})}};
  spec.options = {
      {"--format",
       "FORMAT",
       say({"csv|xlsx|cyclonedx；默认 csv，路径以 .xlsx、.json 结尾时从之",
            "csv|xlsx|cyclonedx; csv unless the path ends in .xlsx or .json"}),
       {"csv", "xlsx", "cyclonedx"}},
      {"--item", "ITEM",
       say({"CycloneDX：只写该条目及其各层投入",
            "CycloneDX: that item and all it is made of, through every tier"})},
      {"--document", "ID",
       say({"CycloneDX：曾导入的文档，连同登记簿以外的内容",
            "CycloneDX: a document that was imported, with what else it "
            "held"})},
      {"--with-history", "",
       say({"连同全部历史（history/log.csv）：每次变更、时间、行与摘要",
            "with the whole history (history/log.csv): every change, its time, "
            "rows and digests"})},
      AsOfOption(lang),
  };
  spec.run = Export;
  return spec;
}

}  // namespace qiangji::cli
