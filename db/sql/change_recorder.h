// Collects what one change touched and writes its record: blocks of keys and
// the link of the chain.
#pragma once

#include <string>
#include <utility>

#include "db/sql/change_digests.h"
#include "db/sql/digest.h"
#include "db/sql/key_codec.h"
#include "db/sql/session.h"
#include "db/store/store.h"

namespace qiangji::sql {

class ChangeRecorder {
 public:
  // `header`: everything but the digest.
  ChangeRecorder(Session* session, store::Change header)
      : session_(session),
        change_(std::move(header)),
        digests_(session->spill_directory()) {}

  // Keys come table by table, ascending within one.
  absl::Status Add(domain::TableId table, absl::string_view key,
                   const RowDigest& digest);
  bool empty() const { return digests_.empty(); }
  const store::Change& change() const { return change_; }
  Digester& digester() { return digester_; }

  // Writes the rest; change() is complete then.
  absl::Status Finish();

 private:
  absl::Status WriteBlock();

  Session* session_;
  store::Change change_;
  Digester digester_;
  ChangeDigests digests_;
  domain::TableId table_{};
  std::int64_t block_number_ = 0;
  KeyBlock block_;
};

}  // namespace qiangji::sql
