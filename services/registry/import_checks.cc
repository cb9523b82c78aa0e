#include "services/registry/import_checks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/references.h"

namespace qiangji::registry {
namespace {

using domain::TableId;

// Up to so many items and years are read one by one; above, in one scan.
constexpr std::size_t kOneByOne = 5000;

Origin OriginOf(Origin origin) { return origin; }
Origin OriginOf(const Touched::ItemYear& touched) { return touched.origin; }

// Reports and warnings have one order.
template <typename Map>
auto InFileOrder(const Map& map) {
  std::vector<std::pair<typename Map::key_type, typename Map::mapped_type>>
      sorted(map.begin(), map.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::make_pair(OriginOf(a.second), a.first) <
           std::make_pair(OriginOf(b.second), b.first);
  });
  return sorted;
}

}  // namespace

bool ImportChecks::Changed(TableId table) const {
  const auto found = input_.counts->find(table);
  return found != input_.counts->end() &&
         found->second.added + found->second.changed + found->second.closed > 0;
}

void ImportChecks::Note(Origin origin, const std::vector<RowProblem>& found) {
  for (const RowProblem& problem : found) {
    if (problem.error) {
      problems_.push_back({origin, problem.column, problem.message});
    } else if (warnings_.size() <= kMaxImportWarnings) {
      warnings_.push_back(problem.message);
    }
  }
}

absl::Status ImportChecks::Run() {
  CheckGrades();
  QJ_RETURN_IF_ERROR(CheckRelied());
  QJ_RETURN_IF_ERROR(CheckReplaced());
  QJ_RETURN_IF_ERROR(CheckItemYears());
  QJ_RETURN_IF_ERROR(CheckInputs());
  return CheckParents();
}

// Declared data beside illustrative would make a figure that is neither.
void ImportChecks::CheckGrades() {
  if (input_.mix) return;
  constexpr absl::string_view kAccepted =
      "; accepted: one of them in a database, or --mix";
  const Touched& touched = *input_.touched;
  if (touched.declared && (touched.illustrative || input_.had_illustrative)) {
    problems_.push_back(
        {touched.first_declared, "evidence",
         absl::StrCat("declared records beside illustrative ones", kAccepted)});
  }
  if (touched.illustrative && input_.had_declared) {
    problems_.push_back(
        {touched.first_illustrative, "evidence",
         absl::StrCat("illustrative records beside declared ones", kAccepted)});
  }
}

// Rows were resolved against an earlier state: what they name may be gone.
absl::Status ImportChecks::CheckRelied() {
  QJ_ASSIGN_OR_RETURN(const store::Change head, transaction_.Head());
  if (head.seq <= input_.start_seq) return absl::OkStatus();
  StoreIds now(transaction_);
  for (const auto& [table, id] : input_.ids->Relied()) {
    QJ_ASSIGN_OR_RETURN(const bool exists, now.Exists(table, id));
    if (!exists) {
      return absl::AbortedError(
          absl::StrCat(domain::FindTable(table)->name, " ", id,
                       " was deleted while the import ran: repeat it"));
    }
  }
  return absl::OkStatus();
}

absl::Status ImportChecks::CheckReplaced() {
  for (TableId id : input_.replaced) {
    const domain::TableSchema& table = *domain::FindTable(id);
    if (table.key_columns().size() != 1 || !Changed(id)) continue;
    QJ_ASSIGN_OR_RETURN(const std::vector<std::string> closed,
                        input_.ids->StoredOnly(id));
    for (const std::string& name : closed) {
      QJ_ASSIGN_OR_RETURN(const auto referrers,
                          transaction_.Referrers(table, name, 1));
      if (referrers.empty()) continue;
      const auto file = input_.files.find(id);
      problems_.push_back(
          {{file == input_.files.end() ? 0 : file->second, 0},
           std::string(table.columns[0].name),
           absl::StrCat(domain::Quoted(name),
                        " is absent and would be "
                        "closed, but ",
                        domain::FindTable(referrers[0].first)->name,
                        " still names it; accepted: files without rows that "
                        "name it, or no --replace")});
    }
  }
  return absl::OkStatus();
}

absl::Status ImportChecks::CheckItemYears() {
  if (!Changed(TableId::kSupply) && !Changed(TableId::kDemand)) {
    return absl::OkStatus();
  }
  const auto& touched = input_.touched->item_years;
  if (touched.size() > kOneByOne && input_.had_supply) {
    return CheckItemYearsInOneScan();
  }
  for (const auto& [key, what] : InFileOrder(touched)) {
    // Quantities alone cannot be in error (METHOD 2.2); in a large import the
    // warnings about them are left to `supply reconcile`.
    if (touched.size() > kOneByOne && !what.share) continue;
    QJ_ASSIGN_OR_RETURN(
        const std::vector<RowProblem> found,
        CheckItemYear(transaction_,
                      input_.ids->IdOf(TableId::kItems, key.first),
                      key.second));
    Note(what.origin, found);
  }
  return absl::OkStatus();
}

absl::Status ImportChecks::CheckItemYearsInOneScan() {
  const domain::TableSchema& supply = *domain::FindTable(TableId::kSupply);
  const auto item_cell = static_cast<std::size_t>(supply.Find("item_id"));
  const auto year_cell = static_cast<std::size_t>(supply.Find("year"));
  std::vector<domain::Row> group;
  const auto settle = [&]() -> absl::Status {
    if (group.empty()) return absl::OkStatus();
    const std::string item = domain::TextOf(group[0][item_cell]);
    const int year = static_cast<int>(domain::IntOf(group[0][year_cell]));
    QJ_ASSIGN_OR_RETURN(const int number,
                        input_.ids->Number(TableId::kItems, item));
    const auto touched = input_.touched->item_years.find({number, year});
    if (touched != input_.touched->item_years.end()) {
      Note(touched->second.origin,
           CheckItemYearRows(item, year, group, nullptr));
    }
    group.clear();
    return absl::OkStatus();
  };
  const absl::Status scanned = transaction_.Scan(
      supply, {}, store::AccessScope::All(),
      [&](const store::Stored& stored, absl::string_view) -> absl::Status {
        if (!group.empty() && (group[0][item_cell] != stored.row[item_cell] ||
                               group[0][year_cell] != stored.row[year_cell])) {
          QJ_RETURN_IF_ERROR(settle());
        }
        group.push_back(stored.row);
        return absl::OkStatus();
      });
  QJ_RETURN_IF_ERROR(scanned);
  return settle();
}

absl::Status ImportChecks::CheckInputs() {
  if (!Changed(TableId::kInputs)) return absl::OkStatus();
  for (const auto& [item, origin] : InFileOrder(input_.touched->input_items)) {
    QJ_ASSIGN_OR_RETURN(
        const std::vector<RowProblem> found,
        CheckItemInputs(transaction_, input_.ids->IdOf(TableId::kItems, item)));
    Note(origin, found);
  }
  return absl::OkStatus();
}

absl::Status ImportChecks::CheckParents() {
  for (const auto& [key, origin] : InFileOrder(input_.touched->children)) {
    if (!Changed(key.first)) continue;
    QJ_ASSIGN_OR_RETURN(
        const std::vector<RowProblem> found,
        CheckAncestors(transaction_, *domain::FindTable(key.first),
                       input_.ids->IdOf(key.first, key.second)));
    Note(origin, found);
  }
  return absl::OkStatus();
}

}  // namespace qiangji::registry
