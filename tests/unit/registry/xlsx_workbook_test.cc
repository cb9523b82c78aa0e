// Workbooks as they are read: cells, refusals, limits, and hostile ones.
#include "services/registry/xlsx_workbook.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/registry/xml_elements.h"
#include "tests/support/files/xlsx_parts.h"

namespace qiangji::registry {
namespace {

using ::testing::HasSubstr;
using testing::OneSheet;
using testing::TextRow;
using testing::XlsxParts;
using testing::Zip;
using Type = XlsxCell::Type;

int FileOf(const std::string& bytes) {
  char path[] = "/tmp/xlsx-test-XXXXXX";
  const int descriptor = mkstemp(path);
  unlink(path);
  EXPECT_EQ(write(descriptor, bytes.data(), bytes.size()),
            static_cast<ssize_t>(bytes.size()));
  return descriptor;
}

struct Sheet {
  absl::Status status;
  std::vector<std::pair<std::int64_t, std::vector<XlsxCell>>> rows;
  std::vector<XlsxWorkbook::Merged> merged;
  bool epoch_1904 = false;
};

Sheet Read(const std::string& bytes) {
  Sheet sheet;
  XlsxUse use;
  auto workbook = XlsxWorkbook::Open(
      FileOf(bytes), static_cast<std::int64_t>(bytes.size()), use);
  if (!workbook.ok()) {
    sheet.status = workbook.status();
    return sheet;
  }
  sheet.epoch_1904 = (*workbook)->epoch_1904();
  for (const auto& each : (*workbook)->sheets()) {
    sheet.status = (*workbook)->ReadSheet(
        each,
        [&](std::int64_t row, std::vector<XlsxCell>& cells) {
          sheet.rows.emplace_back(row, cells);
          return absl::OkStatus();
        },
        sheet.merged);
    if (!sheet.status.ok()) break;
  }
  return sheet;
}
std::string Message(const std::string& bytes) {
  return std::string(Read(bytes).status.message());
}

const domain::Column& Column(absl::string_view table, absl::string_view name) {
  const domain::TableSchema& schema = *domain::FindTable(table);
  return schema.columns[static_cast<std::size_t>(schema.Find(name))];
}
const domain::Column& Date() { return Column("milestones", "date"); }

TEST(XlsxWorkbook, ReadsEveryKindOfCell) {
  const Sheet sheet = Read(Zip(OneSheet(
      "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c>"
      "<c t=\"s\"><v>2</v></c></row>"
      "<row r=\"4\" ht=\"15\"><c r=\"B4\"><v>1.5E3</v></c>"
      "<c r=\"D4\" t=\"b\"><v>1</v></c><c t=\"e\"><v>#DIV/0!</v></c>"
      "<c s=\"1\"><v>45352</v></c><c s=\"3\"><v>0.4</v></c></row>"
      "<row/><row r=\"6\"><c r=\"A6\" s=\"1\"/></row>"
      "<row><c t=\"str\"><f>A1&amp;\"x\"</f><v>gearx</v></c>"
      "<c><f>1+1</f><v>2</v></c><c><f>NOW()</f></c>"
      "<c t=\"inlineStr\"><is><r><t>in</t></r><r><t>line</t></r></is></c>"
      "<c t=\"d\"><v>2024-03-01T00:00:00</v></c></row>")));
  ASSERT_TRUE(sheet.status.ok()) << sheet.status;
  ASSERT_EQ(sheet.rows.size(), 3u);
  EXPECT_EQ(sheet.rows[0].first, 1);
  EXPECT_EQ(sheet.rows[0].second[0].text, "gear");
  EXPECT_EQ(sheet.rows[0].second[1].text, "齿轮");
  EXPECT_EQ(sheet.rows[0].second[2].text, "a\nb & 中");
  const auto& typed = sheet.rows[1].second;
  EXPECT_EQ(sheet.rows[1].first, 4);
  ASSERT_EQ(typed.size(), 7u);
  EXPECT_EQ(typed[0].type, Type::kEmpty);
  EXPECT_EQ(typed[1].number, 1500);
  EXPECT_EQ(typed[3].type, Type::kBool);
  EXPECT_EQ(typed[4].type, Type::kError);
  EXPECT_EQ(typed[5].type, Type::kDate);
  EXPECT_EQ(typed[6].type, Type::kNumber);
  const auto& formulas = sheet.rows[2].second;
  EXPECT_EQ(sheet.rows[2].first, 7);
  EXPECT_EQ(formulas[0].text, "gearx");
  EXPECT_EQ(formulas[1].number, 2);
  EXPECT_EQ(formulas[2].type, Type::kNoValue);
  EXPECT_EQ(formulas[3].text, "inline");
  EXPECT_EQ(formulas[4].text, "2024-03-01");
}

TEST(XlsxWorkbook, ReadsPrefixedNamesAndMergedAreas) {
  XlsxParts parts = OneSheet("");
  parts["xl/worksheets/sheet1.xml"] =
      "<x:worksheet xmlns:x=\"m\"><x:sheetData><!-- <row> --><x:row "
      "r=\"2\"><x:c r=\"A2\" t=\"str\"><x:v>a&gt;b</x:v></x:c></x:row>"
      "</x:sheetData><x:mergeCells count=\"1\"><x:mergeCell "
      "ref=\"A2:B3\"/></x:mergeCells></x:worksheet>";
  const Sheet sheet = Read(Zip(parts));
  ASSERT_TRUE(sheet.status.ok()) << sheet.status;
  ASSERT_EQ(sheet.rows.size(), 1u);
  EXPECT_EQ(sheet.rows[0].second[0].text, "a>b");
  ASSERT_EQ(sheet.merged.size(), 1u);
  EXPECT_EQ(sheet.merged[0].last_row, 3);
  EXPECT_EQ(sheet.merged[0].last_column, 1);
}

TEST(XlsxCell, DatesOfBothEpochs) {
  EXPECT_EQ(XlsxDate(45352, false), "2024-03-01");
  EXPECT_EQ(XlsxDate(1, false), "1900-01-01");
  EXPECT_EQ(XlsxDate(59, false), "1900-02-28");
  EXPECT_EQ(XlsxDate(60, false), std::nullopt);  // 1900 was no leap year
  EXPECT_EQ(XlsxDate(61, false), "1900-03-01");
  EXPECT_EQ(XlsxDate(2958465, false), "9999-12-31");
  EXPECT_EQ(XlsxDate(2958466, false), std::nullopt);
  EXPECT_EQ(XlsxDate(0, true), "1904-01-01");
  EXPECT_EQ(XlsxDate(43890, true), "2024-03-01");
  EXPECT_EQ(XlsxDate(-1, true), std::nullopt);
  EXPECT_TRUE(
      Read(Zip(OneSheet("", "items", "", "<workbookPr date1904=\"1\"/>")))
          .epoch_1904);
}

TEST(XlsxCell, KnowsFormatsOfDates) {
  for (const char* code : {"yyyy-mm-dd", "d/m", "[h]:mm", "yyyy\"年\"",
                           "h AM/PM", "[$-804]yyyy"}) {
    EXPECT_TRUE(IsDateFormat(code)) << code;
  }
  for (const char* code : {"General", "0.00E+00", "[Red]0.0", "\"days\" 0",
                           "0\\d", "#,##0_);[Blue](0)", "\"open", "@"}) {
    EXPECT_FALSE(IsDateFormat(code)) << code;
  }
}

// RELIABILITY row 70: dates and rounded numbers where ids are meant.
TEST(XlsxCell, Row70ADateOrARoundedNumberIsNoId) {
  const domain::Column& id = Column("items", "item_id");
  XlsxCell cell;
  cell.type = Type::kDate;
  cell.number = 45352;
  EXPECT_THAT(std::string(XlsxCellText(cell, id, false).status().message()),
              HasSubstr("the cell is a date or a time (2024-03-01); accepted"));
  EXPECT_EQ(*XlsxCellText(cell, Date(), false), "2024-03-01");
  cell.number = 45352.25;
  EXPECT_THAT(std::string(XlsxCellText(cell, Date(), false).status().message()),
              HasSubstr("without a zone"));
  cell.type = Type::kNumber;
  cell.number = 9.13501e17;  // a credit code that became a number
  EXPECT_THAT(std::string(XlsxCellText(cell, id, false).status().message()),
              HasSubstr("lost digits"));
  cell.number = 120000;
  EXPECT_EQ(*XlsxCellText(cell, id, false), "120000");
  cell.number = 0.1;
  EXPECT_EQ(*XlsxCellText(cell, Column("supply", "share"), false), "0.1");
}

TEST(XlsxCell, ErrorValuesAndFormulasWithoutResultAreBadCells) {
  XlsxCell cell;
  cell.type = Type::kError;
  cell.text = "#N/A";
  EXPECT_THAT(std::string(XlsxCellText(cell, Date(), false).status().message()),
              HasSubstr("the cell is the error value \"#N/A\"; accepted"));
  cell.type = Type::kNoValue;
  EXPECT_THAT(std::string(XlsxCellText(cell, Date(), false).status().message()),
              HasSubstr("without a saved result"));
}

TEST(XlsxCell, EscapesReadBack) {
  for (const char* text :
       {"_x000A_", "plain", "_x005F_", "__x0041_", "_xyz_"}) {
    EXPECT_EQ(UnescapeXlsx(EscapeXlsx(text)), text);
  }
  EXPECT_EQ(UnescapeXlsx("a_x4E2D_b"), "a中b");
}

// RELIABILITY row 56: bombs.
TEST(XlsxWorkbook, Row56AZipBombIsStoppedByEachLimit) {
  const std::string rows = TextRow(1, {"item_id"});
  XlsxParts dense = OneSheet(rows + std::string(64 << 20, ' '));
  absl::Status status = Read(Zip(dense)).status;
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("inflates to more than 100 times"));
  XlsxParts many = OneSheet(rows);
  for (int i = 0; i < kMaxXlsxEntries; ++i) many[absl::StrCat("x/", i)] = "";
  status = Read(Zip(many)).status;
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("too many entries"));
  XlsxUse use;
  EXPECT_THAT(std::string(XlsxPackage::Open(FileOf("x"), kMaxXlsxBytes + 1, use)
                              .status()
                              .message()),
              HasSubstr("too many bytes"));
  XlsxParts sheets = OneSheet(rows);
  std::string list;
  for (int i = 0; i <= kMaxXlsxSheets; ++i) {
    absl::StrAppend(&list, "<sheet name=\"s", i, "\" r:id=\"rId1\"/>");
  }
  sheets["xl/workbook.xml"] = absl::StrReplaceAll(
      sheets["xl/workbook.xml"], {{"<sheets>", "<sheets>" + list}});
  EXPECT_THAT(Message(Zip(sheets)), HasSubstr("too many sheets"));
  use.cells = kMaxXlsxCells - 1;
  const std::string bytes = Zip(OneSheet(TextRow(1, {"a", "b"})));
  auto workbook = XlsxWorkbook::Open(
      FileOf(bytes), static_cast<std::int64_t>(bytes.size()), use);
  ASSERT_TRUE(workbook.ok());
  std::vector<XlsxWorkbook::Merged> merged;
  EXPECT_THAT(
      std::string((*workbook)
                      ->ReadSheet((*workbook)->sheets()[0],
                                  [](std::int64_t, std::vector<XlsxCell>&) {
                                    return absl::OkStatus();
                                  },
                                  merged)
                      .message()),
      HasSubstr("too many cells"));
}

