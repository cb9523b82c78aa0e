#include "services/rpc/errors.h"

#include <algorithm>
#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/rpc/error_details.pb.h"
#include "services/rpc/limits.h"

namespace qiangji::rpc {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kPreconditionUrl[] =
    "type.googleapis.com/google.rpc.PreconditionFailure";

template <typename Message>
void Attach(absl::Status& status, const char* url, const Message& message) {
  status.SetPayload(url, absl::Cord(message.SerializeAsString()));
}

template <typename Message>
std::optional<Message> Detail(const absl::Status& status, const char* url) {
  const auto payload = status.GetPayload(url);
  if (!payload.has_value()) return std::nullopt;
  Message message;
  if (!message.ParseFromString(std::string(*payload))) return std::nullopt;
  return message;
}

std::string Cut(absl::string_view text) {
  constexpr std::size_t kMost = 200;  // of one dynamic part
  return std::string(text.substr(0, kMost));
}

}  // namespace

void Violations::Add(absl::string_view field, absl::string_view what) {
  violations_.emplace_back(std::string(field), std::string(what));
}

void Violations::AddDangling(absl::string_view field, absl::string_view what) {
  Add(field, what);
  ++dangling_;
}

absl::Status Violations::ToStatus() const {
  if (violations_.empty()) return absl::OkStatus();
  const auto& [field, what] = violations_.front();
  std::string message = absl::StrCat(field, ": ", what);
  if (violations_.size() > 1) {
    absl::StrAppend(&message, " (and ", violations_.size() - 1, " more)");
  }
  const bool dangling = dangling_ == violations_.size();
  absl::Status status =
      WithReason(dangling ? absl::FailedPreconditionError(message)
                          : absl::InvalidArgumentError(message),
                 dangling ? "DANGLING_REFERENCE" : "INVALID_FIELD",
                 {{"field", Cut(field)}});
  google::rpc::BadRequest details;
  const std::size_t count =
      std::min(violations_.size(), std::size_t{kMaxViolations});
  for (std::size_t i = 0; i < count; ++i) {
    auto* violation = details.add_field_violations();
    violation->set_field(violations_[i].first);
    violation->set_description(violations_[i].second);
  }
  Attach(status, kBadRequestUrl, details);
  return status;
}

absl::Status InvalidField(absl::string_view field, absl::string_view what) {
  Violations violations;
  violations.Add(field, what);
  return violations.ToStatus();
}

absl::Status NotFound(absl::string_view name) {
  return WithReason(
      absl::NotFoundError(absl::StrCat(Cut(name), " is not there")),
      "RESOURCE_NOT_FOUND", {{"resource", Cut(name)}});
}

absl::Status AlreadyExists(absl::string_view name) {
  return WithReason(
      absl::AlreadyExistsError(absl::StrCat(Cut(name), " exists already")),
      "RESOURCE_EXISTS", {{"resource", Cut(name)}});
}

absl::Status StaleEtag(absl::string_view name, absl::string_view current) {
  return WithReason(
      absl::AbortedError(absl::StrCat(
          Cut(name), " was changed since it was read: its etag is ", current,
          "; read it again and repeat")),
      "ETAG_MISMATCH", {{"resource", Cut(name)}, {"etag", Cut(current)}});
}

absl::Status AlreadyDeleted(absl::string_view name) {
  return WithReason(absl::AlreadyExistsError(absl::StrCat(
                        Cut(name),
                        " was deleted and keeps its id; undelete it, or "
                        "choose another id")),
                    "RESOURCE_DELETED", {{"resource", Cut(name)}});
}

absl::Status NotDeleted(absl::string_view name) {
  return WithReason(
      absl::AlreadyExistsError(absl::StrCat(Cut(name), " is not deleted")),
      "RESOURCE_NOT_DELETED", {{"resource", Cut(name)}});
}

absl::Status StillReferenced(absl::string_view name,
                             const std::vector<std::string>& dependents,
                             int count, bool more) {
  const std::string number = absl::StrCat(more ? "more than " : "", count);
  absl::Status status =
      FailedPrecondition("STILL_REFERENCED",
                         absl::StrCat(Cut(name), " is still used by ", number,
                                      count == 1 && !more ? " row" : " rows",
                                      dependents.empty() ? "" : ": ",
                                      Cut(absl::StrJoin(dependents, ", "))),
                         {{"resource", Cut(name)}, {"count", number}});
  google::rpc::PreconditionFailure details;
  for (const std::string& dependent : dependents) {
    auto* violation = details.add_violations();
    violation->set_type("STILL_REFERENCED");
    violation->set_subject(dependent);
    violation->set_description(absl::StrCat("names ", Cut(name)));
  }
  if (!dependents.empty()) Attach(status, kPreconditionUrl, details);
  return status;
}

