// One table of words for the CLI, reports, the web and XLSX headers (METHOD 0):
// every column that FORMATS prints or reads, and every code that stands in a
// cell, in Chinese and English. docs/GLOSSARY.md is RenderGlossary(); a test
// compares them.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace qiangji {

// A column. `zh` and `en` are headers, the notes one line that says what is
// counted and in which unit.
struct GlossaryTerm {
  absl::string_view column;
  absl::string_view zh;
  absl::string_view en;
  absl::string_view note_zh;
  absl::string_view note_en;
};

// A code of a cell: `kind` is its column ("category", "verdict"), `code` the
// cell as files and CSV output have it.
struct GlossaryWord {
  absl::string_view kind;
  absl::string_view code;
  absl::string_view zh;
  absl::string_view en;
};

// Columns of results (FORMATS, "Command line"), in that order.
absl::Span<const GlossaryTerm> OutputTerms();
// Columns of files (FORMATS, "Files that are imported and exported"). One
// name has one meaning in every file; `share` differs from the result's.
absl::Span<const GlossaryTerm> InputTerms();
absl::Span<const GlossaryWord> GlossaryWords();

// nullptr where there is none.
const GlossaryTerm* FindOutputTerm(absl::string_view column);
const GlossaryTerm* FindInputTerm(absl::string_view column);
const GlossaryWord* FindGlossaryWord(absl::string_view kind,
                                     absl::string_view code);

// Header of a result's column in `lang` ("zh" or "en"); the column's own name
// where the glossary has none.
absl::string_view OutputHeader(absl::string_view column,
                               absl::string_view lang);
// A code in `lang`; the code itself where the glossary has none.
absl::string_view WordIn(absl::string_view kind, absl::string_view code,
                         absl::string_view lang);

// The text of docs/GLOSSARY.md.
std::string RenderGlossary();

}  // namespace qiangji
