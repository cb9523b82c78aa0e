// Charts as SVG, drawn here: the same for the screen and for paper.
#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/report/html.h"

namespace qiangji::report {
namespace {

constexpr double kWidth = 940;
constexpr double kFont = 13;
constexpr const char* kBlue = "#1f5fa8";
constexpr const char* kLight = "#c9dcf0";
constexpr const char* kInk = "#1b2430";
constexpr const char* kSoft = "#5b6878";
constexpr const char* kLine = "#d5dce4";
constexpr const char* kRed = "#b42318";
constexpr const char* kStackColours[] = {"#b42318", "#e0a13c", "#1f7a5a",
                                         "#cfd6de"};

// Coordinates to a tenth: the same text everywhere.
std::string At(double x) {
  const double rounded = std::round(x * 10) / 10;
  return absl::StrFormat("%.1f", rounded == 0 ? 0.0 : rounded);
}

class Drawing {
 public:
  void Line(double x1, double y1, double x2, double y2, const char* colour,
            double width = 1, const char* dashes = "") {
    absl::StrAppend(&body_, "<line x1=\"", At(x1), "\" y1=\"", At(y1),
                    "\" x2=\"", At(x2), "\" y2=\"", At(y2), "\" stroke=\"",
                    colour, "\" stroke-width=\"", At(width), "\"",
                    Dashes(dashes), "/>\n");
  }
  void Box(double x, double y, double width, double height,
           const char* colour) {
    absl::StrAppend(&body_, "<rect x=\"", At(x), "\" y=\"", At(y),
                    "\" width=\"", At(std::max(0.0, width)), "\" height=\"",
                    At(height), "\" fill=\"", colour, "\"/>\n");
  }
  // `anchor`: start, middle, end.
  void Text(double x, double y, absl::string_view text, const char* anchor,
            const char* colour = kInk, double size = kFont) {
    absl::StrAppend(&body_, "<text x=\"", At(x), "\" y=\"", At(y),
                    "\" text-anchor=\"", anchor, "\" fill=\"", colour,
                    "\" font-size=\"", At(size), "\">", Escaped(text),
                    "</text>\n");
  }
  void Points(const std::vector<std::pair<double, double>>& points,
              const char* colour, double width, const char* dashes) {
    if (points.size() < 2) return;
    absl::StrAppend(&body_, "<polyline fill=\"none\" stroke=\"", colour,
                    "\" stroke-width=\"", At(width), "\"", Dashes(dashes),
                    " points=\"", List(points), "\"/>\n");
  }
  void Area(const std::vector<std::pair<double, double>>& points,
            const char* colour) {
    if (points.size() < 3) return;
    absl::StrAppend(&body_, "<polygon fill=\"", colour,
                    "\" fill-opacity=\"0.55\" points=\"", List(points),
                    "\"/>\n");
  }
  void Dot(double x, double y, double radius, const char* colour,
           const char* stroke = "none") {
    absl::StrAppend(&body_, "<circle cx=\"", At(x), "\" cy=\"", At(y),
                    "\" r=\"", At(radius), "\" fill=\"", colour, "\" stroke=\"",
                    stroke, "\"/>\n");
  }
  std::string Finish(double height, absl::string_view title) const {
    return absl::StrCat(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ",
        At(kWidth), " ", At(height), "\" width=\"", At(kWidth), "\" height=\"",
        At(height),
        "\" font-family=\"'Noto Sans CJK SC','Noto Sans SC','Source Han Sans "
        "SC','PingFang SC','Microsoft YaHei','Segoe UI',Arial,sans-serif\">\n"
        "<title>",
        Escaped(title), "</title>\n", body_, "</svg>\n");
  }