absl::Status FailedPrecondition(absl::string_view reason,
                                absl::string_view message,
                                const ErrorMetadata& metadata) {
  return WithReason(absl::FailedPreconditionError(message), reason, metadata);
}

absl::Status PermissionDenied(absl::string_view permission) {
  return WithReason(absl::PermissionDeniedError(
                        absl::StrCat("this needs the permission ", permission)),
                    "PERMISSION_DENIED", {{"permission", Cut(permission)}});
}

absl::Status QueueFull(absl::string_view what) {
  return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                        "too many calls wait for ", what, "; try again later")),
                    "QUEUE_FULL", {{"queue", Cut(what)}});
}

absl::Status SlowReader(const ErrorMetadata& resume) {
  return WithReason(absl::ResourceExhaustedError(
                        "the reader takes too slowly what it asked for"),
                    "SLOW_READER", resume);
}

absl::Status ShuttingDown(const ErrorMetadata& resume) {
  return WithReason(absl::UnavailableError("the service is shutting down"),
                    "SHUTTING_DOWN", resume);
}

absl::Status BadPageToken() {
  absl::Status status = InvalidField(
      "page_token",
      "not a token that this server gave for this request; start again "
      "without one and keep the other fields as they are");
  return WithReason(std::move(status), "BAD_PAGE_TOKEN");
}

absl::Status Behind(absl::string_view what, std::int64_t wanted,
                    std::int64_t have) {
  return WithReason(
      absl::UnavailableError(
          absl::StrCat(what, " has reached change ", have, " of the ", wanted,
                       " asked for; repeat, or allow a stale answer")),
      "BEHIND",
      {{"wanted_seq", absl::StrCat(wanted)}, {"have_seq", absl::StrCat(have)}});
}

absl::Status OutOfRange(absl::string_view field, absl::string_view what) {
  return WithReason(absl::OutOfRangeError(absl::StrCat(field, ": ", what)),
                    "OUT_OF_RANGE", {{"field", Cut(field)}});
}

absl::Status NotInThisBuild(absl::string_view method) {
  return WithReason(absl::UnimplementedError(
                        absl::StrCat(Cut(method), " is not in this build")),
                    "NOT_IN_THIS_BUILD", {{"method", Cut(method)}});
}

absl::Status WithReason(absl::Status status, absl::string_view reason,
                        const ErrorMetadata& metadata) {
  if (status.ok()) return status;
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(kErrorDomain);
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  Attach(status, kErrorInfoUrl, info);
  return status;
}

std::string ReasonOf(const absl::Status& status) {
  const auto info = Detail<google::rpc::ErrorInfo>(status, kErrorInfoUrl);
  return info.has_value() ? info->reason() : "";
}

std::string MetadataOf(const absl::Status& status, absl::string_view key) {
  const auto info = Detail<google::rpc::ErrorInfo>(status, kErrorInfoUrl);
  if (!info.has_value()) return "";
  const auto found = info->metadata().find(std::string(key));
  return found == info->metadata().end() ? "" : found->second;
}

std::vector<std::string> SubjectsOf(const absl::Status& status) {
  std::vector<std::string> subjects;
  const auto details =
      Detail<google::rpc::PreconditionFailure>(status, kPreconditionUrl);
  if (!details.has_value()) return subjects;
  for (const auto& violation : details->violations()) {
    subjects.push_back(violation.subject());
  }
  return subjects;
}

std::vector<std::pair<std::string, std::string>> ViolationsOf(
    const absl::Status& status) {
  std::vector<std::pair<std::string, std::string>> violations;
  const auto details = Detail<google::rpc::BadRequest>(status, kBadRequestUrl);
  if (!details.has_value()) return violations;
  for (const auto& violation : details->field_violations()) {
    violations.emplace_back(violation.field(), violation.description());
  }
  return violations;
}

}  // namespace qiangji::rpc
