#include "services/registry/history_log.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/registry/csv_reader.h"
#include "services/registry/csv_row.h"

namespace qiangji::registry {
namespace {

constexpr char kTimeFormat[] = "%Y-%m-%d%ET%H:%M:%E6SZ";

absl::string_view TypeName(domain::Kind kind) {
  switch (kind) {
    case domain::Kind::kNumber:
      return "number";
    case domain::Kind::kInteger:
    case domain::Kind::kYear:
      return "integer";
    case domain::Kind::kBool:
      return "boolean";
    default:
      return "text";
  }
}

void Append(std::initializer_list<absl::string_view> cells, std::string& out) {
  bool first = true;
  for (const absl::string_view cell : cells) {
    if (!first) out.push_back(',');
    first = false;
    AppendCsvCell(cell, out);
  }
}

std::string Hex(absl::string_view bytes) {
  return absl::BytesToHexString(bytes);
}

}  // namespace

void AppendHistoryFormat(std::string& out) {
  out.append("format,qiangji-history,1\n");
}

void AppendHistoryTable(const domain::TableSchema& table, std::string& out) {
  Append({"table", table.name, absl::StrCat(static_cast<int>(table.id))}, out);
  for (const domain::Column& column : table.columns) {
    absl::StrAppend(&out, ",", column.name, ":", TypeName(column.kind),
                    column.key ? ":key" : "");
  }
  out.push_back('\n');
}

void AppendHistoryChange(const store::Change& change, std::int64_t rows,
                         std::string& out) {
  Append({"change", absl::StrCat(change.seq),
          absl::FormatTime(kTimeFormat, change.time, absl::UTCTimeZone()),
          change.caller, change.method, change.request_id, absl::StrCat(rows),
          Hex(change.previous), Hex(change.digest)},
         out);
  out.push_back('\n');
}

void AppendHistoryRow(const domain::TableSchema& table,
                      const store::ChangedRow& row, absl::string_view digest,
                      std::string& out) {
  const auto cell = [&](std::size_t column, const domain::Value& value) {
    out.push_back(',');
    AppendCsvValue(table.columns[column], value, out);
  };
  if (row.row) {
    Append({"put", table.name, row.row->owner_id, Hex(digest)}, out);
    for (std::size_t c = 0; c < row.row->row.size(); ++c) {
      cell(c, row.row->row[c]);
    }
  } else {
    Append({"delete", table.name, "", Hex(digest)}, out);
    const auto keys = table.key_columns();
    for (std::size_t k = 0; k < row.key.size(); ++k) {
      cell(static_cast<std::size_t>(keys[k]), row.key[k]);
    }
  }
  out.push_back('\n');
}

void AppendHistoryFileRecord(absl::string_view name, std::int64_t bytes,
                             absl::string_view digest, std::string& out) {
  Append({"file", name, absl::StrCat(bytes), Hex(digest)}, out);
  out.push_back('\n');
}

void AppendHistoryEnd(const store::Change& head, absl::string_view log_digest,
                      std::string& out) {
  Append({"end", absl::StrCat(head.seq), Hex(head.digest), Hex(log_digest)},
         out);
  out.push_back('\n');
}

}  // namespace qiangji::registry
