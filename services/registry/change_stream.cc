#include "services/registry/change_stream.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "services/base/status_macros.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/registry/row_block.h"
#include "services/rpc/errors.h"

namespace qiangji::registry {
namespace {

using type::v1::FeedFrame;
using type::v1::RowBlock;

constexpr std::int64_t kRowsASlice = 8192;
// What one slice sends at most, and what a change may have to be pushed.
constexpr std::size_t kMostPushed = rpc::kMaxStreamQueueBytes / 4;
// Begin and end of a change, about.
constexpr std::size_t kFrameBytes = 128;
constexpr absl::Duration kDefaultHeartbeat = absl::Seconds(5);
constexpr absl::Duration kShortestHeartbeat = absl::Milliseconds(100);
constexpr absl::Duration kLongestHeartbeat = absl::Minutes(1);

FeedFrame BeginFrame(const store::Change& change) {
  FeedFrame frame;
  frame.mutable_begin()->set_seq(change.seq);
  if (change.seq > 0) {
    ToProto(change.time, frame.mutable_begin()->mutable_time());
  }
  return frame;
}

FeedFrame EndFrame(const store::Change& change, std::int64_t rows) {
  FeedFrame frame;
  frame.mutable_end()->set_seq(change.seq);
  frame.mutable_end()->set_digest(change.digest);
  frame.mutable_end()->set_row_count(rows);
  return frame;
}

FeedFrame RowsFrame(RowBlock block) {
  FeedFrame frame;
  *frame.mutable_rows() = std::move(block);
  return frame;
}

}  // namespace

absl::StatusOr<std::set<domain::TableId>> WantedTables(
    const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::set<domain::TableId> wanted;
  for (const domain::TableSchema* table : domain::RegistryTables()) {
    if (names.empty() || std::find(names.begin(), names.end(),
                                   std::string(table->name)) != names.end()) {
      wanted.insert(table->id);
    }
  }
  for (const std::string& name : names) {
    const domain::TableSchema* table = domain::FindTable(name);
    if (table == nullptr || !wanted.contains(table->id)) {
      return rpc::InvalidField(
          "tables",
          absl::StrCat(domain::Quoted(name), " is no table; accepted: ",
                       absl::StrJoin(domain::RegistryTables(), ", ",
                                     [](std::string* out, const auto* each) {
                                       absl::StrAppend(out, each->name);
                                     })));
    }
  }
  return wanted;
}

WatchStream::~WatchStream() {
  if (handle_ != 0) hub_.Remove(handle_);
}

absl::Status WatchStream::Begin(rpc::Writer<Frame>& out) {
  begun_ = true;
  QJ_ASSIGN_OR_RETURN(tables_, WantedTables(request_.tables()));
  if (request_.after_seq() < 0) {
    return rpc::InvalidField("after_seq",
                             "is negative; accepted: 0 = all, or "
                             "a sequence");
  }
  seq_ = request_.after_seq();
  interval_ = kDefaultHeartbeat;
  if (request_.has_heartbeat_interval()) {
    interval_ = absl::Seconds(request_.heartbeat_interval().seconds()) +
                absl::Nanoseconds(request_.heartbeat_interval().nanos());
    if (interval_ < kShortestHeartbeat || interval_ > kLongestHeartbeat) {
      return rpc::InvalidField("heartbeat_interval",
                               "is out of range; accepted: 100 ms to 1 min");
    }
  }
  last_sent_ = absl::Now();
  out.SetResume({{"after_seq", absl::StrCat(seq_)}});
  handle_ = hub_.Add(interval_, [writer = out] { writer.Wake(); });
  return absl::OkStatus();
}

void WatchStream::AskForSnapshot(store::Seq seq) {
  Frame frame;
  frame.mutable_resnapshot()->set_seq(seq);
  pending_.push_back(std::move(frame));
  ended_ = true;
}

absl::StatusOr<bool> WatchStream::ReadNext(const rpc::RequestContext& call) {
  bool found = false;
  const absl::Status read =
      store_.Read([&](store::Reader& reader) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
        head_ = head.seq;
        if (seq_ > head.seq) {
          return rpc::OutOfRange("after_seq",
                                 absl::StrCat(seq_,
                                              " is not recorded; accepted: "
                                              "0 to ",
                                              head.seq));
        }
        if (digest_.empty() && seq_ > 0) {
          QJ_ASSIGN_OR_RETURN(const store::Change last, reader.ChangeAt(seq_));
          digest_ = last.digest;
        }
        if (seq_ == head.seq && !digest_.empty() && head.digest != digest_) {
          found = true;
          AskForSnapshot(head.seq);
          return absl::OkStatus();
        }
        found = seq_ < head.seq;
        return found ? ReadChange(call, reader) : absl::OkStatus();
      });
  QJ_RETURN_IF_ERROR(read);
  return found;
}

