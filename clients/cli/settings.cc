#include "clients/cli/settings.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/command.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

using Config = std::map<std::string, std::string>;

// "--tls-ca" is QIANGJI_TLS_CA in the environment and tls_ca in the file.
std::optional<std::string> Setting(const std::string& name,
                                   const Lookup& options,
                                   const Lookup& environment,
                                   const Config& config) {
  if (auto value = options(absl::StrCat("--", name))) return value;
  const std::string key = absl::StrReplaceAll(name, {{"-", "_"}});
  if (auto value =
          environment(absl::StrCat("QIANGJI_", absl::AsciiStrToUpper(key)))) {
    return value;
  }
  const auto it = config.find(key);
  if (it == config.end()) return std::nullopt;
  return it->second;
}

std::optional<Lang> ParseLang(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  if (absl::StartsWith(*text, "zh")) return Lang::kZh;
  if (absl::StartsWith(*text, "en")) return Lang::kEn;
  return std::nullopt;
}

constexpr Text kBadTimeout = {"--timeout：“$0” 不是时长；应如 30s、2m、500ms",
                              "--timeout: '$0' is no duration; write 30s, 2m "
                              "or 500ms"};
constexpr Text kBadLang = {"--lang：“$0” 不可用；应为 zh 或 en",
                           "--lang: '$0' is not accepted; zh or en"};
constexpr Text kBadOutput = {
    "--output：“$0” 不可用；应为 table、csv、json 或 xlsx",
    "--output: '$0' is not accepted; table, csv, json or xlsx"};
constexpr Text kNotOnATerminal = {
    "--output xlsx：工作簿不能写到终端；请用 > FILE.xlsx 转存",
    "--output xlsx: a workbook cannot be shown; send it to a file with > "
    "FILE.xlsx"};

absl::StatusOr<Output> ParseOutput(const std::optional<std::string>& text,
                                   bool out_terminal, Lang lang) {
  if (!text) return out_terminal ? Output::kTable : Output::kCsv;
  if (*text == "table") return Output::kTable;
  if (*text == "csv") return Output::kCsv;
  if (*text == "json") return Output::kJson;
  if (*text != "xlsx") return UsageError(Say(lang, kBadOutput, *text));
  if (out_terminal) return UsageError(Say(lang, kNotOnATerminal));
  return Output::kCsv;
}

}  // namespace

Lookup Environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

Lang ChooseLang(const std::optional<std::string>& option,
                const Lookup& environment, const Config& config) {
  const Lookup given = [&option](const std::string&) { return option; };
  if (auto lang = ParseLang(Setting("lang", given, environment, config))) {
    return *lang;
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    // The first that is set decides, whatever it says (POSIX).
    if (auto value = environment(name)) {
      return ParseLang(value).value_or(Lang::kEn);
    }
  }
  return Lang::kEn;
}

std::optional<absl::Duration> ParseTimeout(absl::string_view text) {
  double seconds = 0;
  absl::Duration duration;
  if (absl::SimpleAtod(text, &seconds)) {
    duration = absl::Seconds(seconds);
  } else if (!absl::ParseDuration(text, &duration)) {
    return std::nullopt;
  }
  if (duration <= absl::ZeroDuration()) return std::nullopt;
  return duration;
}

absl::StatusOr<Settings> ResolveSettings(Lang lang, const Lookup& options,
                                         const Lookup& environment,
                                         const Config& config,
                                         bool out_terminal) {
  const auto get = [&](const std::string& name) {
    return Setting(name, options, environment, config);
  };
  Settings settings;
  settings.lang = lang;
  if (const auto text = get("lang"); text && !ParseLang(text)) {
    return UsageError(Say(lang, kBadLang, *text));
  }
  settings.server = get("server").value_or(settings.server);
  settings.token = get("token").value_or("");
  settings.tls_ca = get("tls-ca").value_or("");
  settings.tls_cert = get("tls-cert").value_or("");
  settings.tls_key = get("tls-key").value_or("");
  if (const auto text = get("timeout")) {
    settings.timeout = ParseTimeout(*text);
    if (!settings.timeout) return UsageError(Say(lang, kBadTimeout, *text));
  }
  QJ_ASSIGN_OR_RETURN(settings.output,
                      ParseOutput(options("--output"), out_terminal, lang));
  settings.workbook = options("--output") == "xlsx";
  settings.names = options("--names").has_value();
  return settings;
}

}  // namespace qiangji::cli
