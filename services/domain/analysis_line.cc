#include "services/domain/analysis_line.h"

#include <algorithm>
#include <utility>

#include "services/domain/incremental.h"

namespace qiangji::domain {
namespace {

// What changed in one year; false where it is not known.
bool AddChanges(const World& before, const World& after, int year,
                std::vector<Number>& items) {
  const SupplyYear* from = before.Supply(year);
  const SupplyYear* to = after.Supply(year);
  if (from != to) {
    if (from == nullptr || to == nullptr || !to->ChangedSince(from, items)) {
      return false;
    }
  }
  static const DemandYear* const kNone = new DemandYear;
  const DemandYear* old_demand = before.DemandOf(year);
  const DemandYear* demand = after.DemandOf(year);
  if (old_demand != demand) {
    (demand == nullptr ? *kNone : *demand)
        .ChangedSince(old_demand == nullptr ? *kNone : *old_demand, items);
  }
  return true;
}

// Items that became or ceased to be leaves, of another edition.
void RenewLeaves(const Analysis& before, Analysis& after) {
  if (before.leaf == after.leaf) return;
  for (std::size_t k = 0; k < after.leaf.size(); ++k) {
    if (before.leaf[k] != after.leaf[k]) {
      after.coverage.Renew(static_cast<ItemIndex>(k));
    }
  }
}

}  // namespace

bool CanFollow(const Analysis& before, const World& world) {
  // Tests are among the facts.
  return &before.world->structure() == &world.structure() &&
         (!before.options.criteria.valid_test ||
          &before.world->facts() == &world.facts()) &&
         before.lower.settled() && before.upper.settled() &&
         before.located.settled();
}

AnalysisLine::AnalysisLine(std::shared_ptr<const Analysis> first)
    : last_(std::move(first)) {}
AnalysisLine::~AnalysisLine() = default;

std::optional<std::vector<ItemIndex>> AnalysisLine::ChangedItems(
    const World& world) const {
  const AnalysisOptions& options = last_->options;
  std::vector<Number> numbers;
  for (int back = 0; back <= std::max(0, options.carry_forward); ++back) {
    if (!AddChanges(*last_->world, world, options.year - back, numbers)) {
      return std::nullopt;
    }
  }
  const std::vector<ItemIndex>& index = world.structure().item_of_number;
  std::vector<ItemIndex> items;
  for (const Number number : numbers) {
    // Records may wait for an item that is not there.
    const ItemIndex item = number < index.size() ? index[number] : -1;
    if (item >= 0) items.push_back(item);
  }
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

bool AnalysisLine::UpdateContents(const Analysis& before, Analysis& after,
                                  absl::Span<const ItemIndex> items) {
  struct One {
    std::unique_ptr<ContentUpdater>& updater;
    const Content& from;
    Content& to;
    double (*of)(const ItemFigures&);
    std::vector<double> (*all)(const Balance&);
  };
  const One contents[] = {
      {lower_, before.lower, after.lower, AssuredLower, AssuredLower},
      {upper_, before.upper, after.upper, AssuredUpper, AssuredUpper},
      {located_, before.located, after.located, LocatedLower, LocatedLower}};
  for (const One& one : contents) {
    std::vector<ShareChange> changes;
    for (const ItemIndex item : items) {
      const double a = one.of(after.balance[item]);
      if (a != one.of(before.balance[item])) changes.push_back({item, a});
    }
    one.to = one.from;
    if (changes.empty()) continue;
    if (one.updater == nullptr) {
      one.updater = std::make_unique<ContentUpdater>(
          before.graph, one.all(before.balance), one.from);
    }
    const ContentUpdater::Update update = one.updater->Apply(changes);
    for (const ItemIndex item : update.touched) {
      const auto k = static_cast<std::size_t>(item);
      const double theta = after.options.threshold;
      one.to.share[k] = one.updater->content(item);
      if (ContentClass(one.to.share[k], theta) !=
          ContentClass(one.from.share[k], theta)) {
        after.coverage.Renew(item);
      }
    }
    one.to.error = one.updater->error();
    if (one.to.error > kMostError) return false;
  }
  return true;
}

std::shared_ptr<const Analysis> AnalysisLine::Advance(
    std::shared_ptr<const World> world) {
  if (world == last_->world) return last_;
  if (!CanFollow(*last_, *world)) return nullptr;
  const auto items = ChangedItems(*world);
  if (!items) return nullptr;
  auto next = std::make_shared<Analysis>();
  next->options = last_->options;
  next->graph = last_->graph;
  next->balance = UpdateBalance(*world, next->options, last_->balance, *items);
  next->cost_findings = last_->cost_findings;
  next->coverage = last_->coverage;
  for (const ItemIndex item : *items) next->coverage.Renew(item);
  if (!UpdateContents(*last_, *next, *items)) {
    // Some of them may be ahead of `last_` now.
    lower_.reset();
    upper_.reset();
    located_.reset();
    return nullptr;
  }
  next->leaf = &world->facts() == &last_->world->facts()
                   ? last_->leaf
                   : LeafItems(*world, next->options);
  RenewLeaves(*last_, *next);
  next->world = std::move(world);
  last_ = std::move(next);
  return last_;
}

}  // namespace qiangji::domain
