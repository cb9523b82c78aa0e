#include "services/rpc/filter.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"

namespace qiangji::rpc {
namespace {

using Kind = FilterNode::Kind;

bool IsColumnChar(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_';
}

bool IsColumn(absl::string_view text) {
  if (text.empty() ||
      !absl::ascii_islower(static_cast<unsigned char>(text[0]))) {
    return false;
  }
  for (const char c : text) {
    if (!IsColumnChar(c)) return false;
  }
  return true;
}

// Everything beyond ASCII is a letter here: Chinese words need no quotes.
bool IsWordChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
         c == '_' || c == '+' || c == '-' || c == ':' || c == '*' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Recursive descent; parentheses and NOT are as deep as it goes, and they are
// counted before they are entered.
class Parser {
 public:
  explicit Parser(absl::string_view text) : text_(text) {}

  absl::StatusOr<FilterNode> Parse() {
    SkipSpace();
    if (AtEnd()) return FilterNode();
    QJ_ASSIGN_OR_RETURN(FilterNode node, Expression());
    if (!AtEnd()) {
      return Error(Peek() == ')' ? "a parenthesis was not opened"
                                 : "AND or OR expected");
    }
    return node;
  }

 private:
  bool AtEnd() const { return pos_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[pos_]; }
  void SkipSpace() {
    while (!AtEnd() && (Peek() == ' ' || Peek() == '\t')) ++pos_;
  }
  absl::Status Error(absl::string_view what) const {
    return InvalidField(
        "filter",
        absl::StrCat("at character ", pos_ + 1, ": ", what,
                     "; accepted: column = \"value\", joined by AND, OR, NOT"));
  }
  absl::Status TooMuch(absl::string_view what) const {
    return WithReason(
        absl::ResourceExhaustedError(absl::StrCat("filter: ", what)),
        "FILTER_TOO_LARGE");
  }

  // Takes a keyword that is a word of its own.
  bool Take(absl::string_view keyword) {
    const std::size_t end = pos_ + keyword.size();
    if (text_.substr(pos_, keyword.size()) != keyword) return false;
    if (end < text_.size() && IsWordChar(text_[end])) return false;
    pos_ = end;
    SkipSpace();
    return true;
  }

  absl::StatusOr<FilterNode> Expression() {
    return Joined("AND", Kind::kAnd, &Parser::Factor);
  }
  absl::StatusOr<FilterNode> Factor() {
    return Joined("OR", Kind::kOr, &Parser::Term);
  }

  // One part as it is, several as children of `kind`.
  absl::StatusOr<FilterNode> Joined(
      absl::string_view keyword, Kind kind,
      absl::StatusOr<FilterNode> (Parser::*part)()) {
    QJ_ASSIGN_OR_RETURN(FilterNode first, (this->*part)());
    if (!Take(keyword)) return first;
    FilterNode node;
    node.kind = kind;
    node.children.push_back(std::move(first));
    do {
      QJ_ASSIGN_OR_RETURN(FilterNode next, (this->*part)());
      node.children.push_back(std::move(next));
    } while (Take(keyword));
    return node;
  }

  absl::StatusOr<FilterNode> Term() {
    const bool minus = Peek() == '-';
    if (minus) {
      ++pos_;
      SkipSpace();
    }
    if (minus || Take("NOT")) {
      return Deeper([this]() -> absl::StatusOr<FilterNode> {
        QJ_ASSIGN_OR_RETURN(FilterNode inner, Term());
        FilterNode node;
        node.kind = Kind::kNot;
        node.children.push_back(std::move(inner));
        return node;
      });
    }
    if (Peek() != '(') return Restriction();
    ++pos_;
    SkipSpace();
    return Deeper([this]() -> absl::StatusOr<FilterNode> {
      QJ_ASSIGN_OR_RETURN(FilterNode inner, Expression());
      if (Peek() != ')') {
        return Error(AtEnd() ? "a parenthesis is not closed"
                             : "AND, OR or ) expected");
      }
      ++pos_;
      SkipSpace();
      return inner;
    });
  }

  template <typename Inner>
  absl::StatusOr<FilterNode> Deeper(Inner inner) {
    if (depth_ == kMaxFilterDepth) {
      return Error(absl::StrCat("deeper than ", kMaxFilterDepth));
    }
    ++depth_;
    absl::StatusOr<FilterNode> node = inner();
    --depth_;
    return node;
  }