 private:
  static std::string Dashes(absl::string_view dashes) {
    return dashes.empty() ? std::string()
                          : absl::StrCat(" stroke-dasharray=\"",
                                         std::string(dashes), "\"");
  }
  static std::string List(
      const std::vector<std::pair<double, double>>& points) {
    std::string list;
    for (const auto& [x, y] : points) {
      absl::StrAppend(&list, list.empty() ? "" : " ", At(x), ",", At(y));
    }
    return list;
  }
  std::string body_;
};

double LabelWidth(const Chart& chart, double most) {
  double width = 0;
  for (const std::string& label : chart.labels) {
    width = std::max(width, TextWidth(label) * kFont);
  }
  return std::min(most, width) + 14;
}

// At most `width` pixels of a text, "…" where it is cut.
std::string Fitting(const std::string& text, double width) {
  if (TextWidth(text) * kFont <= width) return text;
  std::string cut = text;
  while (!cut.empty() && (TextWidth(cut) + 1) * kFont > width) {
    do {
      cut.pop_back();
    } while (!cut.empty() &&
             (static_cast<unsigned char>(cut.back()) & 0xc0) == 0x80);
    // What is left of a cut character.
    while (!cut.empty() && static_cast<unsigned char>(cut.back()) >= 0xc0) {
      cut.pop_back();
    }
  }
  return absl::StrCat(cut, "…");
}

struct LegendEntry {
  std::string name;
  const char* colour;
  SeriesStyle style;
};

void DrawLegend(const std::vector<LegendEntry>& entries, double y,
                Drawing& out) {
  double x = 0;
  for (const LegendEntry& entry : entries) {
    const double width = 34 + TextWidth(entry.name) * kFont + 18;
    switch (entry.style) {
      case SeriesStyle::kTick:
        out.Line(x + 12, y - 11, x + 12, y + 2, entry.colour, 3);
        break;
      case SeriesStyle::kLine:
        out.Line(x, y - 4, x + 24, y - 4, entry.colour, 2.5);
        break;
      case SeriesStyle::kPath:
        out.Line(x, y - 4, x + 24, y - 4, entry.colour, 2, "6 4");
        break;
      case SeriesStyle::kDashed:
        out.Line(x, y - 4, x + 24, y - 4, entry.colour, 2, "2 3");
        break;
      case SeriesStyle::kBar:
      case SeriesStyle::kBand:
        out.Box(x, y - 11, 24, 12, entry.colour);
        break;
    }
    out.Text(x + 30, y, entry.name, "start", kSoft);
    x += width;
  }
}

// Horizontal bars of shares with what may be beyond, and a tick at the target.
std::string Bars(const Chart& chart) {
  constexpr double kRow = 30, kTop = 30;
  Drawing out;
  const double left = LabelWidth(chart, 330), right = 64;
  const double plot = kWidth - left - right;
  const double bottom = kTop + kRow * static_cast<double>(chart.labels.size());
  std::vector<LegendEntry> legend;
  for (const Series& series : chart.series) {
    legend.push_back({series.name,
                      series.style == SeriesStyle::kBar    ? kBlue
                      : series.style == SeriesStyle::kBand ? kLight
                                                           : kRed,
                      series.style});
  }
  DrawLegend(legend, 14, out);
  for (int percent = 0; percent <= 100; percent += 20) {
    const double x = left + plot * percent / 100;
    out.Line(x, kTop, x, bottom, kLine);
    out.Text(x, bottom + 18, absl::StrCat(percent, "%"), "middle", kSoft, 12);
  }
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    const double y = kTop + kRow * static_cast<double>(i);
    out.Text(left - 8, y + 20, Fitting(chart.labels[i], left - 14), "end");
    double end = 0;
    for (const SeriesStyle style :
         {SeriesStyle::kBand, SeriesStyle::kBar, SeriesStyle::kTick}) {
      for (const Series& series : chart.series) {
        if (series.style != style || !series.values[i]) continue;
        const double x = left + plot * *series.values[i];
        if (style == SeriesStyle::kTick) {
          out.Line(x, y + 3, x, y + kRow - 3, kRed, 3);
        } else {
          out.Box(left, y + 7, x - left, kRow - 14,
                  style == SeriesStyle::kBar ? kBlue : kLight);
        }
        if (style == SeriesStyle::kBar) end = *series.values[i];
      }
    }
    const bool known = chart.series[0].values[i].has_value();
    out.Text(kWidth, y + 20, known ? ShareText(end) : "–", "end", kInk);
  }
  return out.Finish(bottom + 26, chart.caption);
}

std::string Stack(const Chart& chart) {
  constexpr double kRow = 28, kTop = 30;
  Drawing out;
  const double left = LabelWidth(chart, 330), right = 48;
  const double plot = kWidth - left - right;
  double most = 1;
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    double sum = 0;
    for (const Series& s : chart.series) sum += s.values[i].value_or(0);
    most = std::max(most, sum);
  }
  std::vector<LegendEntry> legend;
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    legend.push_back({chart.series[s].name,
                      kStackColours[s % std::size(kStackColours)],
                      SeriesStyle::kBar});
  }
  DrawLegend(legend, 14, out);
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    const double y = kTop + kRow * static_cast<double>(i);
    out.Text(left - 8, y + 19, Fitting(chart.labels[i], left - 14), "end");
    double x = left, sum = 0;
    for (std::size_t s = 0; s < chart.series.size(); ++s) {
      const double value = chart.series[s].values[i].value_or(0);
      if (value <= 0) continue;
      const double width = plot * value / most;
      out.Box(x, y + 5, width, kRow - 9,
              kStackColours[s % std::size(kStackColours)]);
      if (width > 18) {
        out.Text(x + width / 2, y + 19, NumberText(value), "middle",
                 s == 3 ? kInk : "#ffffff", 12);
      }
      x += width;
      sum += value;
    }
    out.Text(x + 6, y + 19, NumberText(sum), "start", kSoft);
  }
  return out.Finish(kTop + kRow * static_cast<double>(chart.labels.size()) + 6,
                    chart.caption);
}