absl::Status WatchStream::ReadChange(const rpc::RequestContext& call,
                                     store::Reader& reader) {
  QJ_ASSIGN_OR_RETURN(const store::Change change, reader.ChangeAt(seq_ + 1));
  if (!digest_.empty() && change.previous != digest_) {
    AskForSnapshot(head_);
    return absl::OkStatus();
  }
  QJ_ASSIGN_OR_RETURN(const std::vector<store::TableCount> counts,
                      reader.ChangedCounts(change.seq));
  std::int64_t touched = 0;
  for (const store::TableCount& count : counts) {
    if (tables_.contains(count.table)) touched += count.rows;
  }
  if (touched > kMaxFedRows) {
    AskForSnapshot(head_);
    return absl::OkStatus();
  }
  pending_bytes_ = 0;
  pending_.push_back(BeginFrame(change));
  RowBlockEncoder encoder([&](RowBlock block) {
    pending_.push_back(RowsFrame(std::move(block)));
    pending_bytes_ += pending_.back().ByteSizeLong();
  });
  if (touched > 0) {
    QJ_RETURN_IF_ERROR(reader.ChangedRows(
        change.seq, {tables_}, ScopeOf(call.principal()),
        [&](const store::ChangedRow& row) {
          const domain::TableSchema& table = *domain::FindTable(row.table);
          if (row.row) {
            encoder.Add(table, *row.row);
          } else {
            encoder.AddDeleted(table, row.key, change.seq);
          }
          return absl::OkStatus();
        }));
  }
  encoder.Flush();
  pending_.push_back(EndFrame(change, encoder.rows()));
  seq_ = change.seq;
  digest_ = change.digest;
  if (pending_bytes_ > kMostPushed) live_ = false;
  return absl::OkStatus();
}

void WatchStream::Heartbeat(const rpc::RequestContext& call,
                            rpc::Writer<Frame>& out) {
  const absl::Time now = absl::Now();
  if (at_head_said_ && now - last_sent_ < interval_) return;
  at_head_said_ = true;
  last_sent_ = now;
  Frame frame;
  frame.mutable_heartbeat()->set_head_seq(head_);
  ToProto(call.clock().Now(), frame.mutable_heartbeat()->mutable_time());
  out.Write(std::move(frame));
}

bool WatchStream::SendPending(rpc::Writer<Frame>& out) {
  while (!pending_.empty() && (live_ || out.queued_bytes() < kMostPushed)) {
    const bool end = pending_.front().has_end();
    const store::Seq sent = end ? pending_.front().end().seq() : 0;
    if (!out.Write(std::move(pending_.front()))) return false;
    pending_.pop_front();
    if (end) out.SetResume({{"after_seq", absl::StrCat(sent)}});
    last_sent_ = absl::Now();
  }
  return true;
}

absl::StatusOr<rpc::Next> WatchStream::Slice(rpc::RequestContext& call,
                                             rpc::Writer<Frame>& out) {
  if (!begun_) QJ_RETURN_IF_ERROR(Begin(out));
  if (hub_.stopped()) {
    return absl::UnavailableError("the registry is shutting down");
  }
  for (std::size_t pushed = 0; pushed <= kMostPushed;) {
    if (pending_.empty()) {
      QJ_ASSIGN_OR_RETURN(const bool more, ReadNext(call));
      if (!more) {
        live_ = true;
        Heartbeat(call, out);
        return rpc::Next::kWait;
      }
    }
    if (!SendPending(out)) return rpc::Next::kEnd;
    if (!pending_.empty()) break;
    if (ended_) return rpc::Next::kEnd;
    pushed += pending_bytes_ + kFrameBytes;
  }
  return rpc::Next::kMore;
}

absl::Status SnapshotStream::Begin(store::Reader& reader,
                                   rpc::Writer<Frame>& out) {
  begun_ = true;
  QJ_ASSIGN_OR_RETURN(tables_, WantedTables(request_.tables()));
  QJ_ASSIGN_OR_RETURN(ReadState state, ResolveReadState(reader, request_));
  change_ = std::move(state.change);
  out.Write(BeginFrame(change_));
  return absl::OkStatus();
}

absl::StatusOr<rpc::Next> SnapshotStream::Slice(rpc::RequestContext& call,
                                                rpc::Writer<Frame>& out) {
  const absl::Status read =
      store_.Read([&](store::Reader& reader) -> absl::Status {
        if (!begun_) QJ_RETURN_IF_ERROR(Begin(reader, out));
        QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
        RowBlockEncoder encoder(
            [&](RowBlock block) { out.Write(RowsFrame(std::move(block))); });
        const auto tables = domain::RegistryTables();
        while (table_ < tables.size() && encoder.rows() < kRowsASlice) {
          const domain::TableSchema& table = *tables[table_];
          const std::int64_t before = encoder.rows();
          const std::int64_t want = kRowsASlice - before;
          if (tables_.contains(table.id)) {
            store::ScanOptions scan;
            scan.after = after_;
            scan.limit = want;
            scan.at = At(change_.seq, head);
            const absl::Status scanned = reader.Scan(
                table, scan, ScopeOf(call.principal()),
                [&](const store::Stored& stored, absl::string_view cursor) {
                  encoder.Add(table, stored);
                  after_.assign(cursor.data(), cursor.size());
                  return absl::OkStatus();
                });
            QJ_RETURN_IF_ERROR(scanned);
          }
          if (encoder.rows() - before < want) {
            ++table_;
            after_.clear();
          }
        }
        encoder.Flush();
        rows_ += encoder.rows();
        return call.Check();
      });
  QJ_RETURN_IF_ERROR(read);
  if (table_ < domain::RegistryTables().size()) return rpc::Next::kMore;
  out.Write(EndFrame(change_, rows_));
  return rpc::Next::kEnd;
}

}  // namespace qiangji::registry
