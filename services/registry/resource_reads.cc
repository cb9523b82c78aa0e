// Get, List, BatchGet and history (resource_methods.h).
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/base/status_macros.h"
#include "services/registry/merge.h"
#include "services/registry/request_fields.h"
#include "services/registry/resource_methods.h"
#include "services/rpc/context.h"
#include "services/rpc/errors.h"
#include "services/rpc/etag.h"
#include "services/rpc/filter.h"
#include "services/rpc/limits.h"
#include "services/rpc/runtime.h"
#include "services/rpc/unary.h"

namespace qiangji::registry {
namespace {

using domain::Key;
using domain::Value;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using rpc::RequestContext;

bool IsList(domain::Kind kind) {
  return kind == domain::Kind::kTexts || kind == domain::Kind::kIds ||
         kind == domain::Kind::kCountries || kind == domain::Kind::kHsCodes;
}

// What List filters by: what the store can, and entries of lists.
struct Conditions {
  std::vector<std::pair<int, Value>> equals;
  std::vector<std::pair<int, std::string>> entries;

  bool Hold(const domain::Row& row) const {
    return std::all_of(entries.begin(), entries.end(), [&](const auto& entry) {
      const std::vector<std::string> have = absl::StrSplit(
          domain::TextOf(row[static_cast<std::size_t>(entry.first)]), ';');
      return std::find(have.begin(), have.end(), entry.second) != have.end();
    });
  }
};

absl::StatusOr<Conditions> ParseConditions(const ResourceType& type,
                                           const Message& request) {
  Conditions conditions;
  if (request.GetDescriptor()->FindFieldByName("parent") != nullptr) {
    QJ_ASSIGN_OR_RETURN(conditions.equals,
                        type.ParseParent(GetText(request, "parent")));
  }
  QJ_ASSIGN_OR_RETURN(const std::vector<rpc::FilterTerm> terms,
                      rpc::ParseFilter(GetText(request, "filter")));
  for (const rpc::FilterTerm& term : terms) {
    const int c = type.table().Find(term.column);
    if (c < 0) {
      return rpc::InvalidField(
          "filter",
          absl::StrCat(
              domain::Quoted(term.column), " is no column of ",
              type.table().name, "; accepted: ",
              absl::StrJoin(type.table().columns, ", ",
                            [](std::string* out, const domain::Column& column) {
                              absl::StrAppend(out, column.name);
                            })));
    }
    const domain::Column& column =
        type.table().columns[static_cast<std::size_t>(c)];
    const absl::StatusOr<Value> value = domain::ParseCell(column, term.value);
    if (!value.ok()) {
      return rpc::InvalidField(
          "filter", absl::StrCat(term.column, ": ", value.status().message()));
    }
    if (IsList(column.kind) && !domain::IsNull(*value)) {
      conditions.entries.emplace_back(c, domain::TextOf(*value));
    } else {
      conditions.equals.emplace_back(c, *value);
    }
  }
  return conditions;
}

absl::Status CheckListOptions(const Message& request) {
  if (!GetText(request, "order_by").empty()) {
    return rpc::InvalidField("order_by",
                             "only the order by key is in this build; "
                             "accepted: \"\"");
  }
  if (GetFlag(request, "show_deleted")) {
    return rpc::InvalidField("show_deleted",
                             "is not in this build; accepted: false, and "
                             "history");
  }
  return absl::OkStatus();
}

// The state that reads of a change see: its own, or simply the head.
store::Seq At(store::Seq seq, const store::Change& head) {
  return seq == head.seq ? store::kHead : seq;
}

Message* AddMessage(Message* response, const FieldDescriptor* field) {
  return response->GetReflection()->AddMessage(response, field);
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

absl::Status FillResource(store::Reader& reader, const ResourceType& type,
                          const store::Stored& stored, store::Seq read_seq,
                          Message* message) {
  type.ToMessage(stored.row, message);
  QJ_ASSIGN_OR_RETURN(const store::Change change,
                      reader.ChangeAt(stored.seq_from));
  SetText(message, "etag", rpc::MakeEtag(stored.seq_from));
  SetText(message, "owner_id", stored.owner_id);
  SetInteger(message, "seq", stored.seq_from);
  SetTime(message, "update_time", change.time);
  if (read_seq != 0) SetInteger(message, "read_seq", read_seq);
  return absl::OkStatus();
}

absl::Status ResourceMethods::Get(RequestContext& call, const Message& request,
                                  Message* response) {
  const std::string name = GetText(request, "name");
  QJ_ASSIGN_OR_RETURN(const Key key, type_.ParseName(name));
  return store_.Read([&](store::Reader& reader) -> absl::Status {
    QJ_ASSIGN_OR_RETURN(const ReadState state,
                        ResolveReadState(reader, request));
    QJ_ASSIGN_OR_RETURN(
        std::optional<store::Stored> stored,
        reader.Get(type_.table(), key, ScopeOf(call.principal()), state.at));
    QJ_ASSIGN_OR_RETURN(
        stored, FollowMerge(reader, type_.table(), key,
                            ScopeOf(call.principal()), state.at, stored));
    if (!stored) return rpc::NotFound(name);
    return FillResource(reader, type_, *stored, state.change.seq, response);
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
    for (std::size_t i = 0; i < keys.size(); ++i) {
      QJ_ASSIGN_OR_RETURN(const std::optional<store::Stored> stored,
                          reader.Get(type_.table(), keys[i],
                                     ScopeOf(call.principal()), state.at));
      if (!stored) {
        missing.push_back(names[i]);
        continue;
      }
      QJ_RETURN_IF_ERROR(
          FillResource(reader, type_, *stored, 0, AddMessage(response, field)));
    }
    if (!missing.empty()) return rpc::NotFound(absl::StrJoin(missing, ", "));
    SetInteger(response, "read_seq", state.change.seq);
    return absl::OkStatus();
  });
}

absl::Status ResourceMethods::List(RequestContext& call, const Message& request,
                                   Message* response) {
  QJ_RETURN_IF_ERROR(CheckListOptions(request));
  QJ_ASSIGN_OR_RETURN(const Conditions conditions,
                      ParseConditions(type_, request));
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
    store::ScanOptions options;
    options.equals = conditions.equals;
    options.after = start.after;
    options.at = At(seq, head);
    if (conditions.entries.empty()) options.limit = size + 1;
    std::vector<store::Stored> rows;
    std::string last;
    bool more = false;
    const absl::Status scanned =
        reader.Scan(type_.table(), options, ScopeOf(call.principal()),
                    [&](const store::Stored& stored, absl::string_view cursor) {
                      if (!conditions.Hold(stored.row)) return absl::OkStatus();
                      if (rows.size() == static_cast<std::size_t>(size)) {
                        more = true;
                        return absl::CancelledError("page full");
                      }
                      rows.push_back(stored);
                      last = std::string(cursor);
                      return call.Check();
                    });
    if (!scanned.ok() && !more) return scanned;
    for (const store::Stored& stored : rows) {
      QJ_RETURN_IF_ERROR(
          FillResource(reader, type_, stored, 0, AddMessage(response, field)));
    }
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
      Message* out = AddMessage(response, field);
      Message* resource = out->GetReflection()->MutableMessage(
          out, out->GetDescriptor()->FindFieldByName("resource"));
      QJ_RETURN_IF_ERROR(FillResource(reader, type_, version, 0, resource));
      QJ_ASSIGN_OR_RETURN(const store::Change from,
                          reader.ChangeAt(version.seq_from));
      SetInteger(out, "seq_from", version.seq_from);
      SetTime(out, "start_time", from.time);
      if (version.seq_to == 0) continue;
      QJ_ASSIGN_OR_RETURN(const store::Change to,
                          reader.ChangeAt(version.seq_to));
      SetInteger(out, "seq_to", version.seq_to);
      SetTime(out, "end_time", to.time);
      // Newest first: the version before in the list is the successor.
      const bool deleted = i == 0 || versions[i - 1].seq_from != version.seq_to;
      SetFlag(out, "deleted", deleted);
      if (deleted) SetTime(resource, "delete_time", to.time);
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
  return rpc::Unary({&runtime, service, method}, context, request, response,
                    pool,
                    [&methods, body](RequestContext& call, const Message& asked,
                                     Message* answer) -> absl::Status {
                      return (methods.*body)(call, asked, answer);
                    });
}

}  // namespace qiangji::registry
