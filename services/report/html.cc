#include "services/report/html.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/rpc/text.h"

namespace qiangji::report {
namespace {

// Fonts of the reader's machine, Chinese ones among them; nothing is loaded.
constexpr char kStyle[] = R"(
:root{--ink:#1b2430;--soft:#5b6878;--line:#d5dce4;--fill:#f3f6f9;--blue:#1f5fa8;
--red:#b42318;--green:#1a7f4b;--amber:#a15c00}
*{box-sizing:border-box}
body{margin:0;color:var(--ink);background:#fff;font:15px/1.65 "Noto Sans CJK SC",
"Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","Segoe UI",
"Helvetica Neue",Arial,sans-serif}
main{max-width:1040px;margin:0 auto;padding:0 28px 60px}
header h1{font-size:28px;line-height:1.3;margin:36px 0 6px}
.mark{position:sticky;top:0;z-index:1;background:#fff4e5;color:var(--amber);
border-bottom:1px solid #f0c98f;font-weight:600;text-align:center;padding:6px 16px;
font-size:13px}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;
margin:14px 0 26px;padding:12px 16px;background:var(--fill);border-radius:6px;
font-size:13px}
dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0;overflow-wrap:anywhere}
nav{margin:0 0 10px;font-size:14px;columns:2}
nav a{color:var(--blue);text-decoration:none;display:block}
h2{font-size:21px;margin:40px 0 10px;padding-bottom:6px;border-bottom:2px solid
var(--blue)}
h3{font-size:16px;margin:22px 0 6px}
p{margin:8px 0}
p.lead{font-size:17px;line-height:1.6;border-left:4px solid var(--blue);
padding:4px 0 4px 14px}
p.note{color:var(--soft);font-size:13px}
p.item{margin:4px 0;padding-left:1.4em;text-indent:-1em}
p.item::before{content:"•";display:inline-block;width:1em;text-indent:0}
p.number{margin:4px 0;padding-left:1.6em;text-indent:-1.6em}
figure{margin:20px 0}
figcaption,caption{caption-side:top;text-align:left;font-weight:600;font-size:14px;
padding:4px 0}
.scroll{overflow-x:auto;margin:18px 0}
table{border-collapse:collapse;width:100%;font-size:13px;line-height:1.45}
th,td{padding:5px 8px;border-bottom:1px solid var(--line);vertical-align:top;
text-align:left}
th{background:var(--fill);border-bottom:2px solid var(--line);vertical-align:bottom}
table.pages{table-layout:fixed;font-size:inherit;line-height:inherit}
table.pages>*>tr>td{padding:0;border:0;background:none}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th{word-break:keep-all}
td.s{white-space:nowrap}
td.w{min-width:5em}
td.x{min-width:13em}
tr.total td{font-weight:600;background:#fafbfc}
.scroll tbody tr:nth-child(even) td{background:#fbfcfd}
svg{max-width:100%;height:auto;display:block}
footer{margin-top:40px;border-top:1px solid var(--line);padding-top:10px;
color:var(--soft);font-size:12px}
@media print{
@page{size:A4;margin:14mm 14mm 16mm}
body{font-size:10.5pt}
main{max-width:none;padding:0}
.mark{position:fixed;top:0;left:0;right:0;padding:1mm 4mm;font-size:8.5pt}
table.pages>thead>tr>td{height:9mm}
h2{font-size:15pt;break-after:avoid;margin-top:9mm}
h3,caption,figcaption{break-after:avoid}
figure,.scroll tr,p.lead,dl.facts{break-inside:avoid}
thead{display:table-header-group}
table{font-size:8pt}
th,td{padding:1mm 1.4mm}
td.x{min-width:9em}
td.w{min-width:4em}
.scroll{overflow:visible}
nav{display:none}
a{color:inherit}
}
)";

bool IsNumber(CellKind kind) { return kind != CellKind::kText; }

void AppendSpans(const std::vector<Span>& spans, std::string* out) {
  for (const Span& span : spans) {
    if (span.strong) out->append("<strong>");
    if (span.emphasized) out->append("<em>");
    out->append(Escaped(span.text));
    if (span.emphasized) out->append("</em>");
    if (span.strong) out->append("</strong>");
  }
}

void AppendParagraph(const Paragraph& paragraph, std::string* out) {
  const char* open = "<p>";
  const char* close = "</p>\n";
  switch (paragraph.style) {
    case ParagraphStyle::kPlain:
      break;
    case ParagraphStyle::kLead:
      open = "<p class=\"lead\">";
      break;
    case ParagraphStyle::kNote:
      open = "<p class=\"note\">";
      break;
    case ParagraphStyle::kHeading:
      open = "<h3>";
      close = "</h3>\n";
      break;
    case ParagraphStyle::kBullet:
      open = "<p class=\"item\">";
      break;
    case ParagraphStyle::kNumbered:
      open = "<p class=\"number\">";
      break;
  }
  out->append(open);
  AppendSpans(paragraph.spans, out);
  out->append(close);
}

// Long texts need room, short ones none.
const char* ClassOf(const Cell& cell, const Column& column) {
  if (IsNumber(column.kind)) return " class=\"n\"";
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return "";
  const double width = TextWidth(*text);
  return width > 13  ? " class=\"x\""
         : width > 5 ? " class=\"w\""
                     : " class=\"s\"";
}

void AppendTable(const Table& table, Lang lang, std::string* out) {
  absl::StrAppend(out, "<div class=\"scroll\"><table>\n<caption>",
                  Escaped(table.caption), "</caption>\n<thead><tr>");
  for (const Column& column : table.columns) {
    absl::StrAppend(out, IsNumber(column.kind) ? "<th class=\"n\">" : "<th>",
                    Escaped(column.header), "</th>");
  }
  out->append("</tr></thead>\n<tbody>\n");
  const std::size_t shown = std::min(table.shown, table.rows.size());
  for (std::size_t r = 0; r < shown; ++r) {
    out->append(r < table.totals ? "<tr class=\"total\">" : "<tr>");
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const Cell& cell = table.rows[r][c];
      absl::StrAppend(out, "<td", ClassOf(cell, table.columns[c]), ">",
                      Escaped(CellText(cell, table.columns[c].kind, lang)),
                      "</td>");
    }
    out->append("</tr>\n");
  }
  out->append("</tbody></table>\n");
  if (shown < table.rows.size()) {
    absl::StrAppend(
        out, "<p class=\"note\">",
        lang == Lang::kZh
            ? absl::StrCat("共 ", table.rows.size(), " 行，此处列出 ", shown,
                           " 行；全部见工作簿、CSV 或 JSON。")
            : absl::StrCat(shown, " of ", table.rows.size(),
                           " rows; all are in the workbook, CSV and JSON."),
        "</p>\n");
  }
  out->append("</div>\n");
}

void AppendChart(const Chart& chart, Lang lang, std::string* out) {
  const std::string svg = RenderSvg(chart, lang);
  if (svg.empty()) return;
  absl::StrAppend(out, "<figure><figcaption>", Escaped(chart.caption),
                  "</figcaption>\n", svg, "</figure>\n");
}

void AppendHead(const Document& document, std::string* out) {
  absl::StrAppend(
      out, "<!DOCTYPE html>\n<html lang=\"",
      document.lang == Lang::kZh ? "zh-CN" : "en",
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'\">\n<title>",
      Escaped(document.title), "</title>\n<style>", kStyle,
      "</style>\n</head>\n<body",
      document.mark.empty() ? "" : " class=\"marked\"", ">\n");
  if (!document.mark.empty()) {
    absl::StrAppend(out, "<div class=\"mark\">", Escaped(document.mark),
                    "</div>\n");
  }
  // On paper the mark lies over the top of every page: a head that each page
  // repeats leaves room for it.
  absl::StrAppend(out, "<main>\n",
                  document.mark.empty()
                      ? ""
                      : "<table class=\"pages\" role=\"presentation\"><thead>"
                        "<tr><td></td></tr></thead><tbody><tr><td>\n",
                  "<header><h1>", Escaped(document.title),
                  "</h1>\n<dl class=\"facts\">\n");
  for (const auto& [label, value] : document.facts) {
    absl::StrAppend(out, "<dt>", Escaped(label), "</dt><dd>", Escaped(value),
                    "</dd>\n");
  }
  out->append("</dl></header>\n<nav>\n");
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    absl::StrAppend(out, "<a href=\"#s", i + 1, "\">",
                    SectionNumber(i, document.lang),
                    Escaped(document.sections[i].heading), "</a>\n");
  }
  out->append("</nav>\n");
}

}  // namespace

