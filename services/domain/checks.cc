#include "services/domain/checks.h"

#include <algorithm>
#include <set>
#include <utility>

#include "services/base/years.h"
#include "services/domain/columns.h"
#include "services/domain/fact_tables.h"
#include "services/domain/flows.h"
#include "services/domain/item_balance.h"
#include "services/domain/supply_log.h"

namespace qiangji::domain {
namespace {

// The rows as records in the order of a supply year, and which row each was.
struct DecodedRows {
  explicit DecodedRows(absl::Span<const Row> rows) {
    std::vector<SupplyRecord> unsorted(rows.size());
    for (std::size_t k = 0; k < rows.size(); ++k) {
      // Rows are normalized: validation rejects other codes before this.
      if (!DecodeSupply(rows[k], organizations, licences, unsorted[k]).ok()) {
        continue;
      }
      origin_row.push_back(static_cast<std::uint32_t>(k));
    }
    const KeyRanks ranks{organizations.Ranks(), licences.Ranks()};
    std::stable_sort(origin_row.begin(), origin_row.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                       return KeyLess(unsorted[a], unsorted[b], ranks);
                     });
    for (std::uint32_t row : origin_row) records.push_back(unsorted[row]);
  }

  Interner organizations, licences;
  std::vector<SupplyRecord> records;
  std::vector<std::uint32_t> origin_row;
};

void CheckDemand(const Row& row, const ItemFlows& flows,
                 std::vector<Finding>& findings) {
  const Demand demand = DecodeDemand(row);
  const double supply = DomesticVolume(flows);
  if (flows.error || flows.by_share || !demand.quantity ||
      supply <= *demand.quantity * (1 + kTolerance)) {
    return;
  }
  Finding finding;
  finding.code = FindingCode::kDemandBelowSupply;
  finding.found = supply;
  finding.against = *demand.quantity;
  findings.push_back(std::move(finding));
}

}  // namespace

std::vector<Finding> CheckItemYear(absl::Span<const Row> records,
                                   const Row* demand) {
  std::vector<Finding> findings;
  if (records.empty()) return findings;
  const DecodedRows rows(records);
  // Neither sums nor measure depend on controllers or home.
  FlowReader reader({}, {}, Grade::kIllustrative);
  ItemFlows flows;
  std::vector<Number> suppliers;
  reader.Read(rows.records, flows, findings, suppliers);
  for (std::size_t k = 0; k < findings.size(); ++k) {
    findings[k].supplier_id = rows.organizations.text(suppliers[k]);
    for (std::uint32_t& record : findings[k].records) {
      record = rows.origin_row[record];
    }
  }
  if (demand != nullptr) CheckDemand(*demand, flows, findings);
  static const auto* const at = new SupplyColumns;
  for (Finding& finding : findings) {
    finding.item_id = TextOf(records[0][at->item]);
    finding.year = static_cast<int>(IntOf(records[0][at->year]));
  }
  return findings;
}

std::vector<Finding> CheckInputs(absl::Span<const Row> inputs) {
  static const auto* const at = new InputColumns;
  std::set<int> starts = {kFirstYear};  // years where the set may change
  for (const Row& row : inputs) {
    starts.insert(static_cast<int>(IntOf(row[at->first_year], kFirstYear)));
    starts.insert(static_cast<int>(IntOf(row[at->last_year], kLastYear)) + 1);
  }
  std::vector<Finding> findings;
  bool open = false;  // the run of years before this one was over
  for (int year : starts) {
    Finding finding;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const Row& row = inputs[k];
      if (IntOf(row[at->first_year], kFirstYear) > year ||
          IntOf(row[at->last_year], kLastYear) < year) {
        continue;
      }
      finding.found += NumberOf(row[at->cost_share]);
      if (finding.records.size() < kMaxNamedRecords) {
        finding.records.push_back(static_cast<std::uint32_t>(k));
      }
    }
    const bool over = Above(finding.found, 1);
    if (over && !open) {
      finding.code = FindingCode::kCostSharesAboveOne;
      finding.item_id = TextOf(inputs[0][at->item]);
      finding.year = year;
      finding.against = 1;
      findings.push_back(std::move(finding));
    }
    open = over;
  }
  return findings;
}

}  // namespace qiangji::domain
