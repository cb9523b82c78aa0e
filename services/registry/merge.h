// Merging two items or organizations that are one, and taking it back.
//
// A merge is one change. Every reference to the merged id is rewritten, its row
// goes, and a row of table `merges` says where: reads and references by the old
// id are led to the kept one. States before the merge are not touched. Undoing
// is one change as well: each row of the merge's change is written as it was
// before, provided that nobody changed it since.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "db/store/store.h"
#include "services/domain/schema.h"

namespace qiangji::registry {

// Rows written, by table.
using TableRows = std::map<domain::TableId, int>;

// "item" or "organization" in table `merges`; nullptr for other tables.
const char* MergedKindOf(domain::TableId table);

// The id that `id` was merged into as of `at`; "" where it was not.
absl::StatusOr<std::string> MergedInto(store::Reader& reader,
                                       domain::TableId table,
                                       absl::string_view id,
                                       store::Seq at = store::kHead);

// What a read of `key` as of `seq` answers: `found` where it is live, else the
// row of the id that it was merged into, else `found`.
absl::StatusOr<std::optional<store::Stored>> FollowMerge(
    store::Reader& reader, const domain::TableSchema& table,
    const domain::Key& key, const store::AccessScope& scope, store::Seq seq,
    std::optional<store::Stored> found);

// `table`: items or organizations. NOT_FOUND where one of the two is none,
// INVALID_ARGUMENT where they are the same, FAILED_PRECONDITION where rows of
// both would become one with different content, or the state after it breaks a
// rule over several rows.
absl::StatusOr<TableRows> MergeRows(store::Transaction& transaction,
                                    domain::TableId table,
                                    const std::string& kept,
                                    const std::string& merged);

// NOT_FOUND where there is no such merge; FAILED_PRECONDITION as above.
absl::StatusOr<TableRows> UndoMergeRows(store::Transaction& transaction,
                                        domain::TableId table,
                                        const std::string& merged);

}  // namespace qiangji::registry