std::string Escaped(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const rpc::DecodedChar c = rpc::DecodeChar(text, at);
    const std::uint32_t point = c.code_point;
    if (!c.valid || (point < 0x20 && point != '\n' && point != '\t') ||
        point == 0xfffe || point == 0xffff) {
      out.append("\xef\xbf\xbd");
    } else if (point == '&') {
      out.append("&amp;");
    } else if (point == '<') {
      out.append("&lt;");
    } else if (point == '>') {
      out.append("&gt;");
    } else if (point == '"') {
      out.append("&quot;");
    } else if (point == '\'') {
      out.append("&#39;");
    } else {
      out.append(text.data() + at, c.length);
    }
    at += c.length;
  }
  return out;
}

double TextWidth(absl::string_view text) {
  double width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const rpc::DecodedChar c = rpc::DecodeChar(text, at);
    width += utf8proc_charwidth(static_cast<utf8proc_int32_t>(c.code_point)) > 1
                 ? 1.0
                 : 0.56;
    at += c.length;
  }
  return width;
}

std::string RenderHtml(const Document& document) {
  std::string out;
  AppendHead(document, &out);
  for (std::size_t i = 0; i < document.sections.size(); ++i) {
    const Section& section = document.sections[i];
    absl::StrAppend(&out, "<section id=\"s", i + 1, "\">\n<h2>",
                    SectionNumber(i, document.lang), Escaped(section.heading),
                    "</h2>\n");
    for (const Block& block : section.blocks) {
      if (const auto* paragraph = std::get_if<Paragraph>(&block)) {
        AppendParagraph(*paragraph, &out);
      } else if (const auto* table = std::get_if<Table>(&block)) {
        AppendTable(*table, document.lang, &out);
      } else {
        AppendChart(std::get<Chart>(block), document.lang, &out);
      }
    }
    out.append("</section>\n");
  }
  absl::StrAppend(&out, "<footer>", Escaped(document.footer), "</footer>\n",
                  document.mark.empty() ? "" : "</td></tr></tbody></table>\n",
                  "</main>\n</body>\n</html>\n");
  return out;
}

}  // namespace qiangji::report
