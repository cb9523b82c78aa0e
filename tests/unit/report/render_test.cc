#include "services/report/render.h"

#include <gmock/gmock.h>

#include "services/report/csv.h"
#include "services/report/docx.h"
#include "services/report/html.h"
#include "services/report/layout.h"
#include "services/report/markdown.h"
#include "tests/support/files/zip_parts.h"
#include "tests/unit/report/sample_report.h"

namespace qiangji::report {
namespace {

using coverage::v1::ReportFormat;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::SizeIs;

constexpr ReportFormat kFormats[] = {
    coverage::v1::REPORT_FORMAT_JSON, coverage::v1::REPORT_FORMAT_CSV,
    coverage::v1::REPORT_FORMAT_XLSX, coverage::v1::REPORT_FORMAT_DOCX,
    coverage::v1::REPORT_FORMAT_HTML};

std::string Rendered(ReportFormat format, type::v1::Language language,
                     const coverage::v1::Report& report = SampleReport()) {
  auto bytes = Render(report, format, language);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.ok() ? *bytes : "";
}

std::string Html(type::v1::Language language) {
  return Rendered(coverage::v1::REPORT_FORMAT_HTML, language);
}

TEST(Render, GivesTheSameBytesAgain) {
  for (const ReportFormat format : kFormats) {
    for (const auto language : {type::v1::LANGUAGE_ZH, type::v1::LANGUAGE_EN}) {
      const std::string once = Rendered(format, language);
      EXPECT_FALSE(once.empty());
      EXPECT_EQ(once, Rendered(format, language)) << format;
    }
  }
}

TEST(Render, TheEnvelopeIsNoContent) {
  coverage::v1::Report kept = SampleReport();
  kept.set_name("reports/a");
  kept.set_report_id("a");
  kept.set_content_digest("x");
  kept.set_content_bytes(3);
  kept.set_etag("e");
  kept.set_owner_id("o");
  kept.mutable_create_time()->set_seconds(1);
  EXPECT_EQ(Rendered(coverage::v1::REPORT_FORMAT_JSON, type::v1::LANGUAGE_ZH,
                     ContentOf(kept)),
            Rendered(coverage::v1::REPORT_FORMAT_JSON, type::v1::LANGUAGE_ZH));
}

TEST(RenderHtml, HasTheSectionsOfTheAnnualReport) {
  const std::string zh = Html(type::v1::LANGUAGE_ZH);
  std::size_t at = 0;
  for (const char* heading : {"一、总体情况", "二、分领域", "三、重点突破",
                              "四、示范应用", "五、首批次", "六、瓶颈清单",
                              "七、问题与建议", "八、附表", "九、方法说明"}) {
    const std::size_t found = zh.find(std::string("<h2>") + heading);
    ASSERT_NE(found, std::string::npos) << heading;
    EXPECT_GT(found, at);
    at = found;
  }
  EXPECT_THAT(Html(type::v1::LANGUAGE_EN), HasSubstr("6. Bottlenecks</h2>"));
}

TEST(RenderHtml, NeedsNothingElseAndRunsNothing) {
  const std::string html = Html(type::v1::LANGUAGE_ZH);
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;二&lt;/b&gt;"));
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
  EXPECT_THAT(html, HasSubstr("@media print"));
  EXPECT_THAT(html, HasSubstr("<svg"));
}

TEST(RenderHtml, SaysWhatItRestsOn) {
  const std::string html = Html(type::v1::LANGUAGE_EN);
  EXPECT_THAT(html, HasSubstr("ILLUSTRATIVE DATA"));
  EXPECT_THAT(html, HasSubstr("<dd>42</dd>"));
  EXPECT_THAT(html, HasSubstr("0707070707"));
  EXPECT_THAT(html, HasSubstr("25.0%"));
  EXPECT_THAT(html, HasSubstr("missed"));
  EXPECT_THAT(html, HasSubstr("<strong>重点</strong>"));
}

TEST(RenderHtml, WithoutIllustrativeRecordsThereIsNoMark) {
  coverage::v1::Report report = SampleReport();
  report.mutable_context()->set_contains_illustrative(false);
  EXPECT_THAT(
      Rendered(coverage::v1::REPORT_FORMAT_HTML, type::v1::LANGUAGE_EN, report),
      Not(HasSubstr("ILLUSTRATIVE")));
}

TEST(RenderCsv, UndefinedIsEmptyAndAFormulaIsText) {
  const std::string csv =
      Rendered(coverage::v1::REPORT_FORMAT_CSV, type::v1::LANGUAGE_ZH);
  EXPECT_THAT(csv, HasSubstr("\n轨道交通,4,3,1,0.250000,0.500000,,,0.700000,"
                             "0.450000,2,参照值\n"));
  EXPECT_THAT(csv, HasSubstr("\n海洋,0,0,0,,,,,,,,\n"));
  EXPECT_THAT(csv, HasSubstr("\"'=HYPERLINK("));
  EXPECT_THAT(csv, HasSubstr("mark,"));
}

TEST(RenderXlsx, TextsAreNoFormulasAndChartsAreNative) {
  const auto parts = testing::Unzip(
      Rendered(coverage::v1::REPORT_FORMAT_XLSX, type::v1::LANGUAGE_ZH));
  ASSERT_THAT(parts, Contains(Key("xl/workbook.xml")));
  EXPECT_THAT(parts, Contains(Key("xl/charts/chart1.xml")));
  int headers = 0;
  for (const auto& [name, bytes] : parts) {
    EXPECT_THAT(bytes, Not(HasSubstr("<f>"))) << name;
    EXPECT_THAT(bytes, Not(HasSubstr("<script>"))) << name;
    if (name.find("worksheets/sheet") != std::string::npos) {
      EXPECT_THAT(bytes, HasSubstr("示意数据")) << name;  // page header
      ++headers;
    }
  }
  EXPECT_GT(headers, 8);
  EXPECT_THAT(parts.at("xl/workbook.xml"), HasSubstr("方法说明"));
  EXPECT_THAT(parts.at("xl/sharedStrings.xml"), HasSubstr("=HYPERLINK("));
  EXPECT_THAT(parts.at("docProps/core.xml"), HasSubstr("2000-01-01T00:00:00Z"));
}

TEST(RenderDocx, HasHeadingsCaptionsTablesAndCharts) {
  const auto parts = testing::Unzip(
      Rendered(coverage::v1::REPORT_FORMAT_DOCX, type::v1::LANGUAGE_ZH));
  ASSERT_THAT(parts, Contains(Key("word/document.xml")));
  const std::string& body = parts.at("word/document.xml");
  EXPECT_THAT(body, HasSubstr("<w:pStyle w:val=\"Heading1\"/>"));
  EXPECT_THAT(body, HasSubstr("一、总体情况"));
  EXPECT_THAT(body, HasSubstr(" SEQ 表 "));
  EXPECT_THAT(body, HasSubstr("<w:tblHeader/>"));
  EXPECT_THAT(body, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(body, Not(HasSubstr("<script>")));
  EXPECT_THAT(body, HasSubstr("r:id=\"rIdChart1\""));
  EXPECT_THAT(parts.at("word/charts/chart1.xml"), HasSubstr("<c:lineChart>"));
  EXPECT_THAT(parts.at("word/header1.xml"), HasSubstr("示意数据"));
}

TEST(RenderDocx, AnUndefinedPointIsAGapNotZero) {
  Chart chart;
  chart.kind = ChartKind::kLines;
  chart.labels = {"2024", "2025"};
  chart.series = {{"H", SeriesStyle::kLine, {0.5, std::nullopt}}};
  EXPECT_THAT(DocxChart(chart),
              AllOf(HasSubstr("<c:pt idx=\"0\"><c:v>0.5</c:v></c:pt>"),
                    Not(HasSubstr("<c:v>0</c:v>"))));
}

TEST(LayOut, AnEvaluationHasItsOwnSections) {
  coverage::v1::Report report = SampleReport();
  report.set_kind(coverage::v1::REPORT_KIND_EVALUATION);
  auto* baseline = report.add_baselines();
  baseline->set_target_id("t2025");
  baseline->set_year(2015);
  baseline->set_value(0.2);
  const Document document = LayOut(report, Lang::kEn);
  EXPECT_EQ(document.sections[0].heading, "Targets");
  EXPECT_EQ(document.sections[1].heading, "What moved it");
  EXPECT_THAT(RenderHtml(document), HasSubstr("20.0% (2015)"));
}

TEST(CellText, UndefinedIsNeverZero) {
  EXPECT_EQ(CellText(Cell(), CellKind::kShare, Lang::kZh), "–");
  EXPECT_EQ(CellText(Cell(0.0), CellKind::kShare, Lang::kZh), "0.0%");
  EXPECT_EQ(CellText(Cell(1234567.0), CellKind::kCount, Lang::kEn),
            "1,234,567");
  EXPECT_EQ(CellText(Cell(2.5e8), CellKind::kMoney, Lang::kZh), "2.50 亿元");
  EXPECT_EQ(CellText(Cell(-0.0204), CellKind::kChange, Lang::kZh), "-2.0");
  EXPECT_EQ(CellText(Cell(0.031), CellKind::kChange, Lang::kZh), "+3.1");
  EXPECT_EQ(CellText(Cell(-0.0001), CellKind::kPoints, Lang::kZh), "0.0");
}

TEST(ParseMarkdown, KnowsParagraphsListsHeadingsAndMarks) {
  const auto paragraphs = ParseMarkdown(
      "## 说明\n一行\n续行 **重** *点*\n\n- 甲\n- 乙\n1. one\nmore\n\\*x\\*");
  ASSERT_THAT(paragraphs, SizeIs(5));
  EXPECT_EQ(paragraphs[0].style, ParagraphStyle::kHeading);
  EXPECT_EQ(paragraphs[1].spans[0].text, "一行续行 ");
  EXPECT_THAT(
      paragraphs[1].spans,
      ElementsAre(Field(&Span::strong, false), Field(&Span::strong, true),
                  Field(&Span::text, " "), Field(&Span::emphasized, true)));
  EXPECT_EQ(paragraphs[2].style, ParagraphStyle::kBullet);
  EXPECT_EQ(paragraphs[4].style, ParagraphStyle::kNumbered);
  EXPECT_EQ(paragraphs[4].spans[0].text, "1. one more *x*");
}

}  // namespace
}  // namespace qiangji::report
