// What an import reports, apart from the messages that carry it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "db/store/import.h"
#include "db/store/store.h"

namespace qiangji::registry {

// Where a row came from: a file of the spool by number, and its line; or a
// part of one (a sheet), whose numbers count on from the files', and its row.
struct Origin {
  int file = 0;
  std::int64_t line = 0;  // 0 = the whole file

  friend auto operator<=>(const Origin&, const Origin&) = default;
  // As one number that the store carries along.
  std::int64_t tag() const {
    return (static_cast<std::int64_t>(file) << kLineBits) | line;
  }
  static Origin Of(std::int64_t tag) {
    return {static_cast<int>(tag >> kLineBits),
            tag & ((std::int64_t{1} << kLineBits) - 1)};
  }
  static constexpr int kLineBits = 48;
};

// One thing wrong with one row.
struct ImportProblem {
  Origin origin;
  std::string column;  // "" = the whole row
  std::string message;
};

// Keeps the problems of the first `limit` bad rows and counts the others.
class ProblemList {
 public:
  explicit ProblemList(int limit) : limit_(limit) {}
  void Add(Origin origin, absl::string_view column, absl::string_view message);
  void Clear() {
    rows_.clear();
    problems_.clear();
  }
  std::int64_t rows() const { return static_cast<std::int64_t>(rows_.size()); }
  bool empty() const { return rows_.empty(); }
  // By file, line and column; at most those of `limit` rows.
  std::vector<ImportProblem> Sorted() const;

 private:
  const int limit_;
  std::set<Origin> rows_;
  std::vector<ImportProblem> problems_;
};

struct ImportOutcome {
  store::Commit commit;
  std::map<domain::TableId, store::ImportCounts> counts;
  std::vector<ImportProblem> problems;
  std::int64_t bad_rows = 0;
  std::vector<std::string> warnings;
  std::map<std::string, std::int64_t> skipped;  // by reason
  // Names of the parts of files that origins name: "book.xlsx!supply".
  std::vector<std::string> parts;
  bool dry_run = false;
};

// How many warnings an import lists; the last one says how many more.
constexpr std::size_t kMaxImportWarnings = 100;

}  // namespace qiangji::registry
