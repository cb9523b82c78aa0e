#include "clients/cli/sheet.h"

#include <algorithm>

#include "clients/cli/width.h"

namespace qiangji::cli {
namespace {

constexpr int kLabelWidth = 29;
constexpr int kNarrowest = 30;  // of a text

}  // namespace

Sheet::Sheet(Lang lang, Console& console)
    : lang_(lang),
      console_(console),
      width_(console.out_terminal && console.columns > 0
                 ? std::max(kNarrowest, console.columns - kLabelWidth)
                 : 0) {}

void Sheet::Line(absl::string_view label, absl::string_view text) {
  const std::string shown = Printable(text);
  for (const std::string& line :
       width_ > 0 ? Wrap(shown, width_) : std::vector<std::string>{shown}) {
    console_.out << Painted(Pad(label, kLabelWidth, Align::kLeft),
                            Colour::kBold, console_.out_colour)
                 << line << '\n';
    label = "";
  }
}

void Sheet::Lines(const Text& label, const std::vector<std::string>& texts) {
  absl::string_view shown = label.In(lang_);
  for (const std::string& text : texts) {
    Line(shown, text);
    shown = "";
  }
}

}  // namespace qiangji::cli
