// What every command needs to know, from the command line, else QIANGJI_…,
// else ~/.config/qiangji/config.toml, else a default.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

enum class Output { kTable, kCsv, kJson };

struct Settings {
  Lang lang = Lang::kEn;
  std::string server = "127.0.0.1:7443";
  std::string token;
  std::string tls_ca;  // files; empty = no TLS, or the system's authorities
  std::string tls_cert;
  std::string tls_key;
  // Of one call. Import, export and verify, which move whole tables, wait
  // without limit unless one was asked for.
  std::optional<absl::Duration> timeout;
  Output output = Output::kTable;
  // --output xlsx: the tables of kCsv go into a workbook (xlsx_output.h).
  bool workbook = false;
  bool names = false;
};

// Looks up one name: an option ("--server"), a variable ("QIANGJI_SERVER").
using Lookup =
    std::function<std::optional<std::string>(const std::string& name)>;

// The process's environment.
Lookup Environment();

// The language: `option`, else QIANGJI_LANG, else the configuration file's,
// else that of LC_ALL, LC_MESSAGES or LANG.
Lang ChooseLang(const std::optional<std::string>& option,
                const Lookup& environment,
                const std::map<std::string, std::string>& config);

// Keys and values of ~/.config/qiangji/config.toml; none where there is no
// such file. An unreadable file, an unknown key or a value that is no text or
// number is an error that names the file.
absl::StatusOr<std::map<std::string, std::string>> ReadConfig(
    const Lookup& environment);

// `out_terminal`: without --output a terminal shows a table, else CSV comes.
absl::StatusOr<Settings> ResolveSettings(
    Lang lang, const Lookup& options, const Lookup& environment,
    const std::map<std::string, std::string>& config, bool out_terminal);

// "30", "30s", "2m", "500ms".
std::optional<absl::Duration> ParseTimeout(absl::string_view text);

}  // namespace qiangji::cli
