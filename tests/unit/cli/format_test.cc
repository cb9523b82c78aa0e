// Widths, numbers, CSV and tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "clients/cli/csv_writer.h"
#include "clients/cli/number_format.h"
#include "clients/cli/progress.h"
#include "clients/cli/table.h"
#include "clients/cli/width.h"

namespace qiangji::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Width, IdeographsTakeTwoColumnsAndCombiningMarksNone) {
  EXPECT_EQ(DisplayWidth("bearing"), 7);
  EXPECT_EQ(DisplayWidth("轴承"), 4);
  EXPECT_EQ(DisplayWidth("RV减速器"), 8);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1);  // e and a combining acute
  EXPECT_EQ(DisplayWidth("\xFF\xFE"), 2);   // not UTF-8: one a byte
}

TEST(Width, PadsByColumnsNotBytes) {
  EXPECT_EQ(Pad("轴承", 6, Align::kLeft), "轴承  ");
  EXPECT_EQ(Pad("轴承", 6, Align::kRight), "  轴承");
  EXPECT_EQ(Pad("bearing", 3, Align::kLeft), "bearing");
}

TEST(Width, TruncatesBetweenCharacters) {
  EXPECT_EQ(Truncate("轴承钢", 6), "轴承钢");
  EXPECT_EQ(Truncate("轴承钢", 5), "轴承…");
  EXPECT_EQ(Truncate("轴承钢", 4), "轴…");
  EXPECT_EQ(Truncate("abc", 1), "…");
}

TEST(Width, WrapsAtSpacesAndBetweenIdeographs) {
  EXPECT_THAT(Wrap("assured share of it", 13),
              ElementsAre("assured share", "of it"));
  EXPECT_THAT(Wrap("自主保障率", 6), ElementsAre("自主保", "障率"));
  EXPECT_THAT(Wrap("", 6), ElementsAre(""));
  EXPECT_THAT(Wrap("abcdef", 4), ElementsAre("abcd", "ef"));
}

