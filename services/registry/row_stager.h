// Takes the rows of an import one by one: validates, resolves and stages the
// good ones, notes what is wrong with the others, and remembers what the
// rules over several rows concern.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "db/store/import.h"
#include "db/store/store.h"
#include "services/domain/validate.h"
#include "services/registry/id_index.h"
#include "services/registry/import_outcome.h"

namespace qiangji::registry {

// What the staged rows touch, for the checks after them.
struct Touched {
  struct ItemYear {
    Origin origin;          // its first row
    bool quantity = false;  // among the staged records
    bool share = false;
  };
  // By number of the item in the IdIndex, and year.
  absl::flat_hash_map<std::pair<int, int>, ItemYear> item_years;
  absl::flat_hash_map<int, Origin> input_items;
  // Rows with a parent, by table and number.
  absl::flat_hash_map<std::pair<domain::TableId, int>, Origin> children;
  // Grades of supply and demand: those that may not stand beside each other.
  bool illustrative = false;
  bool declared = false;  // or audited
  Origin first_illustrative;
  Origin first_declared;
};

class RowStager {
 public:
  // `owner_id`: "" = a steward, who may change any row; an organization only
  // its own rows. Rows of `repeated` are passed over: a row before them has
  // their key. It outlives the stager.
  RowStager(store::Store& store, store::Import& import, std::string owner_id,
            ProblemList& problems, const std::set<Origin>& repeated);

  // Rows of one table follow one another; EndTable settles those that name
  // rows of their own table which came later.
  absl::Status Add(const domain::TableSchema& table, Origin origin,
                   absl::Span<const std::string> texts);
  absl::Status EndTable(const domain::TableSchema& table);

  IdIndex& ids() { return ids_; }
  const Touched& touched() const { return touched_; }
  std::int64_t staged() const { return staged_; }

 private:
  class Lookup;
  struct Waiting {
    Origin origin;
    domain::Row row;
  };
  absl::Status Settle(const domain::TableSchema& table, Origin origin,
                      domain::Row row, bool may_wait);
  absl::Status NoteId(const domain::TableSchema& table, const domain::Row& row,
                      std::vector<domain::Violation>& violations);
  absl::Status CheckOwner(const domain::TableSchema& table,
                          const domain::Row& row,
                          std::vector<domain::Violation>& violations);
  absl::Status Touch(const domain::TableSchema& table, const domain::Row& row,
                     Origin origin);
  void Report(Origin origin, const std::vector<domain::Violation>& violations);

  store::Store& store_;
  store::Import& import_;
  const std::string owner_id_;
  ProblemList& problems_;
  const std::set<Origin>& repeated_;
  IdIndex ids_;
  Touched touched_;
  std::vector<Waiting> waiting_;
  std::int64_t staged_ = 0;
};

}  // namespace qiangji::registry
