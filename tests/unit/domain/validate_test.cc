#include "services/domain/validate.h"

#include <algorithm>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace qiangji::domain {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Column& Col(absl::string_view table, absl::string_view column) {
  const TableSchema* schema = FindTable(table);
  return schema->columns[static_cast<std::size_t>(schema->Find(column))];
}

// The canonical text of a cell, or "! message".
std::string Canonical(absl::string_view table, absl::string_view column,
                      absl::string_view text) {
  const Column& c = Col(table, column);
  const absl::StatusOr<Value> value = ParseCell(c, text);
  if (!value.ok()) return "! " + std::string(value.status().message());
  return FormatCell(c, *value);
}

bool Rejects(absl::string_view table, absl::string_view column,
             absl::string_view text) {
  const std::string got = Canonical(table, column, text);
  const bool says = got.find("; accepted: ") != std::string::npos;
  EXPECT_EQ(got.substr(0, 2) == "! ", says) << got;
  return says;
}

TEST(ParseCell, NumbersAreNarrowedAndWrittenShortest) {
  EXPECT_EQ(Canonical("supply", "quantity", "1200.50"), "1200.5");
  EXPECT_EQ(Canonical("supply", "quantity", "１２．５"), "12.5");
  EXPECT_EQ(Canonical("supply", "quantity", "-0"), "0");
  EXPECT_EQ(Canonical("supply", "quantity", "+3"), "3");
  EXPECT_EQ(Canonical("supply", "quantity", "1e3"), "1000");
  EXPECT_EQ(Canonical("supply", "quantity", "0.1"), "0.1");
}

TEST(ParseCell, RefusesWhatIsNoFiniteNumberInRange) {
  for (const char* text :
       {"1,234.5", "1.234,5", "nan", "inf", "-1", "abc", "1e400", "0x10",
        "12 kg", "+-3", "--3", "1e", "．", "１，２３４"}) {
    EXPECT_TRUE(Rejects("supply", "quantity", text)) << text;
  }
  EXPECT_TRUE(Rejects("inputs", "cost_share", "1.01"));
  EXPECT_TRUE(Rejects("country_risk", "risk", "10.5"));
  EXPECT_EQ(Canonical("inputs", "cost_share", "1"), "1");
}

// What cannot be added up, multiplied or divided is refused where it comes in.
TEST(ParseCell, Row17NumbersWhoseSumsAndRatiosAreNoNumbers) {
  for (const char* text : {"1e308", "1e101", "1e-101", "4.9e-324"}) {
    for (const auto& [table, column] :
         {std::pair{"supply", "quantity"}, std::pair{"supply", "value_cny"},
          std::pair{"items", "weight"}, std::pair{"projects", "cost_cny"},
          std::pair{"tests", "value"}}) {
      EXPECT_THAT(Canonical(table, column, text),
                  HasSubstr("from 1e-100 to 1e+100"))
          << column << " " << text;
    }
  }
  EXPECT_THAT(Canonical("tests", "value", "-1e308"), HasSubstr("1e+100"));
  EXPECT_EQ(Canonical("supply", "quantity", "1e100"), "1e+100");
  EXPECT_EQ(Canonical("supply", "quantity", "1e-100"), "1e-100");
}

TEST(ParseCell, Row77AnIdInCapitalsIsToldItsLowerCase) {
  EXPECT_THAT(Canonical("items", "item_id", "Gear-A"),
              HasSubstr("write \"gear-a\", in lower case"));
  EXPECT_THAT(Canonical("supply", "item_id", "GEAR"), HasSubstr("lower case"));
  EXPECT_THAT(Canonical("items", "item_id", "Gear A"),
              ::testing::Not(HasSubstr("lower case")));
}

TEST(ParseCell, Years) {
  EXPECT_EQ(Canonical("supply", "year", "2025"), "2025");
  EXPECT_EQ(Canonical("supply", "year", "２０２５"), "2025");
  for (const char* text : {"1948", "2101", "-1", "0", "2025.0", "25年"}) {
    EXPECT_TRUE(Rejects("supply", "year", text)) << text;
  }
}

TEST(ParseCell, TimesAreUtcAndADateEndsInShanghai) {
  EXPECT_EQ(Canonical("milestones", "date", "2025-06-30"),
            "2025-06-30T15:59:59Z");
  EXPECT_EQ(Canonical("milestones", "date", "2025-06-30T08:00:00+08:00"),
            "2025-06-30T00:00:00Z");
  EXPECT_EQ(Canonical("milestones", "date", "2024-02-29T23:59:59.000Z"),
            "2024-02-29T23:59:59Z");
  for (const char* text :
       {"2025-02-29", "2025-6-30", "2025-06-30T08:00:00", "2025-13-01",
        "2016-12-31T23:59:60Z", "2025-06-30T08:00:00.5Z", "30/06/2025",
        "0000-01-01", "2025-06-30T24:00:00Z", "2025-06-30 08:00:00Z"}) {
    EXPECT_TRUE(Rejects("milestones", "date", text)) << text;
  }
}

