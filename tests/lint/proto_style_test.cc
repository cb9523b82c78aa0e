// The style of the contract under proto/qiangji, read from its descriptor set
// (which has the comments), and its agreement with the tables of FORMATS.
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/api/field_behavior.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"
#include "qiangji/type/v1/permission.pb.h"
#include "services/domain/schema.h"

namespace qiangji {
namespace {

namespace pb = google::protobuf;
using domain::Kind;

class Contract : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    pool_ = new pb::DescriptorPool;
    files_ = new std::map<std::string, const pb::FileDescriptor*>;
    std::ifstream in(QJ_DESCRIPTOR_SET, std::ios::binary);
    pb::FileDescriptorSet set;
    ASSERT_TRUE(set.ParseFromIstream(&in)) << QJ_DESCRIPTOR_SET;
    for (const pb::FileDescriptorProto& proto : set.file()) {
      const pb::FileDescriptor* file = pool_->BuildFile(proto);
      ASSERT_NE(file, nullptr) << proto.name();
      if (absl::StartsWith(proto.name(), "qiangji/")) {
        files_->emplace(proto.name(), file);
      }
    }
    ASSERT_GT(files_->size(), 80u);
  }

  // Calls `visit` for every message, nested ones too.
  template <typename Visit>
  static void ForEachMessage(const Visit& visit) {
    for (const auto& [name, file] : *files_) {
      for (int i = 0; i < file->message_type_count(); ++i) {
        VisitMessage(*file->message_type(i), visit);
      }
    }
  }
  template <typename Visit>
  static void ForEachEnum(const Visit& visit) {
    for (const auto& [name, file] : *files_) {
      for (int i = 0; i < file->enum_type_count(); ++i) {
        visit(*file->enum_type(i));
      }
    }
    ForEachMessage([&](const pb::Descriptor& message) {
      for (int i = 0; i < message.enum_type_count(); ++i) {
        visit(*message.enum_type(i));
      }
    });
  }
  template <typename Visit>
  static void ForEachMethod(const Visit& visit) {
    for (const auto& [name, file] : *files_) {
      for (int s = 0; s < file->service_count(); ++s) {
        for (int m = 0; m < file->service(s)->method_count(); ++m) {
          visit(*file->service(s)->method(m));
        }
      }
    }
  }
  static const pb::Descriptor* Message(const std::string& name) {
    return pool_->FindMessageTypeByName(name);
  }

 private:
  template <typename Visit>
  static void VisitMessage(const pb::Descriptor& message, const Visit& visit) {
    if (message.options().map_entry()) return;
    visit(message);
    for (int i = 0; i < message.nested_type_count(); ++i) {
      VisitMessage(*message.nested_type(i), visit);
    }
  }

  // Live as long as the program: descriptors point into them.
  static inline pb::DescriptorPool* pool_ = nullptr;
  static inline std::map<std::string, const pb::FileDescriptor*>* files_ =
      nullptr;

 public:
  static const std::map<std::string, const pb::FileDescriptor*>& files() {
    return *files_;
  }
};

// "OrganizationKind" -> "ORGANIZATION_KIND".
std::string UpperSnake(const std::string& camel) {
  std::string out;
  for (std::size_t i = 0; i < camel.size(); ++i) {
    if (i > 0 && absl::ascii_isupper(static_cast<unsigned char>(camel[i]))) {
      out += '_';
    }
    out += absl::ascii_toupper(static_cast<unsigned char>(camel[i]));
  }
  return out;
}

template <typename Descriptor>
void ExpectComment(const Descriptor& descriptor) {
  pb::SourceLocation location;
  ASSERT_TRUE(descriptor.GetSourceLocation(&location));
  EXPECT_FALSE(absl::StripAsciiWhitespace(location.leading_comments).empty())
      << descriptor.full_name() << " has no comment";
}

