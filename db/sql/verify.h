// Recomputes the chain of changes from what the tables hold.
#pragma once

#include "absl/status/status.h"
#include "db/sql/catalog.h"
#include "db/sql/session.h"
#include "db/store/store.h"

namespace qiangji::sql {

// Within the open snapshot of `session`. Problems are findings; a status is
// returned only where the database cannot be read at all.
absl::Status VerifyDatabase(const Catalog& catalog, Session* session,
                            store::Verification* verification);

}  // namespace qiangji::sql
