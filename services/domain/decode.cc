// Rows of supply and demand as packed records.
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/domain/columns.h"
#include "services/domain/fact_tables.h"

namespace qiangji::domain {
namespace {

// The code of an enumeration's cell; `otherwise` where it is not stated.
template <typename E, typename Parser>
absl::Status ReadCode(const Value& cell, E otherwise, Parser parser,
                      absl::string_view column, E& code) {
  const std::string& text = TextOf(cell);
  if (text.empty()) {
    code = otherwise;
    return absl::OkStatus();
  }
  const auto parsed = parser(text);
  if (!parsed) {
    return absl::InvalidArgumentError(
        absl::StrCat(column, ": \"", text, "\" is none of its values"));
  }
  code = static_cast<E>(*parsed);
  return absl::OkStatus();
}

std::optional<std::uint8_t> QualificationCode(absl::string_view text) {
  const auto q = QualificationOf(text);
  if (!q) return std::nullopt;
  return static_cast<std::uint8_t>(*q);
}

}  // namespace

std::vector<std::string> EntriesOf(const Value& cell) {
  const std::string& text = TextOf(cell);
  if (text.empty()) return {};
  return absl::StrSplit(text, ';');
}

std::optional<double> OptionalNumber(const Value& cell) {
  if (IsNull(cell)) return std::nullopt;
  return NumberOf(cell, static_cast<double>(IntOf(cell)));
}

absl::Status DecodeSupply(const Row& row, Interner& organizations,
                          Interner& licences, SupplyRecord& record) {
  static const auto* const at = new SupplyColumns;
  SupplyRecord r;
  QJ_RETURN_IF_ERROR(ReadCode(row[at->market], Market::kDomestic, MarketOf,
                              "market", r.market));
  QJ_RETURN_IF_ERROR(
      ReadCode(row[at->side], Side::kThirdParty, SideOf, "side", r.side));
  QJ_RETURN_IF_ERROR(
      ReadCode(row[at->qualification], SupplyRecord::kQualificationNotStated,
               QualificationCode, "qualification", r.qualification));
  QJ_RETURN_IF_ERROR(ReadCode(row[at->evidence], Grade::kDeclared, GradeOf,
                              "evidence", r.evidence));
  QJ_RETURN_IF_ERROR(ReadCode(row[at->visibility], Visibility::kPrivate,
                              VisibilityOf, "visibility", r.visibility));
  r.origin = Country::Of(TextOf(row[at->origin]));
  r.controller = Country::Of(TextOf(row[at->controller]));
  r.supplier = organizations.Intern(TextOf(row[at->supplier]));
  r.reporter = organizations.Intern(TextOf(row[at->reporter]));
  r.licences = licences.Intern(TextOf(row[at->licences]));
  r.has_quantity = !IsNull(row[at->quantity]);
  r.has_share = !IsNull(row[at->share]);
  r.amount = NumberOf(row[r.has_quantity ? at->quantity : at->share]);
  r.value_cny = NumberOf(row[at->value_cny], -1);
  record = r;
  return absl::OkStatus();
}

Demand DecodeDemand(const Row& row) {
  static const auto* const at = new DemandColumns;
  Demand d;
  d.quantity = OptionalNumber(row[at->quantity]);
  d.value_cny = OptionalNumber(row[at->value_cny]);
  d.stock_days = OptionalNumber(row[at->stock_days]);
  d.complete = IntOf(row[at->complete]) != 0;
  d.evidence = GradeOf(TextOf(row[at->evidence])).value_or(Grade::kDeclared);
  return d;
}

}  // namespace qiangji::domain
