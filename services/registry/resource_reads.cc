// Get, List, BatchGet and history (resource_methods.h).
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/base/status_macros.h"
#include "services/registry/merge.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_deletion.h"
#include "services/registry/resource_filter.h"
#include "services/registry/resource_methods.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "services/rpc/limits.h"
#include "services/rpc/read_mask.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::registry {
namespace {

using domain::Key;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using rpc::RequestContext;

// What a List asks the store for, apart from the page.
absl::StatusOr<store::ScanOptions> ParseList(const ResourceType& type,
                                             const Message& request) {
  store::ScanOptions options;
  if (request.GetDescriptor()->FindFieldByName("parent") != nullptr) {
    QJ_ASSIGN_OR_RETURN(options.equals,
                        type.ParseParent(GetText(request, "parent")));
  }
  QJ_ASSIGN_OR_RETURN(options.where,
                      ParseCondition(type.table(), GetText(request, "filter")));
  QJ_ASSIGN_OR_RETURN(options.order,
                      ParseOrder(type.table(), GetText(request, "order_by")));
  options.deleted = type.keeps_deleted() && GetFlag(request, "show_deleted");
  return options;
}

Message* AddMessage(Message* response, const FieldDescriptor* field) {
  return response->GetReflection()->AddMessage(response, field);
}

absl::Status FillVersion(ChangeTimes& times, const ResourceType& type,
                         const store::Stored& version, bool deleted,
                         Message* out) {
  Message* resource = out->GetReflection()->MutableMessage(
      out, out->GetDescriptor()->FindFieldByName("resource"));
  QJ_RETURN_IF_ERROR(FillResource(times, type, version,
                                  deleted ? version.seq_to : 0, resource));
  QJ_ASSIGN_OR_RETURN(const absl::Time from, times.Of(version.seq_from));
  SetInteger(out, "seq_from", version.seq_from);
  SetTime(out, "start_time", from);
  if (version.seq_to == 0) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(const absl::Time to, times.Of(version.seq_to));
  SetInteger(out, "seq_to", version.seq_to);
  SetTime(out, "end_time", to);
  SetFlag(out, "deleted", deleted);
  return absl::OkStatus();
}

}  // namespace

store::AccessScope ScopeOf(const rpc::Principal& principal) {
  return principal.sees_all()
             ? store::AccessScope::All()
             : store::AccessScope::Of(principal.organization_id,
                                      principal.sectors);
}

std::string OwnerOf(const rpc::Principal& principal) {
  return principal.roles.Intersects({rpc::Role::kSteward,
                                     rpc::Role::kAdministrator,
                                     rpc::Role::kService})
             ? std::string()
             : principal.organization_id;
}

absl::StatusOr<absl::Time> ChangeTimes::Of(store::Seq seq) {
  const auto known = times_.find(seq);
  if (known != times_.end()) return known->second;
  QJ_ASSIGN_OR_RETURN(const store::Change change, reader_.ChangeAt(seq));
  times_.emplace(seq, change.time);
  return change.time;
}

void FillLive(const ResourceType& type, const store::Stored& stored,
              absl::Time time, Message* message) {
  type.ToMessage(stored.row, message);
  SetText(message, "etag", rpc::MakeEtag(stored.seq_from));
  SetText(message, "owner_id", stored.owner_id);
  SetInteger(message, "seq", stored.seq_from);
  SetTime(message, "update_time", time);
}

absl::Status FillResource(ChangeTimes& times, const ResourceType& type,
                          const store::Stored& stored, store::Seq seq,
                          Message* message) {
  QJ_ASSIGN_OR_RETURN(const absl::Time time, times.Of(stored.seq_from));
  FillLive(type, stored, time, message);
  if (stored.seq_to == 0 || stored.seq_to > seq) return absl::OkStatus();
  QJ_ASSIGN_OR_RETURN(const absl::Time deleted, times.Of(stored.seq_to));
  SetTime(message, "delete_time", deleted);
  SetInteger(message, "delete_seq", stored.seq_to);
  return absl::OkStatus();
}

absl::Status ResourceMethods::Get(RequestContext& call, const Message& request,
                                  Message* response) {
  const std::string name = GetText(request, "name");
  QJ_ASSIGN_OR_RETURN(const Key key, type_.ParseName(name));
  return store_.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const ReadState state,
                        ResolveReadState(reader, request));
    QJ_ASSIGN_OR_RETURN(std::optional<store::Stored> stored,
                        FindKept(reader, type_, key, ScopeOf(call.principal()),
                                 state.change.seq));
    QJ_ASSIGN_OR_RETURN(stored, FollowMerge(reader, type_.table(), key,
                                            ScopeOf(call.principal()),
                                            state.change.seq, stored));
    if (!stored) return rpc::NotFound(name);
    SetInteger(response, "read_seq", state.change.seq);
    ChangeTimes times(reader);
    return FillResource(times, type_, *stored, state.change.seq, response);
  });
}

absl::Status ResourceMethods::BatchGet(RequestContext& call,
                                       const Message& request,
                                       Message* response) {
  const std::vector<std::string> names = GetTexts(request, "names");
  if (names.empty() || names.size() > rpc::kMaxBatch) {
    return rpc::InvalidField(
        "names",
        absl::StrCat(names.size(), " names; accepted: 1 to ", rpc::kMaxBatch));
  }
  std::vector<Key> keys;
  for (const std::string& name : names) {
    QJ_ASSIGN_OR_RETURN(Key key, type_.ParseName(name));
    keys.push_back(std::move(key));
  }
  const FieldDescriptor* field =
      FieldOfType(response->GetDescriptor(), type_.message());
  return store_.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const ReadState state,
                        ResolveReadState(reader, request));
    std::vector<std::string> missing;
    ChangeTimes times(reader);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      QJ_ASSIGN_OR_RETURN(
          const std::optional<store::Stored> stored,
          FindKept(reader, type_, keys[i], ScopeOf(call.principal()),
                   state.change.seq));
      if (!stored) {
        missing.push_back(names[i]);
        continue;
      }
      QJ_RETURN_IF_ERROR(FillResource(times, type_, *stored, state.change.seq,
                                      AddMessage(response, field)));
    }
    if (!missing.empty()) return rpc::NotFound(absl::StrJoin(missing, ", "));
    SetInteger(response, "read_seq", state.change.seq);
    return absl::OkStatus();
  });
}