// Where years and shares lie.
struct Frame {
  double left = 46, right = 16, top = 34, bottom = 300;
  std::size_t labels = 1;
  double X(std::size_t i) const {
    const double plot = kWidth - left - right;
    return labels < 2 ? left + plot / 2
                      : left + plot * static_cast<double>(i) /
                                   static_cast<double>(labels - 1);
  }
  double Y(double share) const { return bottom - (bottom - top) * share; }
};

std::vector<std::pair<double, double>> PointsOf(const Series& series,
                                                const Frame& frame) {
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (series.values[i]) {
      points.emplace_back(frame.X(i), frame.Y(*series.values[i]));
    }
  }
  return points;
}

const char* LineColour(const Series& series, std::size_t dashed) {
  if (series.style == SeriesStyle::kPath) return kRed;
  if (series.style == SeriesStyle::kLine) return kBlue;
  return dashed == 0 ? "#4f8fd0" : "#1a7f4b";
}

void DrawAxes(const Chart& chart, const Frame& frame, Drawing& out) {
  for (int percent = 0; percent <= 100; percent += 20) {
    const double y = frame.Y(percent / 100.0);
    out.Line(frame.left, y, kWidth - frame.right, y, kLine);
    out.Text(frame.left - 6, y + 4, absl::StrCat(percent, "%"), "end", kSoft,
             12);
  }
  const std::size_t step = std::max<std::size_t>(1, chart.labels.size() / 18);
  for (std::size_t i = 0; i < chart.labels.size(); i += step) {
    out.Text(frame.X(i), frame.bottom + 18, chart.labels[i], "middle", kSoft,
             12);
  }
}

