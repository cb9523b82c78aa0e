// Rows as the feed and snapshots carry them: columnar, dictionary-coded, in
// blocks of bounded size.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "db/store/store.h"
#include "services/domain/schema.h"

namespace qiangji::type::v1 {
class RowBlock;
}

namespace qiangji::registry {

constexpr int kMaxBlockRows = 4096;
// Estimated before encoding; the messages stay below 256 KiB.
constexpr std::size_t kMaxBlockBytes = 200 << 10;

// Collects rows of one table after another and hands over full blocks. Flush
// at the end.
class RowBlockEncoder {
 public:
  using Sink = std::function<void(type::v1::RowBlock)>;
  explicit RowBlockEncoder(Sink sink) : sink_(std::move(sink)) {}

  void Add(const domain::TableSchema& table, const store::Stored& stored);
  // A deletion by change `seq`.
  void AddDeleted(const domain::TableSchema& table, const domain::Key& key,
                  store::Seq seq);
  void Flush();
  std::int64_t rows() const { return total_; }

 private:
  struct Pending {
    domain::Row row;
    std::string owner;
    store::Seq seq;
    bool deleted;
  };
  void Push(const domain::TableSchema& table, Pending pending);

  Sink sink_;
  const domain::TableSchema* table_ = nullptr;
  std::vector<Pending> pending_;
  std::size_t bytes_ = 0;
  std::int64_t total_ = 0;
};

}  // namespace qiangji::registry