// RELIABILITY row 57: names of entries are never paths.
TEST(XlsxWorkbook, Row57EntriesThatWouldLeaveTheirPlaceAreRefused) {
  for (const char* name : {"../../etc/passwd", "/abs", "a\\..\\b", "C:x"}) {
    XlsxParts parts = OneSheet("");
    parts[name] = "x";
    EXPECT_THAT(Message(Zip(parts)), HasSubstr("has an entry named")) << name;
  }
  EXPECT_EQ(ResolvePart("xl/workbook.xml", "../../../x.xml"), "x.xml");
  EXPECT_EQ(ResolvePart("xl/workbook.xml", "/xl/./a.xml"), "xl/a.xml");
}

// RELIABILITY row 58: no document type, so no entities.
TEST(XlsxWorkbook, Row58ADocumentTypeIsRefusedInEveryPart) {
  const std::string bomb =
      "<!DOCTYPE l [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]>";
  for (const char* part :
       {"xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml",
        "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"}) {
    XlsxParts parts = OneSheet(TextRow(1, {"a"}));
    std::string& text = parts[part];
    const std::size_t head = text.find("?>");
    text.replace(0, head == std::string::npos ? 0 : head + 2, bomb);
    EXPECT_THAT(Message(Zip(parts)), HasSubstr("declares a document type"))
        << part;
  }
}

