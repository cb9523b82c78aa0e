// Create, Update, Delete and their batches (resource_methods.h).
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/base/status_macros.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_deletion.h"
#include "services/registry/resource_methods.h"
#include "services/registry/write_body.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/limits.h"
#include "services/writes/write_call.h"

namespace qiangji::registry {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using rpc::RequestContext;

absl::StatusOr<std::vector<const Message*>> RequestsOf(const Message& request,
                                                       bool batch) {
  if (!batch) return std::vector<const Message*>{&request};
  std::vector<const Message*> requests = GetMessages(request, "requests");
  if (requests.empty() || requests.size() > rpc::kMaxBatch) {
    return rpc::InvalidField(
        "requests", absl::StrCat(requests.size(), " requests; accepted: 1 to ",
                                 rpc::kMaxBatch));
  }
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!GetText(*requests[i], "request_id").empty() ||
        GetFlag(*requests[i], "validate_only")) {
      return rpc::InvalidField(
          absl::StrCat("requests[", i, "]"),
          "states request_id or validate_only; accepted: those of the batch");
    }
  }
  return requests;
}

// The resources of a response: itself, or the list of a batch.
Message* NextResource(const ResourceType& type, Message* response, bool batch) {
  if (!batch) return response;
  const FieldDescriptor* field =
      FieldOfType(response->GetDescriptor(), type.message());
  return response->GetReflection()->AddMessage(response, field);
}

}  // namespace

absl::Status ResourceMethods::Write(RequestContext& call,
                                    const Message& request, Message* response,
                                    Verb verb, bool batch) {
  QJ_ASSIGN_OR_RETURN(const std::vector<const Message*> requests,
                      RequestsOf(request, batch));
  std::vector<store::Stored> rows;
  const absl::StatusOr<store::Commit> commit = writes::WriteCall(
      call, store_, request,
      [&](store::Transaction& transaction,
          std::vector<std::string>& names) -> absl::Status {
        WriteBody body(type_, transaction, ScopeOf(call.principal()),
                       OwnerOf(call.principal()));
        for (std::size_t i = 0; i < requests.size(); ++i) {
          const std::string path =
              batch ? absl::StrCat("requests[", i, "].") : "";
          QJ_RETURN_IF_ERROR(
              verb == Verb::kCreate     ? body.Create(*requests[i], path)
              : verb == Verb::kUpdate   ? body.Update(*requests[i], path)
              : verb == Verb::kUndelete ? body.Undelete(*requests[i], path)
                                        : body.Delete(*requests[i], path));
        }
        QJ_RETURN_IF_ERROR(body.Finish());
        names = body.names();
        rows = body.rows();
        return absl::OkStatus();
      });
  QJ_RETURN_IF_ERROR(commit.status());
  if (GetFlag(request, "validate_only")) {
    if (verb == Verb::kDelete && !AnswersDeleted(verb, batch)) {
      return absl::OkStatus();
    }
    for (const store::Stored& row : rows) {
      type_.ToMessage(row.row, NextResource(type_, response, batch));
    }
    return absl::OkStatus();
  }
  const bool deleted = verb == Verb::kDelete && !AnswersDeleted(verb, batch);
  if (batch || deleted) {
    SetInteger(response, "seq", commit->seq);
    if (commit->seq > 0) SetTime(response, "time", commit->time);
  }
  if (deleted) return absl::OkStatus();
  if (!batch && verb != Verb::kDelete && commit->changed && !commit->replayed) {
    // The one row of this change: at hand as it was recorded.
    rows[0].seq_from = commit->seq;
    FillLive(type_, rows[0], commit->time, response);
    return absl::OkStatus();
  }
  return Respond(*commit, response, verb, batch);
}

// As they were recorded: a replay answers as the first call did.
absl::Status ResourceMethods::Respond(const store::Commit& commit,
                                      Message* response, Verb verb,
                                      bool batch) {
  return store_.Read([&](store::Reader& reader) -> absl::Status {
    ChangeTimes times(reader);
    for (const std::string& name : commit.names) {
      QJ_ASSIGN_OR_RETURN(const domain::Key key, type_.ParseName(name));
      QJ_ASSIGN_OR_RETURN(
          const std::optional<store::Stored> stored,
          FindKept(reader, type_, key, store::AccessScope::All(), commit.seq));
      const bool gone =
          stored && stored->seq_to != 0 && stored->seq_to <= commit.seq;
      if (!stored || gone != AnswersDeleted(verb, batch)) {
        return rpc::NotFound(name);
      }
      QJ_RETURN_IF_ERROR(FillResource(times, type_, *stored, commit.seq,
                                      NextResource(type_, response, batch)));
    }
    return absl::OkStatus();
  });
}

absl::Status ResourceMethods::Create(RequestContext& call,
                                     const Message& request,
                                     Message* response) {
  return Write(call, request, response, Verb::kCreate, /*batch=*/false);
}
absl::Status ResourceMethods::Update(RequestContext& call,
                                     const Message& request,
                                     Message* response) {
  return Write(call, request, response, Verb::kUpdate, /*batch=*/false);
}
absl::Status ResourceMethods::Delete(RequestContext& call,
                                     const Message& request,
                                     Message* response) {
  return Write(call, request, response, Verb::kDelete, /*batch=*/false);
}
absl::Status ResourceMethods::Undelete(RequestContext& call,
                                       const Message& request,
                                       Message* response) {
  return Write(call, request, response, Verb::kUndelete, /*batch=*/false);
}
absl::Status ResourceMethods::BatchCreate(RequestContext& call,
                                          const Message& request,
                                          Message* response) {
  return Write(call, request, response, Verb::kCreate, /*batch=*/true);
}
absl::Status ResourceMethods::BatchUpdate(RequestContext& call,
                                          const Message& request,
                                          Message* response) {
  return Write(call, request, response, Verb::kUpdate, /*batch=*/true);
}
absl::Status ResourceMethods::BatchDelete(RequestContext& call,
                                          const Message& request,
                                          Message* response) {
  return Write(call, request, response, Verb::kDelete, /*batch=*/true);
}

}  // namespace qiangji::registry
