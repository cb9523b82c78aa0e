#include "clients/cli/verify_export.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "clients/cli/chain_digest.h"
#include "clients/cli/csv_records.h"
#include "services/base/status_macros.h"

namespace qiangji::cli {
namespace {

constexpr char kLog[] = "history/log.csv";
// Between cells of a joined row; no text of a table holds it.
constexpr char kUnit[] = "\x1f";

struct Column {
  std::string name;
  std::string type;
  bool key = false;
};
struct TableState {
  int number = 0;
  std::vector<Column> columns;
  // Current rows: joined key, and the digest of the joined cells.
  absl::flat_hash_map<std::string, std::string> rows;
};

class Verifier {
 public:
  explicit Verifier(std::string directory)
      : directory_(std::move(directory)), log_(directory_ + "/" + kLog) {}

  absl::StatusOr<VerifiedExport> Run() {
    if (!log_.open()) {
      return absl::NotFoundError(absl::StrCat(
          directory_, "/", kLog, ": not there (export --with-history)"));
    }
    for (;;) {
      const absl::StatusOr<bool> more = log_.Next();
      if (!more.ok()) return Broken(more.status().message());
      if (!*more) break;
      if (ended_) return Broken("there are records after the end");
      QJ_RETURN_IF_ERROR(OnRecord(log_.cells()));
      log_sum_.Add(log_.raw());
    }
    if (!ended_) return Broken("the log is cut off");
    return found_;
  }

 private:
  using Cells = std::vector<std::string>;

  absl::Status BrokenAt(absl::string_view file, std::int64_t line,
                        absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(file, ":", line, ": ", what));
  }
  absl::Status Broken(absl::string_view what) const {
    return BrokenAt(kLog, log_.line(),
                    change_.seq > 0
                        ? absl::StrCat("change ", change_.seq, ": ", what)
                        : std::string(what));
  }

  absl::Status OnRecord(const Cells& cells) {
    if (!begun_) {
      begun_ = cells == Cells{"format", "qiangji-history", "1"};
      return begun_ ? absl::OkStatus()
                    : Broken("this is no history log of version 1");
    }
    if (cells[0] == "put" || cells[0] == "delete") return Row(cells);
    if (rows_left_ > 0) return Broken("rows are missing");
    if (cells[0] == "table") return Table(cells);
    if (cells[0] == "change") return Change(cells);
    if (cells[0] == "file") return File(cells);
    if (cells[0] == "end") return End(cells);
    return Broken("no known record");
  }

  absl::Status Table(const Cells& cells) {
    TableState table;
    if (cells.size() < 4 || !absl::SimpleAtoi(cells[2], &table.number)) {
      return Broken("a table without number or columns");
    }
    for (std::size_t c = 3; c < cells.size(); ++c) {
      const Cells parts = absl::StrSplit(cells[c], ':');
      const bool key = parts.size() == 3 && parts[2] == "key";
      if (parts.size() != 2 && !key) return Broken("a column without type");
      table.columns.push_back({parts[0], parts[1], key});
    }
    tables_[cells[1]] = std::move(table);
    return absl::OkStatus();
  }

  absl::Status Change(const Cells& cells) {
    const std::int64_t before = change_.seq;
    absl::Time time;
    std::string error;
    if (cells.size() != 9 || !absl::SimpleAtoi(cells[1], &change_.seq) ||
        !absl::SimpleAtoi(cells[6], &rows_left_) || rows_left_ < 1 ||
        !absl::ParseTime(absl::RFC3339_full, cells[2], &time, &error)) {
      return Broken("the record cannot be read");
    }
    if (change_.seq != before + 1) {
      return Broken(absl::StrCat("does not follow change ", before));
    }
    if (absl::HexStringToBytes(cells[7]) != digest_) {
      return Broken("does not follow the digest of the change before");
    }
    const std::int64_t micros = absl::ToUnixMicros(time);
    if (before > 0 && micros <= change_.micros) {
      return Broken("its time is not after that of the change before");
    }
    change_.micros = micros;
    change_.caller = cells[3];
    change_.method = cells[4];
    change_.request_id = cells[5];
    change_.previous = digest_;
    digest_ = absl::HexStringToBytes(cells[8]);
    digests_.clear();
    ++found_.changes;
    return absl::OkStatus();
  }

