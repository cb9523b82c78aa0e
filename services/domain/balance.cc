#include "services/domain/balance.h"

#include <algorithm>
#include <utility>

#include "services/domain/item_balance.h"

namespace qiangji::domain {
namespace {

// Supply and demand of the asked year and of the years that may be carried
// forward, newest first.
struct Years {
  Years(const World& world, int year, int back) {
    for (int y = year; y >= year - back; --y) {
      all.push_back({y, world.Supply(y), world.DemandOf(y)});
    }
  }
  struct One {
    int year;
    const SupplyYear* supply;
    const DemandYear* demand;
  };
  std::vector<One> all;
};

class Balancer {
 public:
  Balancer(const World& world, const AnalysisOptions& options)
      : context_(world, options),
        reader_(context_.suppliers, context_.home, options.min_evidence),
        balancer_(context_) {}

  // The state of one item in one year; its flows stay in `flows_`.
  DataState Look(const Years::One& year, Number item) {
    findings_.clear();
    finding_suppliers_.clear();
    demand_ = DemandOf(year, item);
    const absl::Span<const SupplyRecord> records =
        year.supply == nullptr ? absl::Span<const SupplyRecord>()
                               : year.supply->Of(item);
    if (records.empty()) return DataState::kEmpty;
    reader_.Read(records, flows_, findings_, finding_suppliers_);
    supply_ = DomesticVolume(flows_);
    WarnOfDemand();
    return StateOf(flows_, demand_, supply_);
  }

  void Compute(const Years& years, const Item& item, ItemFigures& figures,
               Balance& balance) {
    for (const Years::One& year : years.all) {
      const bool asked = &year == &years.all.front();
      const DataState state = Look(year, item.number);
      const bool used = state == DataState::kData;
      if (asked) {
        figures.state = state;
        // A declared value stands without data too (METHOD 2.9).
        if (demand_ != nullptr) figures.value_cny = demand_->value_cny;
      }
      if (asked || used) KeepFindings(item, year.year, balance);
      if (used) {
        figures.state = state;
        figures.data_year = year.year;
        figures.value_cny = std::nullopt;
        balancer_.Compute(item.number, year.year, flows_, demand_, supply_,
                          figures, balance);
        return;
      }
      // An error of the asked year is shown, not papered over.
      if (asked && state == DataState::kError) return;
    }
  }

 private:
  const Demand* DemandOf(const Years::One& year, Number item) const {
    if (year.demand == nullptr) return nullptr;
    const Demand* demand = year.demand->Of(item);
    return demand != nullptr &&
                   demand->evidence <= context_.options.min_evidence
               ? demand
               : nullptr;
  }

  void WarnOfDemand() {
    if (flows_.error || flows_.by_share || demand_ == nullptr ||
        !demand_->quantity ||
        supply_ <= *demand_->quantity * (1 + kTolerance)) {
      return;
    }
    Finding finding;
    finding.code = FindingCode::kDemandBelowSupply;
    finding.found = supply_;
    finding.against = *demand_->quantity;
    findings_.push_back(std::move(finding));
    finding_suppliers_.push_back(kNoNumber);
  }

  void KeepFindings(const Item& item, int year, Balance& balance) {
    for (std::size_t k = 0; k < findings_.size(); ++k) {
      Finding& finding = findings_[k];
      finding.item_id = item.id;
      finding.year = year;
      finding.supplier_id =
          context_.structure.organization(finding_suppliers_[k]).id;
      balance.findings.push_back(std::move(finding));
    }
  }

  BalanceContext context_;
  FlowReader reader_;
  ItemBalancer balancer_;
  ItemFlows flows_;
  std::vector<Finding> findings_;
  std::vector<Number> finding_suppliers_;
  const Demand* demand_ = nullptr;
  double supply_ = 0;
};

}  // namespace

absl::Span<const OriginVolume> Balance::OriginsOf(ItemIndex i) const {
  const ItemFigures& f = (*this)[i];
  return absl::MakeConstSpan(origins).subspan(f.origins_begin,
                                              f.origins_end - f.origins_begin);
}

absl::Span<const HomeMaker> Balance::MakersOf(ItemIndex i) const {
  const ItemFigures& f = (*this)[i];
  return absl::MakeConstSpan(makers).subspan(f.makers_begin,
                                             f.makers_end - f.makers_begin);
}

Balance ComputeBalance(const World& world, const AnalysisOptions& options) {
  const Structure& structure = world.structure();
  const Years years(world, options.year, std::max(0, options.carry_forward));
  Balance balance;
  balance.items.reserve(structure.items.size());
  if (const SupplyYear* supply = years.all.front().supply) {
    // Enough but for carried years; what stays unused is never touched.
    balance.origins.reserve(supply->records.size());
    balance.makers.reserve(supply->records.size());
  }
  Balancer balancer(world, options);
  for (const Item& item : structure.items) {
    balancer.Compute(years, item, balance.items.emplace_back(), balance);
  }
  return balance;
}

std::vector<bool> HasData(const World& world, const AnalysisOptions& options,
                          int year) {
  const Structure& structure = world.structure();
  const Years years(world, year, 0);
  std::vector<bool> has(structure.items.size());
  if (years.all.front().supply == nullptr) return has;
  Balancer balancer(world, options);
  for (std::size_t i = 0; i < structure.items.size(); ++i) {
    has[i] = balancer.Look(years.all.front(), structure.items[i].number) ==
             DataState::kData;
  }
  return has;
}

}  // namespace qiangji::domain
