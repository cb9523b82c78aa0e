#include "services/rpc/status.h"

#include <grpcpp/support/status.h>

#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/rpc/text.h"

namespace qiangji::rpc {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr char kPreconditionUrl[] =
    "type.googleapis.com/google.rpc.PreconditionFailure";

// Sorted: ForEachPayload's order differs from run to run.
std::map<std::string, std::string> Payloads(const absl::Status& status) {
  std::map<std::string, std::string> payloads;
  status.ForEachPayload(
      [&payloads](absl::string_view url, const absl::Cord& payload) {
        payloads.emplace(std::string(url), std::string(payload));
      });
  return payloads;
}

void Add(google::rpc::Status& status, const std::string& url,
         const std::string& value) {
  auto* detail = status.add_details();
  detail->set_type_url(url);
  detail->set_value(value);
}

// The first of the violations in `repeated`, as many as fit into `room` bytes.
template <typename Details, typename Violation>
std::string Fit(
    const std::string& value, std::size_t room,
    google::protobuf::RepeatedPtrField<Violation>* (Details::*repeated)()) {
  Details details;
  if (!details.ParseFromString(value)) return "";
  auto* violations = (details.*repeated)();
  while (!violations->empty() && details.ByteSizeLong() > room) {
    violations->RemoveLast();
  }
  return violations->empty() ? "" : details.SerializeAsString();
}

std::string FitViolations(const std::string& url, const std::string& value,
                          std::size_t room) {
  if (url == kBadRequestUrl) {
    return Fit(value, room, &google::rpc::BadRequest::mutable_field_violations);
  }
  if (url == kPreconditionUrl) {
    return Fit(value, room,
               &google::rpc::PreconditionFailure::mutable_violations);
  }
  return "";
}

void AddDetails(const absl::Status& status, google::rpc::Status& out) {
  auto payloads = Payloads(status);
  const auto info = payloads.extract(kErrorInfoUrl);
  Add(out, kErrorInfoUrl, info.mapped());
  for (const auto& [url, value] : payloads) {
    // 64 bytes for the type URL and the framing.
    const std::size_t used = out.ByteSizeLong() + 64;
    const std::size_t room =
        used < kMaxStatusDetailBytes ? kMaxStatusDetailBytes - used : 0;
    if (value.size() <= room) {
      Add(out, url, value);
    } else {
      const std::string fitting = FitViolations(url, value, room);
      if (!fitting.empty()) Add(out, url, fitting);
    }
  }
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  absl::Status full = status;
  if (ReasonOf(full).empty()) {
    full = WithReason(std::move(full), absl::StatusCodeToString(status.code()));
  }
  const std::string message =
      CutText(ToValidUtf8(full.message()), kMaxStatusMessageBytes);
  google::rpc::Status details;
  details.set_code(static_cast<int>(full.code()));
  details.set_message(message);
  AddDetails(full, details);
  return grpc::Status(static_cast<grpc::StatusCode>(full.code()), message,
                      details.SerializeAsString());
}

}  // namespace qiangji::rpc