absl::Status ResourceMethods::List(RequestContext& call, const Message& request,
                                   Message* response) {
  QJ_ASSIGN_OR_RETURN(store::ScanOptions options, ParseList(type_, request));
  QJ_ASSIGN_OR_RETURN(
      const int size,
      rpc::PageSize(static_cast<int>(GetInteger(request, "page_size")),
                    rpc::kDefaultPageSize, rpc::kMaxPageSize));
  const rpc::PageTokens& tokens = call.runtime().page_tokens();
  QJ_ASSIGN_OR_RETURN(const rpc::PageCursor start,
                      tokens.Open(request, call.principal().id,
                                  GetText(request, "page_token")));
  const FieldDescriptor* field =
      FieldOfType(response->GetDescriptor(), type_.message());
  return store_.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    store::Seq seq = start.seq;
    if (seq < 0) {
      QJ_ASSIGN_OR_RETURN(const ReadState state,
                          ResolveReadState(reader, request));
      seq = state.change.seq;
    }
    options.after = start.after;
    options.at = At(seq, head);
    options.limit = size + 1;
    std::string last;
    bool more = false;
    int filled = 0;
    ChangeTimes times(reader);
    absl::Status scanned =
        reader.Scan(type_.table(), options, ScopeOf(call.principal()),
                    [&](const store::Stored& stored, absl::string_view cursor) {
                      if (filled == size) {
                        more = true;
                        return absl::CancelledError("page full");
                      }
                      ++filled;
                      last = std::string(cursor);
                      QJ_RETURN_IF_ERROR(call.Check());
                      return FillResource(times, type_, stored, seq,
                                          AddMessage(response, field));
                    });
    if (!scanned.ok() && !more) return scanned;
    if (more) {
      SetText(response, "next_page_token",
              tokens.Make(request, call.principal().id, {last, seq}));
    }
    SetInteger(response, "read_seq", seq);
    return absl::OkStatus();
  });
}

absl::Status ResourceMethods::History(RequestContext& call,
                                      const Message& request,
                                      Message* response) {
  const std::string name = GetText(request, "name");
  QJ_ASSIGN_OR_RETURN(const Key key, type_.ParseName(name));
  QJ_ASSIGN_OR_RETURN(
      const int size,
      rpc::PageSize(static_cast<int>(GetInteger(request, "page_size")),
                    rpc::kDefaultPageSize, rpc::kMaxPageSize));
  const rpc::PageTokens& tokens = call.runtime().page_tokens();
  QJ_ASSIGN_OR_RETURN(const rpc::PageCursor start,
                      tokens.Open(request, call.principal().id,
                                  GetText(request, "page_token")));
  store::Seq before = 0;
  if (!start.after.empty() && !absl::SimpleAtoi(start.after, &before)) {
    return rpc::BadPageToken();
  }
  const FieldDescriptor* field =
      response->GetDescriptor()->FindFieldByName("versions");
  return store_.Read([&](store::Reader& reader) -> absl::Status {
    response->Clear();
    QJ_ASSIGN_OR_RETURN(const store::Change head, reader.Head());
    const store::Seq seq = start.seq < 0 ? head.seq : start.seq;
    QJ_ASSIGN_OR_RETURN(
        const std::vector<store::Stored> versions,
        reader.History(type_.table(), key, ScopeOf(call.principal())));
    if (versions.empty()) return rpc::NotFound(name);
    ChangeTimes times(reader);
    int filled = 0;
    for (std::size_t i = 0; i < versions.size(); ++i) {
      const store::Stored& version = versions[i];
      if (version.seq_from > seq) continue;
      if (before != 0 && version.seq_from >= before) continue;
      if (filled == size) {
        SetText(response, "next_page_token",
                tokens.Make(request, call.principal().id,
                            {absl::StrCat(versions[i - 1].seq_from), seq}));
        break;
      }
      ++filled;
      // Newest first: the version before in the list is the successor.
      const bool deleted =
          version.seq_to != 0 &&
          (i == 0 || versions[i - 1].seq_from != version.seq_to);
      QJ_RETURN_IF_ERROR(FillVersion(times, type_, version, deleted,
                                     AddMessage(response, field)));
    }
    SetInteger(response, "read_seq", seq);
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* StartMethod(rpc::Runtime& runtime,
                                      const char* service, const char* method,
                                      grpc::CallbackServerContext* context,
                                      const Message* request, Message* response,
                                      rpc::PoolKind pool,
                                      ResourceMethods& methods,
                                      ResourceMethod body) {
  return rpc::Unary(
      {&runtime, service, method}, context, request, response, pool,
      [&methods, body, pool](RequestContext& call, const Message& asked,
                             Message* answer) -> absl::Status {
        QJ_RETURN_IF_ERROR((methods.*body)(call, asked, answer));
        // What was written is never answered with an error.
        return pool == rpc::PoolKind::kRead
                   ? rpc::ApplyReadMask(call.read_mask(), answer)
                   : absl::OkStatus();
      });
}

}  // namespace qiangji::registry
