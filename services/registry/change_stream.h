// The feed and snapshots as slices of a server stream (rpc/stream.h).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "db/store/store.h"
#include "qiangji/registry/v1/change_service.pb.h"
#include "qiangji/type/v1/feed.pb.h"
#include "services/rpc/change_hub.h"
#include "services/rpc/stream.h"

namespace qiangji::registry {

// A change of more rows is not fed but says "resnapshot" (ARCHITECTURE).
constexpr std::int64_t kMaxFedRows = 100000;

// Which tables a reader wants. INVALID_ARGUMENT (field "tables") for a name
// that is none.
absl::StatusOr<std::set<domain::TableId>> WantedTables(
    const google::protobuf::RepeatedPtrField<std::string>& names);

// WatchChanges: one change after the other, then waiting for the next. On the
// way to the head a reader gets as much as it takes; from there on changes are
// pushed as they are committed, and a reader that lets 4 MiB of them queue up
// is cut off with its resume point. Large changes always go as fast as they
// are taken.
class WatchStream {
 public:
  using Frame = type::v1::FeedFrame;

  // `request` lives as long as the stream.
  WatchStream(const registry::v1::WatchChangesRequest& request,
              store::Store& store, rpc::ChangeHub& hub)
      : request_(request), store_(store), hub_(hub) {}
  ~WatchStream();

  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  rpc::Writer<Frame>& out);

 private:
  absl::Status Begin(rpc::Writer<Frame>& out);
  // Reads the change after seq_ into pending_. False at the head.
  absl::StatusOr<bool> ReadNext(const rpc::RequestContext& call);
  absl::Status ReadChange(const rpc::RequestContext& call,
                          store::Reader& reader);
  void AskForSnapshot(store::Seq seq);
  // Sends what is pending, or what the reader takes of it. False where the
  // stream is over.
  bool SendPending(rpc::Writer<Frame>& out);
  void Heartbeat(const rpc::RequestContext& call, rpc::Writer<Frame>& out);

  const registry::v1::WatchChangesRequest& request_;
  store::Store& store_;
  rpc::ChangeHub& hub_;
  bool begun_ = false;
  std::uint64_t handle_ = 0;
  std::set<domain::TableId> tables_;
  absl::Duration interval_;
  store::Seq seq_ = 0;  // everything up to it is in pending_ or sent
  // Chain digest of seq_: what comes next must follow it, or the store holds
  // another history now (a restored one).
  std::string digest_;
  store::Seq head_ = 0;
  std::deque<Frame> pending_;
  std::size_t pending_bytes_ = 0;  // of the change that was read last
  bool live_ = false;              // has been at the head, keeps up since
  bool ended_ = false;             // after a resnapshot
  bool at_head_said_ = false;
  absl::Time last_sent_;
};

// ReadSnapshot: the tables one after the other, some rows a slice.
class SnapshotStream {
 public:
  using Frame = type::v1::FeedFrame;

  SnapshotStream(const registry::v1::ReadSnapshotRequest& request,
                 store::Store& store)
      : request_(request), store_(store) {}

  absl::StatusOr<rpc::Next> Slice(rpc::RequestContext& call,
                                  rpc::Writer<Frame>& out);

 private:
  absl::Status Begin(store::Reader& reader, rpc::Writer<Frame>& out);

  const registry::v1::ReadSnapshotRequest& request_;
  store::Store& store_;
  bool begun_ = false;
  std::set<domain::TableId> tables_;
  store::Change change_;
  std::size_t table_ = 0;  // of RegistryTables()
  std::string after_;      // cursor in it
  std::int64_t rows_ = 0;
};

}  // namespace qiangji::registry
