#include "services/bottleneck/flag_store.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/base/status_macros.h"
#include "services/bottleneck/flag_goal.h"
#include "services/bottleneck/flag_row.h"

namespace qiangji::bottleneck {
namespace {

using store::AccessScope;

// Rows in one of these states.
domain::Condition InStates(std::initializer_list<domain::FlagStatus> states) {
  domain::Condition any;
  any.kind = domain::Condition::Kind::kAny;
  for (const domain::FlagStatus state : states) {
    domain::Condition& test = any.children.emplace_back();
    test.kind = domain::Condition::Kind::kTest;
    test.test = domain::Condition::Test::kEqual;
    test.column = FlagTable().Find("state");
    test.value = std::string(domain::FlagStatusName(state));
  }
  return any;
}

void SayWhat(domain::FlagHappening happening, StoredFlag& stored) {
  stored.happening = happening;
  stored.actor.clear();
  stored.speaker.clear();
  stored.comment.clear();
}

absl::Status Move(store::Transaction& transaction, const std::string& id,
                  store::Seq version, domain::FlagStatus to) {
  QJ_ASSIGN_OR_RETURN(const auto current,
                      transaction.Get(FlagTable(), {id}, AccessScope::All()));
  if (!current || current->seq_from != version) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(StoredFlag stored, FlagFromRow(current->row));
  stored.flag.status = to;
  stored.flag.overdue = false;  // of one that opens again, time says so
  SayWhat(to == domain::FlagStatus::kReached ? domain::FlagHappening::kReached
                                             : domain::FlagHappening::kReopened,
          stored);
  return transaction.Put(FlagTable(), ToRow(stored), current->owner_id)
      .status();
}

struct Due {
  std::vector<std::string> ids;
  absl::Time next = absl::InfiniteFuture();
};

bool WillBeOverdue(const domain::Flag& flag) {
  return flag.due && !flag.overdue && domain::MayBeOverdue(flag.status);
}

absl::Status FindDue(store::Reader& reader, absl::Time now, Due& due) {
  due = {};
  store::ScanOptions options;
  options.where =
      InStates({domain::FlagStatus::kProposed, domain::FlagStatus::kOpen});
  return reader.Scan(
      FlagTable(), options, AccessScope::All(),
      [&](const store::Stored& row, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(const StoredFlag stored, FlagFromRow(row.row));
        if (!WillBeOverdue(stored.flag)) return absl::OkStatus();
        if (*stored.flag.due <= now) {
          due.ids.push_back(stored.flag.id);
        } else {
          due.next = std::min(due.next, *stored.flag.due);
        }
        return absl::OkStatus();
      });
}

// Somebody may have moved it since it was found.
absl::Status Mark(store::Transaction& transaction, const std::string& id) {
  QJ_ASSIGN_OR_RETURN(const auto current,
                      transaction.Get(FlagTable(), {id}, AccessScope::All()));
  if (!current) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(StoredFlag stored, FlagFromRow(current->row));
  if (!WillBeOverdue(stored.flag)) return absl::OkStatus();
  stored.flag.overdue = true;
  SayWhat(domain::FlagHappening::kOverdue, stored);
  return transaction.Put(FlagTable(), ToRow(stored), current->owner_id)
      .status();
}

}  // namespace

std::set<std::string> EvaluatedFlags::columns() const {
  std::set<std::string> columns;
  for (const domain::Flag& flag : flags) {
    columns.insert(flag.goal.columns.begin(), flag.goal.columns.end());
  }
  return columns;
}

std::set<std::string> EvaluatedFlags::ItemsWith(
    domain::FlagGoal::Kind goal) const {
  std::set<std::string> items;
  for (const domain::Flag& flag : flags) {
    if (flag.goal.kind == goal) items.insert(flag.item_id);
  }
  return items;
}

absl::StatusOr<EvaluatedFlags> ReadEvaluatedFlags(store::Reader& reader,
                                                  store::Seq at) {
  EvaluatedFlags read;
  store::ScanOptions options;
  options.at = at;
  options.where =
      InStates({domain::FlagStatus::kOpen, domain::FlagStatus::kReached});
  QJ_RETURN_IF_ERROR(reader.Scan(
      FlagTable(), options, AccessScope::All(),
      [&](const store::Stored& row, absl::string_view) -> absl::Status {
        QJ_ASSIGN_OR_RETURN(StoredFlag stored, FlagFromRow(row.row));
        QJ_ASSIGN_OR_RETURN(stored.flag.goal, ReadGoal(stored.goal));
        read.flags.push_back(std::move(stored.flag));
        read.versions.push_back(row.seq_from);
        return absl::OkStatus();
      }));
  return read;
}

absl::Status WriteMoves(store::Transaction& transaction,
                        const EvaluatedFlags& flags,
                        absl::Span<const domain::FlagMove> moves) {
  for (const domain::FlagMove& move : moves) {
    for (std::size_t i = 0; i < flags.flags.size(); ++i) {
      if (flags.flags[i].id != move.id) continue;
      QJ_RETURN_IF_ERROR(
          Move(transaction, move.id, flags.versions[i], move.to));
      break;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<ElapsedFlags> ElapseFlags(store::Store& store, absl::Time now) {
  Due due;
  QJ_RETURN_IF_ERROR(store.Read(
      [&](store::Reader& reader) { return FindDue(reader, now, due); }));
  ElapsedFlags elapsed;
  elapsed.next = due.next;
  if (due.ids.empty()) return elapsed;
  store::WriteOptions options;
  options.caller = "service:bottleneck";
  options.method = "/qiangji.bottleneck.v1.FlagService/Elapse";
  QJ_ASSIGN_OR_RETURN(
      const store::Commit commit,
      store.ReadWrite(options,
                      [&](store::Transaction& transaction,
                          std::vector<std::string>&) -> absl::Status {
                        for (const std::string& id : due.ids) {
                          QJ_RETURN_IF_ERROR(Mark(transaction, id));
                        }
                        return absl::OkStatus();
                      }));
  elapsed.moved = commit.changed;
  return elapsed;
}

}  // namespace qiangji::bottleneck