TEST(Width, NamesCannotSteerTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a?[2Jb");
  EXPECT_EQ(Printable("a\nb\tc"), "a b c");
  EXPECT_EQ(Printable("x\u202ey"), "x?y");  // right-to-left override
}

TEST(NumberFormat, PercentNeverRoundsToTheEnds) {
  EXPECT_EQ(Percent(0.285714), "28.6%");
  EXPECT_EQ(Percent(0), "0.0%");
  EXPECT_EQ(Percent(1), "100.0%");
  EXPECT_EQ(Percent(0.99999), "99.9%");
  EXPECT_EQ(Percent(0.00001), "<0.1%");
}

TEST(NumberFormat, PointsAreOfPercent) {
  EXPECT_EQ(Points(0.114), "11.4");
  EXPECT_EQ(Points(-0.03), "-3.0");
  EXPECT_EQ(Points(-0.00001), "0.0");
}

TEST(NumberFormat, MoneyInTheUnitsOfTheLanguage) {
  EXPECT_EQ(Money(123456789, Lang::kZh), "1.23 亿元");
  EXPECT_EQ(Money(123456, Lang::kZh), "12.3 万元");
  EXPECT_EQ(Money(100, Lang::kZh), "100 元");
  EXPECT_EQ(Money(123456789, Lang::kEn), "CNY 123 m");
  EXPECT_EQ(Money(1.5e9, Lang::kEn), "CNY 1.5 bn");
}

TEST(NumberFormat, QuantitiesAreGrouped) {
  EXPECT_EQ(Quantity(1234567.5), "1,234,567.5");
  EXPECT_EQ(Quantity(-1234), "-1,234");
  EXPECT_EQ(Quantity(12), "12");
}

TEST(NumberFormat, CsvKeepsSixDecimalsOrEveryDigit) {
  EXPECT_EQ(CsvShare(2.0 / 7), "0.285714");
  EXPECT_EQ(CsvShare(-1e-9), "0.000000");
  EXPECT_EQ(CsvNumber(0.1), "0.1");
  EXPECT_EQ(CsvNumber(100), "100");
  EXPECT_EQ(CsvNumber(-0.0), "0");
}

TEST(CsvWriter, QuotesWhatRfc4180AsksFor) {
  std::ostringstream out;
  WriteCsvLine({"a", "b,c", "d\"e", "f\ng", ""}, out);
  EXPECT_EQ(out.str(), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\n");
}

Table Example() {
  return {{{"item_id", "条目", Format::kText, 0},
           {"share", "占比", Format::kShare, 0},
           {"gap", "差距", Format::kPoints, 1},
           {"value_cny", "金额", Format::kMoney, 2}},
          {{std::string("轴承"), 0.4, 0.1, 1e8},
           {std::string("seal"), std::monostate(), std::monostate(),
            std::monostate()}}};
}

TEST(Table, CsvLeavesUndefinedEmpty) {
  std::ostringstream out;
  PrintCsv(Example(), out);
  EXPECT_EQ(out.str(),
            "item_id,share,gap,value_cny\n"
            "轴承,0.400000,0.100000,1e+08\n"
            "seal,,,\n");
}

TEST(Table, AlignsWideCharactersAndNumbers) {
  std::ostringstream out, err;
  Console console{out, err};
  PrintTable(Example(), Lang::kZh, console);
  EXPECT_EQ(out.str(),
            "条目   占比  差距    金额\n"
            "────  ─────  ────  ──────\n"
            "轴承  40.0%  10.0  1 亿元\n"
            "seal      –     –       –\n");
  EXPECT_EQ(err.str(), "");
}

TEST(Table, ANarrowTerminalLosesDispensableColumnsAndSaysSo) {
  std::ostringstream out, err;
  Console console{out, err};
  console.out_terminal = true;
  console.columns = 18;
  PrintTable(Example(), Lang::kEn, console);
  EXPECT_THAT(out.str(), Not(HasSubstr("金额")));
  EXPECT_THAT(out.str(), HasSubstr("占比"));
  EXPECT_THAT(err.str(), HasSubstr("value_cny"));
}

TEST(Table, TextsGiveWayBeforeAColumnDoes) {
  const std::string text(50, 'x');
  const Table table = {{{"rule", "rule", Format::kText, 0},
                        {"summary", "summary", Format::kText, 0},
                        {"state", "state", Format::kText, 1}},
                       {{text, text, std::string("open")}}};
  const auto printed = [&](int columns) {
    std::ostringstream out, err;
    Console console{out, err};
    console.out_terminal = true;
    console.columns = columns;
    PrintTable(table, Lang::kEn, console);
    return out.str() + err.str();
  };
  EXPECT_THAT(printed(110), HasSubstr(text));
  EXPECT_THAT(printed(90), HasSubstr("x…  "));
  EXPECT_THAT(printed(90), HasSubstr("open"));
  EXPECT_THAT(printed(76), Not(HasSubstr("open")));  // 2 x 34 + gaps + 5
  EXPECT_THAT(printed(76), HasSubstr("not shown"));
  // Nothing is left that can go: narrower still, down to a header's width.
  EXPECT_THAT(printed(40), HasSubstr("xxxxxxxxxxxxxxxxxx…"));
}

TEST(Table, ColourOnlyWhereItIsEnabled) {
  Table table = {{{"verdict", "verdict", Format::kText, 0}},
                 {{std::string("missed")}}};
  std::ostringstream plain, painted, err;
  Console without{plain, err};
  PrintTable(table, Lang::kEn, without);
  EXPECT_THAT(plain.str(), Not(HasSubstr("\x1b[")));
  Console with{painted, err};
  with.out_colour = true;
  PrintTable(table, Lang::kEn, with);
  EXPECT_THAT(painted.str(), HasSubstr("\x1b[31mmissed"));
}

TEST(Table, CodesAndCountriesAppearInWords) {
  const TableColumn verdict{"verdict", "", Format::kText, 0};
  EXPECT_EQ(TableCell(verdict, std::string("met"), Lang::kZh), "达标");
  const TableColumn origin{"top_foreign_origin", "", Format::kText, 0};
  EXPECT_EQ(TableCell(origin, std::string("TWN"), Lang::kZh), "中国台湾");
  EXPECT_EQ(CsvCell(origin, std::string("TWN")), "TWN");
}

TEST(Progress, SaysHowFarAndOutOfWhat) {
  EXPECT_THAT(ProgressLine("reading", 1234, 2468),
              HasSubstr("50%  1,234/2,468"));
  EXPECT_EQ(ProgressLine("reading", 7, 0), "reading  7");
}

}  // namespace
}  // namespace qiangji::cli
