#include "services/domain/reconcile.h"

#include <algorithm>
#include <utility>

#include "services/domain/item_balance.h"

namespace qiangji::domain {
namespace {

class Reconciler {
 public:
  Reconciler(const World& world, const AnalysisOptions& options,
             const Item& item, int year)
      : context_(world, options), options_(options), item_(item), records_() {
    out_.year = year;
    if (const SupplyYear* supply = world.Supply(year)) {
      records_ = supply->Of(item.number);
    }
    if (const DemandYear* demand = world.DemandOf(year)) {
      demand_ = demand->Of(item.number);
    }
  }

  Reconciliation Run() && {
    FlowReader reader(context_.suppliers, context_.home, options_.min_evidence);
    reader.Read(records_, flows_, findings_, suppliers_);
    out_.by_share = flows_.by_share;
    out_.error = flows_.error;
    AddReported();
    if (!flows_.error) AddVolumes();
    AddDemand();
    PlaceFindings();
    return std::move(out_);
  }

 private:
  bool Used(const SupplyRecord& r) const {
    return r.evidence <= options_.min_evidence;
  }

  // Flows as they are reported, those too of which no record is used.
  void AddReported() {
    std::size_t begin = 0;
    while (begin < records_.size()) {
      std::size_t end = begin + 1;
      while (end < records_.size() &&
             FlowOf(records_[end]) == FlowOf(records_[begin])) {
        ++end;
      }
      AddFlow(begin, end);
      begin = end;
    }
  }

  void AddFlow(std::size_t begin, std::size_t end) {
    const SupplyRecord& first = records_[begin];
    ReconciledFlow& flow = out_.flows.emplace_back();
    flow.market = first.market;
    flow.origin = first.origin;
    flow.supplier = first.supplier;
    flow.sides =
        ChooseSide(records_.subspan(begin, end - begin), options_.min_evidence);
    flow.reported = flow.sides.volume;
    // A flow with one record takes its split, whatever its amount.
    if (end - begin == 1) flow.sides.split = first.side;
    for (std::size_t k = begin; k < end; ++k) {
      const SupplyRecord& r = records_[k];
      RecordUse use = RecordUse::kIgnored;
      if (Used(r)) {
        const bool taken = r.side == flow.sides.split;
        use = taken ? RecordUse::kUsed : RecordUse::kCompared;
        if (taken && r.amount > 0) flow.values_complete &= r.value_cny >= 0;
      }
      flow.records.push_back({static_cast<std::uint32_t>(k), use});
    }
  }

  // The reader's flows are those above of which a record is used, in the same
  // order, and the rest of shares after the last domestic one.
  void AddVolumes() {
    std::size_t at = 0;
    for (std::size_t f = 0; f < flows_.flows.size(); ++f) {
      const Flow& flow = flows_.flows[f];
      while (at < out_.flows.size() && Unused(out_.flows[at])) ++at;
      if (IsRest(f)) {
        ReconciledFlow rest;
        rest.market = flow.market;
        rest.origin = flow.origin;
        rest.rest = true;
        rest.reported = flow.volume;
        out_.flows.insert(out_.flows.begin() + static_cast<std::ptrdiff_t>(at),
                          std::move(rest));
      }
      Fill(flow, out_.flows[at++]);
    }
    NoteNetting();
  }

  static bool Unused(const ReconciledFlow& flow) {
    return std::all_of(
        flow.records.begin(), flow.records.end(),
        [](const ReconciledRecord& r) { return r.use == RecordUse::kIgnored; });
  }

  bool IsRest(std::size_t f) const {
    if (!flows_.rest_added || flows_.flows[f].market != Market::kDomestic) {
      return false;
    }
    return f + 1 == flows_.flows.size() ||
           flows_.flows[f + 1].market != Market::kDomestic;
  }

  void Fill(const Flow& flow, ReconciledFlow& out) const {
    const std::uint8_t untested =
        context_.FailsTest(item_.number, flow.supplier, out_.year);
    for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
      const Split& split = flows_.splits[s];
      const auto fails = static_cast<std::uint8_t>(
          context_.Fails(flow.kind, split) | untested);
      out.splits.push_back({split.controller, split.licences,
                            split.qualification, split.volume, split.value,
                            fails});
    }
    out.volume = flow.volume;
  }

  // What shares above 1 were multiplied by, and what parts took off totals.
  void NoteNetting() {
    double scale = 1;
    for (const Finding& finding : findings_) {
      if (finding.code == FindingCode::kSharesScaled) scale = 1 / finding.found;
    }
    for (ReconciledFlow& flow : out_.flows) {
      if (flow.rest || flow.splits.empty()) continue;
      if (flow.market == Market::kDomestic) flow.scale = scale;
      const double kept = flow.volume / flow.scale;
      const bool is_part = flow.supplier != kNoNumber;
      if (!is_part && kept < flow.reported * (1 - kTolerance)) {
        flow.taken_by_parts = flow.reported - kept;
      }
    }
  }

  void AddDemand() {
    if (out_.error) return;
    out_.supply = DomesticVolume(flows_);
    out_.demand = out_.supply;
    if (demand_ == nullptr || flows_.by_share || !demand_->quantity ||
        demand_->evidence > options_.min_evidence) {
      return;
    }
    out_.demand = std::max(out_.supply, *demand_->quantity);
    if (out_.supply > *demand_->quantity * (1 + kTolerance)) {
      Finding finding;
      finding.code = FindingCode::kDemandBelowSupply;
      finding.found = out_.supply;
      finding.against = *demand_->quantity;
      findings_.push_back(std::move(finding));
      suppliers_.push_back(kNoNumber);
    }
  }

  void PlaceFindings() {
    for (std::size_t k = 0; k < findings_.size(); ++k) {
      Finding& finding = findings_[k];
      finding.item_id = item_.id;
      finding.year = out_.year;
      finding.supplier_id = context_.structure.organization(suppliers_[k]).id;
      ReconciledFlow* flow =
          finding.origin.stated() ? Find(finding, suppliers_[k]) : nullptr;
      (flow == nullptr ? out_.findings : flow->findings)
          .push_back(std::move(finding));
    }
  }

  ReconciledFlow* Find(const Finding& finding, Number supplier) {
    for (ReconciledFlow& flow : out_.flows) {
      if (!flow.rest && flow.market == finding.market &&
          flow.origin == finding.origin && flow.supplier == supplier) {
        return &flow;
      }
    }
    return nullptr;
  }

  const BalanceContext context_;
  const AnalysisOptions& options_;
  const Item& item_;
  absl::Span<const SupplyRecord> records_;
  const Demand* demand_ = nullptr;
  ItemFlows flows_;
  std::vector<Finding> findings_;
  std::vector<Number> suppliers_;
  Reconciliation out_;
};

}  // namespace

Reconciliation Reconcile(const World& world, const AnalysisOptions& options,
                         ItemIndex item, int year) {
  return Reconciler(world, options,
                    world.structure().items[static_cast<std::size_t>(item)],
                    year)
      .Run();
}

}  // namespace qiangji::domain
