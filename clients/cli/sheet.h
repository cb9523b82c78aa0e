// One resource for people: "label  text" lines with the labels in one column,
// broken to the terminal's width.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/console.h"
#include "clients/cli/text.h"

namespace qiangji::cli {

class Sheet {
 public:
  Sheet(Lang lang, Console& console);

  void Line(absl::string_view label, absl::string_view text);
  // The label once, the rest under it; nothing where there are no texts.
  void Lines(const Text& label, const std::vector<std::string>& texts);

 private:
  Lang lang_;
  Console& console_;
  int width_;  // of a text; 0 = not limited
};

}  // namespace qiangji::cli
