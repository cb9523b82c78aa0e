// Every resource of qiangji.registry.v1 behind one face: requests and rows by
// descriptor and schema.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "services/domain/value.h"
#include "services/registry/resource_type.h"
#include "tests/service/registry/registry_fixture.h"

namespace qiangji::testing {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using MessagePtr = std::unique_ptr<Message>;

// What a test has to know of a resource beyond its schema: cells that the
// schema cannot tell how to fill in, "" = not stated. `#` stands for the
// number of the row.
struct ResourceEntry {
  std::map<std::string, std::string> cells;
};

// One service with the standard methods.
struct ResourceCase {
  const google::protobuf::ServiceDescriptor* service;
  const google::protobuf::Descriptor* resource;
  // nullptr: conformance_fixture.cc has no entry.
  const ResourceEntry* entry = nullptr;
  // nullptr: its table is of a later issue.
  const registry::ResourceType* type = nullptr;

  // The standard method `verb` ("Get", "BatchCreate", "History"); nullptr.
  const MethodDescriptor* Method(const std::string& verb) const;
  friend std::ostream& operator<<(std::ostream& out, const ResourceCase& c) {
    return out << c.service->name();
  }
};

// Every service that creates a resource, found through the descriptors that
// are linked in; and those whose tables are there.
const std::vector<ResourceCase>& AllResources();
std::vector<ResourceCase> BuiltResources();

// Cells of row `n` of a table, valid where what it names has been created.
std::vector<std::string> CellsOf(const domain::TableSchema& table, int n);

// Fields of messages by name; a message must have them.
std::string Text(const Message& message, const std::string& field);
std::int64_t Integer(const Message& message, const std::string& field);
bool Has(const Message& message, const std::string& field);
void Set(Message* message, const std::string& field, const std::string& value);
void Set(Message* message, const std::string& field, std::int64_t value);
void SetTrue(Message* message, const std::string& field);
Message* Sub(Message* message, const std::string& field);
// The repeated field of `type`, copied.
std::vector<MessagePtr> Repeated(const Message& message,
                                 const google::protobuf::Descriptor* type);

class ConformanceTest : public ::testing::TestWithParam<ResourceCase> {
 protected:
  void SetUp() override;

  const registry::ResourceType& type() const { return *type_; }
  const domain::TableSchema& table() const { return type_->table(); }

  absl::Status Call(const MethodDescriptor& method, const Message& request,
                    Message* response, const std::string& read_mask = "");
  // The same by verb; the answer goes to `answer`.
  absl::Status Call(const std::string& verb, const Message& request,
                    MessagePtr* answer, const std::string& read_mask = "");
  MessagePtr Request(const std::string& verb) const;

  // The resource message of row `n`, with its name; what it names is created.
  MessagePtr Row(int n);
  std::string NameOf(int n) const;
  // A create request for it, and one that is sent.
  MessagePtr CreateRequest(int n);
  MessagePtr Create(int n);
  // An update of row `n`: `column` (updatable()) takes the value of row `as`.
  MessagePtr UpdateRequest(int n, int as);
  // A column that an update may change.
  const domain::Column& updatable() const;
  // Names of the answer of a List, all pages.
  std::vector<std::string> ListNames(const Message& request);
  // "-" for every parent.
  MessagePtr ListRequest() const;

  absl::StatusOr<MessagePtr> Get(const std::string& name,
                                 std::int64_t read_seq = 0);
  std::int64_t HeadSeq() { return registry_.Head().seq; }

  TestRegistry registry_;

 private:
  void CreateNamed(const domain::TableSchema& table, int n);
  const registry::ResourceType* type_ = nullptr;
  std::set<std::string> created_;
};

}  // namespace qiangji::testing
