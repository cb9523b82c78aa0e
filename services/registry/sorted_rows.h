// The rows of a table in the order of the full text of their keys, some at a
// time: the same whatever the store's surrogates are.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "db/store/store.h"
#include "services/domain/schema.h"

namespace qiangji::registry {

class SortedRows {
 public:
  using Visitor = std::function<absl::Status(const domain::Row&)>;

  // The state at `seq`, which the head has reached.
  SortedRows(const domain::TableSchema& table, store::Seq seq)
      : table_(table), seq_(seq) {}

  // Reads about `rows` more.
  absl::Status ReadSome(store::Reader& reader, const store::AccessScope& scope,
                        std::int64_t rows, const Visitor& visit);
  bool done() const { return done_; }

 private:
  // Rows with one first key cell are together in the store's order.
  absl::Status Flush(const Visitor& visit);

  const domain::TableSchema& table_;
  const store::Seq seq_;
  std::string after_;
  std::vector<domain::Row> group_;
  bool done_ = false;
};

}  // namespace qiangji::registry
