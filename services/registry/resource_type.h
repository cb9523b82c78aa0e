// A table and its resource message: names, and the conversion both ways by
// reflection over the column names.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/domain/schema.h"
#include "services/domain/validate.h"
#include "services/domain/value.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace qiangji::registry {

// Immutable, thread-safe.
class ResourceType {
 public:
  // `message` has a field for every column; its google.api.resource pattern
  // has one variable a key column, the last one standing for all that are
  // left (joined, see rpc::JoinKey).
  ResourceType(const domain::TableSchema& table,
               const google::protobuf::Descriptor* message);

  const domain::TableSchema& table() const { return table_; }
  const google::protobuf::Descriptor* message() const { return message_; }
  const std::string& pattern() const { return pattern_; }
  // Whether a deletion marks the resource only, so that Get still returns it
  // and Undelete brings it back (AIP-164; resource_deletion.h).
  bool keeps_deleted() const;
  // Whether rows of other tables, or of this one, can name its rows.
  bool is_named() const;

  std::string Name(const domain::Key& key) const;
  // INVALID_ARGUMENT (field "name") unless Name gives it.
  absl::StatusOr<domain::Key> ParseName(absl::string_view name) const;
  // The key cells that a parent names, by column; empty at the top and for
  // the wildcard "items/-". INVALID_ARGUMENT (field "parent").
  absl::StatusOr<std::vector<std::pair<int, domain::Value>>> ParseParent(
      absl::string_view parent) const;

  // Sets the columns and the name; nothing else.
  void ToMessage(const domain::Row& row,
                 google::protobuf::Message* message) const;
  // The texts of the columns, for ParseRow; "" = not stated. Appends what
  // cannot be written as a text.
  std::vector<std::string> ToTexts(
      const google::protobuf::Message& message,
      std::vector<domain::Violation>& violations) const;

 private:
  struct Variable {
    std::vector<int> columns;  // that it stands for
    char separator = '~';
  };
  const domain::TableSchema& table_;
  const google::protobuf::Descriptor* const message_;
  std::string pattern_;
  std::vector<const google::protobuf::FieldDescriptor*> fields_;
  std::vector<Variable> variables_;
};

// Of every table of this build, in the order of domain::RegistryTables().
const std::vector<ResourceType>& ResourceTypes();
const ResourceType& ResourceTypeOf(domain::TableId table);

}  // namespace qiangji::registry