// RELIABILITY row 59: macros and links to other files.
TEST(XlsxWorkbook, Row59MacrosAndExternalLinksAreRefused) {
  XlsxParts macros = OneSheet("");
  macros["xl/vbaProject.bin"] = "x";
  EXPECT_THAT(Message(Zip(macros)), HasSubstr("has macros"));
  XlsxParts links = OneSheet("");
  links["xl/externalLinks/externalLink1.xml"] = "<x/>";
  EXPECT_THAT(Message(Zip(links)), HasSubstr("links to other files"));
}

TEST(XlsxWorkbook, WhatIsNoWorkbookIsRefusedInOneSentence) {
  EXPECT_THAT(Message("item_id,name_zh\n"), HasSubstr("is not a workbook"));
  EXPECT_THAT(Message(""), HasSubstr("is not a workbook"));
  EXPECT_THAT(Message("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"),
              HasSubstr("is encrypted"));
  EXPECT_THAT(Message(Zip({{"mimetype", "application/vnd.oasis"}})),
              HasSubstr("has no part \"xl/workbook.xml\""));
  XlsxParts empty = OneSheet("");
  empty.erase("xl/worksheets/sheet1.xml");
  EXPECT_THAT(Message(Zip(empty)), HasSubstr("has no part"));
}

TEST(XlsxWorkbook, RowsAndCellsOutOfOrderAreRefused) {
  EXPECT_THAT(Message(Zip(OneSheet("<row r=\"2\"/><row r=\"2\"/>"))),
              HasSubstr("rows out of order"));
  EXPECT_THAT(Message(Zip(OneSheet("<row><c r=\"B1\"><v>1</v></c>"
                                   "<c r=\"A1\"><v>1</v></c></row>"))),
              HasSubstr("cells out of order"));
  EXPECT_THAT(Message(Zip(OneSheet("<row r=\"9999999\"/>"))),
              HasSubstr("rows out of order"));
  EXPECT_THAT(Message(Zip(OneSheet("<row><c r=\"ZZZZ1\"><v>1</v></c></row>"))),
              HasSubstr("cells out of order"));
  EXPECT_THAT(Message(Zip(OneSheet("<row><c t=\"s\"><v>99</v></c></row>"))),
              HasSubstr("shared string"));
  EXPECT_THAT(Message(Zip(OneSheet("<row><c><v>1,5</v></c></row>"))),
              HasSubstr("whose number is \"1,5\""));
}

