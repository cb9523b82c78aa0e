// Charts of DrawingML, with their values in them.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/report/docx.h"
#include "services/report/html.h"

namespace qiangji::report {
namespace {

constexpr const char* kStack[] = {"B42318", "E0A13C", "1F7A5A", "CFD6DE"};

const char* ColourOf(const Chart& chart, std::size_t s) {
  if (chart.kind == ChartKind::kStack) return kStack[s % std::size(kStack)];
  switch (chart.series[s].style) {
    case SeriesStyle::kBand:
      return "C9DCF0";
    case SeriesStyle::kTick:
    case SeriesStyle::kPath:
      return "B42318";
    case SeriesStyle::kDashed:
      return s + 1 == chart.series.size() ? "1A7F4B" : "4F8FD0";
    case SeriesStyle::kBar:
    case SeriesStyle::kLine:
      return "1F5FA8";
  }
  return "1F5FA8";
}

std::string Shape(const Chart& chart, std::size_t s) {
  const char* colour = ColourOf(chart, s);
  if (chart.kind != ChartKind::kLines) {
    return absl::StrCat("<c:spPr><a:solidFill><a:srgbClr val=\"", colour,
                        "\"/></a:solidFill></c:spPr>");
  }
  const SeriesStyle style = chart.series[s].style;
  const char* dash = style == SeriesStyle::kPath     ? "dash"
                     : style == SeriesStyle::kDashed ? "sysDot"
                                                     : "solid";
  return absl::StrCat(
      "<c:spPr><a:ln w=\"", style == SeriesStyle::kLine ? 31750 : 22225,
      "\"><a:solidFill><a:srgbClr val=\"", colour,
      "\"/></a:solidFill><a:prstDash val=\"", dash,
      "\"/></a:ln></c:spPr><c:marker><c:symbol val=\"",
      style == SeriesStyle::kLine ? "circle" : "none", "\"/></c:marker>");
}

void AppendSeries(const Chart& chart, std::size_t s, std::string* out) {
  const Series& series = chart.series[s];
  const bool lines = chart.kind == ChartKind::kLines;
  absl::StrAppend(
      out, "<c:ser><c:idx val=\"", s, "\"/><c:order val=\"", s,
      "\"/><c:tx><c:v>", Escaped(series.name), "</c:v></c:tx>", Shape(chart, s),
      lines ? "" : "<c:invertIfNegative val=\"0\"/>",
      "<c:cat><c:strLit><c:ptCount val=\"", chart.labels.size(), "\"/>");
  for (std::size_t i = 0; i < chart.labels.size(); ++i) {
    absl::StrAppend(out, "<c:pt idx=\"", i, "\"><c:v>",
                    Escaped(chart.labels[i]), "</c:v></c:pt>");
  }
  absl::StrAppend(out, "</c:strLit></c:cat><c:val><c:numLit><c:formatCode>",
                  chart.kind == ChartKind::kStack ? "0" : "0%",
                  "</c:formatCode><c:ptCount val=\"", series.values.size(),
                  "\"/>");
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (!series.values[i]) continue;  // a gap
    absl::StrAppend(out, "<c:pt idx=\"", i, "\"><c:v>",
                    NumberText(*series.values[i]), "</c:v></c:pt>");
  }
  absl::StrAppend(out, "</c:numLit></c:val>",
                  lines ? "<c:smooth val=\"0\"/>" : "", "</c:ser>");
}

constexpr char kSmall[] =
    "<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"900\"/></a:pPr>"
    "<a:endParaRPr lang=\"zh-CN\"/></a:p></c:txPr>";

void AppendAxes(const Chart& chart, std::string* out) {
  const bool bars = chart.kind != ChartKind::kLines;
  const bool share = chart.kind != ChartKind::kStack;
  absl::StrAppend(
      out, "<c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"",
      bars ? "maxMin" : "minMax",
      "\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"", bars ? "l" : "b",
      "\"/><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/>"
      "<c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>"
      "<c:tickLblPos val=\"low\"/>",
      kSmall,
      "<c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/></c:catAx>"
      "<c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation "
      "val=\"minMax\"/>",
      share ? "<c:max val=\"1\"/>" : "",
      "<c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"",
      bars ? "b" : "l",
      "\"/><c:majorGridlines><c:spPr><a:ln w=\"6350\"><a:solidFill>"
      "<a:srgbClr val=\"D5DCE4\"/></a:solidFill></a:ln></c:spPr>"
      "</c:majorGridlines><c:numFmt formatCode=\"",
      share ? "0%" : "0",
      "\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/>"
      "<c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/>",
      kSmall, "<c:crossAx val=\"1\"/><c:crosses val=\"",
      bars ? "max" : "autoZero", "\"/></c:valAx>");
}

}  // namespace

std::string DocxChart(const Chart& chart) {
  if (chart.kind == ChartKind::kTimeline || chart.labels.empty() ||
      chart.series.empty()) {
    return "";
  }
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
      "<c:chartSpace "
      "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" "
      "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">"
      "<c:roundedCorners val=\"0\"/><c:chart><c:autoTitleDeleted val=\"1\"/>"
      "<c:plotArea><c:layout/>";
  const bool lines = chart.kind == ChartKind::kLines;
  if (lines) {
    out.append(
        "<c:lineChart><c:grouping val=\"standard\"/><c:varyColors "
        "val=\"0\"/>");
  } else {
    absl::StrAppend(&out,
                    "<c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"",
                    chart.kind == ChartKind::kStack ? "stacked" : "clustered",
                    "\"/><c:varyColors val=\"0\"/>");
  }
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    AppendSeries(chart, s, &out);
  }
  if (lines) {
    out.append(
        "<c:marker val=\"1\"/><c:axId val=\"1\"/><c:axId val=\"2\"/>"
        "</c:lineChart>");
  } else {
    absl::StrAppend(
        &out, "<c:gapWidth val=\"50\"/>",
        chart.kind == ChartKind::kStack ? "<c:overlap val=\"100\"/>" : "",
        "<c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart>");
  }
  AppendAxes(chart, &out);
  absl::StrAppend(&out,
                  "</c:plotArea><c:legend><c:legendPos val=\"b\"/><c:overlay "
                  "val=\"0\"/>",
                  kSmall,
                  "</c:legend><c:plotVisOnly val=\"1\"/><c:dispBlanksAs "
                  "val=\"gap\"/></c:chart></c:chartSpace>\n");
  return out;
}

}  // namespace qiangji::report