TEST(ParseCell, CountriesAreAlpha3) {
  EXPECT_EQ(Canonical("supply", "origin_country", "jp"), "JPN");
  EXPECT_EQ(Canonical("supply", "origin_country", "CHN"), "CHN");
  EXPECT_EQ(Canonical("supply", "origin_country", "XXF"), "XXF");
  EXPECT_EQ(Canonical("supply", "licence_countries", "us;JPN;USA"), "JPN;USA");
  EXPECT_TRUE(Rejects("supply", "licence_countries", "XXF"));
  EXPECT_TRUE(Rejects("country_risk", "country", "ZZZ"));
  EXPECT_TRUE(Rejects("supply", "origin_country", "EUR"));
  EXPECT_TRUE(Rejects("supply", "origin_country", "XK"));
}

TEST(ParseCell, ListsAreSortedWithoutRepetition) {
  EXPECT_EQ(Canonical("items", "sectors", "rail; nev;rail;"), "nev;rail");
  EXPECT_EQ(Canonical("items", "hs_codes", "8482；848210"), "8482;848210");
  EXPECT_TRUE(Rejects("items", "hs_codes", "84821"));
  EXPECT_TRUE(Rejects("items", "aliases", std::string(129, 'a')));
  EXPECT_EQ(Canonical("items", "aliases", "乙;甲"), "乙;甲");
}

TEST(ParseCell, IdsAndReferences) {
  EXPECT_EQ(Canonical("items", "item_id", "rv-reducer"), "rv-reducer");
  for (const char* text : {"RV", "-a", "a b", "轴承", "1.2E+05"}) {
    EXPECT_TRUE(Rejects("items", "item_id", text)) << text;
  }
  EXPECT_TRUE(Rejects("items", "item_id", std::string(65, 'a')));
  EXPECT_EQ(Canonical("supply", "supplier_id", "uscc:91110000802100433b"),
            "uscc:91110000802100433B");
  EXPECT_TRUE(Rejects("supply", "supplier_id", "uscc:911100008021004330"));
  EXPECT_TRUE(Rejects("items", "parent_item_id", "uscc:91110000802100433B"));
}

TEST(ParseCell, CheckCharacters) {
  EXPECT_TRUE(IsUscc("91110000802100433B"));  // Baidu Online
  EXPECT_FALSE(IsUscc("91110000802100433C"));
  EXPECT_TRUE(IsLei("5493001KJTIIGC8Y1R12"));
  EXPECT_FALSE(IsLei("5493001KJTIIGC8Y1R13"));
  EXPECT_EQ(Canonical("organizations", "lei", "5493001kjtiigc8y1r12"),
            "5493001KJTIIGC8Y1R12");
}

TEST(ParseCell, RegionsIndustriesEnumsBooleans) {
  EXPECT_EQ(Canonical("organizations", "region", "310000"), "310000");
  EXPECT_TRUE(Rejects("organizations", "region", "990000"));
  EXPECT_EQ(Canonical("organizations", "industry", "C3451"), "C3451");
  EXPECT_TRUE(Rejects("organizations", "industry", "3451"));
  EXPECT_TRUE(Rejects("organizations", "industry", "Z345"));
  EXPECT_EQ(Canonical("supply", "qualification", "none"), "none");
  EXPECT_TRUE(Rejects("supply", "qualification", "Series"));
  EXPECT_EQ(Canonical("demand", "complete", "TRUE"), "true");
  EXPECT_TRUE(Rejects("demand", "complete", "1"));
}

// Every default of the schema and every accepted enum value parses.
TEST(ParseCell, AcceptsWhatTheSchemaNames) {
  for (const TableSchema* table : RegistryTables()) {
    for (const Column& column : table->columns) {
      EXPECT_FALSE(Accepted(column).empty()) << column.name;
      for (absl::string_view value : column.values) {
        EXPECT_TRUE(ParseCell(column, value).ok()) << column.name;
      }
      if (!column.default_value.empty()) {
        EXPECT_TRUE(ParseCell(column, column.default_value).ok());
        // CompleteRow fills it in as a text.
        EXPECT_EQ(column.kind, Kind::kEnum);
      }
    }
  }
}

