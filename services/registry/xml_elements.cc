#include "services/registry/xml_elements.h"

#include <pugixml.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"

namespace qiangji::registry {
namespace {

constexpr auto kNone = std::string::npos;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("its XML ", what, "; accepted: well-formed XML in UTF-8"));
}

// One past the '>' that ends the tag at `start`, quoted attribute values
// aside; kNone where it has not come yet.
std::size_t TagEnd(absl::string_view text, std::size_t start) {
  char quote = '\0';
  for (std::size_t i = start; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i + 1;
    }
  }
  return kNone;
}

std::size_t After(absl::string_view text, std::size_t start,
                  absl::string_view mark) {
  const std::size_t found = text.find(mark, start);
  return found == absl::string_view::npos ? kNone : found + mark.size();
}

// One past the markup at `start`; kNone where more bytes are needed.
absl::StatusOr<std::size_t> MarkupEnd(absl::string_view text,
                                      std::size_t start) {
  const absl::string_view rest = text.substr(start);
  constexpr absl::string_view kComment = "<!--";
  constexpr absl::string_view kData = "<![CDATA[";
  if (absl::StartsWith(rest, "<?")) return After(text, start + 2, "?>");
  if (!absl::StartsWith(rest, "<!")) return TagEnd(text, start);
  if (absl::StartsWith(rest, kComment)) return After(text, start + 4, "-->");
  if (absl::StartsWith(rest, kData)) return After(text, start + 9, "]]>");
  if (absl::StartsWith(kComment, rest) || absl::StartsWith(kData, rest)) {
    return kNone;  // not told apart yet
  }
  return Malformed("declares a document type or an entity");
}

}  // namespace

absl::string_view LocalName(absl::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == absl::string_view::npos ? name : name.substr(colon + 1);
}

absl::Status XmlElements::Feed(absl::string_view bytes) {
  if (!rooted_ && buffer_.empty() &&
      (absl::StartsWith(bytes, "\xFF") || absl::StartsWith(bytes, "\xFE") ||
       absl::StartsWith(bytes, absl::string_view("\0", 1)))) {
    return Malformed("is not in UTF-8");
  }
  buffer_.append(bytes.data(), bytes.size());
  while (true) {
    const std::size_t start = buffer_.find('<', at_);
    if (start == npos) {
      at_ = buffer_.size();
      break;
    }
    at_ = start;
    QJ_ASSIGN_OR_RETURN(const std::size_t end, MarkupEnd(buffer_, start));
    if (end == npos) break;
    const char kind = buffer_[start + 1];
    if (kind != '!' && kind != '?') {
      QJ_RETURN_IF_ERROR(Tag(
          absl::string_view(buffer_).substr(start, end - start), start, end));
    }
    at_ = end;
  }
  // What is done with is let go.
  const std::size_t keep = element_ == npos ? at_ : element_;
  buffer_.erase(0, keep);
  at_ -= keep;
  if (element_ != npos) element_ = 0;
  if (buffer_.size() > kMaxXmlElementBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an element of its XML is longer than ",
                     kMaxXmlElementBytes, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status XmlElements::Tag(absl::string_view tag, std::size_t start,
                              std::size_t end) {
  const bool closes = tag[1] == '/';
  const bool empty = !closes && tag[tag.size() - 2] == '/';
  absl::string_view name = tag.substr(closes ? 2 : 1);
  name = LocalName(name.substr(0, name.find_first_of(" \t\r\n/>")));
  if (name.empty()) return Malformed("has a tag without a name");
  if (closes) {
    if (--depth_ < 0) return Malformed("closes what is not open");
    if (element_ == npos || depth_ != element_depth_) return absl::OkStatus();
    const std::size_t from = element_;
    element_ = npos;
    return Visit(absl::string_view(buffer_).substr(from, end - from));
  }
  if (depth_ == 0 && rooted_) return Malformed("has two roots");
  rooted_ = true;
  if (element_ == npos && names_.contains(std::string(name))) {
    if (empty) return Visit(tag);
    element_ = start;
    element_depth_ = depth_;
  }
  if (!empty && ++depth_ > kMaxXmlDepth) {
    return Malformed(
        absl::StrCat("is nested deeper than ", kMaxXmlDepth, " levels"));
  }
  return absl::OkStatus();
}

absl::Status XmlElements::Visit(absl::string_view element) {
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(
      element.data(), element.size(),
      pugi::parse_default | pugi::parse_ws_pcdata | pugi::parse_fragment,
      pugi::encoding_utf8);
  if (!parsed) return Malformed("is not well formed");
  return visit_(document.first_child());
}

absl::Status XmlElements::Finish() {
  if (!rooted_ || depth_ != 0 || at_ != buffer_.size()) {
    return Malformed("ends too early");
  }
  return absl::OkStatus();
}

absl::Status CheckXml(absl::string_view document) {
  XmlElements elements({}, nullptr);
  QJ_RETURN_IF_ERROR(elements.Feed(document));
  return elements.Finish();
}

}  // namespace qiangji::registry
