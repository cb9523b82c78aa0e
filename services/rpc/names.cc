#include "services/rpc/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"

namespace qiangji::rpc {
namespace {

bool IsPlain(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' ||
         c == '.' || c == '_';
}

bool IsVariable(absl::string_view segment) {
  return absl::StartsWith(segment, "{") && absl::EndsWith(segment, "}");
}

bool ValidSegment(absl::string_view segment, bool wildcard) {
  if (segment == "-") return wildcard;
  if (segment.empty() || segment == "." || segment == "..") return false;
  return std::all_of(segment.begin(), segment.end(), [](char c) {
    return IsPlain(c) || c == '~' || c == '+' || c == '=';
  });
}

// `text` up to its last '/' but one: a parent ends with its own id.
absl::string_view DropLastPair(absl::string_view text) {
  for (int i = 0; i < 2; ++i) {
    const std::size_t slash = text.rfind('/');
    if (slash == absl::string_view::npos) return "";
    text = text.substr(0, slash);
  }
  return text;
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void AppendCell(std::string& out, absl::string_view cell, char separator) {
  for (const char c : cell) {
    if (c == ';') {
      out.push_back('+');
    } else if (IsPlain(c) && c != separator) {
      out.push_back(c);
    } else {
      constexpr char kHex[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('=');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
}

bool ParseCell(absl::string_view text, std::string* cell) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      cell->push_back(';');
    } else if (text[i] != '=') {
      cell->push_back(text[i]);
    } else {
      if (i + 2 >= text.size()) return false;
      const int high = HexValue(text[i + 1]);
      const int low = HexValue(text[i + 2]);
      if (high < 0 || low < 0) return false;
      cell->push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return true;
}

}  // namespace

absl::Span<const absl::string_view> AllPatterns() {
  static constexpr absl::string_view kAll[] = {
      pattern::kItem,         pattern::kSupplyRecord, pattern::kInput,
      pattern::kDemand,       pattern::kWorldShare,   pattern::kMilestone,
      pattern::kOrganization, pattern::kProject,      pattern::kTarget,
      pattern::kSector,       pattern::kCountryRisk,  pattern::kCriteria,
      pattern::kIndicator,    pattern::kEditionItem,  pattern::kTest,
      pattern::kStandard,     pattern::kCapacity,     pattern::kMembership,
      pattern::kChainItem,    pattern::kRound,        pattern::kBom,
      pattern::kNeed,         pattern::kOffer,        pattern::kReport,
      pattern::kRule,         pattern::kAlert,        pattern::kFlag,
      pattern::kSubscription, pattern::kDeadLetter,
  };
  return kAll;
}

absl::StatusOr<std::vector<std::string>> ParseName(absl::string_view pattern,
                                                   absl::string_view name,
                                                   bool wildcard,
                                                   absl::string_view field) {
  const std::vector<absl::string_view> wanted = absl::StrSplit(pattern, '/');
  const std::vector<absl::string_view> got = absl::StrSplit(name, '/');
  std::vector<std::string> values;
  bool matches = name.size() <= kMaxNameBytes && wanted.size() == got.size();
  for (std::size_t i = 0; matches && i < wanted.size(); ++i) {
    if (IsVariable(wanted[i])) {
      matches = ValidSegment(got[i], wildcard);
      values.emplace_back(got[i]);
    } else {
      matches = wanted[i] == got[i];
    }
  }
  if (matches) return values;
  return InvalidField(field, absl::StrCat("not a name like ", pattern));
}

std::string MakeName(absl::string_view pattern,
                     absl::Span<const std::string> values) {
  std::vector<absl::string_view> segments = absl::StrSplit(pattern, '/');
  std::size_t next = 0;
  for (absl::string_view& segment : segments) {
    if (IsVariable(segment) && next < values.size()) segment = values[next++];
  }
  return absl::StrJoin(segments, "/");
}

std::string ParentPattern(absl::string_view pattern) {
  return std::string(DropLastPair(pattern));
}

std::string ParentName(absl::string_view name) {
  return std::string(DropLastPair(name));
}

std::string LastSegment(absl::string_view name) {
  const std::size_t slash = name.rfind('/');
  return std::string(slash == absl::string_view::npos ? name
                                                      : name.substr(slash + 1));
}

std::string JoinKey(absl::Span<const std::string> cells, char separator) {
  std::string id;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) id.push_back(separator);
    AppendCell(id, cells[i], separator);
  }
  return id;
}

absl::StatusOr<std::vector<std::string>> SplitKey(absl::string_view id,
                                                  std::size_t count,
                                                  char separator) {
  const std::vector<absl::string_view> parts = absl::StrSplit(id, separator);
  std::vector<std::string> cells(parts.size());
  bool valid = parts.size() == count;
  for (std::size_t i = 0; valid && i < parts.size(); ++i) {
    valid = ParseCell(parts[i], &cells[i]);
  }
  // One id a key: anything that JoinKey would write differently is refused.
  if (valid && JoinKey(cells, separator) == id) return cells;
  return InvalidField("name", "the last segment is not an id of this kind");
}

}  // namespace qiangji::rpc
