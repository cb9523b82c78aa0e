#include "services/report/docx.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/report/html.h"
#include "services/report/zip_file.h"

namespace qiangji::report {
namespace {

constexpr char kXml[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr char kMain[] =
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships\"";
constexpr int kTextWidth = 9866;        // twips: A4 less 18 mm on each side
constexpr int kChartWidth = 6'200'000;  // EMU
constexpr char kOffice[] =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

constexpr char kStyles[] =
    R"(<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="SimSun" w:cs="Calibri"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="100" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:spacing w:before="240" w:after="200"/></w:pPr><w:rPr><w:rFonts w:eastAsia="SimHei"/><w:b/><w:sz w:val="40"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:eastAsia="SimHei"/><w:b/><w:color w:val="1F5FA8"/><w:sz w:val="30"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="200" w:after="80"/><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:rFonts w:eastAsia="SimHei"/><w:b/><w:sz w:val="24"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Caption"><w:name w:val="caption"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="160" w:after="60"/></w:pPr><w:rPr><w:rFonts w:eastAsia="SimHei"/><w:b/><w:sz w:val="19"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Lead"><w:name w:val="Lead"/><w:basedOn w:val="Normal"/><w:pPr><w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="1F5FA8"/></w:pBdr></w:pPr><w:rPr><w:sz w:val="24"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Note"><w:name w:val="Note"/><w:basedOn w:val="Normal"/><w:rPr><w:color w:val="5B6878"/><w:sz w:val="18"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Item"><w:name w:val="Item"/><w:basedOn w:val="Normal"/><w:pPr><w:ind w:left="320" w:hanging="320"/></w:pPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Cell"><w:name w:val="Cell"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr></w:style>
)";

class Writer {
 public:
  explicit Writer(const Document& document) : document_(document) {}

  absl::StatusOr<std::string> Make() {
    Body();
    std::vector<ZipEntry> entries = {
        {"[Content_Types].xml", ContentTypes()},
        {"_rels/.rels",
         absl::StrCat(kXml,
                      "<Relationships xmlns=\"http://schemas.openxmlformats."
                      "org/package/2006/relationships\"><Relationship "
                      "Id=\"rId1\" Type=\"",
                      kOffice,
                      "/officeDocument\" Target=\"word/document.xml\"/>"
                      "</Relationships>\n")},
        {"word/document.xml", DocumentXml()},
        {"word/_rels/document.xml.rels", Relationships()},
        {"word/styles.xml", absl::StrCat(kXml, "<w:styles ", kMain, ">\n",
                                         kStyles, "</w:styles>\n")},
        {"word/header1.xml", Header()},
        {"word/footer1.xml", Footer()},
    };
    for (std::size_t c = 0; c < charts_.size(); ++c) {
      entries.push_back(
          {absl::StrCat("word/charts/chart", c + 1, ".xml"), charts_[c]});
    }
    return Zip(entries);
  }

 private:
  bool zh() const { return document_.lang == Lang::kZh; }

  static std::string Run(const Span& span, const std::string& more = "") {
    const std::string marks = absl::StrCat(
        span.strong ? "<w:b/>" : "", span.emphasized ? "<w:i/>" : "", more);
    return absl::StrCat(
        "<w:r>",
        marks.empty() ? "" : absl::StrCat("<w:rPr>", marks, "</w:rPr>"),
        "<w:t xml:space=\"preserve\">", Escaped(span.text), "</w:t></w:r>");
  }

  void AppendParagraph(const char* style, const std::string& runs) {
    absl::StrAppend(&body_, "<w:p><w:pPr><w:pStyle w:val=\"", style,
                    "\"/></w:pPr>", runs, "</w:p>\n");
  }

  void Add(const Paragraph& paragraph) {
    const char* style = "Normal";
    std::string runs;
    switch (paragraph.style) {
      case ParagraphStyle::kPlain:
        break;
      case ParagraphStyle::kLead:
        style = "Lead";
        break;
      case ParagraphStyle::kNote:
        style = "Note";
        break;
      case ParagraphStyle::kHeading:
        style = "Heading2";
        break;
      case ParagraphStyle::kBullet:
        style = "Item";
        runs = Run({"• "});
        break;
      case ParagraphStyle::kNumbered:
        style = "Item";
        break;
    }
    for (const Span& span : paragraph.spans) runs += Run(span);
    AppendParagraph(style, runs);
  }

