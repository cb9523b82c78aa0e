// Reading config.toml; apart from settings.cc because toml++ is slow to
// compile.
#include <sys/stat.h>
#include <toml++/toml.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/settings.h"
#include "services/base/nearest.h"

namespace qiangji::cli {
namespace {

const std::vector<std::string>& Keys() {
  static const auto* const keys = new std::vector<std::string>{
      "server", "token", "tls_ca", "tls_cert", "tls_key", "timeout", "lang"};
  return *keys;
}

std::optional<std::string> TextOf(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) {
    return absl::StrCat(number->get());
  }
  return std::nullopt;
}

absl::Status UnknownKey(const std::string& path, const std::string& key) {
  std::string message =
      absl::StrCat(path, ": unknown key '", key,
                   "'; there are: ", absl::StrJoin(Keys(), " "));
  if (const auto nearest = Nearest(key, Keys())) {
    absl::StrAppend(&message, ". Did you mean ", *nearest, "?");
  }
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<std::map<std::string, std::string>> Entries(
    const std::string& path, const toml::table& table) {
  std::map<std::string, std::string> config;
  for (const auto& [name, node] : table) {
    const std::string key(name.str());
    if (std::find(Keys().begin(), Keys().end(), key) == Keys().end()) {
      return UnknownKey(path, key);
    }
    const std::optional<std::string> value = TextOf(node);
    if (!value) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": ", key, " is neither a text nor a number"));
    }
    config[key] = *value;
  }
  return config;
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> ReadConfig(
    const Lookup& environment) {
  const auto home = environment("HOME");
  if (!home) return std::map<std::string, std::string>();
  const std::string path = absl::StrCat(*home, "/.config/qiangji/config.toml");
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    return std::map<std::string, std::string>();
  }
  // The library reports errors by exception; none leaves this function.
  try {
    return Entries(path, toml::parse_file(path));
  } catch (const toml::parse_error& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", error.source().begin.line, ": ",
                     std::string(error.description())));
  }
}

}  // namespace qiangji::cli
