// A resource as the generic commands see it: its message and its service.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/columns.h"
#include "clients/cli/resource_name.h"
#include "clients/cli/text.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
class MethodDescriptor;
class ServiceDescriptor;
}  // namespace google::protobuf

namespace qiangji::cli {

class NounType {
 public:
  // `service` follows the standard methods; its Get returns the resource.
  NounType(std::string noun, Text help,
           const google::protobuf::ServiceDescriptor* service);

  const std::string& noun() const { return noun_; }
  const Text& help() const { return help_; }
  const NamePattern& pattern() const { return pattern_; }
  const google::protobuf::Descriptor& resource() const { return *resource_; }
  // FORMATS' columns: the resource's fields without name and bookkeeping.
  const std::vector<const google::protobuf::FieldDescriptor*>& columns() const {
    return columns_;
  }
  std::vector<ColumnSpec> ColumnSpecs() const;
  // nullptr where there is none; "name-zh" is read as "name_zh".
  const google::protobuf::FieldDescriptor* FindColumn(
      absl::string_view name) const;

  // Whether deleted ones are kept, so that they can be undeleted.
  bool KeepsDeleted() const;
  // The method of the service that begins with `verb` ("Get", "List"); with
  // "History" the list of versions.
  const google::protobuf::MethodDescriptor& Method(
      absl::string_view verb) const;
  std::unique_ptr<google::protobuf::Message> NewRequest(
      absl::string_view verb) const;
  std::unique_ptr<google::protobuf::Message> NewResponse(
      absl::string_view verb) const;
  // The field of a message that holds the resource, alone or repeated; nullptr
  // where there is none.
  const google::protobuf::FieldDescriptor* ResourceField(
      const google::protobuf::Descriptor& message) const;

 private:
  std::string noun_;
  Text help_;
  const google::protobuf::ServiceDescriptor* service_;
  const google::protobuf::Descriptor* resource_;
  NamePattern pattern_;
  std::vector<const google::protobuf::FieldDescriptor*> columns_;
};

// The base tables, in the order of FORMATS.
const std::vector<NounType>& NounTypes();
const NounType* FindNounType(absl::string_view noun);

}  // namespace qiangji::cli
