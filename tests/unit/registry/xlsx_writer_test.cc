// Workbooks as they are written, read back by the reader.
#include "services/registry/xlsx_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "absl/strings/match.h"
#include "services/registry/row_parser.h"
#include "services/registry/xlsx_files.h"
#include "services/registry/xlsx_package.h"
#include "services/registry/xlsx_template.h"
#include "services/registry/xlsx_workbook.h"

namespace qiangji::registry {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Type = XlsxCell::Type;

std::string BytesOf(XlsxWriter& writer) {
  EXPECT_TRUE(writer.Finish().ok());
  std::string bytes;
  while (static_cast<std::int64_t>(bytes.size()) < writer.bytes()) {
    bytes += *writer.Read(static_cast<std::int64_t>(bytes.size()), 1000);
  }
  return bytes;
}
int FileOf(const std::string& bytes) {
  char path[] = "/tmp/xlsx-test-XXXXXX";
  const int descriptor = mkstemp(path);
  unlink(path);
  EXPECT_EQ(write(descriptor, bytes.data(), bytes.size()),
            static_cast<ssize_t>(bytes.size()));
  return descriptor;
}
std::unique_ptr<XlsxWorkbook> Opened(const std::string& bytes, XlsxUse& use) {
  auto workbook = XlsxWorkbook::Open(
      FileOf(bytes), static_cast<std::int64_t>(bytes.size()), use);
  EXPECT_TRUE(workbook.ok()) << workbook.status();
  return *std::move(workbook);
}
std::vector<std::vector<XlsxCell>> RowsOf(XlsxWorkbook& workbook,
                                          absl::string_view sheet) {
  std::vector<std::vector<XlsxCell>> rows;
  std::vector<XlsxWorkbook::Merged> merged;
  for (const auto& each : workbook.sheets()) {
    if (each.name != sheet) continue;
    EXPECT_TRUE(workbook
                    .ReadSheet(
                        each,
                        [&](std::int64_t, std::vector<XlsxCell>& cells) {
                          rows.push_back(cells);
                          return absl::OkStatus();
                        },
                        merged)
                    .ok());
  }
  return rows;
}

// Every value comes back exactly; texts that look like formulas stay texts.
TEST(XlsxWriter, CellsReadBackAsTheTextsOfCsv) {
  const domain::TableSchema& table = *domain::FindTable("items");
  const auto row_of = [&](const std::map<std::string, std::string>& cells) {
    std::vector<std::string> texts(table.columns.size());
    for (const auto& [name, text] : cells) {
      texts[static_cast<std::size_t>(table.Find(name))] = text;
    }
    std::vector<domain::Violation> violations;
    domain::Row row = ParseRow(table, texts, violations);
    EXPECT_THAT(violations, IsEmpty());
    return row;
  };
  const std::vector<domain::Row> rows = {
      row_of({{"item_id", "007"},
              {"name_zh", "=1+1"},
              {"name_en", "_x0041_\nsecond line"},
              {"category", "process"},
              {"sectors", "nev;rail"},
              {"signature", "true"},
              {"hs_codes", "0101;84839000"},
              {"weight", "0.30000000000000004"},
              {"requirement", "-5 @home + \"x\" <&>"}}),
      row_of({{"item_id", "1e5"},
              {"name_zh", "@甲"},
              {"category", "component"},
              {"sectors", "nev"},
              {"signature", "false"},
              {"weight", "1e99"}})};
  auto writer = XlsxWriter::Create("/tmp", "en");
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->BeginTable(table).ok());
  for (const domain::Row& row : rows) ASSERT_TRUE((*writer)->AddRow(row).ok());
  (*writer)->EndTable();
  XlsxUse use;
  const auto workbook = Opened(BytesOf(**writer), use);
  const auto read = RowsOf(*workbook, "items");
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0][0].text, "item_id");
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      const XlsxCell cell =
          c < read[r + 1].size() ? read[r + 1][c] : XlsxCell();
      EXPECT_EQ(*XlsxCellText(cell, table.columns[c], false),
                domain::FormatCell(table.columns[c], rows[r][c]))
          << table.columns[c].name;
    }
  }
  const auto at = [&](const char* name) {
    return read[1][static_cast<std::size_t>(table.Find(name))].type;
  };
  EXPECT_EQ(at("name_zh"), Type::kText);
  EXPECT_EQ(at("item_id"), Type::kText);
  EXPECT_EQ(at("signature"), Type::kBool);
  EXPECT_EQ(read[2][static_cast<std::size_t>(table.Find("weight"))].type,
            Type::kNumber);
}

