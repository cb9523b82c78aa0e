// qiangji import PATH…
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/columns.h"
#include "clients/cli/command_tree.h"
#include "clients/cli/import_files.h"
#include "clients/cli/import_transfer.h"
#include "clients/cli/reflect.h"
#include "clients/cli/session.h"
#include "clients/cli/width.h"
#include "qiangji/registry/v1/import_service.pb.h"
#include "services/base/ids.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using registry::v1::ImportError;
using registry::v1::ImportResult;
using registry::v1::ImportStart;
using Files = std::vector<ImportFile>;

constexpr Text kBadMaxErrors = {
    "--max-errors：“$0” 不可用；应为 1 至 100000",
    "--max-errors: '$0' is not accepted; 1 to 100000 are"};
constexpr Text kOneDirectory = {
    "--with-history：应为一个由 export --with-history 写出的目录",
    "--with-history takes one directory that export --with-history wrote"};
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
                      TransferImport(start, files, invocation, *session));
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
