#include "services/coverage/head_feed.h"

#include <utility>

#include "services/base/status_macros.h"
#include "services/coverage/decode.h"

namespace qiangji::coverage {

absl::Status HeadFeed::Begin(const client::FeedUnit& unit) {
  unit_ = unit;
  pending_.clear();
  fresh_ = unit.snapshot ? std::make_unique<domain::WorldBuilder>() : nullptr;
  return absl::OkStatus();
}

absl::Status HeadFeed::Rows(const type::v1::RowBlock& block) {
  return DecodeRows(
      block,
      [this](const domain::TableSchema& table, const domain::Row& row,
             bool deleted) -> absl::Status {
        if (fresh_ != nullptr) return fresh_->ApplyRow(table, row);
        pending_.push_back({&table, row, deleted});
        return absl::OkStatus();
      });
}

absl::Status HeadFeed::End(std::int64_t seq, const std::string& digest) {
  {
    MutexLock lock(mutex_);
    if (fresh_ != nullptr) builder_ = std::move(fresh_);
    for (const Pending& change : pending_) {
      QJ_RETURN_IF_ERROR(
          change.deleted
              ? builder_->DeleteRow(*change.table,
                                    domain::KeyOf(*change.table, change.row))
              : builder_->ApplyRow(*change.table, change.row));
    }
    applied_picture_.seq = seq;
    applied_picture_.time = unit_.time;
    applied_picture_.digest = digest;
  }
  pending_.clear();
  applied_(seq);
  return absl::OkStatus();
}

void HeadFeed::Abort() {
  pending_.clear();
  fresh_.reset();
}

Picture HeadFeed::Build() {
  MutexLock lock(mutex_);
  Picture picture = applied_picture_;
  if (builder_ != nullptr) picture.world = builder_->Snapshot();
  return picture;
}

}  // namespace qiangji::coverage