// An extension of descriptor options that the parser's pool keeps as unknown
// fields: read again with the generated classes.
template <typename Options>
Options Known(const Options& options) {
  Options known;
  EXPECT_TRUE(known.ParseFromString(options.SerializeAsString()));
  return known;
}

TEST_F(Contract, EverythingHasAComment) {
  ForEachMessage([](const pb::Descriptor& message) {
    ExpectComment(message);
    for (int i = 0; i < message.field_count(); ++i) {
      ExpectComment(*message.field(i));
    }
  });
  ForEachEnum([](const pb::EnumDescriptor& type) {
    ExpectComment(type);
    for (int i = 0; i < type.value_count(); ++i) ExpectComment(*type.value(i));
  });
  ForEachMethod([](const pb::MethodDescriptor& method) {
    ExpectComment(method);
    ExpectComment(*method.service());
  });
}

TEST_F(Contract, EnumsBeginUnspecifiedAndCarryTheirPrefix) {
  ForEachEnum([](const pb::EnumDescriptor& type) {
    const std::string prefix = UpperSnake(type.name());
    EXPECT_EQ(type.value(0)->number(), 0) << type.full_name();
    EXPECT_EQ(type.value(0)->name(), absl::StrCat(prefix, "_UNSPECIFIED"));
    for (int i = 0; i < type.value_count(); ++i) {
      EXPECT_TRUE(
          absl::StartsWith(type.value(i)->name(), absl::StrCat(prefix, "_")))
          << type.value(i)->full_name();
    }
  });
}

TEST_F(Contract, FilesNameTheirPackagesInEveryLanguage) {
  for (const auto& [name, file] : files()) {
    const std::string directory = name.substr(0, name.rfind('/'));
    EXPECT_EQ(absl::StrReplaceAll(file->package(), {{".", "/"}}), directory);
    EXPECT_FALSE(file->options().java_package().empty()) << name;
    EXPECT_FALSE(file->options().go_package().empty()) << name;
    EXPECT_FALSE(file->options().csharp_namespace().empty()) << name;
    EXPECT_LE(file->service_count(), 1) << name;
    EXPECT_EQ(file->service_count() == 1,
              absl::EndsWith(name, "_service.proto"))
        << name;
  }
}

TEST_F(Contract, PackagesImportOnlyThoseBefore) {
  const std::vector<std::string> order = {"type", "registry", "coverage",
                                          "bottleneck", "admin"};
  const auto rank = [&](const std::string& file) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (absl::StartsWith(file, absl::StrCat("qiangji/", order[i], "/"))) {
        return i;
      }
    }
    return std::size_t{0};
  };
  for (const auto& [name, file] : files()) {
    for (int i = 0; i < file->dependency_count(); ++i) {
      EXPECT_LE(rank(file->dependency(i)->name()), rank(name))
          << name << " imports " << file->dependency(i)->name();
    }
  }
}

TEST_F(Contract, EveryRpcDeclaresAPermissionOfItsPackage) {
  std::map<std::string, std::string> services;  // permission -> service
  ForEachMethod([&](const pb::MethodDescriptor& method) {
    const pb::MethodOptions options = Known(method.options());
    ASSERT_TRUE(options.HasExtension(type::v1::permission))
        << method.full_name();
    const auto& permission = options.GetExtension(type::v1::permission);
    const std::string service = method.file()->package().substr(8);
    EXPECT_TRUE(absl::StartsWith(
        permission.permission(),
        absl::StrCat(service.substr(0, service.find('.')), ".")))
        << method.full_name() << ": " << permission.permission();
    EXPECT_GT(permission.roles_size(), 0) << method.full_name();
    std::set<int> roles(permission.roles().begin(), permission.roles().end());
    EXPECT_EQ(roles.count(type::v1::ROLE_UNSPECIFIED), 0u);
    EXPECT_EQ(roles.size(), static_cast<std::size_t>(permission.roles_size()));
    const std::string& owner = method.service()->full_name();
    EXPECT_EQ(services.emplace(permission.permission(), owner).first->second,
              owner)
        << permission.permission() << " is used by two services";
  });
}

