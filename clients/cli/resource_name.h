// Names of resources from what a user types: ids, ids joined by '/', or the
// full name.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

// A pattern such as `items/{item}/inputs/{input_item}`.
class NamePattern {
 public:
  explicit NamePattern(absl::string_view pattern);

  // Variables in order: "item", "input_item".
  const std::vector<std::string>& variables() const { return variables_; }
  // "ITEM/INPUT_ITEM", for help and errors.
  std::string Placeholder() const;
  // Pattern of the parent with its variables filled in, "-" where `values`
  // has none; "" where there is no parent.
  std::string Parent(const std::map<std::string, std::string>& values) const;

  // Values of the variables from words: `bearing`, `robot bearing`,
  // `robot/bearing`, `items/robot/inputs/bearing`. UsageError otherwise.
  absl::StatusOr<std::map<std::string, std::string>> Values(
      absl::Span<const std::string> words, Lang lang) const;
  absl::StatusOr<std::string> Name(absl::Span<const std::string> words,
                                   Lang lang) const;

 private:
  std::string Fill(const std::map<std::string, std::string>& values,
                   std::size_t segments) const;

  std::vector<std::string> segments_;  // literals, and "" for a variable
  std::vector<std::string> variables_;
};

}  // namespace qiangji::cli
