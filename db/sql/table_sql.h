// The statements of one table that do not depend on a caller's filter.
#pragma once

#include <string>

#include "db/sql/table_layout.h"

namespace qiangji::sql {

// Every SELECT of rows gives layout.columns(), owner_id, seq_from, seq_to
// (0 = current), in this order, from a table aliased t. Keys are $1 ... $K.
struct TableSql {
  explicit TableSql(const TableLayout& layout);

  std::string columns;       // "t.item_id, ..., t.owner_id, t.seq_from"
  std::string current;       // by key
  std::string live_at;       // history by key: open at seq $K+1
  std::string history;       // by key, newest first
  std::string all_current;   // in stored key order
  std::string all_versions;  // history in order of key and seq_to
  std::string insert;        // columns(), owner_id, seq_from
  std::string update;        // the same parameters, of a key that is there
  std::string close;         // copies the current row of a key to history
                             // with seq_to = $K+1
  std::string remove;        // by key
};

// A table of one database with all that the store derives from it.
struct Table {
  Table(const domain::TableSchema& schema, Dictionaries* dictionaries)
      : layout(schema, dictionaries), sql(layout) {}
  TableLayout layout;
  TableSql sql;
};

}  // namespace qiangji::sql
