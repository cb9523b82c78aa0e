// Reports in the coverage service's own store: written once, never changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "db/store/store.h"
#include "qiangji/coverage/v1/report.pb.h"

namespace qiangji::coverage {

// A report as it is kept. `head` has what the list of reports says of it; its
// `content_digest` is that of the content when it was written.
struct KeptReport {
  v1::Report head;
  std::string content;  // canonical JSON; "" where only heads were read
  store::Seq seq = 0;   // change of the coverage store that wrote it
};

// "reports/annual-2025-42" -> "annual-2025-42"; INVALID_ARGUMENT.
absl::StatusOr<std::string> ReportIdOf(const std::string& name);

// Writes a report whose content is `report`, with its canonical JSON. An empty
// id becomes KIND-YEAR-SEQ, with -2, -3 … where that is taken. Returns the id.
// ALREADY_EXISTS where the id is taken.
absl::StatusOr<std::string> PutReport(store::Transaction& transaction,
                                      const std::string& id,
                                      const v1::Report& report,
                                      const std::string& content,
                                      absl::Time now,
                                      const std::string& owner_id);

// With its content. NOT_FOUND.
absl::StatusOr<KeptReport> ReadReport(store::Reader& reader,
                                      const std::string& id);

// Heads at a sequence of the coverage store, newest first, then by id.
absl::StatusOr<std::vector<KeptReport>> ReadReports(store::Reader& reader,
                                                    store::Seq at);

// The text of a resource in pieces (table `parts`), and back. A text is at most
// kMostContentBytes: RESOURCE_EXHAUSTED above.
constexpr std::int64_t kMostContentBytes = std::int64_t{256} << 20;
absl::Status PutParts(store::Transaction& transaction,
                      const std::string& resource, const std::string& text,
                      const std::string& owner_id);
absl::StatusOr<std::string> ReadParts(store::Reader& reader,
                                      const std::string& resource);

}  // namespace qiangji::coverage
