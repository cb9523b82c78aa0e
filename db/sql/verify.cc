#include "db/sql/verify.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "db/sql/digest.h"
#include "db/sql/reader.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

using store::AccessScope;
using store::Change;
using store::Seq;
using store::Stored;

constexpr std::size_t kMaxFindings = 1000;

std::string KeyText(const TableLayout& layout, const std::string& bytes) {
  Cells cells;
  if (!layout.ParseKey(bytes, 0, &cells)) return layout.name();
  const auto key = layout.DecodeKey(cells);
  if (!key.ok()) return layout.name();
  std::string text = absl::StrCat(layout.name(), " ");
  for (std::size_t k = 0; k < key->size(); ++k) {
    if (k > 0) text.push_back(',');
    const auto* number = std::get_if<std::int64_t>(&(*key)[k]);
    absl::StrAppend(&text, number != nullptr ? absl::StrCat(*number)
                                             : domain::TextOf((*key)[k]));
  }
  return text;
}

class Verifier {
 public:
  Verifier(const Catalog& catalog, Session* session,
           store::Verification* verification)
      : catalog_(catalog),
        session_(session),
        reader_(&catalog, session),
        out_(*verification) {}

  absl::Status Run() {
    QJ_RETURN_IF_ERROR(CheckNames());
    QJ_ASSIGN_OR_RETURN(out_.head, reader_.Head());
    QJ_RETURN_IF_ERROR(WalkChain());
    for (const auto& table : catalog_.tables()) {
      QJ_RETURN_IF_ERROR(CheckTable(*table));
    }
    return absl::OkStatus();
  }

 private:
  enum class Event : char { kOpens, kCloses };
  static std::uint64_t Mark(const Table& table, const std::string& key, Seq seq,
                            Event event) {
    return absl::HashOf(table.layout.schema().id, key, seq, event);
  }

  void Find(Seq seq, std::string where, std::string what) {
    if (out_.findings.size() < kMaxFindings) {
      out_.findings.push_back({seq, std::move(where), std::move(what)});
    }
  }

  absl::Status CheckNames() {
    for (const Dictionary* dictionary : catalog_.dictionaries()) {
      QJ_ASSIGN_OR_RETURN(const std::string problem,
                          dictionary->Compare(session_->connection()));
      if (!problem.empty()) Find(0, dictionary->table(), problem);
    }
    return absl::OkStatus();
  }

  absl::Status WalkChain() {
    Change before;
    before.time = absl::InfinitePast();
    before.digest = ZeroDigest();
    for (Seq seq = 1; seq <= out_.head.seq; ++seq) {
      auto change = reader_.ChangeAt(seq);
      if (absl::IsNotFound(change.status())) {
        Find(seq, "chain", "the change is missing");
        continue;
      }
      QJ_RETURN_IF_ERROR(change.status());
      ++out_.changes;
      if (change->previous != before.digest) {
        Find(seq, "chain", "does not follow the digest of the change before");
      }
      if (change->time <= before.time) {
        Find(seq, "chain", "its time is not after that of the change before");
      }
      QJ_RETURN_IF_ERROR(CheckChange(*change));
      before = *std::move(change);
    }
    QJ_ASSIGN_OR_RETURN(
        Lease strays,
        session_->Prepare("SELECT DISTINCT seq FROM change_row WHERE seq NOT "
                          "IN (SELECT seq FROM change)"));
    for (;;) {
      QJ_ASSIGN_OR_RETURN(const bool more, strays->Step());
      if (!more) return absl::OkStatus();
      Find(strays->Int(0), "change_row", "keys of a change that is not there");
    }
  }

  absl::Status CheckChange(const Change& change) {
    std::vector<RowDigest> digests;
    std::string only;  // where, for a change of one row
    const absl::Status walked = reader_.ChangedKeys(
        change.seq, [&](const Table& table, const std::string& key) {
          if (digests.empty()) only = KeyText(table.layout, key);
          return CheckKey(table, key, change.seq, &digests);
        });
    out_.rows += static_cast<std::int64_t>(digests.size());
    if (absl::IsDataLoss(walked)) {
      Find(change.seq, "change_row", std::string(walked.message()));
      return absl::OkStatus();
    }
    QJ_RETURN_IF_ERROR(walked);
    const std::size_t rows = digests.size();
    if (digester_.OfChange(change, &digests) !=
        Sha256FromBytes(change.digest)) {
      Find(change.seq,
           rows == 1 ? only : absl::StrCat("chain (", rows, " rows)"),
           "the digest is not that of the change and its rows");
    }
    return absl::OkStatus();
  }

