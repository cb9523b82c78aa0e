// What a scan merges: rows of one side, in order.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "db/store/store.h"

namespace qiangji::sql {

class RowSource {
 public:
  virtual ~RowSource() = default;

  // Goes to the next row; the first call to the first.
  virtual absl::Status Next() = 0;

  bool has_row() const { return has_row_; }
  const store::Stored& stored() const { return stored_; }
  // The row is newer than what is asked for: it only shows how far the source
  // has come, so that no other one has to wait for its next row that counts.
  bool hidden() const { return hidden_; }
  // The row's place in the order by key (AppendCursor).
  const std::string& cursor() const { return cursor_; }

 protected:
  bool has_row_ = false;
  bool hidden_ = false;
  store::Stored stored_;
  std::string cursor_;
};

}  // namespace qiangji::sql
