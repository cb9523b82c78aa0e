// One step of a database's schema. The files lie in db/migrations, are
// embedded at build time and are never edited once released.
#pragma once

#include "absl/strings/string_view.h"

namespace qiangji::sql {

struct Migration {
  int version = 0;           // 1, 2, 3 ... without gaps
  absl::string_view name;    // "0001_init"
  absl::string_view apply;   // statements
  absl::string_view verify;  // one query that must answer one row holding 1
};

}  // namespace qiangji::sql
