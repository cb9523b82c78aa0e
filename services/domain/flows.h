// Flows of one item in one year, from its records (METHOD 2.1, 2.2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "services/domain/country_set.h"
#include "services/domain/finding.h"
#include "services/domain/world.h"

namespace qiangji::domain {

// What adds up over records.
struct Amounts {
  double volume = 0;
  double documented = 0;  // of it with nothing assumed (METHOD 2.5)
  double value = 0;
  std::array<double, kGrades> grades = {};  // of the volume

  void Add(const Amounts& other) {
    volume += other.volume;
    documented += other.documented;
    value += other.value;
    for (std::size_t g = 0; g < kGrades; ++g) grades[g] += other.grades[g];
  }
};

// Part of a flow with one controller, set of licences and qualification.
struct Split : Amounts {
  Country controller;  // resolved (METHOD 2.1)
  Qualification qualification = Qualification::kSeries;  // resolved
  Number licences = kNoNumber;
};

// Where a flow comes from (METHOD 2.4-2.6).
enum class OriginKind : std::uint8_t { kHome, kAbroad, kUnknown };
inline constexpr int kOriginKinds = 3;

struct Flow {
  Market market = Market::kDomestic;
  OriginKind kind = OriginKind::kUnknown;
  Country origin;
  Number supplier = kNoNumber;       // kNoNumber = the total of its origin
  std::uint32_t begin = 0, end = 0;  // of ItemFlows::splits
  double volume = 0;                 // of its splits
};

// The reports of one flow by side, and which of them make it (METHOD 2.1).
struct SideChoice {
  std::array<double, kSides> sums = {};  // of the reports that are used
  std::array<bool, kSides> stated = {};
  double volume = 0;           // the largest side's
  double low = 0;              // the smallest stated side's
  Side split = Side::kSeller;  // whose split, and value per volume, it takes

  // Sides differ by more than 10 %.
  bool Differs() const;
};
// `reports` are of one flow; those graded worse than `min_evidence` are not
// used.
SideChoice ChooseSide(absl::Span<const SupplyRecord> reports,
                      Grade min_evidence);

// Of records of one item and year: the same for records of one flow, in the
// order of a supply year.
std::uint64_t FlowOf(const SupplyRecord& r);

// What an organization contributes to its records.
struct SupplierFacts {
  Number group = kNoNumber;        // Organization::group
  Country controller;              // controller country, else country
  bool controller_stated = false;  // it is the controller country
};

// Flows after netting and scaling; reused from item to item.
struct ItemFlows {
  std::vector<Flow> flows;  // domestic first, by origin, then supplier
  std::vector<Split> splits;
  bool error = false;  // METHOD 2.2: the item has no figure
  bool by_share = false;
  bool domestic = false;  // there is a domestic-market record
  bool home_stated = false, abroad_stated = false;  // METHOD 2.4, domestic
  // Every domestic record with volume of the splits used states a value.
  bool values_complete = true;
  bool rest_added = false;  // supply of unknown origin, up to shares of 1
  Grade worst_grade = Grade::kAudited;
  bool any_record = false;

  void Clear();
};

// Reads the records of one item and year after another. Not thread-safe.
class FlowReader {
 public:
  // By organization number, which outlive the reader. Numbers beyond
  // `suppliers` are unknown organizations: the origin controls.
  FlowReader(absl::Span<const SupplierFacts> suppliers, const CountrySet& home,
             Grade min_evidence)
      : suppliers_(suppliers), home_(home), min_evidence_(min_evidence) {}

  // `records` in the order of a supply year. Findings are appended with code,
  // market, origin, volumes and places in `records`, and the supplier's
  // number in `suppliers` beside it (kNoNumber = none).
  void Read(absl::Span<const SupplyRecord> records, ItemFlows& flows,
            std::vector<Finding>& findings, std::vector<Number>& suppliers);

 private:
  struct Sink {
    ItemFlows& flows;
    std::vector<Finding>& findings;
    std::vector<Number>& suppliers;
    absl::Span<const SupplyRecord> records;

    void Report(Finding finding, Number supplier) {
      findings.push_back(std::move(finding));
      suppliers.push_back(supplier);
    }
  };

  // The side whose split a flow takes, and by what its reports are multiplied
  // to give the flow's volume, the largest side's.
  struct Taken {
    Side side;
    double factor;
  };

  bool Used(const SupplyRecord& r) const { return r.evidence <= min_evidence_; }
  OriginKind KindOf(Country origin) const;
  bool CheckMeasure(Sink& sink) const;
  Taken Take(absl::Span<const SupplyRecord> reports, Sink& sink) const;
  void ReadFlow(absl::Span<const SupplyRecord> reports, Sink& sink);
  void AddSplit(const SupplyRecord& r, double factor, std::uint32_t flow_begin,
                std::vector<Split>& splits) const;
  void NetOrigin(std::size_t first, std::size_t last, Sink& sink);
  void ScaleShares(Sink& sink) const;

  absl::Span<const SupplierFacts> suppliers_;
  CountrySet home_;
  Grade min_evidence_;
};

}  // namespace qiangji::domain
