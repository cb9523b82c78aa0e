// The body of a writing transaction: creates, updates and deletes of one
// resource, then the rules over several rows on the state after them.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "db/store/store.h"
#include "services/registry/resource_type.h"
#include "services/registry/row_checks.h"
#include "services/rpc/errors.h"

namespace google::protobuf {
class Message;
}

namespace qiangji::registry {

// Made anew for each run of the transaction. What is wrong with the requests
// is collected, so that Finish reports it all at once.
class WriteBody {
 public:
  // `owner_id`: "" = a steward.
  WriteBody(const ResourceType& type, store::Transaction& transaction,
            store::AccessScope scope, std::string owner_id)
      : type_(type),
        transaction_(transaction),
        scope_(std::move(scope)),
        owner_id_(std::move(owner_id)) {}

  // `path` leads to the request's fields: "" or "requests[3].".
  absl::Status Create(const google::protobuf::Message& request,
                      const std::string& path);
  absl::Status Update(const google::protobuf::Message& request,
                      const std::string& path);
  absl::Status Delete(const google::protobuf::Message& request,
                      const std::string& path);
  absl::Status Undelete(const google::protobuf::Message& request,
                        const std::string& path);
  absl::Status Finish();

  // Names and rows (without sequences) of what was written or deleted, in the
  // order of the requests.
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<store::Stored>& rows() const { return rows_; }

 private:
  using Message = google::protobuf::Message;
  // Adds each violation under the resource's field.
  void Note(const std::string& path,
            const std::vector<domain::Violation>& violations);
  const Message& ResourceOf(const Message& request, std::string& path) const;
  // Fills key cells from parent and id of a create request.
  void FillKey(const Message& request, const std::string& path,
               std::vector<std::string>& texts);
  absl::Status Insert(const Message& request, const Message& resource,
                      const std::string& path);
  absl::Status Put(domain::Row row, absl::string_view owner,
                   const std::string& path);
  absl::Status CheckOwner(const store::Stored& stored) const;
  void Touch(const domain::TableSchema& table, const domain::Row& row);
  absl::Status CheckCodes(const domain::Row& row,
                          std::vector<domain::Violation>& violations);

  const ResourceType& type_;
  store::Transaction& transaction_;
  const store::AccessScope scope_;
  const std::string owner_id_;
  rpc::Violations violations_;
  std::vector<std::string> names_;
  std::vector<store::Stored> rows_;
  std::set<std::pair<std::string, int>> item_years_;
  std::set<std::string> input_items_;
  std::set<std::string> children_;
  std::set<std::string> seen_;
};

}  // namespace qiangji::registry
