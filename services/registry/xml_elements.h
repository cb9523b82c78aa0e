// XML as a stream, cut into the elements that matter (the rows of a sheet, the
// shared strings), so that a document of any size takes the memory of one of
// them. pugixml reads what is inside an element.
//
// A document type declaration is refused wherever it stands: no entity is ever
// declared, expanded or fetched. Only the five predefined ones and character
// references are known to pugixml.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pugi {
class xml_node;
}

namespace qiangji::registry {

// Deepest nesting of a document, and longest single element that is held.
constexpr int kMaxXmlDepth = 64;
constexpr std::size_t kMaxXmlElementBytes = 4 << 20;

// Name without namespace prefix: "row" of "x:row".
absl::string_view LocalName(absl::string_view name);

class XmlElements {
 public:
  // A non-OK status stops.
  using Visitor = std::function<absl::Status(const pugi::xml_node& element)>;

  // `names`: local names of the elements to visit, the outermost of nested
  // ones.
  XmlElements(std::set<std::string> names, Visitor visit)
      : names_(std::move(names)), visit_(std::move(visit)) {}

  // INVALID_ARGUMENT says what is wrong with the document, or is the
  // visitor's.
  absl::Status Feed(absl::string_view bytes);
  absl::Status Finish();

 private:
  absl::Status Tag(absl::string_view tag, std::size_t start, std::size_t end);
  absl::Status Visit(absl::string_view element);

  const std::set<std::string> names_;
  const Visitor visit_;
  std::string buffer_;
  std::size_t at_ = 0;          // what is before it has been looked at
  std::size_t element_ = npos;  // where the held element starts
  int element_depth_ = 0;       // depth outside it
  int depth_ = 0;
  bool rooted_ = false;
  static constexpr std::size_t npos = std::string::npos;
};

// Checks a whole small document in the same way, for one that pugixml is then
// given at once.
absl::Status CheckXml(absl::string_view document);

}  // namespace qiangji::registry
