#include "db/sql/import_diff.h"

#include "db/sql/payload.h"
#include "services/base/status_macros.h"

namespace qiangji::sql {
namespace {

// Below this many staged rows each is looked up; above it the whole table is
// read in order (measured: 6 us a look-up, 0.3 us a row of the scan).
constexpr std::int64_t kLookUps = 4096;

// The staged rows, one a key.
class StagedRows {
 public:
  StagedRows(const SpillFile* file, const std::vector<Run>& runs)
      : merger_(file, runs) {}
  absl::Status Next() {
    if (has_row_) last_.assign(record().key.data(), record().key.size());
    const bool first = !has_row_;
    QJ_ASSIGN_OR_RETURN(has_row_, merger_.Next());
    if (has_row_ && !first && record().key == last_) {
      return absl::FailedPreconditionError(
          "a key is staged more than once; see Duplicates");
    }
    return absl::OkStatus();
  }
  bool has_row() const { return has_row_; }
  const Record& record() const { return merger_.record(); }

 private:
  RunMerger merger_;
  bool has_row_ = false;
  std::string last_;
};

// Current rows as bytes that compare with staged ones.
class CurrentRows {
 public:
  CurrentRows(const TableLayout& layout, Lease statement)
      : layout_(layout), statement_(std::move(statement)) {}
  absl::Status Next() {
    QJ_ASSIGN_OR_RETURN(has_row_, statement_->Step());
    if (!has_row_) return absl::OkStatus();
    layout_.Read(*statement_, &cells_);
    key_.clear();
    layout_.AppendKey(cells_, 0, &key_);
    return absl::OkStatus();
  }
  // Looks one key up instead of walking.
  absl::Status Seek(absl::string_view key) {
    statement_->Reset();
    if (!layout_.ParseKey(key, 0, &seek_)) {
      return absl::InternalError("a staged key cannot be read");
    }
    for (std::size_t c = 0; c < seek_.size(); ++c) {
      statement_->BindValue(static_cast<int>(c) + 1, seek_[c]);
    }
    return Next();
  }
  bool has_row() const { return has_row_; }
  absl::string_view key() const { return key_; }
  absl::string_view owner() const {
    return statement_->Text(static_cast<int>(layout_.columns().size()));
  }
  bool Equals(const Record& staged, const std::string& owner_id) {
    payload_.clear();
    AppendPayload(layout_, cells_, &payload_);
    return payload_ == staged.payload && owner() == owner_id;
  }

 private:
  const TableLayout& layout_;
  Lease statement_;
  bool has_row_ = false;
  Cells cells_;
  Cells seek_;
  std::string key_;
  std::string payload_;
};

absl::Status Emit(absl::string_view key, absl::string_view payload,
                  Action action, RunWriter* out) {
  return out->Add({key, payload, static_cast<std::int64_t>(action)});
}

// A staged key that is there already.
absl::Status Meet(CurrentRows* current, const Record& staged,
                  const std::string& owner_id, RunWriter* out,
                  store::ImportCounts* counts) {
  if (current->Equals(staged, owner_id)) {
    ++counts->unchanged;
    return absl::OkStatus();
  }
  ++counts->changed;
  return Emit(staged.key, staged.payload, Action::kUpdate, out);
}

}  // namespace

absl::Status DiffRuns(Session* session, const Table& table,
                      const SpillFile& file, const std::vector<Run>& runs,
                      bool replace, const std::string& owner_id, RunWriter* out,
                      store::ImportCounts* counts) {
  *counts = {};
  for (const Run& run : runs) counts->rows += run.rows;
  const bool walk = replace || counts->rows > kLookUps;
  QJ_ASSIGN_OR_RETURN(
      Lease statement,
      session->Prepare(walk ? table.sql.all_current : table.sql.current));
  CurrentRows current(table.layout, std::move(statement));
  StagedRows staged(&file, runs);
  QJ_RETURN_IF_ERROR(staged.Next());
  if (walk) QJ_RETURN_IF_ERROR(current.Next());
  while (staged.has_row() || (walk && current.has_row())) {
    if (!walk) QJ_RETURN_IF_ERROR(current.Seek(staged.record().key));
    const int order = !staged.has_row() ? 1
                      : !current.has_row()
                          ? -1
                          : staged.record().key.compare(current.key());
    if (order < 0) {
      ++counts->added;
      QJ_RETURN_IF_ERROR(Emit(staged.record().key, staged.record().payload,
                              Action::kAdd, out));
    } else if (order == 0) {
      QJ_RETURN_IF_ERROR(
          Meet(&current, staged.record(), owner_id, out, counts));
    } else if (replace && (owner_id.empty() || current.owner() == owner_id)) {
      ++counts->closed;
      QJ_RETURN_IF_ERROR(Emit(current.key(), "", Action::kClose, out));
    }
    if (order <= 0) QJ_RETURN_IF_ERROR(staged.Next());
    if (walk && order >= 0) QJ_RETURN_IF_ERROR(current.Next());
  }
  return absl::OkStatus();
}

}  // namespace qiangji::sql
