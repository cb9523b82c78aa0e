#include "services/writes/write_call.h"

#include <google/protobuf/message.h>

#include "services/base/status_macros.h"
#include "services/rpc/request_id.h"

namespace qiangji::writes {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string RequestIdOf(const Message& request) {
  const FieldDescriptor* field =
      request.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? ""
                          : request.GetReflection()->GetString(request, field);
}

bool OnlyValidates(const Message& request) {
  const FieldDescriptor* field =
      request.GetDescriptor()->FindFieldByName("validate_only");
  return field != nullptr && request.GetReflection()->GetBool(request, field);
}

}  // namespace

absl::StatusOr<store::Commit> WriteCall(const rpc::RequestContext& call,
                                        store::Store& store,
                                        const Message& request, Body body) {
  const std::string request_id = RequestIdOf(request);
  QJ_RETURN_IF_ERROR(rpc::CheckRequestId(request_id));
  const bool only_validates = OnlyValidates(request);
  store::WriteOptions options;
  options.caller = call.principal().id;
  options.method = std::string(call.method());
  if (!only_validates && !request_id.empty()) {
    options.request_id = request_id;
    options.request_hash = rpc::RequestHash(request);
  }
  bool valid = false;
  auto commit = store.ReadWrite(
      options,
      [&](store::Transaction& transaction,
          std::vector<std::string>& names) -> absl::Status {
        QJ_RETURN_IF_ERROR(body(transaction, names));
        valid = true;
        return only_validates ? absl::CancelledError("validate_only")
                              : absl::OkStatus();
      });
  if (only_validates && valid && absl::IsCancelled(commit.status())) {
    return store::Commit();
  }
  return commit;
}

}  // namespace qiangji::writes
