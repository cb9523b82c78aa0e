#include "clients/cli/resource_name.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

constexpr Text kBadName = {"“$0” 不是 $1，也不是完整名称（$2）",
                           "'$0' is neither $1 nor a full name ($2)"};

}  // namespace

NamePattern::NamePattern(absl::string_view pattern) {
  for (absl::string_view segment : absl::StrSplit(pattern, '/')) {
    if (absl::StartsWith(segment, "{")) {
      variables_.emplace_back(segment.substr(1, segment.size() - 2));
      segments_.emplace_back();
    } else {
      segments_.emplace_back(segment);
    }
  }
}

std::string NamePattern::Placeholder() const {
  return absl::AsciiStrToUpper(absl::StrJoin(variables_, "/"));
}

std::string NamePattern::Fill(const std::map<std::string, std::string>& values,
                              std::size_t segments) const {
  std::vector<std::string> parts;
  std::size_t variable = 0;
  for (std::size_t i = 0; i < segments; ++i) {
    if (!segments_[i].empty()) {
      parts.push_back(segments_[i]);
      continue;
    }
    const auto it = values.find(variables_[variable++]);
    parts.push_back(it == values.end() || it->second.empty() ? "-"
                                                             : it->second);
  }
  return absl::StrJoin(parts, "/");
}

std::string NamePattern::Parent(
    const std::map<std::string, std::string>& values) const {
  return segments_.size() < 4 ? "" : Fill(values, segments_.size() - 2);
}

absl::StatusOr<std::map<std::string, std::string>> NamePattern::Values(
    absl::Span<const std::string> words, Lang lang) const {
  const std::string joined = absl::StrJoin(words, "/");
  const std::vector<std::string> parts = absl::StrSplit(joined, '/');
  std::map<std::string, std::string> values;
  bool full = parts.size() == segments_.size();
  for (std::size_t i = 0; full && i < parts.size(); ++i) {
    full = segments_[i].empty() || segments_[i] == parts[i];
  }
  if (!full && parts.size() != variables_.size()) {
    std::map<std::string, std::string> shown;
    for (const std::string& name : variables_) {
      shown[name] = absl::AsciiStrToUpper(name);
    }
    return UsageError(Say(lang, kBadName, joined, Placeholder(),
                          Fill(shown, segments_.size())));
  }
  std::size_t variable = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (full && !segments_[i].empty()) continue;
    values[variables_[variable++]] = parts[i];
  }
  return values;
}

absl::StatusOr<std::string> NamePattern::Name(
    absl::Span<const std::string> words, Lang lang) const {
  QJ_ASSIGN_OR_RETURN(const auto values, Values(words, lang));
  return Fill(values, segments_.size());
}

}  // namespace qiangji::cli
