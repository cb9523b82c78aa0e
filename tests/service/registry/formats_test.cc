// Files in every form that FORMATS accepts, through the service: CSV in all
// encodings, separators and line ends, workbooks in and out, and what is
// refused. Names with "Row60" are rows of the list of bad inputs.
#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "qiangji/registry/v1/export_service.grpc.pb.h"
#include "tests/service/registry/every_table.h"
#include "tests/support/files/xlsx_parts.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using registry::v1::ExportRequest;
using registry::v1::ExportResponse;
using registry::v1::ExportService;
using registry::v1::ImportResult;
using registry::v1::ImportStart;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string ReadGolden(const std::string& name) {
  std::ifstream file(QJ_SOURCE_DIR "/tests/golden/formats/" + name,
                     std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Encoded(const std::string& utf8, const char* encoding) {
  const iconv_t handle = iconv_open(encoding, "UTF-8");
  std::string in = utf8, out(utf8.size() * 4 + 16, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t left = in.size(), room = out.size();
  EXPECT_EQ(iconv(handle, &from, &left, &to, &room), 0u);
  iconv_close(handle);
  out.resize(out.size() - room);
  return out;
}

// The one file of an export in `format`.
std::string Document(TestRegistry& registry, registry::v1::ExportFormat format,
                     const std::string& language = "") {
  ExportRequest request;
  request.set_format(format);
  request.set_language(language);
  grpc::ClientContext context;
  const auto stub = ExportService::NewStub(registry.channel());
  const auto stream = stub->Export(&context, request);
  std::string bytes;
  ExportResponse part;
  while (stream->Read(&part)) bytes += part.data();
  EXPECT_TRUE(stream->Finish().ok());
  return bytes;
}

std::vector<std::string> Errors(TestRegistry& registry, const Files& files,
                                const ImportStart& start = {}) {
  const absl::StatusOr<ImportResult> result =
      registry.Import(files, start, 1000);
  EXPECT_THAT(result, IsOk());
  return result.ok() ? ErrorLines(*result) : std::vector<std::string>();
}

constexpr char kHeader[] = "item_id,name_zh,category,sectors\n";

struct Form {
  const char* name;
  const char* encoding;
  const char* mark;
};
void PrintTo(const Form& form, std::ostream* out) { *out << form.name; }

// RELIABILITY rows 60 to 62, 64, 67 and 68: encodings, line ends, separators
// and full-width digits in every combination give the same rows.
class CsvForms
    : public ::testing::TestWithParam<std::tuple<Form, char, std::string>> {};
INSTANTIATE_TEST_SUITE_P(
    Row60To68, CsvForms,
    ::testing::Combine(
        ::testing::Values(Form{"utf8", "UTF-8", ""},
                          Form{"utf8_mark", "UTF-8", "\xEF\xBB\xBF"},
                          Form{"gb18030", "GB18030", ""},
                          Form{"utf16le", "UTF-16LE", ""},
                          Form{"utf16le_mark", "UTF-16LE", "\xFF\xFE"},
                          Form{"utf16be", "UTF-16BE", ""},
                          Form{"utf16be_mark", "UTF-16BE", "\xFE\xFF"}),
        ::testing::Values(',', ';', '\t'),
        ::testing::Values(std::string("\n"), std::string("\r\n"),
                          std::string("\r"))));

TEST_P(CsvForms, GiveTheSameRows) {
  const auto& [form, separator, line_end] = GetParam();
  const std::string text = absl::StrReplaceAll(
      "条目编号|中文名称|类别|所属领域|权重|性能要求~"
      "gear|\"齿~轮\"|component|\"nev;rail\"|１．５|\"a,b|c\"\"d\"\"\"~~"
      "motor|电机𠀀|component|\"nev\"|2|~",
      {{"|", std::string(1, separator)}, {"~", line_end}});
  const std::string bytes =
      absl::StrCat(form.mark, Encoded(text, form.encoding));
  TestRegistry registry;
  const auto result = registry.Import({{"items.csv", bytes}}, {}, 7);
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(ErrorLines(*result), IsEmpty());
  const std::string items = registry.Export()->first["items.csv"];
  const std::string requirement =
      absl::StrCat("a,b", std::string(1, separator), "c");
  EXPECT_THAT(items, HasSubstr("gear,\"齿\n轮\",,component,nev;rail,,1.5,"));
  EXPECT_THAT(items, HasSubstr(absl::StrCat("\"", requirement, "\"\"d\"\"\"")));
  EXPECT_THAT(items, HasSubstr("motor,电机𠀀,,component,nev,,2,"));
  // The same with its encoding named, and export, import, export.
  TestRegistry named, copy;
  ImportStart start;
  start.set_encoding(absl::AsciiStrToLower(form.encoding));
  ASSERT_THAT(Errors(named, {{"items.csv", bytes}}, start), IsEmpty());
  const auto exported = named.Export();
  EXPECT_EQ(exported->first.at("items.csv"), items);
  ASSERT_THAT(Errors(copy, exported->first), IsEmpty());
  EXPECT_EQ(copy.Export()->first, exported->first);
}

TEST(Formats, ACsvSavedAsGb18030AndAWorkbookOfLibreOfficeAreTheSame) {
  TestRegistry csv, gb18030, workbook;
  const Files plain = {
      {"items.csv", ReadGolden("libreoffice-items.csv")},
      {"milestones.csv", ReadGolden("libreoffice-milestones.csv")}};
  ASSERT_THAT(Errors(csv, plain), IsEmpty());
  Files saved = plain;
  saved["items.csv"] = ReadGolden("gb18030.csv");
  ASSERT_THAT(Errors(gb18030, saved), IsEmpty());
  ASSERT_THAT(
      Errors(workbook, {{"a.xlsx", ReadGolden("libreoffice-items.xlsx")},
                        {"b.xlsx", ReadGolden("libreoffice-milestones.xlsx")}}),
      IsEmpty());
  const Files expected = csv.Export()->first;
  EXPECT_THAT(expected.at("items.csv"), HasSubstr("伺服\n电机"));
  EXPECT_THAT(expected.at("milestones.csv"),
              HasSubstr("gear,prototype,2019-06-30T15:59:59Z"));
  EXPECT_EQ(gb18030.Export()->first, expected);
  EXPECT_EQ(workbook.Export()->first, expected);
}

TEST(Formats, AWorkbookGoesRoundToTheByte) {
  TestRegistry first;
  ASSERT_THAT(Errors(first, ReadFiles(QJ_SOURCE_DIR "/tests/golden/small")),
              IsEmpty());
  ASSERT_THAT(
      Errors(first, {{"items.csv",
                      absl::StrCat(kHeader,
                                   "007,=1+1,component,nev\n"
                                   "1e5,\"_x0041_\n@x\",process,nev;rail\n")},
                     {"projects.csv",
                      "project_id,item_id,organization_id,title,"
                      "completion_year,probability\n"},
                     {"milestones.csv",
                      "item_id,stage,date,quantity\n007,series,"
                      "2024-02-29T08:30:00Z,0.30000000000000004\n"}}),
      IsEmpty());
  for (const char* language : {"en", "zh"}) {
    const std::string book =
        Document(first, registry::v1::EXPORT_FORMAT_XLSX, language);
    TestRegistry copy;
    ASSERT_THAT(Errors(copy, {{"book.xlsx", book}}), IsEmpty()) << language;
    EXPECT_EQ(copy.Export()->first, first.Export()->first);
    EXPECT_EQ(Document(copy, registry::v1::EXPORT_FORMAT_XLSX, language), book);
    // Importing it again changes nothing.
    const auto again = copy.Import({{"book.xlsx", book}});
    ASSERT_THAT(again, IsOk());
    EXPECT_FALSE(again->changed());
  }
}

TEST(Formats, EveryTableHasASheetThatComesBack) {
  TestRegistry first;
  ASSERT_THAT(Errors(first, EveryTable(1)), IsEmpty());
  const std::string book =
      Document(first, registry::v1::EXPORT_FORMAT_XLSX, "zh");
  TestRegistry copy;
  ASSERT_THAT(Errors(copy, {{"book.xlsx", book}}), IsEmpty());
  EXPECT_EQ(EveryRead(copy, 0, true), EveryRead(first, 0, true));
  EXPECT_EQ(copy.Export()->first, first.Export()->first);
}

TEST(Formats, ATemplateImportsAsItIs) {
  TestRegistry registry;
  for (const char* language : {"en", "zh"}) {
    const std::string book =
        Document(registry, registry::v1::EXPORT_FORMAT_TEMPLATE, language);
    EXPECT_THAT(Errors(registry, {{"template.xlsx", book}}), IsEmpty());
  }
}

TEST(Formats, BadCellsOfAWorkbookNameFileSheetRowAndColumn) {
  TestRegistry registry;
  const std::string header =
      TextRow(1, {"item_id", "name_zh", "category", "sectors", "weight"});
  const auto errors = Errors(
      registry,
      {{"book.xlsx",
        Zip(OneSheet(
            absl::StrCat(
                header, TextRow(3, {"gear", "齿轮", "part", "nev", "x"}),
                "<row r=\"5\"><c s=\"1\"><v>45352</v></c><c t=\"e\"><v>#N/A</v>"
                "</c></row>",
                TextRow(6, {"axle", "轴", "component", "nev", "1", "extra"})),
            "条目", "<mergeCells><mergeCell ref=\"B5:B6\"/></mergeCells>"))}});
  EXPECT_THAT(
      errors,
      ElementsAre(
          AllOf(HasSubstr("book.xlsx!条目:3: category: "),
                HasSubstr("; accepted: ")),
          HasSubstr("book.xlsx!条目:3: weight: "),
          HasSubstr("book.xlsx!条目:5: item_id: the cell is a date"),
          HasSubstr("book.xlsx!条目:5: name_zh: the cell is the error value"),
          HasSubstr("book.xlsx!条目:5: name_zh: the cells B5:B6 are merged"),
          HasSubstr("book.xlsx!条目:6: : a cell stands to the right")));
  EXPECT_THAT(registry.Export()->first["items.csv"], Not(HasSubstr("axle")));
}

TEST(Formats, SheetsThatAreNoTablesAreNamed) {
  TestRegistry registry;
  const std::string rows = TextRow(1, {"item_id", "name_zh"});
  EXPECT_THAT(Errors(registry, {{"b.xlsx", Zip(OneSheet(rows, "Parts"))}}),
              ElementsAre(AllOf(HasSubstr("b.xlsx!Parts:0: : is no sheet"),
                                HasSubstr("supply (供应记录)"))));
  ImportStart start;
  start.set_ignore_unknown(true);
  EXPECT_THAT(
      Errors(registry, {{"b.xlsx", Zip(OneSheet(rows, "Parts"))}}, start),
      IsEmpty());
  // A workbook of one sheet may be named after its table instead.
  EXPECT_THAT(
      Errors(registry,
             {{"items.xlsx",
               Zip(OneSheet(
                   TextRow(1, {"item_id", "name_zh", "category", "sectors"}) +
                       TextRow(2, {"gear", "齿轮", "component", "nev"}),
                   "Sheet1"))}}),
      IsEmpty());
  EXPECT_THAT(Errors(registry, {{"b.xlsx", Zip(OneSheet("", "Sheet2"))}}),
              IsEmpty());
}

TEST(Formats, WorkbooksOfBothEpochsGiveTheSameDates) {
  const auto book = [](const char* serial, const char* properties) {
    return Zip(OneSheet(
        absl::StrCat(TextRow(1, {"item_id", "stage", "date"}),
                     "<row><c t=\"s\"><v>0</v></c><c t=\"inlineStr\"><is><t>"
                     "series</t></is></c><c s=\"2\"><v>",
                     serial, "</v></c></row>"),
        "milestones", "", properties));
  };
  const Files items = {
      {"items.csv", absl::StrCat(kHeader, "gear,齿轮,component,nev\n")}};
  TestRegistry first, second;
  Files files = items;
  files["m.xlsx"] = book("45352", "");
  ASSERT_THAT(Errors(first, files), IsEmpty());
  files["m.xlsx"] = book("43890", "<workbookPr date1904=\"true\"/>");
  ASSERT_THAT(Errors(second, files), IsEmpty());
  const std::string milestones = first.Export()->first["milestones.csv"];
  EXPECT_THAT(milestones, HasSubstr("gear,series,2024-03-01T15:59:59Z"));
  EXPECT_EQ(second.Export()->first["milestones.csv"], milestones);
}

// RELIABILITY rows 56 to 59: the service says which limit or trick it was, and
// goes on.
TEST(Formats, Row56To59HostileWorkbooksAreRefusedAndTheServiceGoesOn) {
  TestRegistry registry;
  const store::Change head = registry.Head();
  XlsxParts bomb = OneSheet(std::string(64 << 20, ' '));
  const auto result = registry.Import({{"bomb.xlsx", Zip(bomb)}});
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kResourceExhausted,
                               AllOf(HasSubstr("bomb.xlsx"),
                                     HasSubstr("inflates to more than 100"))));
  XlsxParts slip = OneSheet("");
  slip["../../x"] = "x";
  EXPECT_THAT(
      Errors(registry, {{"slip.xlsx", Zip(slip)}}),
      ElementsAre(HasSubstr("slip.xlsx:0: : the workbook has an entry")));
  XlsxParts macros = OneSheet("");
  macros["xl/vbaProject.bin"] = "x";
  EXPECT_THAT(Errors(registry, {{"m.xlsx", Zip(macros)}}),
              ElementsAre(HasSubstr("m.xlsx:0: : the workbook has macros")));
  EXPECT_THAT(
      Errors(registry, {{"e.xlsx", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"}}),
      ElementsAre(HasSubstr("e.xlsx:0: : the workbook is encrypted")));
  EXPECT_EQ(registry.Head().digest, head.digest);
}

// RELIABILITY rows 53 to 55: names of files are names, never places.
TEST(Formats, Row53To55PathsAndUrlsAreNoFileNames) {
  TestRegistry registry;
  for (const char* name : {"../items.csv", "/etc/items.csv", "a/items.csv",
                           "\\\\host\\items.csv", "file:items.csv"}) {
    EXPECT_THAT(registry.Import({{name, kHeader}}),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
}

TEST(Formats, Row63MixedEncodingsAreReportedWithALine) {
  TestRegistry registry;
  EXPECT_THAT(
      Errors(registry,
             {{"items.csv", absl::StrCat(kHeader, "gear,齿轮,component,nev\n",
                                         "motor,\xFF\xFF,component,nev\n")}}),
      ElementsAre(HasSubstr("items.csv:")));
}

TEST(Formats, Row65AnUnclosedQuoteIsReportedWithItsLine) {
  TestRegistry registry;
  EXPECT_THAT(Errors(registry,
                     {{"items.csv",
                       absl::StrCat(kHeader, "a,甲,component,nev\nb,\"乙\n")}}),
              ElementsAre(HasSubstr("items.csv:3: : a quote is not closed")));
}

TEST(Formats, Row66RaggedRowsAreReported) {
  TestRegistry registry;
  EXPECT_THAT(
      Errors(registry, {{"items.csv", absl::StrCat(kHeader,
                                                   "a,甲\nb,乙,component,nev,x"
                                                   "\n")}}),
      ElementsAre(HasSubstr("items.csv:2: : the row has 2 cells"),
                  HasSubstr("items.csv:3: : the row has 5 cells")));
}

TEST(Formats, Row68And69NumbersAreNarrowedButNeverGuessed) {
  TestRegistry registry;
  const std::string header = "item_id,name_zh,category,sectors,weight\n";
  EXPECT_THAT(Errors(registry, {{"items.csv",
                                 absl::StrCat(header,
                                              "a,甲,component,nev,\"1,234.5\"\n"
                                              "b,乙,component,nev,\"1.234,5\"\n"
                                              "c,丙,component,nev,１２\n")}}),
              ElementsAre(HasSubstr("items.csv:2: weight: \"1,234.5\" has a"),
                          HasSubstr("items.csv:3: weight: \"1.234,5\" has a")));
}

TEST(Formats, Row70ANumberWhereAnIdIsMeantIsRefused) {
  TestRegistry registry;
  EXPECT_THAT(
      Errors(registry, {{"items.csv", absl::StrCat(kHeader,
                                                   "1.2E+05,甲,component,nev\n"
                                                   "45352.5?,乙,component,nev"
                                                   "\n")}}),
      ElementsAre(HasSubstr("items.csv:2: item_id: "),
                  HasSubstr("items.csv:3: item_id: ")));
}

// RELIABILITY rows 72 to 76: what looks alike.
TEST(Formats, Row72To76TextsAreComposedTrimmedAndKept) {
  TestRegistry registry;
  ASSERT_THAT(
      Errors(
          registry,
          {{"items.csv",
            absl::StrCat(kHeader, "a,e\xCC\x81,component,nev\n",
                         "b,　国标　,component,nev\n", "c,國標,component,nev\n",
                         "d,\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7,"
                         "component,nev\n")}}),
      IsEmpty());
  const std::string items = registry.Export()->first["items.csv"];
  EXPECT_THAT(items, HasSubstr("a,\xC3\xA9,"));
  EXPECT_THAT(items, HasSubstr("b,国标,"));
  EXPECT_THAT(items, HasSubstr("c,國標,"));
  EXPECT_THAT(items, HasSubstr("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7"));
  EXPECT_THAT(
      Errors(registry,
             {{"items.csv", absl::StrCat(kHeader,
                                         "e,a\xE2\x80\x8B"
                                         "b,component,nev\n",
                                         "g\xD0\xB0,丁,component,nev\n")}}),
      ElementsAre(HasSubstr("zero-width"), HasSubstr("is not an id")));
}

// RELIABILITY row 52 is void: an export writes data as it is.
TEST(Formats, Row52TextsThatLookLikeFormulasAreData) {
  TestRegistry registry;
  ASSERT_THAT(
      Errors(registry, {{"items.csv", absl::StrCat(kHeader,
                                                   "a,=1+1,component,nev\n"
                                                   "b,@x,component,nev\n")}}),
      IsEmpty());
  EXPECT_THAT(registry.Export()->first["items.csv"],
              AllOf(HasSubstr("a,=1+1,"), HasSubstr("b,@x,")));
}

// Damaged workbooks through the whole import, with a fixed seed.
TEST(Formats, DamagedWorkbooksNeverHurtTheService) {
  TestRegistry registry;
  const std::string whole = ReadGolden("libreoffice-items.xlsx");
  ASSERT_THAT(whole, SizeIs(::testing::Gt(1000u)));
  const store::Change head = registry.Head();
  ImportStart start;
  start.set_dry_run(true);
  std::mt19937 random(20260101);
  for (int round = 0; round < 200; ++round) {
    std::string bytes = whole;
    if (round % 2 == 0) {
      bytes.resize(random() % bytes.size());
    } else {
      for (int c = 0; c < 3; ++c) {
        bytes[random() % bytes.size()] = static_cast<char>(random());
      }
    }
    // A result or a status, never the end of the server.
    registry.Import({{"items.xlsx", bytes}}, start).status().IgnoreError();
  }
  EXPECT_EQ(registry.Head().digest, head.digest);
  EXPECT_THAT(Errors(registry, {{"items.xlsx", whole}}), IsEmpty());
}

}  // namespace
}  // namespace qiangji::testing