TEST(XlsxWriter, HeadersAreFrozenAndFiltered) {
  auto writer = XlsxWriter::Create("/tmp", "zh");
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->BeginTable(*domain::FindTable("supply")).ok());
  (*writer)->EndTable();
  const std::string bytes = BytesOf(**writer);
  XlsxUse use;
  auto package = XlsxPackage::Open(
      FileOf(bytes), static_cast<std::int64_t>(bytes.size()), use);
  ASSERT_TRUE(package.ok());
  const std::string sheet = *(*package)->Read("xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr("state=\"frozen\""));
  EXPECT_THAT(sheet, HasSubstr("<autoFilter ref="));
  EXPECT_THAT(sheet, HasSubstr("<cols>"));
  const auto workbook = Opened(bytes, use);
  EXPECT_EQ(workbook->sheets()[0].name, "供应记录");
  EXPECT_EQ(RowsOf(*workbook, "供应记录")[0][0].text, "条目编号");
}

TEST(XlsxTemplate, HasASheetForEachTableAndExplainsEveryColumn) {
  auto writer = XlsxWriter::Create("/tmp", "zh");
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE(
      WriteTemplate({{"nev", "节能与新能源汽车", "New energy vehicles"}},
                    **writer)
          .ok());
  const std::string bytes = BytesOf(**writer);
  XlsxUse use;
  const auto workbook = Opened(bytes, use);
  const auto guide = RowsOf(*workbook, kGuideSheet);
  std::size_t columns = 0;
  for (const domain::TableSchema* table : domain::RegistryTables()) {
    const auto rows = RowsOf(*workbook, SheetName(*table, "zh"));
    ASSERT_EQ(rows.size(), 1u) << table->name;
    EXPECT_EQ(rows[0].size(), table->columns.size());
    columns += table->columns.size();
  }
  ASSERT_EQ(guide.size(), columns + 1);
  for (std::size_t r = 1; r < guide.size(); ++r) {
    // Name in both languages, kind, range in both languages, an example.
    for (std::size_t c : {1, 2, 3, 5, 6, 7, 11}) {
      ASSERT_GT(guide[r].size(), c);
      EXPECT_NE(guide[r][c].text, "") << guide[r][1].text << " " << c;
    }
  }
  auto package = XlsxPackage::Open(
      FileOf(bytes), static_cast<std::int64_t>(bytes.size()), use);
  ASSERT_TRUE(package.ok());
  int lists = 0;
  for (std::size_t s = 1; s <= workbook->sheets().size(); ++s) {
    const std::string sheet =
        *(*package)->Read(absl::StrCat("xl/worksheets/sheet", s, ".xml"));
    lists += absl::StrContains(sheet, "lists!$A$2:$A$2") ? 1 : 0;
  }
  EXPECT_GE(lists, 3);  // items, organizations, targets name sectors
}

// The examples of the template are accepted cells.
TEST(XlsxTemplate, ExamplesAreAccepted) {
  for (const domain::TableSchema* table : domain::RegistryTables()) {
    for (const domain::Column& column : table->columns) {
      EXPECT_TRUE(domain::ParseCell(column, ExampleOf(column)).ok())
          << table->name << " " << column.name << ": " << ExampleOf(column)
          << domain::ParseCell(column, ExampleOf(column)).status();
      EXPECT_NE(AcceptedZh(column), "");
    }
  }
}

}  // namespace
}  // namespace qiangji::registry
