// The standard methods of every resource (AIP-131 to 135, 164, 231 to 235),
// written once over the schema and the request's fields by name.
#pragma once

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "db/store/store.h"
#include "services/registry/resource_type.h"
#include "services/rpc/pools.h"

namespace google::protobuf {
class Message;
}
namespace grpc {
class CallbackServerContext;
class ServerUnaryReactor;
}  // namespace grpc
namespace qiangji::rpc {
class RequestContext;
class Runtime;
struct Principal;
}  // namespace qiangji::rpc

namespace qiangji::registry {

// What a caller may see, and whose rows it writes ("" = a steward's).
store::AccessScope ScopeOf(const rpc::Principal& principal);
std::string OwnerOf(const rpc::Principal& principal);

// Thread-safe. Requests and responses are those of the resource's service.
class ResourceMethods {
 public:
  using Message = google::protobuf::Message;

  ResourceMethods(const ResourceType& type, store::Store& store)
      : type_(type), store_(store) {}

  const ResourceType& type() const { return type_; }

  absl::Status Get(rpc::RequestContext& call, const Message& request,
                   Message* response);
  absl::Status List(rpc::RequestContext& call, const Message& request,
                    Message* response);
  absl::Status BatchGet(rpc::RequestContext& call, const Message& request,
                        Message* response);
  absl::Status History(rpc::RequestContext& call, const Message& request,
                       Message* response);

  absl::Status Create(rpc::RequestContext& call, const Message& request,
                      Message* response);
  absl::Status Update(rpc::RequestContext& call, const Message& request,
                      Message* response);
  absl::Status Delete(rpc::RequestContext& call, const Message& request,
                      Message* response);
  absl::Status Undelete(rpc::RequestContext& call, const Message& request,
                        Message* response);
  absl::Status BatchCreate(rpc::RequestContext& call, const Message& request,
                           Message* response);
  absl::Status BatchUpdate(rpc::RequestContext& call, const Message& request,
                           Message* response);
  absl::Status BatchDelete(rpc::RequestContext& call, const Message& request,
                           Message* response);

 private:
  enum class Verb { kCreate, kUpdate, kDelete, kUndelete };
  // Whether the answer holds what was deleted (AIP-164).
  bool AnswersDeleted(Verb verb, bool batch) const {
    return verb == Verb::kDelete && !batch && type_.keeps_deleted();
  }
  absl::Status Write(rpc::RequestContext& call, const Message& request,
                     Message* response, Verb verb, bool batch);
  absl::Status Respond(const store::Commit& commit, Message* response,
                       Verb verb, bool batch);

  const ResourceType& type_;
  store::Store& store_;
};

// Commit times of changes, each read once: rows of a page often share theirs.
class ChangeTimes {
 public:
  explicit ChangeTimes(store::Reader& reader) : reader_(reader) {}
  absl::StatusOr<absl::Time> Of(store::Seq seq);

 private:
  store::Reader& reader_;
  absl::flat_hash_map<store::Seq, absl::Time> times_;
};

// Fills a resource message from a stored row: columns, name and what the
// server adds. A version that was closed by `seq` is a deleted one.
absl::Status FillResource(ChangeTimes& times, const ResourceType& type,
                          const store::Stored& stored, store::Seq seq,
                          google::protobuf::Message* message);

// The same of a live row that was written at `time`.
void FillLive(const ResourceType& type, const store::Stored& stored,
              absl::Time time, google::protobuf::Message* message);

// Starts a standard method on its pool; services' overrides are this one line.
using ResourceMethod = absl::Status (ResourceMethods::*)(
    rpc::RequestContext&, const google::protobuf::Message&,
    google::protobuf::Message*);
grpc::ServerUnaryReactor* StartMethod(rpc::Runtime& runtime,
                                      const char* service, const char* method,
                                      grpc::CallbackServerContext* context,
                                      const google::protobuf::Message* request,
                                      google::protobuf::Message* response,
                                      rpc::PoolKind pool,
                                      ResourceMethods& methods,
                                      ResourceMethod body);

}  // namespace qiangji::registry
