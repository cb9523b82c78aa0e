#include "services/report/markdown.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace qiangji::report {
namespace {

// Spans of one paragraph's text.
std::vector<Span> Spans(absl::string_view text) {
  std::vector<Span> spans(1);
  while (!text.empty()) {
    Span& span = spans.back();
    if (text[0] == '\\' && text.size() > 1 && absl::ascii_ispunct(text[1])) {
      span.text.push_back(text[1]);
      text.remove_prefix(2);
    } else if (absl::ConsumePrefix(&text, "**")) {
      Span next;
      next.strong = !span.strong;
      next.emphasized = span.emphasized;
      spans.push_back(std::move(next));
    } else if (absl::ConsumePrefix(&text, "*")) {
      Span next;
      next.strong = span.strong;
      next.emphasized = !span.emphasized;
      spans.push_back(std::move(next));
    } else {
      span.text.push_back(text[0]);
      text.remove_prefix(1);
    }
  }
  std::vector<Span> full;
  for (Span& span : spans) {
    if (!span.text.empty()) full.push_back(std::move(span));
  }
  return full;
}

// "3. " at the beginning: its length, else 0.
std::size_t NumberLength(absl::string_view line) {
  std::size_t digits = 0;
  while (digits < line.size() && absl::ascii_isdigit(line[digits])) ++digits;
  const bool numbered =
      digits > 0 && digits <= 3 && line.substr(digits, 2) == ". ";
  return numbered ? digits + 2 : 0;
}

class Parser {
 public:
  void Line(absl::string_view line) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty()) return End();
    absl::string_view rest = line;
    while (absl::ConsumePrefix(&rest, "#")) {
    }
    if (rest.size() < line.size() && absl::ConsumePrefix(&rest, " ")) {
      End();
      Begin(ParagraphStyle::kHeading, rest);
      return End();
    }
    if (absl::ConsumePrefix(&rest, "- ") || absl::ConsumePrefix(&rest, "* ")) {
      End();
      return Begin(ParagraphStyle::kBullet, rest);
    }
    if (NumberLength(line) > 0) {
      End();
      return Begin(ParagraphStyle::kNumbered, line);
    }
    if (!open_) return Begin(ParagraphStyle::kPlain, line);
    // Words are apart at the end of a line, Chinese characters are not.
    const bool apart = static_cast<unsigned char>(text_.back()) < 0x80 &&
                       static_cast<unsigned char>(line[0]) < 0x80;
    absl::StrAppend(&text_, apart ? " " : "", line);
  }
  std::vector<Paragraph> Take() && {
    End();
    return std::move(paragraphs_);
  }

 private:
  void Begin(ParagraphStyle style, absl::string_view text) {
    open_ = !text.empty();
    style_ = style;
    text_ = std::string(text);
  }
  void End() {
    if (open_) paragraphs_.push_back({style_, Spans(text_)});
    open_ = false;
    text_.clear();
  }

  bool open_ = false;
  ParagraphStyle style_ = ParagraphStyle::kPlain;
  std::string text_;
  std::vector<Paragraph> paragraphs_;
};

}  // namespace

std::vector<Paragraph> ParseMarkdown(absl::string_view text) {
  Parser parser;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    parser.Line(line);
  }
  return std::move(parser).Take();
}

}  // namespace qiangji::report
