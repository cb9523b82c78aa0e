// Releases in the coverage service's own store: written once, never changed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "qiangji/coverage/v1/release.pb.h"

namespace qiangji::coverage {

std::string ReleaseName(const std::string& id);
// "releases/2025-42" -> "2025-42"; INVALID_ARGUMENT.
absl::StatusOr<std::string> ReleaseIdOf(const std::string& name);

// A release with its id, rows and time; its name and etag are set. Table
// `parts`: "releases" has the heads, each a piece, "releases/ID" a whole one.
absl::Status PutRelease(store::Transaction& transaction, v1::Release release,
                        const std::string& owner_id);

// Without their rows, oldest first.
absl::StatusOr<std::vector<v1::Release>> ReadReleaseHeads(
    store::Reader& reader);
// NOT_FOUND; DATA_LOSS where it is not what was written.
absl::StatusOr<v1::Release> ReadRelease(store::Reader& reader,
                                        const std::string& id);

}  // namespace qiangji::coverage
