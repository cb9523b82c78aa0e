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

// The first violations, as many as fit into `room` bytes.
std::string FitViolations(const std::string& value, std::size_t room) {
  google::rpc::BadRequest details;
  if (!details.ParseFromString(value)) return "";
  while (details.field_violations_size() > 0 && details.ByteSizeLong() > room) {
    details.mutable_field_violations()->RemoveLast();
  }
  return details.field_violations_size() == 0 ? ""
                                              : details.SerializeAsString();
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
    } else if (url == kBadRequestUrl) {
      const std::string fitting = FitViolations(value, room);
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
