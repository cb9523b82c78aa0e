// What of the figures of items one caller may see exactly (METHOD 4.6,
// "Items"; ARCHITECTURE, "Views").
#pragma once

#include <set>
#include <string>
#include <vector>

#include "services/domain/disclosure.h"

namespace qiangji::domain {

// Who asks. The default sees every fact.
struct Audience {
  bool sees_all = true;
  std::string organization_id;  // of an enterprise; "" = none
};

// Whether the record itself may be shown: it is public, or the audience
// reported it or is its supplier.
bool MayShow(const Structure& structure, const SupplyRecord& record,
             const Audience& audience);
// Whether every record of the item in a year may be.
bool MayShowAll(const World& world, Number item, int year,
                const Audience& audience);

// By item index, of one analysis.
class ItemDisclosure {
 public:
  ItemDisclosure(const Analysis& analysis, const Audience& audience,
                 const DisclosureRule& rule);

  bool sees_all() const { return sees_all_; }
  // The item's own figures (METHOD 2) are given as a band: they rest on private
  // records of fewer than n groups, one of them not the audience's own.
  bool Banded(ItemIndex item) const { return Of(banded_, item); }
  // So are its contents (METHOD 3.1): they rest on the figures of a banded
  // item, its own or an input's at any depth. Who knows the others could
  // compute it.
  bool ContentBanded(ItemIndex item) const { return Of(content_, item); }

 private:
  static bool Of(const std::vector<bool>& set, ItemIndex item) {
    return !set.empty() && set[static_cast<std::size_t>(item)];
  }
  void FindContents(const Graph& graph);

  const bool sees_all_;
  // Empty for who sees all.
  std::vector<bool> banded_, content_;
};

}  // namespace qiangji::domain