  // "表 3 …": a number that the word processor keeps.
  void Caption(bool figure, const std::string& text) {
    const std::string label =
        figure ? (zh() ? "图" : "Figure") : (zh() ? "表" : "Table");
    const int number = figure ? ++figures_ : ++tables_;
    AppendParagraph(
        "Caption",
        absl::StrCat(Run({absl::StrCat(label, " ")}),
                     "<w:fldSimple w:instr=\" SEQ ", label, " \\* ARABIC \">",
                     Run({absl::StrCat(number)}), "</w:fldSimple>",
                     Run({absl::StrCat("  ", text)})));
  }

  // Twips of each column, by the longest text, none too narrow.
  std::vector<int> Widths(const Table& table, std::size_t shown) const {
    std::vector<double> wants;
    double sum = 0;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      double want = TextWidth(table.columns[c].header) * 0.9;
      for (std::size_t r = 0; r < shown; ++r) {
        want = std::max(
            want, TextWidth(CellText(table.rows[r][c], table.columns[c].kind,
                                     document_.lang)));
      }
      want = std::clamp(want, 3.2, 15.0) + 1.2;
      wants.push_back(want);
      sum += want;
    }
    std::vector<int> widths;
    widths.reserve(wants.size());
    for (const double want : wants) {
      widths.push_back(static_cast<int>(kTextWidth * want / sum));
    }
    return widths;
  }

  void AppendCell(const std::string& text, int width, bool right, bool strong,
                  bool header, int size) {
    absl::StrAppend(
        &body_, "<w:tc><w:tcPr><w:tcW w:w=\"", width, "\" w:type=\"dxa\"/>",
        header ? "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"DDE6F0\"/>"
               : "",
        "</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Cell\"/>",
        right ? "<w:jc w:val=\"right\"/>" : "", "</w:pPr>",
        Run({text, strong, false},
            absl::StrCat("<w:sz w:val=\"", size, "\"/>")),
        "</w:p></w:tc>");
  }

