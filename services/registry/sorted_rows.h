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
  SortedRows(const domain::TableSchema& table, store::Seq seq);

  // Reads about `rows` more.
  absl::Status ReadSome(store::Reader& reader, const store::AccessScope& scope,
                        std::int64_t rows, const Visitor& visit);
  bool done() const { return done_; }

 private:
  // Rows with one first key cell are together in the store's order.
  absl::Status AddToGroup(const domain::Row& row, const Visitor& visit);
  absl::Status Flush(const Visitor& visit);
  std::string KeyText(const domain::Row& row) const;

  const domain::TableSchema& table_;
  const store::Seq seq_;
  const bool in_order_;  // the store's order is this one already
  std::string after_;
  // The first `grouped_` of these; the others keep their room.
  std::vector<domain::Row> group_;
  std::size_t grouped_ = 0;
  bool done_ = false;
};

}  // namespace qiangji::registry
