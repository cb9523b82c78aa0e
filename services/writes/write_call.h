// A writing rpc's transaction.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "db/store/store.h"
#include "services/rpc/context.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::writes {

// What is written, and the names of it for replays; it may be run more than
// once (store::Store::ReadWrite).
using Body = absl::FunctionRef<absl::Status(store::Transaction&,
                                            std::vector<std::string>& names)>;

// Runs `body` as one change of the caller, under the request's request_id.
// Where the request has validate_only and sets it nothing is committed, and the
// commit has sequence 0. INVALID_ARGUMENT for a request_id that is none; else
// what the body or the store answers.
absl::StatusOr<store::Commit> WriteCall(
    const rpc::RequestContext& call, store::Store& store,
    const google::protobuf::Message& request, Body body);

}  // namespace qiangji::writes
