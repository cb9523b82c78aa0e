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

  // Items of page `number`.
  std::shared_ptr<const BalancePage> Page(const Years& years,
                                          std::size_t number) {
    const std::vector<Item>& items = context_.structure.items;
    const std::size_t first = number * Balance::kPageItems;
    const std::size_t end = std::min(items.size(), first + Balance::kPageItems);
    auto page = std::make_shared<BalancePage>();
    page->items.reserve(end - first);
    for (std::size_t i = first; i < end; ++i) {
      ItemFigures& figures = page->items.emplace_back();
      Compute(years, items[i], figures, *page);
      constexpr auto kWorst = static_cast<std::size_t>(Grade::kIllustrative);
      page->illustrative |=
          figures.has_data() && figures.grade_share[kWorst] > 0;
    }
    page->origins.shrink_to_fit();
    page->makers.shrink_to_fit();
    return page;
  }

 private:
  void Compute(const Years& years, const Item& item, ItemFigures& figures,
               BalancePage& page) {
    for (const Years::One& year : years.all) {
      const bool asked = &year == &years.all.front();
      const DataState state = Look(year, item.number);
      const bool used = state == DataState::kData;
      if (asked) {
        figures.state = state;
        // A declared value stands without data too (METHOD 2.9).
        if (demand_ != nullptr) figures.value_cny = demand_->value_cny;
      }
      if (asked || used) KeepFindings(item, year.year, page);
      if (used) {
        figures.state = state;
        figures.data_year = year.year;
        figures.value_cny = std::nullopt;
        balancer_.Compute(item.number, year.year, flows_, demand_, supply_,
                          figures, page);
        return;
      }
      // An error of the asked year is shown, not papered over.
      if (asked && state == DataState::kError) return;
    }
  }

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

  void KeepFindings(const Item& item, int year, BalancePage& page) {
    for (std::size_t k = 0; k < findings_.size(); ++k) {
      Finding& finding = findings_[k];
      finding.item_id = item.id;
      finding.year = year;
      finding.supplier_id =
          context_.structure.organization(finding_suppliers_[k]).id;
      page.findings.push_back(std::move(finding));
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
  return absl::MakeConstSpan(pages_[PageOf(i)]->origins)
      .subspan(f.origins_begin, f.origins_end - f.origins_begin);
}

absl::Span<const HomeMaker> Balance::MakersOf(ItemIndex i) const {
  const ItemFigures& f = (*this)[i];
  return absl::MakeConstSpan(pages_[PageOf(i)]->makers)
      .subspan(f.makers_begin, f.makers_end - f.makers_begin);
}

Balance ComputeBalance(const World& world, const AnalysisOptions& options) {
  const std::size_t items = world.structure().items.size();
  const Years years(world, options.year, std::max(0, options.carry_forward));
  Balancer balancer(world, options);
  std::vector<std::shared_ptr<const BalancePage>> pages;
  pages.reserve((items + Balance::kPageItems - 1) / Balance::kPageItems);
  while (pages.size() * Balance::kPageItems < items) {
    pages.push_back(balancer.Page(years, pages.size()));
  }
  return Balance(items, std::move(pages));
}

Balance UpdateBalance(const World& world, const AnalysisOptions& options,
                      const Balance& before,
                      absl::Span<const ItemIndex> items) {
  const Years years(world, options.year, std::max(0, options.carry_forward));
  Balancer balancer(world, options);
  std::vector<std::shared_ptr<const BalancePage>> pages = before.pages();
  std::vector<bool> done(pages.size(), false);
  for (const ItemIndex item : items) {
    const std::size_t page = Balance::PageOf(item);
    if (done[page]) continue;
    done[page] = true;
    pages[page] = balancer.Page(years, page);
  }
  return Balance(before.size(), std::move(pages));
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