  void Add(const Table& table) {
    Caption(false, table.caption);
    const std::size_t shown = std::min(table.shown, table.rows.size());
    const std::vector<int> widths = Widths(table, shown);
    const int size = table.columns.size() > 9   ? 14
                     : table.columns.size() > 6 ? 16
                                                : 18;  // half points
    body_.append(
        "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>"
        "<w:top w:val=\"single\" w:sz=\"8\" w:color=\"5B6878\"/><w:bottom "
        "w:val=\"single\" w:sz=\"8\" w:color=\"5B6878\"/><w:insideH "
        "w:val=\"single\" w:sz=\"4\" w:color=\"D5DCE4\"/></w:tblBorders>"
        "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"60\" "
        "w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar>"
        "</w:tblPr><w:tblGrid>");
    for (const int width : widths) {
      absl::StrAppend(&body_, "<w:gridCol w:w=\"", width, "\"/>");
    }
    body_.append(
        "</w:tblGrid>\n<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      AppendCell(table.columns[c].header, widths[c],
                 table.columns[c].kind != CellKind::kText, true, true, size);
    }
    body_.append("</w:tr>\n");
    for (std::size_t r = 0; r < shown; ++r) {
      body_.append("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        AppendCell(
            CellText(table.rows[r][c], table.columns[c].kind, document_.lang),
            widths[c], table.columns[c].kind != CellKind::kText,
            r < table.totals, false, size);
      }
      body_.append("</w:tr>\n");
    }
    body_.append("</w:tbl>\n");
    if (shown < table.rows.size()) {
      AppendParagraph("Note",
                      Run({zh() ? absl::StrCat("共 ", table.rows.size(),
                                               " 行，此处列出 ", shown, " 行。")
                                : absl::StrCat(shown, " of ", table.rows.size(),
                                               " rows.")}));
    } else {
      AppendParagraph("Cell", "");
    }
  }

  void Add(const Chart& chart) {
    std::string part = DocxChart(chart);
    if (part.empty()) return;
    Caption(true, chart.caption);
    charts_.push_back(std::move(part));
    const int height =
        chart.kind == ChartKind::kLines
            ? 3'000'000
            : 900'000 + 260'000 * static_cast<int>(chart.labels.size()) *
                            (chart.kind == ChartKind::kBars ? 2 : 1) / 1;
    absl::StrAppend(
        &body_,
        "<w:p><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" "
        "distR=\"0\"><wp:extent cx=\"",
        kChartWidth, "\" cy=\"", std::min(height, 7'500'000),
        "\"/><wp:docPr id=\"", charts_.size(), "\" name=\"chart",
        charts_.size(), "\" descr=\"", Escaped(chart.caption),
        "\"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri=\""
        "http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:chart "
        "r:id=\"rIdChart",
        charts_.size(),
        "\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        "\n");
  }

  void Body() {
    AppendParagraph("Title", Run({document_.title}));
    if (!document_.mark.empty()) {
      AppendParagraph("Note", Run({document_.mark, true, false},
                                  "<w:color w:val=\"A15C00\"/>"));
    }
    for (const auto& [label, value] : document_.facts) {
      AppendParagraph("Note",
                      absl::StrCat(Run({absl::StrCat(label, zh() ? "：" : ": "),
                                        true, false}),
                                   Run({value})));
    }
    for (std::size_t i = 0; i < document_.sections.size(); ++i) {
      const Section& section = document_.sections[i];
      AppendParagraph("Heading1",
                      Run({absl::StrCat(SectionNumber(i, document_.lang),
                                        section.heading)}));
      for (const Block& block : section.blocks) {
        std::visit([this](const auto& b) { Add(b); }, block);
      }
    }
  }

  std::string DocumentXml() const {
    return absl::StrCat(
        kXml, "<w:document ", kMain,
        " xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/"
        "wordprocessingDrawing\" "
        "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
        "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">"
        "<w:body>\n",
        body_,
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rIdHeader\"/>"
        "<w:footerReference w:type=\"default\" r:id=\"rIdFooter\"/><w:pgSz "
        "w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1247\" "
        "w:right=\"1020\" w:bottom=\"1134\" w:left=\"1020\" "
        "w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>"
        "</w:body></w:document>\n");
  }

  std::string Header() const {
    return absl::StrCat(
        kXml, "<w:hdr ", kMain,
        "><w:p><w:pPr><w:pStyle w:val=\"Note\"/><w:jc w:val=\"center\"/>"
        "</w:pPr>",
        document_.mark.empty()
            ? Run({document_.title})
            : Run({document_.mark, true, false}, "<w:color w:val=\"A15C00\"/>"),
        "</w:p></w:hdr>\n");
  }
  std::string Footer() const {
    return absl::StrCat(
        kXml, "<w:ftr ", kMain,
        "><w:p><w:pPr><w:pStyle w:val=\"Note\"/><w:jc w:val=\"center\"/>"
        "</w:pPr>",
        Run({absl::StrCat(document_.footer, " · ")}),
        "<w:fldSimple w:instr=\" PAGE \">", Run({"1"}),
        "</w:fldSimple></w:p></w:ftr>\n");
  }

  std::string Relationships() const {
    std::string out = absl::StrCat(
        kXml,
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/"
        "2006/relationships\">");
    const auto add = [&](const std::string& id, const char* type,
                         const std::string& target) {
      absl::StrAppend(&out, "<Relationship Id=\"", id, "\" Type=\"", kOffice,
                      "/", type, "\" Target=\"", target, "\"/>");
    };
    add("rIdStyles", "styles", "styles.xml");
    add("rIdHeader", "header", "header1.xml");
    add("rIdFooter", "footer", "footer1.xml");
    for (std::size_t c = 1; c <= charts_.size(); ++c) {
      add(absl::StrCat("rIdChart", c), "chart",
          absl::StrCat("charts/chart", c, ".xml"));
    }
    out.append("</Relationships>\n");
    return out;
  }

  std::string ContentTypes() const {
    constexpr char kWord[] =
        "application/vnd.openxmlformats-officedocument.wordprocessingml.";
    std::string out = absl::StrCat(
        kXml,
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/"
        "content-types\"><Default Extension=\"rels\" ContentType=\""
        "application/vnd.openxmlformats-package.relationships+xml\"/>"
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    const auto add = [&](const std::string& part, const std::string& type) {
      absl::StrAppend(&out, "<Override PartName=\"/word/", part,
                      "\" ContentType=\"", type, "\"/>");
    };
    add("document.xml", absl::StrCat(kWord, "document.main+xml"));
    add("styles.xml", absl::StrCat(kWord, "styles+xml"));
    add("header1.xml", absl::StrCat(kWord, "header+xml"));
    add("footer1.xml", absl::StrCat(kWord, "footer+xml"));
    for (std::size_t c = 1; c <= charts_.size(); ++c) {
      add(absl::StrCat("charts/chart", c, ".xml"),
          "application/vnd.openxmlformats-officedocument.drawingml.chart+xml");
    }
    out.append("</Types>\n");
    return out;
  }

  const Document& document_;
  std::string body_;
  std::vector<std::string> charts_;
  int tables_ = 0, figures_ = 0;
};

}  // namespace

absl::StatusOr<std::string> RenderDocx(const Document& document) {
  return Writer(document).Make();
}

}  // namespace qiangji::report
