// The history of a registry as text: what `export --with-history` writes to
// history/log.csv, and what an empty registry is restored from.
//
// CSV of RFC 4180 in UTF-8 with LF, one record a row, the first cell its kind:
//
//   format,qiangji-history,1
//   table,NAME,NUMBER,COLUMN:TYPE[:key],…
//       A table, before its first row: its number (which row digests hold),
//       and its columns in order. TYPE is text, integer, number or boolean.
//   change,SEQ,TIME,CALLER,METHOD,REQUEST_ID,ROWS,PREVIOUS,DIGEST
//       A change: sequences from 1 without gaps, TIME in RFC 3339 UTC with six
//       decimals, then how many rows follow, the digest of the change before
//       (64 zeros at first) and its own. Digests are SHA-256 in hex.
//   put,TABLE,OWNER,DIGEST,CELL,…
//       A version of a row that the change wrote, with a cell for every column
//       in canonical text (empty = not stated).
//   delete,TABLE,,DIGEST,CELL,…
//       A row that the change closed: its key cells.
//   file,NAME,BYTES,DIGEST
//       A file of the same export beside history/: its size and SHA-256.
//   end,SEQ,DIGEST,LOG_DIGEST
//       The head; LOG_DIGEST is that of every byte before this row.
//
// A row's digest is SHA-256 over: byte NUMBER, byte 1, byte 'r'; then for every
// stated column in order, and for "owner_id" where there is an owner, its name
// (as are all texts, behind its length in 4 bytes, big-endian) and 'i' with the
// integer or boolean in 8 bytes, 'd' with the bits of the double in 8 bytes, or
// 't' with the text. For a deletion 'd' in place of 'r', and the key columns
// only. A change's digest is SHA-256 over: byte 1, SEQ in 8 bytes, TIME in
// microseconds since 1970 in 8 bytes, CALLER, METHOD and REQUEST_ID as texts,
// ROWS in 8 bytes; then every row's byte NUMBER and digest, sorted by these
// bytes; then PREVIOUS.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "db/store/store.h"
#include "services/registry/spool.h"

namespace qiangji::registry {

constexpr char kHistoryFile[] = "history/log.csv";

// Appends records to a text.
void AppendHistoryFormat(std::string& out);
void AppendHistoryTable(const domain::TableSchema& table, std::string& out);
void AppendHistoryChange(const store::Change& change, std::int64_t rows,
                         std::string& out);
void AppendHistoryRow(const domain::TableSchema& table,
                      const store::ChangedRow& row, absl::string_view digest,
                      std::string& out);
void AppendHistoryFileRecord(absl::string_view name, std::int64_t bytes,
                             absl::string_view digest, std::string& out);
void AppendHistoryEnd(const store::Change& head, absl::string_view log_digest,
                      std::string& out);

// Replays a log into `restore`. INVALID_ARGUMENT for what is no log, and
// DATA_LOSS where the chain is broken; `line` is then where. `on_row` is called
// for each row and may stop it.
absl::Status ReplayHistory(const SpooledFile& file, store::Restore& restore,
                           const std::function<absl::Status()>& on_row,
                           std::int64_t& line);

}  // namespace qiangji::registry
