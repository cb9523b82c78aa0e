#include "services/domain/flows.h"

#include <algorithm>
#include <utility>

namespace qiangji::domain {
namespace {

// METHOD 2.1: reports of one flow that differ by more are doubtful.
constexpr double kSideDifference = 0.10;
// METHOD 2.2: domestic shares up to this are scaled, above it an error.
constexpr double kShareLimit = 1.05;

bool SameSplit(const Split& a, const Split& b) {
  return (a.controller == b.controller) & (a.licences == b.licences) &
         (a.qualification == b.qualification);
}

void Scale(Split& split, double factor) {
  split.volume *= factor;
  split.documented *= factor;
  for (double& grade : split.grades) grade *= factor;
}

// Of records of one item and year: the same for records of one origin on one
// market, and of one flow.
std::uint64_t OriginOf(const SupplyRecord& r) {
  return static_cast<std::uint64_t>(r.market) << 16 | r.origin.code();
}
// Places of the first kMaxNamedRecords records of which `named` is true.
template <typename Predicate>
std::vector<std::uint32_t> Named(absl::Span<const SupplyRecord> records,
                                 Predicate named) {
  std::array<std::uint32_t, kMaxNamedRecords> places;
  std::size_t n = 0;
  for (std::uint32_t k = 0; k < records.size() && n < places.size(); ++k) {
    if (named(records[k])) places[n++] = k;
  }
  return {places.begin(), places.begin() + n};
}

// What the parts state of one split of their total.
template <typename Amount>
double PartsOfSplit(absl::Span<const Split> parts, const Split& total,
                    Amount amount) {
  double sum = 0;
  for (const Split& part : parts) {
    if (SameSplit(part, total)) sum += amount(part);
  }
  return sum;
}

// Takes the parts' amounts (volumes or values) off the total's splits: first
// off the split with equal keys, the rest off the others in proportion
// (METHOD 2.1). `leave` takes a total split and what remains of its amount.
template <typename Amount, typename Leave>
void NetAmounts(absl::Span<Split> totals, absl::Span<const Split> parts,
                Amount amount, Leave leave) {
  double rest = 0, remaining = 0;
  for (const Split& part : parts) rest += amount(part);
  for (Split& total : totals) {
    const double taken =
        std::min(amount(total), PartsOfSplit(parts, total, amount));
    rest -= taken;
    leave(total, amount(total) - taken);
    remaining += amount(total);
  }
  if (rest <= 0) return;
  const double keep = remaining > rest ? 1 - rest / remaining : 0;
  for (Split& total : totals) leave(total, amount(total) * keep);
}

// What is told of whole flows, once their splits are what they stay.
void SumFlows(ItemFlows& out) {
  for (Flow& flow : out.flows) {
    for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
      flow.volume += out.splits[s].volume;
    }
    if (flow.market != Market::kDomestic) continue;
    out.home_stated |= flow.kind == OriginKind::kHome;
    out.abroad_stated |= flow.kind == OriginKind::kAbroad;
  }
}

}  // namespace

std::uint64_t FlowOf(const SupplyRecord& r) {
  return OriginOf(r) << 32 | r.supplier;
}

bool SideChoice::Differs() const {
  return volume > 0 && Above((volume - low) / volume, kSideDifference);
}

SideChoice ChooseSide(absl::Span<const SupplyRecord> reports,
                      Grade min_evidence) {
  SideChoice choice;
  for (const SupplyRecord& r : reports) {
    if (r.evidence > min_evidence) continue;
    const auto side = static_cast<std::size_t>(r.side);
    choice.sums[side] += r.amount;
    choice.stated[side] = true;
  }
  bool first = true;
  for (std::size_t s = 0; s < kSides; ++s) {
    if (!choice.stated[s]) continue;
    choice.volume = std::max(choice.volume, choice.sums[s]);
    choice.low = first ? choice.sums[s] : std::min(choice.low, choice.sums[s]);
    first = false;
  }
  if (choice.sums[0] <= 0) {
    choice.split =
        choice.sums[2] > choice.sums[1] ? Side::kThirdParty : Side::kBuyer;
  }
  return choice;
}

void ItemFlows::Clear() {
  std::vector<Flow> kept_flows = std::move(flows);
  std::vector<Split> kept_splits = std::move(splits);
  *this = ItemFlows();
  flows = std::move(kept_flows);
  splits = std::move(kept_splits);
  flows.clear();
  splits.clear();
}

