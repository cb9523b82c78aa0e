// The history log (history_log.h), some records at a time.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/rpc/crypto.h"

namespace qiangji::registry {

class HistoryExport {
 public:
  // A file of the same export.
  struct File {
    std::string name;
    std::int64_t bytes = 0;
    std::string digest;
  };
  // Changes up to `head`, which is not the state before the first one.
  explicit HistoryExport(store::Change head) : head_(std::move(head)) {}

  // Appends the next records to `text`. False once the end is written.
  absl::StatusOr<bool> ReadSome(store::Reader& reader,
                                const std::vector<File>& files,
                                std::string& text);
  std::int64_t rows() const { return rows_; }

 private:
  absl::Status ReadRows(store::Reader& reader, std::string& text);
  absl::Status ReadChange(store::Reader& reader, std::string& text);

  const store::Change head_;
  rpc::Sha256Stream hash_;
  store::Seq seq_ = 0;  // of the change that is being written
  std::int64_t rows_in_change_ = 0;
  std::int64_t rows_written_ = 0;  // of it
  std::int64_t rows_ = 0;
  bool begun_ = false;
};

}  // namespace qiangji::registry
