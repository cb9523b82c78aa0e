// A scan: the current rows, merged with the closed ones that were live at the
// asked sequence, in the order of the cursor.
#pragma once

#include "db/sql/query.h"
#include "db/sql/session.h"
#include "db/sql/table_sql.h"
#include "db/store/store.h"

namespace qiangji::sql {

// `at` is kHead where only current rows are asked for.
absl::Status ScanRows(
    Session* session, const Table& table, const store::ScanOptions& options,
    const store::AccessScope& scope, store::Seq at,
    absl::FunctionRef<absl::Status(const store::Stored&, absl::string_view)>
        visit);

}  // namespace qiangji::sql