OriginKind FlowReader::KindOf(Country origin) const {
  if (origin == kOriginUnknown) return OriginKind::kUnknown;
  return home_.Has(origin) ? OriginKind::kHome : OriginKind::kAbroad;
}

bool FlowReader::CheckMeasure(Sink& sink) const {
  ItemFlows& flows = sink.flows;
  bool quantity = false, share = false, neither = false;
  for (const SupplyRecord& r : sink.records) {
    if (!Used(r)) continue;
    flows.any_record = true;
    quantity |= r.has_quantity;
    share |= r.has_share;
    neither |= !r.has_quantity && !r.has_share;
    flows.worst_grade = std::max(flows.worst_grade, r.evidence);
  }
  flows.by_share = share;
  if (!neither && !(quantity && share)) return true;
  flows.error = true;
  Finding finding;
  finding.code =
      quantity && share ? FindingCode::kMixedMeasure : FindingCode::kNoMeasure;
  const bool all = finding.code == FindingCode::kMixedMeasure;
  finding.records = Named(sink.records, [&](const SupplyRecord& r) {
    return Used(r) && (all || (!r.has_quantity && !r.has_share));
  });
  sink.Report(std::move(finding), kNoNumber);
  return false;
}

// The reports of one flow, of which one at least is used.
FlowReader::Taken FlowReader::Take(absl::Span<const SupplyRecord> reports,
                                   Sink& sink) const {
  if (reports.size() == 1) return {reports[0].side, 1};
  const SideChoice choice = ChooseSide(reports, min_evidence_);
  if (choice.Differs()) {
    const SupplyRecord& r = reports[0];
    Finding finding;
    finding.code = FindingCode::kSidesDiffer;
    finding.market = r.market;
    finding.origin = r.origin;
    finding.found = choice.volume;
    finding.against = choice.low;
    finding.records = Named(sink.records, [&](const SupplyRecord& other) {
      return FlowOf(other) == FlowOf(r);
    });
    sink.Report(std::move(finding), r.supplier);
  }
  const double side_sum = choice.sums[static_cast<std::size_t>(choice.split)];
  return {choice.split, side_sum > 0 ? choice.volume / side_sum : 0};
}

// Adds the record to the split of its flow with equal keys.
void FlowReader::AddSplit(const SupplyRecord& r, double factor,
                          std::uint32_t flow_begin,
                          std::vector<Split>& splits) const {
  static constexpr SupplierFacts kNoFacts;
  const SupplierFacts& facts =
      r.supplier < suppliers_.size() ? suppliers_[r.supplier] : kNoFacts;
  const bool own = r.controller.stated();
  const bool controller_stated = own | facts.controller_stated;
  const bool qualified =
      r.qualification != SupplyRecord::kQualificationNotStated;
  Split& split = splits.emplace_back();
  split.controller = own ? r.controller : facts.controller;
  if (!split.controller.stated()) split.controller = r.origin;
  if (qualified) {
    split.qualification = static_cast<Qualification>(r.qualification);
  }
  split.licences = r.licences;
  split.volume = r.amount * factor;
  split.grades[static_cast<std::size_t>(r.evidence)] = split.volume;
  if (r.supplier != kNoNumber && controller_stated && qualified) {
    split.documented = split.volume;
  }
  split.value = std::max(0.0, r.value_cny) * factor;  // not stated: below 0
  const auto same =
      std::find_if(splits.begin() + flow_begin, splits.end() - 1,
                   [&](const Split& other) { return SameSplit(split, other); });
  if (same == splits.end() - 1) return;
  same->Add(split);
  splits.pop_back();
}

void FlowReader::ReadFlow(absl::Span<const SupplyRecord> reports, Sink& sink) {
  const Taken taken = Take(reports, sink);
  ItemFlows& out = sink.flows;
  const SupplyRecord& first = reports[0];
  const auto start = static_cast<std::uint32_t>(out.splits.size());
  for (const SupplyRecord& r : reports) {
    if (r.side != taken.side || !Used(r) || r.amount <= 0) continue;
    out.values_complete &= r.value_cny >= 0 || r.market != Market::kDomestic;
    AddSplit(r, taken.factor, start, out.splits);
  }
  out.flows.push_back({first.market, KindOf(first.origin), first.origin,
                       first.supplier, start,
                       static_cast<std::uint32_t>(out.splits.size()), 0});
}

