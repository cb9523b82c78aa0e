#include "services/bottleneck/alert_feed.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/bottleneck/alert_event.h"
#include "services/bottleneck/alert_read.h"
#include "services/rpc/errors.h"

namespace qiangji::bottleneck {

std::shared_ptr<const FedBlock> AlertFeed::Find(const Token& after) {
  const MutexLock lock(mutex_);
  // Watchers that keep up ask for the newest.
  const auto found =
      std::find_if(kept_.rbegin(), kept_.rend(),
                   [&](const Kept& kept) { return kept.after == after; });
  return found == kept_.rend() ? nullptr : found->block;
}

void AlertFeed::Keep(const Token& after,
                     std::shared_ptr<const FedBlock> block) {
  const MutexLock lock(mutex_);
  bytes_ += block->bytes;
  kept_.push_back({after, std::move(block)});
  constexpr std::size_t kMostBlocks = 1024;
  while (kept_.size() > 1 &&
         (bytes_ > kMostKept || kept_.size() > kMostBlocks)) {
    bytes_ -= kept_.front().block->bytes;
    kept_.pop_front();
  }
}

absl::StatusOr<store::Seq> AlertFeed::Head() {
  store::Seq head = 0;
  QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const store::Change newest, reader.Head());
    head = newest.seq;
    return absl::OkStatus();
  }));
  return head;
}

absl::StatusOr<std::shared_ptr<const FedBlock>> AlertFeed::After(
    store::Seq seq, std::int64_t position) {
  const Token after(seq, position);
  if (auto kept = Find(after)) return kept;
  QJ_ASSIGN_OR_RETURN(auto block, Read(after));
  if (block != nullptr) Keep(after, block);
  return block;
}

absl::StatusOr<std::shared_ptr<const FedBlock>> AlertFeed::Read(
    const Token& after) {
  std::shared_ptr<FedBlock> block;
  const absl::Status read =
      store_.Read([&](store::Reader& reader) -> absl::Status {
        block.reset();
        QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
        if (after.first > head.seq ||
            (after.first == head.seq && after.second > 0)) {
          return rpc::OutOfRange(
              "after_seq",
              absl::StrCat(after.first, " is not recorded; accepted: 0 to ",
                           head.seq));
        }
        if (after.first == head.seq) return absl::OkStatus();
        block = std::make_shared<FedBlock>();
        QJ_ASSIGN_OR_RETURN(const std::vector<store::TableCount> counts,
                            reader.ChangedCounts(after.first + 1));
        std::int64_t total = 0;
        for (const store::TableCount& count : counts) {
          if (count.table == domain::TableId::kAlerts) total = count.rows;
        }
        if (after.second > total) {
          return rpc::OutOfRange("after_position",
                                 absl::StrCat("accepted: 0 to ", total));
        }
        return ReadRows(reader, after, total, *block);
      });
  QJ_RETURN_IF_ERROR(read);
  return block;
}

absl::Status AlertFeed::ReadRows(store::Reader& reader, const Token& after,
                                 std::int64_t total, FedBlock& block) {
  const store::Seq seq = after.first + 1;
  std::int64_t position = after.second;
  const auto advance = [&] {
    const bool whole = position >= total;
    block.seq = whole ? seq : seq - 1;
    block.position = whole ? 0 : position;
  };
  advance();
  if (position >= total) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(const auto point, PointOfChange(reader, seq));
  if (!point) return absl::DataLossError("alerts without an evaluation");
  store::ChangedOptions options;
  options.tables = {domain::TableId::kAlerts};
  options.skip = position;
  options.limit = kRowsABlock;
  return reader.ChangedRows(
      seq, options, store::AccessScope::All(),
      [&](const store::ChangedRow& changed) -> absl::Status {
        ++position;
        advance();
        if (!changed.row) return absl::OkStatus();
        QJ_ASSIGN_OR_RETURN(const AlertVersionOf version,
                            ToVersion(reader, *changed.row));
        // Before the first change there was nothing.
        std::optional<AlertVersionOf> before;
        if (seq > 1) {
          QJ_ASSIGN_OR_RETURN(before,
                              ReadVersion(reader, changed.key, seq - 1));
        }
        v1::WatchAlertsResponse& message = block.messages.emplace_back();
        *message.mutable_alert() =
            ToProto(version, point->evaluation, clock_.Now());
        *message.mutable_event() =
            EventOf(before ? &*before : nullptr, version);
        message.set_seq(block.seq);
        message.set_position(block.position);
        message.set_registry_seq(point->evaluation.registry_seq);
        block.bytes += message.ByteSizeLong();
        return absl::OkStatus();
      });
}

}  // namespace qiangji::bottleneck