// A row made of (column, text) pairs.
Row MakeRow(
    const TableSchema& table,
    const std::vector<std::pair<absl::string_view, absl::string_view>>& cells) {
  Row row(table.columns.size());
  for (const auto& [column, text] : cells) {
    const auto c = static_cast<std::size_t>(table.Find(column));
    row[c] = ParseCell(table.columns[c], text).value();
  }
  return row;
}

std::vector<Violation> Complete(const TableSchema& table, Row row) {
  std::vector<Violation> violations;
  CompleteRow(table, row, violations);
  return violations;
}

TEST(CompleteRow, FillsInTheDefaults) {
  const TableSchema& supply = *FindTable("supply");
  Row row = MakeRow(supply, {{"item_id", "a"},
                             {"year", "2025"},
                             {"origin_country", "CHN"},
                             {"supplier_id", "plant"},
                             {"reporter_id", "plant"},
                             {"quantity", "1"}});
  std::vector<Violation> violations;
  CompleteRow(supply, row, violations);
  EXPECT_THAT(violations, IsEmpty());
  const auto text = [&](absl::string_view column) {
    return TextOf(row[static_cast<std::size_t>(supply.Find(column))]);
  };
  EXPECT_EQ(text("market"), "domestic");
  EXPECT_EQ(text("evidence"), "declared");
  EXPECT_EQ(text("visibility"), "private");
  EXPECT_EQ(text("side"), "seller");
  EXPECT_EQ(text("qualification"), "");
}

TEST(CompleteRow, SideIsThirdPartyWithoutAReporter) {
  const TableSchema& supply = *FindTable("supply");
  Row row = MakeRow(supply, {{"item_id", "a"},
                             {"year", "2025"},
                             {"origin_country", "CHN"},
                             {"quantity", "1"}});
  std::vector<Violation> violations;
  CompleteRow(supply, row, violations);
  EXPECT_EQ(TextOf(row[static_cast<std::size_t>(supply.Find("side"))]),
            "third_party");
}

TEST(CompleteRow, ReportsEveryMissingCellAtOnce) {
  const auto violations =
      Complete(*FindTable("items"), Row(FindTable("items")->columns.size()));
  for (const char* column : {"item_id", "name_zh", "category", "sectors"}) {
    EXPECT_THAT(violations, Contains(Field(&Violation::column, column)));
  }
}

TEST(CompleteRow, RulesBetweenCells) {
  const TableSchema& supply = *FindTable("supply");
  const auto record = [&](absl::string_view market, const char* quantity,
                          const char* share) {
    return Complete(supply, MakeRow(supply, {{"item_id", "a"},
                                             {"year", "2025"},
                                             {"market", market},
                                             {"origin_country", "CHN"},
                                             {"quantity", quantity},
                                             {"share", share}}));
  };
  EXPECT_THAT(record("domestic", "1", "0.5"), Not(IsEmpty()));
  EXPECT_THAT(record("domestic", "", ""), Not(IsEmpty()));
  EXPECT_THAT(record("domestic", "", "1.01"), Not(IsEmpty()));
  EXPECT_THAT(record("export", "", "1.01"), IsEmpty());
  EXPECT_THAT(record("domestic", "0", ""), IsEmpty());

  const TableSchema& inputs = *FindTable("inputs");
  EXPECT_THAT(Complete(inputs, MakeRow(inputs, {{"item_id", "a"},
                                                {"input_item_id", "a"}})),
              Contains(Field(&Violation::column, "input_item_id")));
  EXPECT_THAT(Complete(inputs, MakeRow(inputs, {{"item_id", "a"},
                                                {"input_item_id", "b"},
                                                {"first_year", "2025"},
                                                {"last_year", "2024"}})),
              Contains(Field(&Violation::message, HasSubstr("accepted"))));

  const TableSchema& targets = *FindTable("targets");
  EXPECT_THAT(Complete(targets, MakeRow(targets, {{"target_id", "t"},
                                                  {"metric", "share"},
                                                  {"categories", "gizmo"},
                                                  {"year", "2025"},
                                                  {"value", "70"},
                                                  {"baseline_year", "2026"},
                                                  {"supersedes", "t"}})),
              ::testing::UnorderedElementsAre(
                  Field(&Violation::column, "value"),
                  Field(&Violation::column, "categories"),
                  Field(&Violation::column, "baseline_value"),
                  Field(&Violation::column, "year"),
                  Field(&Violation::column, "supersedes")));
}

TEST(FormatNumber, ReadsBackEqual) {
  for (double number : {0.1, 1.0 / 3, 1e-300, 123456789012.0,
                        std::numeric_limits<double>::max()}) {
    EXPECT_EQ(std::stod(FormatNumber(number)), number);
  }
}

}  // namespace
}  // namespace qiangji::domain
