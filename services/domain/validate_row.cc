// Rules between the cells of one row (validate.h).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/domain/validate.h"

namespace qiangji::domain {
namespace {

constexpr absl::string_view kDigest = "sha256:";

// A row with its cells by column name, and where its violations go.
class RowRules {
 public:
  RowRules(const TableSchema& table, Row& row,
           std::vector<Violation>& violations)
      : table_(table), row_(row), violations_(violations) {}

  Value& Cell(absl::string_view column) {
    return row_[static_cast<std::size_t>(table_.Find(column))];
  }
  bool Has(absl::string_view column) { return !IsNull(Cell(column)); }

  void Reject(absl::string_view column, absl::string_view what,
              absl::string_view accepted) {
    violations_.push_back(
        {std::string(column), absl::StrCat(what, "; accepted: ", accepted)});
  }
  bool Rejected(absl::string_view column) const {
    return std::any_of(violations_.begin(), violations_.end(),
                       [&](const Violation& v) { return v.column == column; });
  }

  void Defaults();
  void RequiredCells();
  void OneOf(absl::string_view first, absl::string_view second, bool required);
  void Ordered(absl::string_view first, absl::string_view last);
  void NotItself(absl::string_view column, absl::string_view of);

  void Document();
  void Supply();
  void Target();

 private:
  const TableSchema& table_;
  Row& row_;
  std::vector<Violation>& violations_;
};

void RowRules::Defaults() {
  for (std::size_t c = 0; c < table_.columns.size(); ++c) {
    const Column& column = table_.columns[c];
    if (!IsNull(row_[c]) || column.default_value.empty()) continue;
    row_[c] = std::string(column.default_value);  // canonical, of an enum
  }
}

void RowRules::RequiredCells() {
  for (std::size_t c = 0; c < table_.columns.size(); ++c) {
    const Column& column = table_.columns[c];
    if (column.required && IsNull(row_[c]) && !Rejected(column.name)) {
      Reject(column.name, "is required and not stated", Accepted(column));
    }
  }
}

void RowRules::OneOf(absl::string_view first, absl::string_view second,
                     bool required) {
  if (Rejected(first) || Rejected(second)) return;
  if (Has(first) && Has(second)) {
    Reject(second, absl::StrCat("is stated beside ", first),
           absl::StrCat(first, " or ", second, ", not both"));
  } else if (required && !Has(first) && !Has(second)) {
    Reject(first,
           absl::StrCat("neither ", first, " nor ", second, " is stated"),
           absl::StrCat("one of them (0 says that there was none)"));
  }
}

void RowRules::Ordered(absl::string_view first, absl::string_view last) {
  if (Has(first) && Has(last) && IntOf(Cell(first)) > IntOf(Cell(last))) {
    Reject(last, absl::StrCat(IntOf(Cell(last)), " is before ", first),
           absl::StrCat("a year not before ", IntOf(Cell(first))));
  }
}

void RowRules::NotItself(absl::string_view column, absl::string_view of) {
  if (Has(column) && TextOf(Cell(column)) == TextOf(Cell(of))) {
    Reject(column, absl::StrCat(Quoted(TextOf(Cell(of))), " names itself"),
           "the id of another row");
  }
}

bool IsSha256(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// A reference to what is kept elsewhere: a name or address, then perhaps a
// blank and the digest by which it is known again; or the digest alone.
void RowRules::Document() {
  if (!Has("document")) return;
  const absl::string_view text = TextOf(Cell("document"));
  const std::size_t at = text.find(kDigest);
  if (at == absl::string_view::npos) return;
  const bool apart = at == 0 || text[at - 1] == ' ';
  if (apart && IsSha256(text.substr(at + kDigest.size()))) return;
  Reject("document", "holds a digest that is none",
         "a reference, then a blank and sha256: with 64 digits of 0-9 a-f at "
         "its end");
}

void RowRules::Supply() {
  OneOf("quantity", "share", /*required=*/true);
  if (Has("share") && TextOf(Cell("market")) != "export" &&
      NumberOf(Cell("share")) > 1) {
    Reject("share",
           absl::StrCat(Quoted(FormatNumber(NumberOf(Cell("share")))),
                        " is out of range"),
           "a number from 0 to 1 on the domestic market (export: to 100)");
  }
  if (!Has("side") && !Rejected("side")) {
    const bool seller = Has("reporter_id") && TextOf(Cell("reporter_id")) ==
                                                  TextOf(Cell("supplier_id"));
    Cell("side") = std::string(seller ? "seller" : "third_party");
  }
}

bool IsShareMetric(absl::string_view metric) {
  return metric == "share" || metric == "value_share" ||
         metric == "penetrated_share";
}

void RowRules::Target() {
  const std::string& metric = TextOf(Cell("metric"));
  if (!metric.empty() && !IsId(metric)) {
    Reject("metric", absl::StrCat(Quoted(metric), " is not a metric"),
           "share, value_share, penetrated_share, promoted_processes or an "
           "indicator_id");
  }
  if (IsShareMetric(metric) && Has("value") &&
      (NumberOf(Cell("value")) < 0 || NumberOf(Cell("value")) > 1)) {
    Reject("value", "is out of range for a share", "a number from 0 to 1");
  }
  const TableSchema* items = FindTable(TableId::kItems);
  const Column& category =
      items->columns[static_cast<std::size_t>(items->Find("category"))];
  for (absl::string_view entry :
       absl::StrSplit(TextOf(Cell("categories")), ';', absl::SkipEmpty())) {
    if (!ParseCell(category, entry).ok()) {
      Reject("categories", absl::StrCat(Quoted(entry), " is not a category"),
             Accepted(category));
    }
  }
  if (Has("baseline_year") != Has("baseline_value") &&
      !Rejected("baseline_year") && !Rejected("baseline_value")) {
    Reject(Has("baseline_year") ? "baseline_value" : "baseline_year",
           "is not stated", "baseline_year and baseline_value together");
  }
  Ordered("baseline_year", "year");
  NotItself("supersedes", "target_id");
}

}  // namespace

void CompleteRow(const TableSchema& table, Row& row,
                 std::vector<Violation>& violations) {
  RowRules rules(table, row, violations);
  rules.Defaults();
  rules.RequiredCells();
  if (table.Find("document") >= 0) rules.Document();
  switch (table.id) {
    case TableId::kItems:
      rules.NotItself("parent_item_id", "item_id");
      break;
    case TableId::kOrganizations:
      rules.NotItself("parent_organization_id", "organization_id");
      break;
    case TableId::kSupply:
      rules.Supply();
      break;
    case TableId::kInputs:
      rules.NotItself("input_item_id", "item_id");
      rules.Ordered("first_year", "last_year");
      break;
    case TableId::kProjects:
      rules.OneOf("added_quantity", "added_share", /*required=*/false);
      break;
    case TableId::kTargets:
      rules.Target();
      break;
    default:
      break;
  }
}

}  // namespace qiangji::domain
