#include "services/rpc/filter.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"

namespace qiangji::rpc {
namespace {

bool IsColumnChar(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_';
}

bool IsWordChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
         c == '_' || c == '+' || c == '-' || c == ':';
}

// No recursion: parentheses only change `depth`.
class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<FilterTerm>> Parse() {
    std::vector<FilterTerm> terms;
    SkipSpace();
    if (AtEnd()) return terms;
    for (;;) {
      QJ_RETURN_IF_ERROR(Open());
      if (terms.size() == static_cast<std::size_t>(kMaxFilterTerms)) {
        return Error(
            absl::StrCat("more than ", kMaxFilterTerms, " conditions"));
      }
      QJ_ASSIGN_OR_RETURN(FilterTerm term, Term());
      terms.push_back(std::move(term));
      QJ_RETURN_IF_ERROR(Close());
      if (AtEnd()) break;
      QJ_RETURN_IF_ERROR(And());
    }
    if (depth_ > 0) return Error("a parenthesis is not closed");
    return terms;
  }

 private:
  bool AtEnd() const { return pos_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[pos_]; }
  void SkipSpace() {
    while (!AtEnd() && (Peek() == ' ' || Peek() == '\t')) ++pos_;
  }
  absl::Status Error(absl::string_view what) const {
    return InvalidField("filter",
                        absl::StrCat("at character ", pos_ + 1, ": ", what,
                                     "; accepted: column = \"value\" AND …"));
  }

  absl::Status Open() {
    for (SkipSpace(); Peek() == '('; SkipSpace()) {
      if (++depth_ > kMaxFilterDepth) {
        return Error(absl::StrCat("deeper than ", kMaxFilterDepth));
      }
      ++pos_;
    }
    return absl::OkStatus();
  }

  absl::Status Close() {
    for (SkipSpace(); Peek() == ')'; SkipSpace()) {
      if (--depth_ < 0) return Error("a parenthesis was not opened");
      ++pos_;
    }
    return absl::OkStatus();
  }

  absl::Status And() {
    if (text_.substr(pos_, 3) != "AND" ||
        (pos_ + 3 < text_.size() && IsWordChar(text_[pos_ + 3]))) {
      return Error("AND expected");
    }
    pos_ += 3;
    return absl::OkStatus();
  }

  absl::StatusOr<FilterTerm> Term() {
    FilterTerm term;
    while (IsColumnChar(Peek())) term.column.push_back(text_[pos_++]);
    if (term.column.empty()) return Error("a column expected");
    SkipSpace();
    if (Peek() != '=') return Error("= expected");
    ++pos_;
    SkipSpace();
    QJ_ASSIGN_OR_RETURN(term.value, Value());
    return term;
  }

  absl::StatusOr<std::string> Value() {
    std::string value;
    if (Peek() != '"') {
      while (IsWordChar(Peek())) value.push_back(text_[pos_++]);
      if (value.empty()) return Error("a value expected");
      return value;
    }
    for (++pos_; !AtEnd() && Peek() != '"'; ++pos_) {
      if (Peek() == '\\') {
        ++pos_;
        if (Peek() != '"' && Peek() != '\\') return Error("\\\" or \\\\ only");
      }
      value.push_back(Peek());
    }
    if (AtEnd()) return Error("a quotation mark is not closed");
    ++pos_;
    return value;
  }

  const absl::string_view text_;
  std::size_t pos_ = 0;
  int depth_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<FilterTerm>> ParseFilter(absl::string_view filter) {
  if (filter.size() > kMaxFilterBytes) {
    return InvalidField("filter",
                        absl::StrCat("longer than ", kMaxFilterBytes));
  }
  return Parser(filter).Parse();
}

}  // namespace qiangji::rpc