TEST(XmlElements, AreTheSameHoweverTheBytesAreCut) {
  const std::string text =
      "<?xml version=\"1.0\"?><a><r n=\"1>2\"><!-- </r> --><![CDATA[</r>]]>"
      "</r><b><r/></b><p:r><r>in</r></p:r></a>";
  for (std::size_t piece : {1, 2, 7, 1000}) {
    int elements = 0;
    XmlElements xml({"r"}, [&](const auto&) {
      ++elements;
      return absl::OkStatus();
    });
    for (std::size_t at = 0; at < text.size(); at += piece) {
      ASSERT_TRUE(xml.Feed(text.substr(at, piece)).ok()) << piece;
    }
    EXPECT_TRUE(xml.Finish().ok());
    EXPECT_EQ(elements, 3) << piece;
  }
  EXPECT_FALSE(CheckXml("<a>").ok());
  EXPECT_FALSE(CheckXml("<a/><b/>").ok());
  EXPECT_FALSE(CheckXml("</a>").ok());
  EXPECT_FALSE(CheckXml("").ok());
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_THAT(std::string(CheckXml(deep).message()), HasSubstr("deeper"));
}

// Cut and damaged workbooks end in a status, whatever they hold.
TEST(XlsxWorkbook, DamagedWorkbooksNeverHurt) {
  const std::string whole =
      Zip(OneSheet(TextRow(1, {"item_id", "name_zh"}) +
                   "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" "
                   "s=\"1\"><v>45352</v></c></row>"));
  std::mt19937 random(20251122);
  int refused = 0;
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    refused += Read(whole.substr(0, size)).status.ok() ? 0 : 1;
  }
  EXPECT_GT(refused, 0);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = whole;
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int c = 0; c < changes; ++c) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    Read(bytes);
  }
  // The same inside the parts, past the checks of the zip.
  const XlsxParts parts =
      OneSheet(TextRow(1, {"item_id"}) + "<row><c t=\"s\"><v>1</v></c></row>");
  for (int round = 0; round < 2000; ++round) {
    XlsxParts damaged = parts;
    auto part = damaged.begin();
    std::advance(part, static_cast<int>(random() % damaged.size()));
    std::string& text = part->second;
    switch (random() % 3) {
      case 0:
        text[random() % text.size()] = static_cast<char>(random());
        break;
      case 1:
        text.resize(random() % text.size());
        break;
      default:
        text.insert(random() % text.size(),
                    text.substr(random() % text.size()));
    }
    Read(Zip(damaged));
  }
}

}  // namespace
}  // namespace qiangji::registry
