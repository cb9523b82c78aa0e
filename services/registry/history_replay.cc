// Reading a history log (history_log.h).
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/domain/validate.h"
#include "services/registry/csv_reader.h"
#include "services/registry/history_log.h"

namespace qiangji::registry {
namespace {

using Cells = std::vector<std::string>;

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, "; accepted: a log that export --with-history wrote"));
}

class Replay {
 public:
  Replay(store::Restore& restore, const std::function<absl::Status()>& on_row)
      : restore_(restore), on_row_(on_row) {}

  absl::Status OnRecord(const Cells& cells) {
    if (ended_) return Wrong("there are records after the end");
    const std::string& kind = cells[0];
    if (!begun_) return Format(cells);
    if (kind == "put" || kind == "delete") return Row(cells);
    if (rows_left_ > 0) return Wrong("rows of a change are missing");
    if (kind == "table") return Table(cells);
    if (kind == "change") return Change(cells);
    if (kind == "file") return absl::OkStatus();  // of the other files
    if (kind == "end") return End(cells);
    return Wrong(absl::StrCat(domain::Quoted(kind), " is no record"));
  }
  absl::Status Finish() const {
    return ended_ ? absl::OkStatus() : Wrong("the log is cut off");
  }

 private:
  struct Layout {
    const domain::TableSchema* table = nullptr;
    std::vector<int> columns;  // of the table, by cell
  };

  absl::Status Format(const Cells& cells) {
    if (cells != Cells{"format", "qiangji-history", "1"}) {
      return Wrong("this is no history log of version 1");
    }
    begun_ = true;
    return absl::OkStatus();
  }

  // A column that this build has not would be lost: refused.
  absl::Status Table(const Cells& cells) {
    if (cells.size() < 4) return Wrong("a table record is too short");
    Layout layout;
    layout.table = domain::FindTable(cells[1]);
    if (layout.table == nullptr ||
        absl::StrCat(static_cast<int>(layout.table->id)) != cells[2]) {
      return Wrong(
          absl::StrCat(domain::Quoted(cells[1]), " is no table of this build"));
    }
    for (std::size_t c = 3; c < cells.size(); ++c) {
      const std::vector<std::string> parts = absl::StrSplit(cells[c], ':');
      const int column = layout.table->Find(parts[0]);
      if (column < 0) {
        return Wrong(absl::StrCat(domain::Quoted(parts[0]), " is no column of ",
                                  cells[1], " in this build"));
      }
      layout.columns.push_back(column);
    }
    tables_[cells[1]] = std::move(layout);
    return absl::OkStatus();
  }

  absl::Status Change(const Cells& cells) {
    if (cells.size() != 9) return Wrong("a change record has not nine cells");
    store::Change change;
    std::string error;
    if (!absl::SimpleAtoi(cells[1], &change.seq) ||
        !absl::SimpleAtoi(cells[6], &rows_left_) || rows_left_ < 1 ||
        !absl::ParseTime(absl::RFC3339_full, cells[2], &change.time, &error)) {
      return Wrong("sequence, time or number of rows cannot be read");
    }
    change.caller = cells[3];
    change.method = cells[4];
    change.request_id = cells[5];
    change.previous = absl::HexStringToBytes(cells[7]);
    change.digest = absl::HexStringToBytes(cells[8]);
    last_ = change.seq;
    return restore_.Begin(change);
  }

  absl::Status Row(const Cells& cells) {
    if (rows_left_ == 0) return Wrong("a row belongs to no change");
    const auto found =
        cells.size() < 5 ? tables_.end() : tables_.find(cells[1]);
    if (found == tables_.end()) return Wrong("a row of an unknown table");
    QJ_RETURN_IF_ERROR(on_row_());
    const Layout& layout = found->second;
    QJ_RETURN_IF_ERROR(cells[0] == "put" ? Put(layout, cells)
                                         : Delete(layout, cells));
    return --rows_left_ == 0 ? restore_.End() : absl::OkStatus();
  }

  absl::Status Put(const Layout& layout, const Cells& cells) {
    if (cells.size() != 4 + layout.columns.size()) {
      return Wrong("a row has not a cell for every column");
    }
    domain::Row row(layout.table->columns.size());
    for (std::size_t c = 0; c < layout.columns.size(); ++c) {
      QJ_ASSIGN_OR_RETURN(row[static_cast<std::size_t>(layout.columns[c])],
                          Cell(layout, layout.columns[c], cells[4 + c]));
    }
    return restore_.Put(*layout.table, row, cells[2]);
  }

  absl::Status Delete(const Layout& layout, const Cells& cells) {
    const auto keys = layout.table->key_columns();
    if (cells.size() != 4 + keys.size()) {
      return Wrong("a deleted row has not a cell for every key column");
    }
    domain::Key key;
    for (std::size_t k = 0; k < keys.size(); ++k) {
      QJ_ASSIGN_OR_RETURN(domain::Value value,
                          Cell(layout, keys[k], cells[4 + k]));
      key.push_back(domain::IsNull(value) ? domain::Value(std::string())
                                          : std::move(value));
    }
    return restore_.Delete(*layout.table, key);
  }

  static absl::StatusOr<domain::Value> Cell(const Layout& layout, int column,
                                            const std::string& text) {
    if (text.empty()) return domain::Value();
    const domain::Column& described =
        layout.table->columns[static_cast<std::size_t>(column)];
    absl::StatusOr<domain::Value> value = domain::ParseCell(described, text);
    if (value.ok()) return value;
    return absl::InvalidArgumentError(
        absl::StrCat(described.name, ": ", value.status().message()));
  }

  absl::Status End(const Cells& cells) {
    if (cells.size() != 4 || cells[1] != absl::StrCat(last_)) {
      return Wrong("the end is not that of the last change");
    }
    ended_ = true;
    return absl::OkStatus();
  }

  store::Restore& restore_;
  const std::function<absl::Status()>& on_row_;
  bool begun_ = false;
  bool ended_ = false;
  std::int64_t rows_left_ = 0;
  store::Seq last_ = 0;
  std::map<std::string, Layout> tables_;
};

}  // namespace

absl::Status ReplayHistory(const SpooledFile& file, store::Restore& restore,
                           const std::function<absl::Status()>& on_row,
                           std::int64_t& line) {
  Replay replay(restore, on_row);
  std::int64_t at = 0;
  CsvReader csv([&](std::int64_t number, std::vector<std::string>& cells) {
    at = number;
    return replay.OnRecord(cells);
  });
  absl::Status read = file.Read(
      FileEncoding::kUtf8,
      [&](absl::string_view text) { return csv.Feed(text); }, line);
  if (read.ok()) read = csv.Finish();
  if (read.ok()) read = replay.Finish();
  if (at > 0) line = at;
  return read;
}

}  // namespace qiangji::registry
