#include "services/registry/diff_stream.h"

#include <set>

#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/change_stream.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_filter.h"
#include "services/registry/resource_methods.h"
#include "services/registry/resource_type.h"
#include "services/rpc/errors.h"

namespace qiangji::registry {
namespace {

constexpr std::int64_t kRowsAScan = 4096;
constexpr int kScansASlice = 4;
constexpr std::size_t kPartBytes = 128 << 10;
// Between states further apart every table is read: asking each change what it
// touched would take longer.
constexpr store::Seq kMostChangesAsked = 10000;

absl::StatusOr<store::Seq> StateOf(store::Reader& reader, std::int64_t seq,
                                   const google::protobuf::Timestamp* time) {
  v1::ReadSnapshotRequest asked;
  asked.set_read_seq(seq);
  if (time != nullptr) *asked.mutable_read_time() = *time;
  QJ_ASSIGN_OR_RETURN(const ReadState state, ResolveReadState(reader, asked));
  return state.change.seq;
}

}  // namespace

absl::Status DiffStream::ChooseTables(store::Reader& reader) {
  QJ_ASSIGN_OR_RETURN(const std::set<domain::TableId> wanted,
                      WantedTables(request_.tables()));
  std::set<domain::TableId> touched;
  const bool ask = to_.at - from_.at <= kMostChangesAsked;
  for (store::Seq seq = from_.at + 1; ask && seq <= to_.at; ++seq) {
    QJ_ASSIGN_OR_RETURN(const std::vector<store::TableCount> counts,
                        reader.ChangedCounts(seq));
    for (const store::TableCount& count : counts) touched.insert(count.table);
  }
  absl::Status refused;
  bool fits = false;
  for (const domain::TableSchema* table : domain::RegistryTables()) {
    if (!wanted.contains(table->id)) continue;
    absl::StatusOr<domain::Condition> filter =
        ParseCondition(*table, request_.filter());
    if (!filter.ok()) {
      refused = filter.status();
      if (request_.tables().empty()) continue;
      return refused;
    }
    fits = true;
    if (ask && !touched.contains(table->id)) continue;
    tables_.push_back({table, *std::move(filter)});
  }
  return fits ? absl::OkStatus() : refused;
}

absl::Status DiffStream::Begin(store::Reader& reader) {
  begun_ = true;
  if (request_.from_seq() != 0 || request_.has_from_time()) {
    QJ_ASSIGN_OR_RETURN(
        from_.at,
        StateOf(reader, request_.from_seq(),
                request_.has_from_time() ? &request_.from_time() : nullptr));
  }
  QJ_ASSIGN_OR_RETURN(
      to_.at, StateOf(reader, request_.to_seq(),
                      request_.has_to_time() ? &request_.to_time() : nullptr));
  if (from_.at > to_.at) {
    return rpc::InvalidField(
        "from_seq", "is after the later state; accepted: one not after it");
  }
  from_.exhausted = from_.at == 0;
  part_.set_from_seq(from_.at);
  part_.set_to_seq(to_.at);
  return ChooseTables(reader);
}

absl::Status DiffStream::Fill(const rpc::RequestContext& call,
                              store::Reader& reader, Side& side) {
  if (!side.rows.empty() || side.exhausted) return absl::OkStatus();
  store::ScanOptions scan;
  scan.at = side.at;
  scan.after = side.after;
  scan.limit = kRowsAScan;
  QJ_RETURN_IF_ERROR(
      reader.Scan(*tables_[table_].table, scan, ScopeOf(call.principal()),
                  [&](const store::Stored& row, absl::string_view cursor) {
                    side.rows.emplace_back(std::string(cursor), row);
                    return absl::OkStatus();
                  }));
  if (static_cast<std::int64_t>(side.rows.size()) < kRowsAScan) {
    side.exhausted = true;
  } else {
    side.after = side.rows.back().first;
  }
  return absl::OkStatus();
}

void DiffStream::Add(const store::Stored* before, const store::Stored* after) {
  const Wanted& wanted = tables_[table_];
  const bool holds =
      (before != nullptr && domain::Holds(wanted.filter, before->row)) ||
      (after != nullptr && domain::Holds(wanted.filter, after->row));
  if (!holds) return;
  const domain::TableSchema& table = *wanted.table;
  v1::ResourceDiff diff;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const domain::Value none;
    const domain::Value& was = before == nullptr ? none : before->row[c];
    const domain::Value& is = after == nullptr ? none : after->row[c];
    if (was == is) continue;
    v1::FieldDiff& field = *diff.add_fields();
    field.set_field(std::string(table.columns[c].name));
    field.set_before(domain::FormatCell(table.columns[c], was));
    field.set_after(domain::FormatCell(table.columns[c], is));
  }
  if (diff.fields_size() == 0) return;  // another owner, or written again
  diff.set_table(std::string(table.name));
  diff.set_name(ResourceTypeOf(table.id).Name(
      domain::KeyOf(table, after == nullptr ? before->row : after->row)));
  diff.set_change(before == nullptr  ? v1::DIFF_CHANGE_ADDED
                  : after == nullptr ? v1::DIFF_CHANGE_REMOVED
                                     : v1::DIFF_CHANGE_CHANGED);
  part_bytes_ += diff.ByteSizeLong();
  *part_.add_diffs() = std::move(diff);
}

absl::StatusOr<bool> DiffStream::Compare(const rpc::RequestContext& call,
                                         store::Reader& reader) {
  QJ_RETURN_IF_ERROR(Fill(call, reader, from_));
  QJ_RETURN_IF_ERROR(Fill(call, reader, to_));
  // As far as both sides are known.
  while (part_bytes_ < kPartBytes && (!from_.rows.empty() || from_.exhausted) &&
         (!to_.rows.empty() || to_.exhausted)) {
    if (from_.rows.empty() && to_.rows.empty()) return false;
    const int order =
        from_.rows.empty() ? 1
        : to_.rows.empty()
            ? -1
            : from_.rows.front().first.compare(to_.rows.front().first);
    const store::Stored* before =
        order <= 0 ? &from_.rows.front().second : nullptr;
    const store::Stored* after =
        order >= 0 ? &to_.rows.front().second : nullptr;
    // One version is equal to itself.
    if (order != 0 || before->seq_from != after->seq_from) Add(before, after);
    if (order <= 0) from_.rows.pop_front();
    if (order >= 0) to_.rows.pop_front();
  }
  return true;
}

absl::StatusOr<rpc::Next> DiffStream::Slice(rpc::RequestContext& call,
                                            rpc::Writer<Part>& out) {
  const bool first = !begun_;
  QJ_RETURN_IF_ERROR(store_.Read([&](store::Reader& reader) -> absl::Status {
    if (!begun_) {
      if (absl::Status begun = Begin(reader); !begun.ok()) return begun;
    }
    for (int scans = 0; scans < kScansASlice && table_ < tables_.size();
         ++scans) {
      QJ_ASSIGN_OR_RETURN(const bool more, Compare(call, reader));
      if (part_bytes_ >= kPartBytes) break;
      if (more) continue;
      ++table_;
      from_ = {from_.at, "", from_.at == 0, {}};
      to_ = {to_.at, "", false, {}};
    }
    return call.Check();
  }));
  const bool over = table_ == tables_.size();
  if (first || part_.diffs_size() > 0) {
    if (!out.Write(std::move(part_))) return rpc::Next::kEnd;
    part_ = Part();
    part_bytes_ = 0;
  }
  return over ? rpc::Next::kEnd : rpc::Next::kMore;
}

}  // namespace qiangji::registry