  static Sha256 Sha256FromBytes(const std::string& bytes) {
    Sha256 digest{};
    if (bytes.size() == digest.size()) {
      std::copy(bytes.begin(), bytes.end(), digest.begin());
    }
    return digest;
  }

  // A touched key: the version that the change wrote, or none after it.
  absl::Status CheckKey(const Table& table, const std::string& key, Seq seq,
                        std::vector<RowDigest>* digests) {
    const TableLayout& layout = table.layout;
    Cells cells;
    if (!layout.ParseKey(key, 0, &cells)) {
      return absl::DataLossError("a key cannot be read");
    }
    QJ_ASSIGN_OR_RETURN(const std::optional<Stored> version,
                        reader_.Version(table, cells, AccessScope::All(), seq));
    QJ_ASSIGN_OR_RETURN(const bool closed, ClosedAt(table, cells, seq));
    if (closed) events_.insert(Mark(table, key, seq, Event::kCloses));
    if (version.has_value() && version->seq_from == seq) {
      events_.insert(Mark(table, key, seq, Event::kOpens));
      digests->push_back(
          digester_.OfRow(layout.schema(), version->row, version->owner_id));
      return absl::OkStatus();
    }
    QJ_ASSIGN_OR_RETURN(const domain::Key text, layout.DecodeKey(cells));
    digests->push_back(digester_.OfDeletion(layout.schema(), text));
    if (version.has_value() || !closed) {
      Find(seq, KeyText(layout, key),
           "the version that the change wrote or closed is missing");
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> ClosedAt(const Table& table, const Cells& key, Seq seq) {
    // The first version closed after seq - 1 is the one closed at seq, or none.
    QJ_ASSIGN_OR_RETURN(Lease find, session_->Prepare(table.sql.live_at));
    for (std::size_t c = 0; c < key.size(); ++c) {
      find->BindValue(static_cast<int>(c) + 1, key[c]);
    }
    find->BindInt(static_cast<int>(key.size()) + 1, seq - 1);
    QJ_ASSIGN_OR_RETURN(const bool found, find->Step());
    const int seq_to = static_cast<int>(table.layout.columns().size()) + 2;
    return found && find->Int(seq_to) == seq;
  }

  // Every row is one that a change wrote, and closed rows do not overlap.
  absl::Status CheckTable(const Table& table) {
    for (const std::string* sql :
         {&table.sql.all_current, &table.sql.all_versions}) {
      QJ_ASSIGN_OR_RETURN(Lease rows, session_->Prepare(*sql));
      Cells cells;
      std::string key;
      std::string last_key;
      Seq last_to = 0;
      const int next = static_cast<int>(table.layout.columns().size());
      for (;;) {
        QJ_ASSIGN_OR_RETURN(const bool more, rows->Step());
        if (!more) break;
        table.layout.Read(*rows, &cells);
        key.clear();
        table.layout.AppendKey(cells, 0, &key);
        const Seq from = rows->Int(next + 1);
        const Seq to = rows->Int(next + 2);
        if (!events_.contains(Mark(table, key, from, Event::kOpens))) {
          Find(from, KeyText(table.layout, key), "no change wrote this row");
        }
        if (to == 0) continue;
        if (!events_.contains(Mark(table, key, to, Event::kCloses))) {
          Find(to, KeyText(table.layout, key), "no change closed this row");
        }
        if (from >= to || (key == last_key && from < last_to)) {
          Find(from, KeyText(table.layout, key), "versions overlap");
        }
        last_key = key;
        last_to = to;
      }
    }
    return absl::OkStatus();
  }

  const Catalog& catalog_;
  Session* session_;
  SqlReader reader_;
  Digester digester_;
  store::Verification& out_;
  absl::flat_hash_set<std::uint64_t> events_;  // of the chain
};

}  // namespace

absl::Status VerifyDatabase(const Catalog& catalog, Session* session,
                            store::Verification* verification) {
  return Verifier(catalog, session, verification).Run();
}

}  // namespace qiangji::sql