std::string Lines(const Chart& chart) {
  Drawing out;
  Frame frame;
  frame.labels = chart.labels.size();
  DrawAxes(chart, frame, out);
  std::vector<std::pair<double, double>> band;
  std::vector<LegendEntry> legend;
  std::size_t dashed = 0;
  for (const Series& series : chart.series) {
    std::vector<std::pair<double, double>> points = PointsOf(series, frame);
    if (series.style == SeriesStyle::kBand) {
      if (!band.empty()) std::reverse(points.begin(), points.end());
      band.insert(band.end(), points.begin(), points.end());
      continue;
    }
    out.Area(band, kLight);
    band.clear();
    const char* colour = LineColour(series, dashed);
    const char* dashes = series.style == SeriesStyle::kPath     ? "6 4"
                         : series.style == SeriesStyle::kDashed ? "2 3"
                                                                : "";
    if (series.style == SeriesStyle::kDashed) ++dashed;
    out.Points(points, colour, series.style == SeriesStyle::kLine ? 2.5 : 2,
               dashes);
    for (const auto& [x, y] : points) {
      if (series.style == SeriesStyle::kLine || points.size() == 1) {
        out.Dot(x, y, 3.5, colour);
      }
    }
    legend.push_back({series.name, colour, series.style});
  }
  DrawLegend(legend, 14, out);
  return out.Finish(frame.bottom + 28, chart.caption);
}

const char* VerdictColour(const std::string& verdict) {
  if (verdict == "met") return "#1a7f4b";
  if (verdict == "missed") return kRed;
  if (verdict == "undecided") return "#e0a13c";
  return "#ffffff";
}

std::string Timeline(const Chart& chart, Lang lang) {
  constexpr double kRow = 34, kTop = 34;
  Drawing out;
  const double left = LabelWidth(chart, 330), right = 44;
  std::set<int> years;
  for (const Mark& mark : chart.marks) years.insert(mark.year);
  if (years.empty()) return "";
  const int first = *years.begin(), last = *years.rbegin();
  const auto x_of = [&](int year) {
    const double plot = kWidth - left - right - 30;
    return first == last ? left + 30 + plot / 2
                         : left + 30 + plot * (year - first) / (last - first);
  };
  const double bottom = kTop + kRow * static_cast<double>(chart.labels.size());
  const Words names[] = {{"达标", "met"},
                         {"未定", "undecided"},
                         {"未达标", "missed"},
                         {"未判定", "not judged"}};
  const char* codes[] = {"met", "undecided", "missed", ""};
  double x = 8;
  for (std::size_t i = 0; i < std::size(names); ++i) {
    out.Dot(x, 10, 6, VerdictColour(codes[i]), kSoft);
    out.Text(x + 12, 14, names[i].In(lang), "start", kSoft);
    x += 34 + TextWidth(names[i].In(lang)) * kFont;
  }
  for (const int year : years) {
    out.Line(x_of(year), kTop, x_of(year), bottom, kLine);
    out.Text(x_of(year), bottom + 16, absl::StrCat(year), "middle", kSoft, 12);
  }
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    const double y = kTop + kRow * static_cast<double>(i) + 16;
    out.Text(left - 8, y + 5, Fitting(chart.labels[i], left - 14), "end");
    out.Line(left, y, kWidth - 6, y, kLine);
  }
  for (const Mark& mark : chart.marks) {
    const double y = kTop + kRow * static_cast<double>(mark.row) + 16;
    out.Dot(x_of(mark.year), y, 7, VerdictColour(mark.verdict), kSoft);
    out.Text(x_of(mark.year) + 11, y - 5, mark.text, "start", kSoft, 11);
  }
  return out.Finish(bottom + 24, chart.caption);
}

}  // namespace

std::string RenderSvg(const Chart& chart, Lang lang) {
  if (chart.labels.empty()) return "";
  switch (chart.kind) {
    case ChartKind::kBars:
      return Bars(chart);
    case ChartKind::kStack:
      return Stack(chart);
    case ChartKind::kLines:
      return chart.series.empty() ? "" : Lines(chart);
    case ChartKind::kTimeline:
      return Timeline(chart, lang);
  }
  return "";
}

}  // namespace qiangji::report