// Flows [first, last) are of one market and origin; the total, if there is
// one, comes first.
void FlowReader::NetOrigin(std::size_t first, std::size_t last, Sink& sink) {
  if (last - first < 2) return;
  ItemFlows& out = sink.flows;
  const Flow& total_flow = out.flows[first];
  if (total_flow.supplier != kNoNumber) return;
  const absl::Span<Split> all = absl::MakeSpan(out.splits);
  const absl::Span<Split> totals =
      all.subspan(total_flow.begin, total_flow.end - total_flow.begin);
  const absl::Span<const Split> parts =
      all.subspan(total_flow.end, out.flows[last - 1].end - total_flow.end);
  double total = 0, parts_sum = 0;
  for (const Split& split : totals) total += split.volume;
  for (const Split& split : parts) parts_sum += split.volume;
  if (total > 0 && parts_sum > total * (1 + kTolerance)) {
    Finding finding;
    finding.code = FindingCode::kPartsAboveTotal;
    finding.market = total_flow.market;
    finding.origin = total_flow.origin;
    finding.found = parts_sum;
    finding.against = total;
    finding.records = Named(sink.records, [&](const SupplyRecord& r) {
      return Used(r) && r.market == total_flow.market &&
             r.origin == total_flow.origin;
    });
    sink.Report(std::move(finding), kNoNumber);
  }
  NetAmounts(
      totals, parts, [](const Split& s) { return s.value; },
      [](Split& s, double value) { s.value = value; });
  NetAmounts(
      totals, parts, [](const Split& s) { return s.volume; },
      [](Split& s, double volume) {
        if (s.volume > 0) Scale(s, volume / s.volume);
      });
}

// METHOD 2.2, after netting: shares above 1 are scaled, what is missing to 1
// is of unknown origin.
void FlowReader::ScaleShares(Sink& sink) const {
  ItemFlows& out = sink.flows;
  double sum = 0;
  std::uint32_t end = 0;
  for (const Flow& flow : out.flows) {
    if (flow.market != Market::kDomestic) continue;
    for (end = flow.begin; end < flow.end; ++end) sum += out.splits[end].volume;
  }
  if (Above(sum, 1)) {
    Finding finding;
    finding.code = Above(sum, kShareLimit) ? FindingCode::kSharesAboveLimit
                                           : FindingCode::kSharesScaled;
    finding.found = sum;
    finding.against = Above(sum, kShareLimit) ? kShareLimit : 1;
    finding.records = Named(sink.records, [&](const SupplyRecord& r) {
      return Used(r) && r.market == Market::kDomestic;
    });
    out.error = finding.code == FindingCode::kSharesAboveLimit;
    sink.Report(std::move(finding), kNoNumber);
  }
  if (sum > 1) {
    for (const Flow& flow : out.flows) {
      if (flow.market != Market::kDomestic) continue;
      for (std::uint32_t s = flow.begin; s < flow.end; ++s) {
        Scale(out.splits[s], 1 / sum);
      }
    }
  } else if (1 - sum > kTolerance) {
    // Domestic flows come first: the rest goes to their end.
    Split rest;
    rest.controller = kOriginUnknown;
    rest.volume = 1 - sum;
    const auto at = static_cast<std::uint32_t>(out.splits.size());
    out.splits.push_back(rest);
    out.rest_added = true;
    auto place = std::find_if(
        out.flows.begin(), out.flows.end(),
        [](const Flow& f) { return f.market != Market::kDomestic; });
    out.flows.insert(place, {Market::kDomestic, OriginKind::kUnknown,
                             kOriginUnknown, kNoNumber, at, at + 1, 0});
  }
}

void FlowReader::Read(absl::Span<const SupplyRecord> records, ItemFlows& flows,
                      std::vector<Finding>& findings,
                      std::vector<Number>& suppliers) {
  flows.Clear();
  Sink sink{flows, findings, suppliers, records};
  if (!CheckMeasure(sink) || !flows.any_record) return;
  std::size_t origin_start = 0;
  while (!records.empty()) {
    const std::uint64_t flow = FlowOf(records[0]);
    std::size_t n = 0;
    bool used = false;
    do {
      used |= Used(records[n++]);
    } while (n < records.size() && FlowOf(records[n]) == flow);
    if (used) ReadFlow(records.subspan(0, n), sink);
    const SupplyRecord& last = records[n - 1];
    records.remove_prefix(n);
    if (records.empty() || OriginOf(records[0]) != OriginOf(last)) {
      NetOrigin(origin_start, flows.flows.size(), sink);
      origin_start = flows.flows.size();
    }
  }
  flows.domestic = flows.flows.front().market == Market::kDomestic;
  if (flows.by_share && flows.domestic) ScaleShares(sink);
  SumFlows(flows);
}

}  // namespace qiangji::domain
