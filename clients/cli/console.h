// Where the program writes, and what that place can show.
#pragma once

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"

namespace qiangji::cli {

enum class Colour { kNone, kRed, kYellow, kGreen, kBold, kDim };

// Results go to `out`, everything else to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
  bool out_terminal = false;
  bool err_terminal = false;
  int columns = 0;          // of the terminal; 0 = not limited
  bool out_colour = false;  // a terminal, and no NO_COLOR
  bool err_colour = false;
};

// The process's own streams. NO_COLOR (no-color.org) and TERM=dumb turn
// colour off.
Console SystemConsole();

// `text` in a colour where `enabled`; else as it is.
std::string Painted(absl::string_view text, Colour colour, bool enabled);

}  // namespace qiangji::cli
