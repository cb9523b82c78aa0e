// A report as one HTML file that needs nothing else: no scripts, styles and
// charts within, for the screen and for paper.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "services/report/document.h"

namespace qiangji::report {

std::string RenderHtml(const Document& document);

// Text within HTML, SVG and XML: & < > " ' as entities; what no XML 1.0 may
// hold becomes U+FFFD.
std::string Escaped(absl::string_view text);

// A chart as an SVG element of its own size. "" where there is nothing to
// show.
std::string RenderSvg(const Chart& chart, Lang lang);

// Width of a text in ems: wide characters 1, others about half.
double TextWidth(absl::string_view text);

}  // namespace qiangji::report
