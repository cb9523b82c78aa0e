#include "services/registry/cyclonedx.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"

namespace qiangji::registry {
namespace {

using nlohmann::json;

// Texts of a cell may have 4,096 characters (domain::kMaxTextCharacters).
constexpr std::size_t kKeptCellBytes = 4000;
constexpr std::size_t kMaxIdBytes = 64;
constexpr char kWhole[] = "a whole CycloneDX document in JSON and UTF-8";

absl::Status Refused(absl::string_view what, absl::string_view accepted) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, "; accepted: ", accepted));
}

// Looks at a document without keeping it.
class Checker final : public nlohmann::json_sax<json> {
 public:
  explicit Checker(absl::string_view text) : text_(text) {}
  // Passes over `text_`; OK where it is JSON within the limits.
  absl::Status Run() {
    const char* const begin = text_.data();
    const bool good = json::sax_parse(begin, begin + text_.size(), this);
    if (!good && status_.ok()) return Refused("is not JSON", kWhole);
    return status_;
  }

  bool null() override { return Count(); }
  bool boolean(bool) override { return Count(); }
  bool number_integer(number_integer_t) override { return Count(); }
  bool number_unsigned(number_unsigned_t) override { return Count(); }
  bool number_float(number_float_t, const string_t&) override {
    return Count();
  }
  bool string(string_t&) override { return Count(); }
  bool binary(binary_t&) override { return Count(); }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return Open(); }
  bool end_object() override { return Close(); }
  bool start_array(std::size_t) override { return Open(); }
  bool end_array() override { return Close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const json::exception&) override {
    const auto end = std::min(position, text_.size());
    const auto line =
        1 + std::count(text_.begin(),
                       text_.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    status_ = Refused(
        absl::StrCat("is not JSON (line ", line, ", byte ", position, ")"),
        kWhole);
    return false;
  }

 private:
  bool Count() {
    if (++values_ <= kMaxCycloneDxValues) return true;
    status_ = absl::ResourceExhaustedError(absl::StrCat(
        "the document has more than ", kMaxCycloneDxValues, " values"));
    return false;
  }
  bool Open() {
    if (++depth_ > kMaxJsonDepth) {
      status_ = Refused(
          absl::StrCat("is nested deeper than ", kMaxJsonDepth, " levels"),
          "documents that are not");
      return false;
    }
    return Count();
  }
  bool Close() {
    --depth_;
    return true;
  }

  const absl::string_view text_;
  absl::Status status_;
  std::int64_t values_ = 0;
  int depth_ = 0;
};

}  // namespace

absl::StatusOr<json> ParseCycloneDx(absl::string_view text) {
  if (static_cast<std::int64_t>(text.size()) > kMaxCycloneDxBytes) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "the document has more than ", kMaxCycloneDxBytes, " bytes"));
  }
  QJ_RETURN_IF_ERROR(Checker(text).Run());
  const char* const begin = text.data();
  json document = json::parse(begin, begin + text.size(), nullptr,
                              /*allow_exceptions=*/false);
  if (!document.is_object() ||
      TextMember(document, "bomFormat") != "CycloneDX") {
    return Refused("is no CycloneDX document",
                   "JSON with \"bomFormat\": \"CycloneDX\"");
  }
  const std::string version = TextMember(document, "specVersion");
  if (version != "1.6" && version != "1.7") {
    return Refused(absl::StrCat("its specVersion is ", domain::Quoted(version)),
                   "1.6, 1.7");
  }
  return document;
}

std::string IdOfReference(absl::string_view reference) {
  std::string id;
  for (char c : reference) {
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
    const bool fits = absl::ascii_isalnum(static_cast<unsigned char>(lower)) ||
                      lower == '.' || lower == '_' || lower == '-';
    if (!fits && (id.empty() || id.back() == '-')) continue;
    if (id.empty() && !absl::ascii_isalnum(static_cast<unsigned char>(lower))) {
      continue;
    }
    id.push_back(fits ? lower : '-');
  }
  id.resize(std::min(id.size(), kMaxIdBytes));
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id;
}

std::string TextMember(const json& object, const char* name) {
  if (!object.is_object()) return "";
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : "";
}

std::vector<std::string> KeptCells(const json& value) {
  // Compact ASCII: spaces stand in texts only, where they may be escaped.
  const std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true,
                                      json::error_handler_t::replace);
  std::vector<std::string> cells;
  for (std::size_t at = 0; at < text.size(); at += kKeptCellBytes) {
    std::string cell = text.substr(at, kKeptCellBytes);
    // Cells lose the spaces around them.
    if (cell.front() == ' ') cell.replace(0, 1, "\\u0020");
    if (cell.back() == ' ') cell.replace(cell.size() - 1, 1, "\\u0020");
    cells.push_back(std::move(cell));
  }
  return cells;
}

absl::StatusOr<json> FromKeptCells(const std::vector<std::string>& cells) {
  std::string text;
  for (const std::string& cell : cells) text += cell;
  if (!Checker(text).Run().ok()) {
    return absl::DataLossError("the kept part of a document is damaged");
  }
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace qiangji::registry
