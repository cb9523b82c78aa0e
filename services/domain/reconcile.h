// How the supply of one item in one year was put together, flow by flow
// (METHOD 2.1, 2.2).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "services/domain/balance.h"
#include "services/domain/flows.h"
#include "services/domain/options.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// What became of a record.
enum class RecordUse : std::uint8_t {
  kUsed,      // its side's split is the flow's
  kCompared,  // another side's: only its sum was looked at
  kIgnored,   // graded worse than asked for
};

struct ReconciledRecord {
  std::uint32_t place = 0;  // in SupplyYear::Of(item)
  RecordUse use = RecordUse::kUsed;
};

struct ReconciledSplit {
  Country controller;  // resolved
  Number licences = kNoNumber;
  Qualification qualification = Qualification::kSeries;  // resolved
  double volume = 0;                                     // after netting
  double value = 0;
  std::uint8_t fails = 0;  // CriterionBits; 0 = passes
};

struct ReconciledFlow {
  Market market = Market::kDomestic;
  Country origin;
  Number supplier = kNoNumber;  // kNoNumber = the total of its origin
  bool rest = false;            // METHOD 2.2: what is left of shares below 1
  SideChoice sides;             // meaningless for the rest
  double reported = 0;          // the largest side's volume
  double taken_by_parts = 0;    // off a total
  double scale = 1;             // of shares that sum to more than 1
  double volume = 0;            // after all of it
  bool values_complete = true;  // every record used states a value
  std::vector<ReconciledSplit> splits;
  std::vector<ReconciledRecord> records;  // in the order of the year
  std::vector<Finding> findings;          // about this flow or origin
};

struct Reconciliation {
  int year = 0;  // of the records
  bool by_share = false;
  // METHOD 2.2: the records contradict one another; flows have sides and
  // records, but no volume.
  bool error = false;
  double supply = 0;                  // Q_i
  double demand = 0;                  // D_i
  std::vector<ReconciledFlow> flows;  // domestic first, by origin, supplier
  std::vector<Finding> findings;      // about the item as a whole
};

// `year`: of the records; that of the options, or the one whose data is
// carried forward. Criteria, home and the worst grade are those of `options`.
Reconciliation Reconcile(const World& world, const AnalysisOptions& options,
                         ItemIndex item, int year);

// What METHOD 2.1 did to the flow, in a few sentences.
std::string Explain(const ReconciledFlow& flow, bool by_share, bool chinese);

}  // namespace qiangji::domain
