#include "services/base/glossary.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace qiangji {
namespace {

std::string ReadDoc(const std::string& name) {
  std::ifstream in(std::string(QJ_SOURCE_DIR) + "/docs/" + name);
  EXPECT_TRUE(in.good()) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

// The `code spans` of a Markdown text.
std::vector<std::string> CodeSpans(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '`');
  std::vector<std::string> spans;
  for (std::size_t i = 1; i < parts.size(); i += 2) spans.push_back(parts[i]);
  return spans;
}

// With QJ_WRITE_GLOSSARY set the document is written first (CONTRIBUTING.md).
TEST(Glossary, DocumentIsTheTableRendered) {
  if (std::getenv("QJ_WRITE_GLOSSARY") != nullptr) {
    std::ofstream(std::string(QJ_SOURCE_DIR) + "/docs/GLOSSARY.md")
        << RenderGlossary();
  }
  EXPECT_EQ(ReadDoc("GLOSSARY.md"), RenderGlossary());
}

TEST(Glossary, NamesAreUniqueAndInBothLanguages) {
  for (const auto& terms : {OutputTerms(), InputTerms()}) {
    std::set<std::string> seen;
    for (const GlossaryTerm& t : terms) {
      EXPECT_TRUE(seen.emplace(t.column).second) << t.column;
      EXPECT_FALSE(t.zh.empty()) << t.column;
      EXPECT_FALSE(t.en.empty()) << t.column;
      EXPECT_EQ(t.note_zh.empty(), t.note_en.empty()) << t.column;
    }
  }
}

// Every column of a csv in FORMATS' command line table has a header.
TEST(Glossary, HoldsEveryColumnThatFormatsPrints) {
  const std::string text = ReadDoc("FORMATS.md");
  const std::size_t start = text.find("| command | does");
  ASSERT_NE(start, std::string::npos);
  int columns = 0;
  for (const std::string& span : CodeSpans(text.substr(start))) {
    if (absl::StrContains(span, ' ') || absl::StrContains(span, '-')) continue;
    const std::vector<std::string> names =
        absl::StrSplit(span, absl::ByAnyChar(",[]"), absl::SkipEmpty());
    if (names.size() < 3) continue;
    for (const std::string& name : names) {
      EXPECT_NE(FindOutputTerm(name), nullptr) << name << " of " << span;
      ++columns;
    }
  }
  EXPECT_GT(columns, 100);
}

// Every column of a file in FORMATS' table of files has a header.
TEST(Glossary, HoldsEveryColumnThatFormatsReads) {
  const std::string text = ReadDoc("FORMATS.md");
  const std::size_t start = text.find("| `sectors.csv`");
  const std::size_t end = text.find("\n\n", start);
  ASSERT_NE(start, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  int columns = 0;
  const std::string table = text.substr(start, end - start);
  for (absl::string_view line : absl::StrSplit(table, '\n')) {
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    ASSERT_GT(cells.size(), 3U) << line;
    for (absl::string_view name : absl::StrSplit(
             cells[3], absl::ByAnyChar(",; []"), absl::SkipEmpty())) {
      EXPECT_NE(FindInputTerm(name), nullptr) << name << " of " << line;
      ++columns;
    }
  }
  EXPECT_GT(columns, 150);
}

// METHOD 0 words: where a row of its table names one column, header and word
// are the same.
TEST(Glossary, AgreesWithTheWordsOfTheMethod) {
  const std::string text = ReadDoc("METHOD.md");
  const std::size_t start = text.find("## 0. Words");
  const std::size_t end = text.find("## 1.", start);
  ASSERT_NE(start, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  int compared = 0;
  for (absl::string_view line :
       absl::StrSplit(text.substr(start, end - start), '\n')) {
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    if (cells.size() < 5 || absl::StrContains(cells[2], " / ")) continue;
    for (const std::string& column : CodeSpans(cells[3])) {
      const GlossaryTerm* term = FindOutputTerm(column);
      if (term == nullptr) continue;
      EXPECT_EQ(term->zh, absl::StripAsciiWhitespace(cells[1])) << column;
      EXPECT_EQ(term->en, absl::StripAsciiWhitespace(cells[2])) << column;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 9);
}

TEST(Glossary, HeadersAndCodesFallBackToTheirOwnName) {
  EXPECT_EQ(OutputHeader("share", "zh"), "自主保障率（按项数）");
  EXPECT_EQ(OutputHeader("share", "en"), "assurance rate");
  EXPECT_EQ(OutputHeader("no_such", "zh"), "no_such");
  EXPECT_EQ(WordIn("verdict", "missed", "zh"), "未达标");
  EXPECT_EQ(WordIn("verdict", "missed", "en"), "missed");
  EXPECT_EQ(WordIn("verdict", "no_such", "zh"), "no_such");
}

}  // namespace
}  // namespace qiangji
