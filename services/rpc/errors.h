// Named constructors of the errors of the API: one wording, one code, one
// reason (AIP-193). Details ride on absl::Status as payloads under their
// google.rpc type URLs; status.h turns them into a gRPC status.
//
// Messages name the field and the id, never other people's data.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace qiangji::rpc {

// The domain of every ErrorInfo.
constexpr char kErrorDomain[] = "qiangji";

using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// Collects what is wrong with a request, all at once.
class Violations {
 public:
  // `field` is a path: "supply.quantity", "requests[3].item.category".
  void Add(absl::string_view field, absl::string_view what);
  // The field is fine by itself, but names a resource that is not there.
  void AddDangling(absl::string_view field, absl::string_view what);
  bool empty() const { return violations_.empty(); }
  std::size_t size() const { return violations_.size(); }
  // OK when empty, else INVALID_ARGUMENT with BadRequest (the first 100 and,
  // in the message, how many there are); FAILED_PRECONDITION where all are
  // dangling: the same request may be right later.
  absl::Status ToStatus() const;

 private:
  std::vector<std::pair<std::string, std::string>> violations_;
  std::size_t dangling_ = 0;
};

absl::Status InvalidField(absl::string_view field, absl::string_view what);
// `name` is a resource name: "items/harmonic-reducer".
absl::Status NotFound(absl::string_view name);
absl::Status AlreadyExists(absl::string_view name);
// ABORTED: read again and repeat (AIP-154).
absl::Status StaleEtag(absl::string_view name, absl::string_view current);
// ALREADY_EXISTS: the id is that of a deleted resource, which can be undeleted
// (AIP-164); or the resource was to be undeleted and is not deleted.
absl::Status AlreadyDeleted(absl::string_view name);
absl::Status NotDeleted(absl::string_view name);
// FAILED_PRECONDITION: `count` rows still use `name` (`more`: at least), of
// which `dependents` are named, each a PreconditionFailure violation.
absl::Status StillReferenced(absl::string_view name,
                             const std::vector<std::string>& dependents,
                             int count, bool more);
absl::Status FailedPrecondition(absl::string_view reason,
                                absl::string_view message,
                                const ErrorMetadata& metadata = {});
absl::Status PermissionDenied(absl::string_view permission);
absl::Status QueueFull(absl::string_view what);
// RESOURCE_EXHAUSTED: the reader of a stream has too much queued. `resume`
// says where it can go on.
absl::Status SlowReader(const ErrorMetadata& resume);
// UNAVAILABLE: the service shuts down; a stream goes on elsewhere from
// `resume`.
absl::Status ShuttingDown(const ErrorMetadata& resume);
absl::Status BadPageToken();
// UNAVAILABLE, naming both sequences: the picture or the evaluation at `have`
// has not reached `wanted` within the deadline.
absl::Status Behind(absl::string_view what, std::int64_t wanted,
                    std::int64_t have);
// OUT_OF_RANGE: read_seq or read_time before or after what is recorded.
absl::Status OutOfRange(absl::string_view field, absl::string_view what);
// UNIMPLEMENTED: an rpc of a later issue.
absl::Status NotInThisBuild(absl::string_view method);

// Attaches the ErrorInfo. Replaces an earlier one. No-op on OK.
absl::Status WithReason(absl::Status status, absl::string_view reason,
                        const ErrorMetadata& metadata = {});
// "" where there is none.
std::string ReasonOf(const absl::Status& status);
std::string MetadataOf(const absl::Status& status, absl::string_view key);
// Subject of every PreconditionFailure violation, in order.
std::vector<std::string> SubjectsOf(const absl::Status& status);
// Field and description of every violation, in order.
std::vector<std::pair<std::string, std::string>> ViolationsOf(
    const absl::Status& status);

}  // namespace qiangji::rpc
