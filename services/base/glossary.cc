#include "services/base/glossary.h"

#include "absl/strings/str_cat.h"

namespace qiangji {
namespace {

const GlossaryTerm* Find(absl::Span<const GlossaryTerm> terms,
                         absl::string_view column) {
  for (const GlossaryTerm& term : terms) {
    if (term.column == column) return &term;
  }
  return nullptr;
}

void AppendTerms(absl::Span<const GlossaryTerm> terms, std::string& text) {
  absl::StrAppend(&text,
                  "| column | 中文 | English | 说明 | meaning |\n"
                  "|---|---|---|---|---|\n");
  for (const GlossaryTerm& t : terms) {
    absl::StrAppend(&text, "| `", t.column, "` | ", t.zh, " | ", t.en, " | ",
                    t.note_zh, " | ", t.note_en, " |\n");
  }
}

}  // namespace

const GlossaryTerm* FindOutputTerm(absl::string_view column) {
  return Find(OutputTerms(), column);
}

const GlossaryTerm* FindInputTerm(absl::string_view column) {
  return Find(InputTerms(), column);
}

const GlossaryWord* FindGlossaryWord(absl::string_view kind,
                                     absl::string_view code) {
  for (const GlossaryWord& word : GlossaryWords()) {
    if (word.kind == kind && word.code == code) return &word;
  }
  return nullptr;
}

absl::string_view OutputHeader(absl::string_view column,
                               absl::string_view lang) {
  const GlossaryTerm* term = FindOutputTerm(column);
  if (term == nullptr) return column;
  return lang == "zh" ? term->zh : term->en;
}

absl::string_view WordIn(absl::string_view kind, absl::string_view code,
                         absl::string_view lang) {
  const GlossaryWord* word = FindGlossaryWord(kind, code);
  if (word == nullptr) return code;
  return lang == "zh" ? word->zh : word->en;
}

std::string RenderGlossary() {
  std::string text =
      "# Glossary · 词汇表\n\n"
      "Rendered from `services/base/glossary*.cc`; a test compares them. "
      "What the figures mean is in [METHOD](METHOD.md).\n\n"
      "由 `services/base/glossary*.cc` 生成，测试保证两者一致。"
      "各数字的含义见 [METHOD](METHOD.md)。\n\n"
      "## Results · 结果\n\n";
  AppendTerms(OutputTerms(), text);
  absl::StrAppend(&text, "\n## Files · 文件\n\n");
  AppendTerms(InputTerms(), text);
  absl::StrAppend(&text,
                  "\n## Codes · 代码\n\n"
                  "| column | code | 中文 | English |\n|---|---|---|---|\n");
  for (const GlossaryWord& word : GlossaryWords()) {
    absl::StrAppend(&text, "| `", word.kind, "` | `", word.code, "` | ",
                    word.zh, " | ", word.en, " |\n");
  }
  return text;
}

}  // namespace qiangji
