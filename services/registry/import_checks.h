// What is checked on the state after an import, in its transaction.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "db/store/import.h"
#include "db/store/store.h"
#include "services/registry/id_index.h"
#include "services/registry/import_outcome.h"
#include "services/registry/row_checks.h"
#include "services/registry/row_stager.h"

namespace qiangji::registry {

struct ImportCheckInput {
  IdIndex* ids = nullptr;
  const Touched* touched = nullptr;
  const std::map<domain::TableId, store::ImportCounts>* counts = nullptr;
  std::set<domain::TableId> replaced;
  std::map<domain::TableId, int> files;  // number of a table's file
  store::Seq start_seq = 0;  // head before the first row was resolved
  bool had_supply = false;   // the store had supply records before
  // Grades that the store held before.
  bool had_illustrative = false;
  bool had_declared = false;
  bool mix = false;
};

// Not kept between runs of a transaction's body: make a new one for each.
class ImportChecks {
 public:
  ImportChecks(const ImportCheckInput& input, store::Transaction& transaction)
      : input_(input), transaction_(transaction) {}

  // Problems and warnings are then at hand; a status is a failure of the
  // store.
  absl::Status Run();

  const std::vector<ImportProblem>& problems() const { return problems_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  bool Changed(domain::TableId table) const;
  void Note(Origin origin, const std::vector<RowProblem>& found);
  absl::Status CheckRelied();
  absl::Status CheckReplaced();
  absl::Status CheckItemYears();
  absl::Status CheckItemYearsInOneScan();
  absl::Status CheckInputs();
  absl::Status CheckParents();
  void CheckGrades();

  const ImportCheckInput& input_;
  store::Transaction& transaction_;
  std::vector<ImportProblem> problems_;
  std::vector<std::string> warnings_;
};

}  // namespace qiangji::registry
