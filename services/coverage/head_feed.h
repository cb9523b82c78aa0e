// Applies the registry's feed to a world builder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/cpp/feed_stream.h"
#include "services/base/mutex.h"
#include "services/coverage/figures.h"
#include "services/domain/world_builder.h"

namespace qiangji::coverage {

// What came of a change counts at its end only; a snapshot replaces everything
// at its end. Handler calls come one at a time; Applied and Build from any
// thread.
class HeadFeed final : public client::FeedHandler {
 public:
  // `applied` is called after each end with the new sequence.
  explicit HeadFeed(std::function<void(std::int64_t)> applied)
      : applied_(std::move(applied)) {}

  absl::Status Begin(const client::FeedUnit& unit) override;
  absl::Status Rows(const type::v1::RowBlock& block) override;
  absl::Status End(std::int64_t seq, const std::string& digest) override;
  void Abort() override;

  // The picture of what has been applied; its world is null before the first
  // snapshot. Costs what has changed since the last call.
  Picture Build();

 private:
  struct Pending {
    const domain::TableSchema* table;
    domain::Row row;
    bool deleted;
  };

  const std::function<void(std::int64_t)> applied_;
  // The unit under way.
  client::FeedUnit unit_;
  std::vector<Pending> pending_;
  std::unique_ptr<domain::WorldBuilder> fresh_;

  Mutex mutex_;
  std::unique_ptr<domain::WorldBuilder> builder_ ABSL_GUARDED_BY(mutex_);
  Picture applied_picture_ ABSL_GUARDED_BY(mutex_);  // without its world
};

}  // namespace qiangji::coverage
