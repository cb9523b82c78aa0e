#include "gtest/gtest.h"
#include "services/base/glossary.h"
#include "services/domain/schema.h"

namespace qiangji::domain {
namespace {

// The Chinese header that an import accepts is the one that the glossary
// shows (METHOD 0).
TEST(SchemaGlossary, HeadersAreThoseOfTheGlossary) {
  for (const TableSchema* table : RegistryTables()) {
    for (const Column& column : table->columns) {
      const GlossaryTerm* term = FindInputTerm(column.name);
      ASSERT_NE(term, nullptr) << table->name << "." << column.name;
      EXPECT_EQ(term->zh, column.name_zh) << table->name << "." << column.name;
    }
  }
}

// Every code that a cell may hold has a word in both languages.
TEST(SchemaGlossary, CodesHaveWords) {
  for (const TableSchema* table : RegistryTables()) {
    for (const Column& column : table->columns) {
      const absl::string_view kind = column.name == "minimum_qualification"
                                         ? "qualification"
                                         : column.name;
      if (kind == "confidence") continue;  // A to D speak for themselves
      for (absl::string_view code : column.values) {
        EXPECT_NE(FindGlossaryWord(kind, code), nullptr) << kind << " " << code;
      }
    }
  }
}

}  // namespace
}  // namespace qiangji::domain
