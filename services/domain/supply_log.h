// The supply records of one year as they arrive, and the sorted year made of
// them: a base that is shared with pictures, and the changes since.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "services/domain/world.h"

namespace qiangji::domain {

// Text order of the numbers in a record's key.
struct KeyRanks {
  std::vector<std::uint32_t> organizations, licences;
};

// The order of a supply year: item number, then the full key (FORMATS).
bool KeyLess(const SupplyRecord& a, const SupplyRecord& b,
             const KeyRanks& ranks);

class SupplyLog {
 public:
  explicit SupplyLog(int year);

  void Apply(const SupplyRecord& record) {
    changes_.push_back({record, false});
  }
  // Only the key cells of `record` matter.
  void Delete(const SupplyRecord& record) {
    changes_.push_back({record, true});
  }
  bool changed() const { return !changes_.empty(); }

  // Merges the changes; the last of one key wins. `items`: numbers in use.
  std::shared_ptr<const SupplyYear> Merge(const KeyRanks& ranks,
                                          std::size_t items);

 private:
  struct Change {
    SupplyRecord record;
    bool deleted;
  };
  // The changes, sorted, as the newest step of `merged`.
  void KeepSteps(SupplyYear& merged) const;

  std::shared_ptr<const SupplyYear> base_;
  std::vector<Change> changes_;
};

}  // namespace qiangji::domain