  absl::Status Row(const Cells& cells) {
    const auto found =
        cells.size() < 4 ? tables_.end() : tables_.find(cells[1]);
    if (rows_left_ == 0 || found == tables_.end()) {
      return Broken("a row of no change or table");
    }
    TableState& table = found->second;
    const bool put = cells[0] == "put";
    std::vector<Column> columns;
    for (const Column& column : table.columns) {
      if (put || column.key) columns.push_back(column);
    }
    if (cells.size() != 4 + columns.size()) return Broken("cells are missing");
    RowBytes bytes(table.number, put ? 'r' : 'd');
    Cells key;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].key) key.push_back(cells[4 + c]);
    }
    const std::string name =
        absl::StrCat(cells[1], " (", absl::StrJoin(key, ", "), "): ");
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (!bytes.Add(columns[c].name, columns[c].type, cells[4 + c])) {
        return Broken(absl::StrCat(name, columns[c].name, " cannot be read"));
      }
    }
    bytes.Add("owner_id", "text", cells[2]);
    const std::string digest = bytes.Digest();
    if (digest != absl::HexStringToBytes(cells[3])) {
      return Broken(absl::StrCat(name, "the digest is not that of the row"));
    }
    digests_.emplace_back(table.number, digest);
    if (put) {
      table.rows[absl::StrJoin(key, kUnit)] = Joined(cells, 4);
    } else if (table.rows.erase(absl::StrJoin(key, kUnit)) == 0) {
      return Broken(absl::StrCat(name, "is closed and was not there"));
    }
    ++found_.rows;
    if (--rows_left_ > 0) return absl::OkStatus();
    if (ChangeDigest(change_, std::move(digests_)) != digest_) {
      return Broken("the digest is not that of the change and its rows");
    }
    digests_ = {};
    return absl::OkStatus();
  }

  static std::string Joined(const Cells& cells, std::size_t from) {
    return Sha256(absl::StrJoin(
        cells.begin() + static_cast<std::ptrdiff_t>(from), cells.end(), kUnit));
  }

  // A file beside the log: its bytes, and its rows against the state.
  absl::Status File(const Cells& cells) {
    // A name from the log must not leave the directory: it is looked up.
    const std::string stem =
        cells.size() == 4 ? cells[1].substr(0, cells[1].find('.')) : "";
    const auto found = tables_.find(stem);
    if (found == tables_.end()) return Broken("a file of no table");
    TableState& table = found->second;
    CsvRecords records(directory_ + "/" + stem + ".csv");
    if (!records.open()) return BrokenAt(cells[1], 0, "the file is missing");
    Sha256Sum sum;
    std::int64_t bytes = 0;
    bool header = true;
    for (;;) {
      const absl::StatusOr<bool> more = records.Next();
      if (!more.ok()) {
        return BrokenAt(cells[1], records.line(), more.status().message());
      }
      if (!*more) break;
      sum.Add(records.raw());
      bytes += static_cast<std::int64_t>(records.raw().size());
      const absl::Status row = header ? Header(table, records, cells[1])
                                      : CurrentRow(table, records, cells[1]);
      QJ_RETURN_IF_ERROR(row);
      header = false;
    }
    if (!table.rows.empty()) {
      return BrokenAt(
          cells[1], 0,
          absl::StrCat(
              "row (",
              absl::StrJoin(absl::StrSplit(table.rows.begin()->first, kUnit),
                            ", "),
              ") of the log is missing"));
    }
    if (absl::StrCat(bytes) != cells[2] ||
        sum.Digest() != absl::HexStringToBytes(cells[3])) {
      return BrokenAt(cells[1], 0, "the digest is not that of the file");
    }
    return absl::OkStatus();
  }

  absl::Status Header(const TableState& table, const CsvRecords& records,
                      const std::string& file) const {
    Cells names;
    for (const Column& column : table.columns) names.push_back(column.name);
    return names == records.cells()
               ? absl::OkStatus()
               : BrokenAt(file, records.line(),
                          "the columns are not those of the log");
  }

  absl::Status CurrentRow(TableState& table, const CsvRecords& records,
                          const std::string& file) const {
    Cells key;
    for (std::size_t c = 0;
         c < table.columns.size() && c < records.cells().size(); ++c) {
      if (table.columns[c].key) key.push_back(records.cells()[c]);
    }
    const auto row = table.rows.find(absl::StrJoin(key, kUnit));
    if (row == table.rows.end() || row->second != Joined(records.cells(), 0)) {
      return BrokenAt(file, records.line(),
                      absl::StrCat("row (", absl::StrJoin(key, ", "),
                                   ") is not that of the log"));
    }
    table.rows.erase(row);
    return absl::OkStatus();
  }

  absl::Status End(const Cells& cells) {
    if (cells.size() != 4 || cells[1] != absl::StrCat(change_.seq) ||
        cells[2] != absl::BytesToHexString(digest_)) {
      return Broken("the end is not that of the last change");
    }
    // Texts, not bytes: nothing else covers this record.
    if (absl::BytesToHexString(log_sum_.Digest()) != cells[3]) {
      return Broken("the digest at the end is not that of the log");
    }
    ended_ = true;
    found_.seq = change_.seq;
    found_.digest = absl::BytesToHexString(digest_);
    return absl::OkStatus();
  }

  const std::string directory_;
  CsvRecords log_;
  Sha256Sum log_sum_;
  VerifiedExport found_;
  bool begun_ = false;
  bool ended_ = false;
  std::int64_t rows_left_ = 0;
  ChangeHeader change_;
  std::string digest_ = std::string(32, '\0');  // of change_
  std::vector<std::pair<int, std::string>> digests_;
  std::map<std::string, TableState> tables_;
};

}  // namespace

absl::StatusOr<VerifiedExport> VerifyExport(const std::string& directory) {
  return Verifier(directory).Run();
}

}  // namespace qiangji::cli