  absl::StatusOr<FilterNode> Restriction() {
    if (++terms_ > kMaxFilterTerms) {
      return TooMuch(
          absl::StrCat("more than ", kMaxFilterTerms, " conditions"));
    }
    FilterNode node;
    node.kind = Kind::kTest;
    node.position = pos_ + 1;
    while (IsColumnChar(Peek())) node.column.push_back(text_[pos_++]);
    if (!IsColumn(node.column)) return Error("a column expected");
    SkipSpace();
    QJ_ASSIGN_OR_RETURN(node.comparator, ReadComparator());
    SkipSpace();
    node.quoted = Peek() == '"' || Peek() == '\'';
    QJ_ASSIGN_OR_RETURN(node.value, Value());
    SkipSpace();
    return node;
  }

  absl::StatusOr<Comparator> ReadComparator() {
    // The longer ones first.
    for (const Comparator comparator :
         {Comparator::kNotEqual, Comparator::kLessEqual,
          Comparator::kGreaterEqual, Comparator::kEqual, Comparator::kLess,
          Comparator::kGreater, Comparator::kHas}) {
      const absl::string_view text = ComparatorText(comparator);
      if (text_.substr(pos_, text.size()) != text) continue;
      pos_ += text.size();
      return comparator;
    }
    return Error("one of = != < <= > >= : expected");
  }

  absl::StatusOr<std::string> Value() {
    std::string value;
    const char quote = Peek();
    if (quote != '"' && quote != '\'') {
      while (IsWordChar(Peek())) value.push_back(text_[pos_++]);
      if (value.empty()) return Error("a value expected");
      return value;
    }
    for (++pos_; !AtEnd() && Peek() != quote; ++pos_) {
      if (Peek() == '\\') {
        ++pos_;
        if (Peek() != '"' && Peek() != '\\' && Peek() != '\'') {
          return Error("\\\" \\' or \\\\ only");
        }
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
  int terms_ = 0;
};

absl::Status CollectEqualities(const FilterNode& node,
                               std::vector<FilterTerm>& terms) {
  if (node.kind == Kind::kTest && node.comparator == Comparator::kEqual) {
    terms.push_back({node.column, node.value});
    return absl::OkStatus();
  }
  if (node.kind != Kind::kAnd) {
    return InvalidField("filter",
                        "holds more than equalities joined by AND; accepted "
                        "here: column = \"value\" AND …");
  }
  for (const FilterNode& child : node.children) {
    QJ_RETURN_IF_ERROR(CollectEqualities(child, terms));
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view ComparatorText(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual:
      return "=";
    case Comparator::kNotEqual:
      return "!=";
    case Comparator::kLess:
      return "<";
    case Comparator::kLessEqual:
      return "<=";
    case Comparator::kGreater:
      return ">";
    case Comparator::kGreaterEqual:
      return ">=";
    case Comparator::kHas:
      return ":";
  }
  return "";
}

absl::StatusOr<FilterNode> ParseFilter(absl::string_view filter) {
  if (filter.size() > kMaxFilterBytes) {
    return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                          "filter: longer than ", kMaxFilterBytes, " bytes")),
                      "FILTER_TOO_LARGE");
  }
  return Parser(filter).Parse();
}

absl::StatusOr<std::vector<FilterTerm>> ParseEqualities(
    absl::string_view filter) {
  QJ_ASSIGN_OR_RETURN(const FilterNode node, ParseFilter(filter));
  std::vector<FilterTerm> terms;
  QJ_RETURN_IF_ERROR(CollectEqualities(node, terms));
  return terms;
}

absl::StatusOr<std::vector<OrderTerm>> ParseOrderBy(
    absl::string_view order_by) {
  std::vector<OrderTerm> terms;
  if (absl::StripAsciiWhitespace(order_by).empty()) return terms;
  for (absl::string_view part : absl::StrSplit(order_by, ',')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(part, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    const bool direction = words.size() == 2;
    if (words.empty() || words.size() > 2 || !IsColumn(words[0]) ||
        (direction && words[1] != "desc" && words[1] != "asc")) {
      return InvalidField("order_by",
                          "is not a list of columns; accepted: \"column, "
                          "other_column desc\"");
    }
    if (terms.size() == static_cast<std::size_t>(kMaxOrderTerms)) {
      return InvalidField(
          "order_by", absl::StrCat("more than ", kMaxOrderTerms, " columns"));
    }
    terms.push_back({std::string(words[0]), direction && words[1] == "desc"});
  }
  return terms;
}

}  // namespace qiangji::rpc
