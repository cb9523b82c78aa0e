#include "services/base/countries.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "absl/strings/ascii.h"

namespace qiangji {
namespace {

constexpr char kCsv[] =
#include "countries_csv.inc"
    ;

// Takes one field off `line`; quotes are only ever around a whole field and
// never doubled in this file.
absl::string_view TakeField(absl::string_view& line) {
  absl::string_view field;
  std::size_t rest;
  if (!line.empty() && line.front() == '"') {
    const std::size_t close = line.find('"', 1);
    field = line.substr(1, close - 1);
    rest = close + 1;
  } else {
    rest = std::min(line.find(','), line.size());
    field = line.substr(0, rest);
  }
  line.remove_prefix(std::min(rest + 1, line.size()));
  return field;
}

std::vector<Territory> Parse() {
  std::vector<Territory> countries;
  absl::string_view text = kCsv;
  bool header = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    absl::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!header && !line.empty()) {
      Territory c;
      c.alpha2 = TakeField(line);
      c.alpha3 = TakeField(line);
      c.name_en = TakeField(line);
      c.name_zh = TakeField(line);
      countries.push_back(c);
    }
    header = false;
  }
  std::sort(countries.begin(), countries.end(),
            [](const Territory& a, const Territory& b) {
              return a.alpha3 < b.alpha3;
            });
  return countries;
}

std::unordered_map<std::string, const Territory*> Index() {
  std::unordered_map<std::string, const Territory*> index;
  for (const Territory& c : Countries()) {
    index.emplace(std::string(c.alpha3), &c);
    if (!c.alpha2.empty()) index.emplace(std::string(c.alpha2), &c);
  }
  return index;
}

}  // namespace

const std::vector<Territory>& Countries() {
  static const auto* const countries = new std::vector<Territory>(Parse());
  return *countries;
}

const Territory* FindCountry(absl::string_view code) {
  static const auto* const index =
      new std::unordered_map<std::string, const Territory*>(Index());
  if (code.size() != 2 && code.size() != 3) return nullptr;
  const auto found = index->find(absl::AsciiStrToUpper(code));
  return found == index->end() ? nullptr : found->second;
}

}  // namespace qiangji