TEST_F(Contract, EveryListHasPages) {
  int lists = 0;
  ForEachMethod([&](const pb::MethodDescriptor& method) {
    if (!absl::StartsWith(method.name(), "List")) return;
    ++lists;
    const pb::Descriptor& in = *method.input_type();
    const pb::Descriptor& out = *method.output_type();
    EXPECT_NE(in.FindFieldByName("page_size"), nullptr) << in.full_name();
    EXPECT_NE(in.FindFieldByName("page_token"), nullptr) << in.full_name();
    EXPECT_NE(out.FindFieldByName("next_page_token"), nullptr)
        << out.full_name();
    ASSERT_GT(out.field_count(), 0);
    EXPECT_TRUE(out.field(0)->is_repeated()) << out.full_name();
  });
  EXPECT_GT(lists, 30);
}

TEST_F(Contract, RequestFieldsStateTheirBehaviour) {
  ForEachMessage([](const pb::Descriptor& message) {
    if (!absl::EndsWith(message.name(), "Request")) return;
    for (int i = 0; i < message.field_count(); ++i) {
      if (message.field(i)->real_containing_oneof() != nullptr) continue;
      EXPECT_GT(Known(message.field(i)->options())
                    .ExtensionSize(google::api::field_behavior),
                0)
          << message.field(i)->full_name();
    }
  });
}

TEST_F(Contract, MutationsTakeARequestId) {
  ForEachMethod([](const pb::MethodDescriptor& method) {
    for (const char* verb : {"Create", "Update", "Delete", "BatchCreate",
                             "BatchUpdate", "BatchDelete"}) {
      if (!absl::StartsWith(method.name(), verb)) continue;
      if (method.server_streaming()) continue;  // a backup keeps nothing
      EXPECT_NE(method.input_type()->FindFieldByName("request_id"), nullptr)
          << method.full_name();
    }
  });
}

// Table of the registry -> message of its rows.
const std::map<std::string, std::string>& Resources() {
  static const auto* const resources = new std::map<std::string, std::string>{
      {"sectors", "Sector"},
      {"items", "Item"},
      {"organizations", "Organization"},
      {"supply", "SupplyRecord"},
      {"inputs", "Input"},
      {"demand", "Demand"},
      {"world_production", "WorldShare"},
      {"country_risk", "CountryRisk"},
      {"milestones", "Milestone"},
      {"projects", "Project"},
      {"targets", "Target"},
      {"criteria", "Criteria"},
      {"indicators", "Indicator"},
      {"editions", "EditionItem"},
      {"tests", "TestResult"},
      {"standards", "Standard"},
      {"capacities", "Capacity"},
      {"memberships", "Membership"},
      {"chains", "ChainItem"},
      {"needs", "Need"},
      {"offers", "Offer"},
      {"merges", "Merge"},
      {"rounds", "Round"},
      {"round_reports", "RoundReport"},
      {"documents", "DocumentPart"},
  };
  return *resources;
}

void ExpectEnumMatches(const domain::Column& column,
                       const pb::FieldDescriptor& field) {
  ASSERT_EQ(field.cpp_type(), pb::FieldDescriptor::CPPTYPE_ENUM)
      << field.full_name();
  const pb::EnumDescriptor& type = *field.enum_type();
  ASSERT_EQ(type.value_count(), static_cast<int>(column.values.size()) + 1)
      << type.full_name();
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    const std::string text(column.values[i].data(), column.values[i].size());
    EXPECT_EQ(type.value(static_cast<int>(i) + 1)->name(),
              absl::StrCat(UpperSnake(type.name()), "_",
                           absl::AsciiStrToUpper(text)));
  }
}

