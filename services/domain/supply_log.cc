#include "services/domain/supply_log.h"

#include <algorithm>
#include <tuple>

namespace qiangji::domain {
namespace {

auto KeyOfRecord(const SupplyRecord& r, const KeyRanks& ranks) {
  return std::make_tuple(r.item, r.market, r.origin.code(),
                         ranks.organizations[r.supplier], r.controller.code(),
                         ranks.licences[r.licences], r.qualification,
                         ranks.organizations[r.reporter], r.side);
}

// Pictures are asked for often: more steps than a reader is behind.
constexpr std::size_t kMostSteps = 32;
// An item in so many: figures of all are no dearer then.
constexpr std::size_t kWorthIt = 20;

void FillBegin(std::size_t items, SupplyYear& year) {
  year.begin.assign(items + 1, 0);
  for (const SupplyRecord& r : year.records) ++year.begin[r.item + 1u];
  for (std::size_t i = 0; i < items; ++i) year.begin[i + 1] += year.begin[i];
}

}  // namespace

bool KeyLess(const SupplyRecord& a, const SupplyRecord& b,
             const KeyRanks& ranks) {
  if (a.item != b.item) return a.item < b.item;
  return KeyOfRecord(a, ranks) < KeyOfRecord(b, ranks);
}

SupplyLog::SupplyLog(int year) {
  SupplyYear empty;
  empty.year = year;
  base_ = std::make_shared<const SupplyYear>(std::move(empty));
}

void SupplyLog::KeepSteps(SupplyYear& merged) const {
  std::vector<Number> items;
  for (const Change& change : changes_) {
    if (items.empty() || items.back() != change.record.item) {
      items.push_back(change.record.item);
    }
  }
  if (items.size() * kWorthIt > base_->begin.size()) return;
  const auto& steps = base_->steps;
  const std::size_t kept = std::min(steps.size(), kMostSteps - 1);
  merged.steps.assign(steps.end() - static_cast<std::ptrdiff_t>(kept),
                      steps.end());
  merged.steps.push_back({base_, std::move(items)});
}

std::shared_ptr<const SupplyYear> SupplyLog::Merge(const KeyRanks& ranks,
                                                   std::size_t items) {
  if (changes_.empty()) return base_;
  std::stable_sort(changes_.begin(), changes_.end(),
                   [&](const Change& a, const Change& b) {
                     return KeyLess(a.record, b.record, ranks);
                   });
  SupplyYear merged;
  merged.year = base_->year;
  merged.records.reserve(base_->records.size() + changes_.size());
  auto old = base_->records.begin();
  const auto old_end = base_->records.end();
  for (std::size_t c = 0; c < changes_.size(); ++c) {
    const SupplyRecord& key = changes_[c].record;
    for (; old != old_end && KeyLess(*old, key, ranks); ++old) {
      merged.records.push_back(*old);
    }
    if (old != old_end && !KeyLess(key, *old, ranks)) ++old;  // replaced
    const bool last =
        c + 1 == changes_.size() || KeyLess(key, changes_[c + 1].record, ranks);
    if (last && !changes_[c].deleted) merged.records.push_back(key);
  }
  merged.records.insert(merged.records.end(), old, old_end);
  KeepSteps(merged);
  merged.records.shrink_to_fit();
  FillBegin(items, merged);
  base_ = std::make_shared<const SupplyYear>(std::move(merged));
  changes_ = {};
  return base_;
}

}  // namespace qiangji::domain
