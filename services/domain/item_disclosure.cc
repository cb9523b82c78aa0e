#include "services/domain/item_disclosure.h"

#include <algorithm>

namespace qiangji::domain {
namespace {

// The groups behind the private records of an item that its figures rest on.
class PrivateGroups {
 public:
  PrivateGroups(const Analysis& analysis, const Audience& audience)
      : structure_(analysis.world->structure()),
        worst_(analysis.options.min_evidence),
        audience_(audience) {}

  // Fewer than `least`, and not all of them the audience's own.
  bool AreFew(absl::Span<const SupplyRecord> records,
              const DisclosureRule& rule) {
    groups_.clear();
    bool others = false;
    for (const SupplyRecord& record : records) {
      if (record.visibility == Visibility::kPublic ||
          record.evidence == Grade::kPublished || record.evidence > worst_) {
        continue;
      }
      // Whose it is; of a record that names nobody there is nobody to protect.
      const Number body =
          record.supplier != kNoNumber ? record.supplier : record.reporter;
      if (body == kNoNumber) continue;
      groups_.insert(GroupOf(body));
      others |= !MayShow(structure_, record, audience_);
    }
    return others && IsBanded(static_cast<int>(groups_.size()), rule);
  }

 private:
  Number GroupOf(Number organization) const {
    const Number group = structure_.organization(organization).group;
    return group == kNoNumber ? organization : group;
  }

  const Structure& structure_;
  const Grade worst_;
  const Audience& audience_;
  std::set<Number> groups_;
};

}  // namespace

bool MayShow(const Structure& structure, const SupplyRecord& record,
             const Audience& audience) {
  if (audience.sees_all || record.visibility == Visibility::kPublic) {
    return true;
  }
  if (audience.organization_id.empty()) return false;
  return structure.organization(record.supplier).id ==
             audience.organization_id ||
         structure.organization(record.reporter).id == audience.organization_id;
}

bool MayShowAll(const World& world, Number item, int year,
                const Audience& audience) {
  const SupplyYear* supply = world.Supply(year);
  if (audience.sees_all || supply == nullptr) return true;
  const absl::Span<const SupplyRecord> records = supply->Of(item);
  return std::all_of(records.begin(), records.end(),
                     [&](const SupplyRecord& record) {
                       return MayShow(world.structure(), record, audience);
                     });
}

ItemDisclosure::ItemDisclosure(const Analysis& analysis,
                               const Audience& audience,
                               const DisclosureRule& rule)
    : sees_all_(audience.sees_all) {
  if (sees_all_) return;
  const World& world = *analysis.world;
  const std::vector<Item>& items = world.structure().items;
  PrivateGroups groups(analysis, audience);
  banded_.resize(items.size());
  for (std::size_t k = 0; k < items.size(); ++k) {
    const ItemFigures& figures = analysis.balance[static_cast<ItemIndex>(k)];
    if (!figures.has_data()) continue;
    const SupplyYear* year = world.Supply(figures.data_year);
    if (year == nullptr) continue;
    banded_[k] = groups.AreFew(year->Of(items[k].number), rule);
  }
  FindContents(*analysis.graph);
}

void ItemDisclosure::FindContents(const Graph& graph) {
  content_ = banded_;
  std::vector<Place> found;
  for (std::size_t k = 0; k < banded_.size(); ++k) {
    if (banded_[k]) found.push_back(graph.PlaceOf(static_cast<ItemIndex>(k)));
  }
  while (!found.empty()) {
    const Place place = found.back();
    found.pop_back();
    for (Edge e = graph.user_begin[place]; e < graph.user_begin[place + 1];
         ++e) {
      const Place user = graph.user[e];
      const auto item = static_cast<std::size_t>(graph.item[user]);
      if (content_[item]) continue;
      content_[item] = true;
      found.push_back(user);
    }
  }
}

}  // namespace qiangji::domain