void ExpectFieldMatches(const domain::Column& column,
                        const pb::FieldDescriptor& field) {
  using F = pb::FieldDescriptor;
  const bool list = column.kind == Kind::kTexts || column.kind == Kind::kIds ||
                    column.kind == Kind::kCountries ||
                    column.kind == Kind::kHsCodes;
  EXPECT_EQ(field.is_repeated(), list) << field.full_name();
  switch (column.kind) {
    case Kind::kNumber:
      EXPECT_EQ(field.cpp_type(), F::CPPTYPE_DOUBLE) << field.full_name();
      EXPECT_TRUE(field.has_presence()) << field.full_name();
      break;
    case Kind::kYear:
    case Kind::kInteger:
      EXPECT_EQ(field.cpp_type(), absl::EndsWith(column.name, "_seq")
                                      ? F::CPPTYPE_INT64
                                      : F::CPPTYPE_INT32)
          << field.full_name();
      EXPECT_EQ(field.has_presence(), !column.key) << field.full_name();
      break;
    case Kind::kBool:
      EXPECT_EQ(field.cpp_type(), F::CPPTYPE_BOOL) << field.full_name();
      EXPECT_TRUE(field.has_presence()) << field.full_name();
      break;
    case Kind::kTime:
      ASSERT_EQ(field.cpp_type(), F::CPPTYPE_MESSAGE) << field.full_name();
      EXPECT_EQ(field.message_type()->full_name(), "google.protobuf.Timestamp");
      break;
    case Kind::kEnum:
      ExpectEnumMatches(column, field);
      break;
    default:
      EXPECT_EQ(field.type(), F::TYPE_STRING) << field.full_name();
  }
}

TEST_F(Contract, ResourcesHaveTheColumnsOfTheirTables) {
  ASSERT_EQ(domain::RegistryTables().size(), Resources().size());
  for (const domain::TableSchema* table : domain::RegistryTables()) {
    const std::string name(table->name.data(), table->name.size());
    SCOPED_TRACE(name);
    ASSERT_EQ(Resources().count(name), 1u);
    const pb::Descriptor* message =
        Message(absl::StrCat("qiangji.registry.v1.", Resources().at(name)));
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(message->field(0)->name(), "name");
    // Columns in their order after `name`, then the common fields from 100.
    for (std::size_t c = 0; c < table->columns.size(); ++c) {
      const domain::Column& column = table->columns[c];
      const pb::FieldDescriptor* field = message->FindFieldByName(
          std::string(column.name.data(), column.name.size()));
      ASSERT_NE(field, nullptr) << "no field for column " << column.name;
      EXPECT_EQ(field->number(), static_cast<int>(c) + 2) << column.name;
      ExpectFieldMatches(column, *field);
    }
    for (int i = 1; i < message->field_count(); ++i) {
      const pb::FieldDescriptor& field = *message->field(i);
      EXPECT_TRUE(field.number() >= 100 || table->Find(field.name()) >= 0)
          << field.full_name() << " is no column";
    }
    for (const char* common : {"etag", "owner_id", "seq", "update_time",
                               "delete_time", "read_seq"}) {
      EXPECT_NE(message->FindFieldByName(common), nullptr) << common;
    }
  }
}

// What a program that links all protos finds by name (rpc permissions are
// looked up like this), and that no file is registered twice.
TEST_F(Contract, LinkedDescriptorsAreComplete) {
  const pb::DescriptorPool& linked = *pb::DescriptorPool::generated_pool();
  for (const auto& [name, file] : files()) {
    EXPECT_NE(linked.FindFileByName(name), nullptr) << name;
  }
  ForEachMethod([&](const pb::MethodDescriptor& method) {
    const pb::MethodDescriptor* found =
        linked.FindMethodByName(method.full_name());
    ASSERT_NE(found, nullptr) << method.full_name();
    EXPECT_FALSE(found->options()
                     .GetExtension(type::v1::permission)
                     .permission()
                     .empty());
  });
}

}  // namespace
}  // namespace qiangji
