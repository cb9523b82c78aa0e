#include "services/coverage/past.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/coverage/decode.h"
#include "services/domain/world_builder.h"
#include "services/rpc/errors.h"

namespace qiangji::coverage {
namespace {

// States at hand; a comparison needs two at a time.
constexpr std::size_t kMostPictures = 4;

// Collects one snapshot.
class SnapshotReader final : public client::FeedHandler {
 public:
  absl::Status Begin(const client::FeedUnit& unit) override {
    picture_.seq = unit.seq;
    picture_.time = unit.time;
    return absl::OkStatus();
  }
  absl::Status Rows(const type::v1::RowBlock& block) override {
    return DecodeRows(
        block, [this](const domain::TableSchema& table, const domain::Row& row,
                      bool) { return builder_.ApplyRow(table, row); });
  }
  absl::Status End(std::int64_t, const std::string& digest) override {
    picture_.digest = digest;
    picture_.world = builder_.Snapshot();
    return absl::OkStatus();
  }
  void Abort() override {}

  const Picture& picture() const { return picture_; }

 private:
  domain::WorldBuilder builder_;
  Picture picture_;
};

}  // namespace

absl::Status OfRegistry(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kUnavailable &&
      status.code() != absl::StatusCode::kDeadlineExceeded) {
    return status;
  }
  return rpc::WithReason(
      absl::UnavailableError(
          absl::StrCat("the registry does not answer: ", status.message())),
      "PEER_UNAVAILABLE", {{"peer", "registry"}});
}

std::optional<Picture> PastPictures::Find(const ReadPoint& point) {
  MutexLock lock(mutex_);
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (it->point == point) {
      entries_.splice(entries_.begin(), entries_, it);
      return it->picture;
    }
  }
  return std::nullopt;
}

void PastPictures::Keep(const ReadPoint& point, const Picture& picture,
                        absl::Time asked) {
  // The state at a time that had not passed is not settled yet.
  if (point.time.has_value() && *point.time >= asked) return;
  MutexLock lock(mutex_);
  entries_.push_front({point, picture});
  if (entries_.size() > kMostPictures) entries_.pop_back();
}

void PastPictures::Read(rpc::RequestContext& call, const ReadPoint& point,
                        PictureDone done) {
  if (std::optional<Picture> known = Find(point)) {
    return done(*std::move(known));
  }
  auto reader = std::make_shared<SnapshotReader>();
  client::FeedRequest request;
  request.seq = point.seq;
  request.read_time = point.time;
  // Deadlines and commit times are in the system's time.
  const absl::Time asked = absl::Now();
  request.timeout = call.deadline() - asked;
  const client::FeedCanceller cancel = client::StartFeed(
      registry_, request, executor_, reader.get(),
      [self = shared_from_this(), reader, point, asked,
       done = std::move(done)](const client::FeedResult& result) {
        if (!result.status.ok()) return done(OfRegistry(result.status));
        self->Keep(point, reader->picture(), asked);
        done(reader->picture());
      });
  call.OnCancel(cancel);
}

}  // namespace qiangji::coverage
