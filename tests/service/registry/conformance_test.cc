// Every rule of the standard methods against every resource. The resources are
// found through the descriptors; conformance_fixture.cc has one small entry for
// each, and one without fails here.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/rpc/errors.h"
#include "tests/service/registry/conformance_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;
using enum absl::StatusCode;

INSTANTIATE_TEST_SUITE_P(Resources, ConformanceTest,
                         ::testing::ValuesIn(BuiltResources()),
                         [](const auto& one) {
                           return std::string(one.param.resource->name());
                         });

TEST(ConformanceWalk, FindsEveryTableWithAService) {
  EXPECT_GE(BuiltResources().size(), 14u);
}

constexpr char kRequestId[] = "1f0e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

TEST_P(ConformanceTest, HasTheStandardMethodsAndTheirFields) {
  const std::map<std::string, std::vector<std::string>> fields = {
      {"Get", {"name", "read_time", "read_seq"}},
      {"List",
       {"page_size", "page_token", "filter", "order_by", "read_time",
        "read_seq", "show_deleted"}},
      {"Create", {"request_id", "validate_only"}},
      {"Update",
       {"update_mask", "allow_missing", "request_id", "validate_only"}},
      {"Delete",
       {"name", "etag", "force", "allow_missing", "request_id",
        "validate_only"}},
      {"BatchGet", {"names", "read_time", "read_seq"}},
      {"BatchCreate", {"requests", "request_id", "validate_only"}},
      {"BatchUpdate", {"requests", "request_id", "validate_only"}},
      {"BatchDelete", {"requests", "request_id", "validate_only"}},
      {"History", {"name", "page_size", "page_token"}}};
  for (const auto& [verb, names] : fields) {
    const MethodDescriptor* method = GetParam().Method(verb);
    ASSERT_NE(method, nullptr) << verb;
    for (const std::string& name : names) {
      EXPECT_NE(method->input_type()->FindFieldByName(name), nullptr)
          << method->full_name() << " has no " << name;
    }
  }
  for (const char* name :
       {"name", "etag", "seq", "update_time", "delete_time", "read_seq"}) {
    EXPECT_NE(GetParam().resource->FindFieldByName(name), nullptr) << name;
  }
  EXPECT_EQ(GetParam().Method("Undelete") != nullptr, type().keeps_deleted());
}

// AIP-131, 133.
TEST_P(ConformanceTest, WhatIsCreatedIsRead) {
  EXPECT_THAT(Get(NameOf(0)), StatusIs(kNotFound));
  const MessagePtr made = Create(0);
  ASSERT_EQ(Text(*made, "name"), NameOf(0));
  EXPECT_EQ(Integer(*made, "seq"), HeadSeq());
  EXPECT_EQ(Text(*made, "etag"),
            absl::StrCat("\"", Integer(*made, "seq"), "\""));
  EXPECT_TRUE(Has(*made, "update_time"));
  EXPECT_FALSE(Has(*made, "delete_time"));
  const auto read = Get(NameOf(0));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(Integer(**read, "read_seq"), HeadSeq());
  Set(read->get(), "read_seq", std::int64_t{0});
  EXPECT_TRUE(MessageDifferencer::Equals(**read, *made))
      << (*read)->DebugString() << made->DebugString();
  EXPECT_THAT(Get(NameOf(1)), StatusIs(kNotFound));
  MessagePtr again;
  const absl::Status twice = Call("Create", *CreateRequest(0), &again);
  EXPECT_THAT(twice, StatusIs(kAlreadyExists));
  EXPECT_EQ(rpc::ReasonOf(twice), "RESOURCE_EXISTS");
}

TEST_P(ConformanceTest, CreateSaysAllThatIsMissing) {
  const MessagePtr request = Request("Create");
  const absl::string_view parent = "items/x";
  if (request->GetDescriptor()->FindFieldByName("parent") != nullptr) {
    Set(request.get(), "parent", std::string(parent));
  }
  MessagePtr answer;
  const absl::Status status = Call("Create", *request, &answer);
  EXPECT_THAT(status, StatusIs(kInvalidArgument));
  std::vector<std::string> fields;
  for (const auto& [field, what] : rpc::ViolationsOf(status)) {
    fields.push_back(field);
  }
  int required = 0;
  for (const domain::Column& column : table().columns) {
    if (!column.required || !column.default_value.empty()) continue;
    if (column.key && !fields.empty() && absl::StrContains(fields[0], "parent"))
      continue;  // the wrong parent was all there was to say
    if (column.name == "item_id" && column.key) continue;  // the parent's
    ++required;
    EXPECT_TRUE(std::any_of(fields.begin(), fields.end(),
                            [&](const std::string& field) {
                              return absl::EndsWith(
                                  field, absl::StrCat(".", column.name));
                            }))
        << column.name << " of " << ::testing::PrintToString(fields);
  }
  EXPECT_GE(static_cast<int>(fields.size()), std::min(required, 1));
}

TEST_P(ConformanceTest, NamesAreCanonical) {
  for (const char* name :
       {"", "x", "items", "items/", "items//", "items/a/b", "items/A",
        "/items/a", "items/a/", "items/../a", "items/a\xE2\x80\x8B",
        "nothing/a/nothing/b", "items/-"}) {
    EXPECT_THAT(Get(name), StatusIs(kInvalidArgument)) << name;
  }
}

// AIP-163.
TEST_P(ConformanceTest, ValidateOnlyChangesNothing) {
  const std::int64_t before = HeadSeq();
  const auto validate = [&](const char* verb, const MessagePtr& request) {
    SetTrue(request.get(), "validate_only");
    Set(request.get(), "request_id", std::string(kRequestId));
    const std::int64_t head = HeadSeq();
    MessagePtr answer;
    absl::Status status = Call(verb, *request, &answer);
    EXPECT_EQ(HeadSeq(), head) << verb;
    return status;
  };
  MessagePtr create = CreateRequest(0);
  EXPECT_THAT(validate("Create", create), IsOk());
  EXPECT_THAT(Get(NameOf(0)), StatusIs(kNotFound));
  EXPECT_THAT(validate("Update", UpdateRequest(0, 1)), StatusIs(kNotFound));
  MessagePtr remove = Request("Delete");
  Set(remove.get(), "name", NameOf(0));
  EXPECT_THAT(validate("Delete", remove), StatusIs(kNotFound));

  const MessagePtr made = Create(0);
  EXPECT_GT(HeadSeq(), before);
  EXPECT_THAT(validate("Create", CreateRequest(0)), StatusIs(kAlreadyExists));
  EXPECT_THAT(validate("Update", UpdateRequest(0, 1)), IsOk());
  EXPECT_THAT(validate("Delete", remove), IsOk());
  const auto read = Get(NameOf(0));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(Text(**read, "etag"), Text(*made, "etag"));
}

// AIP-155.
TEST_P(ConformanceTest, ARequestIdIsDoneOnce) {
  const MessagePtr request = CreateRequest(0);
  Set(request.get(), "request_id", std::string(kRequestId));
  MessagePtr first, second;
  ASSERT_THAT(Call("Create", *request, &first), IsOk());
  const std::int64_t head = HeadSeq();
  ASSERT_THAT(Call("Create", *request, &second), IsOk());
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *second));
  EXPECT_EQ(HeadSeq(), head);
  const MessagePtr other = CreateRequest(1);
  Set(other.get(), "request_id", std::string(kRequestId));
  const absl::Status status = Call("Create", *other, &second);
  EXPECT_THAT(status, StatusIs(kAlreadyExists));
  EXPECT_THAT(Get(NameOf(1)), StatusIs(kNotFound));
  Set(other.get(), "request_id", std::string(129, 'x'));
  EXPECT_THAT(Call("Create", *other, &second), StatusIs(kInvalidArgument));

  const MessagePtr remove = Request("Delete");
  Set(remove.get(), "name", NameOf(0));
  Set(remove.get(), "request_id", std::string(kRequestId));
  ASSERT_THAT(Call("Delete", *remove, &first), IsOk());
  ASSERT_THAT(Call("Delete", *remove, &second), IsOk());
  EXPECT_TRUE(MessageDifferencer::Equals(*first, *second));
}

// AIP-134, 154, 161.
TEST_P(ConformanceTest, UpdateTakesOverWhatTheMaskNames) {
  const MessagePtr made = Create(0);
  const MessagePtr request = UpdateRequest(0, 1);
  const auto* field =
      GetParam().resource->FindFieldByName(std::string(updatable().name));
  Message* resource = nullptr;
  for (int i = 0; i < request->GetDescriptor()->field_count(); ++i) {
    const auto* one = request->GetDescriptor()->field(i);
    if (one->message_type() == GetParam().resource) {
      resource = request->GetReflection()->MutableMessage(request.get(), one);
    }
  }
  ASSERT_NE(resource, nullptr);
  Set(resource, "etag", Text(*made, "etag"));
  MessagePtr updated;
  ASSERT_THAT(Call("Update", *request, &updated), IsOk());
  EXPECT_GT(Integer(*updated, "seq"), Integer(*made, "seq"));
  MessageDifferencer differencer;
  for (const char* ignored : {"etag", "seq", "update_time", "owner_id"}) {
    differencer.IgnoreField(GetParam().resource->FindFieldByName(ignored));
  }
  EXPECT_FALSE(differencer.Compare(*updated, *made)) << field->name();
  differencer.IgnoreField(field);
  EXPECT_TRUE(differencer.Compare(*updated, *made));

  // The etag is old now; without one it is not checked; nothing new to write
  // makes no version.
  const absl::Status stale = Call("Update", *request, &updated);
  EXPECT_THAT(stale, StatusIs(kAborted));
  EXPECT_EQ(rpc::ReasonOf(stale), "ETAG_MISMATCH");
  Set(resource, "etag", std::string());
  const std::int64_t head = HeadSeq();
  EXPECT_THAT(Call("Update", *request, &updated), IsOk());
  EXPECT_EQ(HeadSeq(), head);

  Set(Sub(request.get(), "update_mask"), "paths", std::string("no_such_field"));
  const absl::Status unknown = Call("Update", *request, &updated);
  EXPECT_THAT(unknown, StatusIs(kInvalidArgument, HasSubstr("no_such_field")));
}

TEST_P(ConformanceTest, UpdateKeepsTheKeyAndMayCreate) {
  MessagePtr answer;
  EXPECT_THAT(Call("Update", *UpdateRequest(0, 0), &answer),
              StatusIs(kNotFound));
  const MessagePtr request = UpdateRequest(0, 0);
  SetTrue(request.get(), "allow_missing");
  Sub(request.get(), "update_mask")->Clear();
  ASSERT_THAT(Call("Update", *request, &answer), IsOk());
  EXPECT_EQ(Text(*answer, "name"), NameOf(0));
  EXPECT_THAT(Get(NameOf(0)), IsOk());
  // The key columns of row 1 under the name of row 0.
  const MessagePtr moved = UpdateRequest(0, 1);
  Sub(moved.get(), "update_mask")->Clear();
  Set(Sub(moved.get(), "update_mask"), "paths", std::string("*"));
  EXPECT_THAT(Call("Update", *moved, &answer), StatusIs(kInvalidArgument));
}

// AIP-135, 154, 164.
TEST_P(ConformanceTest, DeleteLeavesHistoryAndKeptOnesComeBack) {
  const MessagePtr made = Create(0);
  const MessagePtr request = Request("Delete");
  Set(request.get(), "name", NameOf(0));
  Set(request.get(), "etag", std::string("\"1\""));
  MessagePtr answer;
  EXPECT_THAT(Call("Delete", *request, &answer), StatusIs(kAborted));
  Set(request.get(), "etag", Text(*made, "etag"));
  ASSERT_THAT(Call("Delete", *request, &answer), IsOk());
  const std::int64_t deleted = HeadSeq();
  EXPECT_GT(deleted, Integer(*made, "seq"));
  EXPECT_THAT(Call("Delete", *request, &answer), StatusIs(kNotFound));
  SetTrue(request.get(), "allow_missing");
  EXPECT_THAT(Call("Delete", *request, &answer), IsOk());
  EXPECT_EQ(HeadSeq(), deleted);
  EXPECT_THAT(Get(NameOf(0), deleted - 1), IsOk());
  EXPECT_THAT(ListNames(*ListRequest()), Not(::testing::Contains(NameOf(0))));
  const MessagePtr shown = ListRequest();
  SetTrue(shown.get(), "show_deleted");
  const auto read = Get(NameOf(0));
  if (!type().keeps_deleted()) {
    EXPECT_THAT(read, StatusIs(kNotFound));
    EXPECT_THAT(ListNames(*shown), Not(::testing::Contains(NameOf(0))));
    EXPECT_THAT(Call("Create", *CreateRequest(0), &answer), IsOk());
    return;
  }
  ASSERT_THAT(read, IsOk());
  EXPECT_TRUE(Has(**read, "delete_time"));
  EXPECT_EQ(Integer(**read, "delete_seq"), deleted);
  EXPECT_EQ(Text(**read, "etag"), Text(*made, "etag"));
  EXPECT_THAT(ListNames(*shown), ::testing::Contains(NameOf(0)));
  const absl::Status again = Call("Create", *CreateRequest(0), &answer);
  EXPECT_THAT(again, StatusIs(kAlreadyExists, HasSubstr("undelete")));
  EXPECT_EQ(rpc::ReasonOf(again), "RESOURCE_DELETED");
  EXPECT_THAT(Call("Update", *UpdateRequest(0, 1), &answer),
              StatusIs(kNotFound));
}

TEST_P(ConformanceTest, UndeleteBringsBackWhatWasDeleted) {
  if (!type().keeps_deleted()) {
    EXPECT_EQ(GetParam().Method("Undelete"), nullptr);
    return;
  }
  const MessagePtr made = Create(0);
  const MessagePtr request = Request("Undelete");
  Set(request.get(), "name", NameOf(0));
  MessagePtr answer;
  const absl::Status live = Call("Undelete", *request, &answer);
  EXPECT_THAT(live, StatusIs(kAlreadyExists));
  EXPECT_EQ(rpc::ReasonOf(live), "RESOURCE_NOT_DELETED");
  const MessagePtr remove = Request("Delete");
  Set(remove.get(), "name", NameOf(0));
  ASSERT_THAT(Call("Delete", *remove, &answer), IsOk());
  EXPECT_TRUE(Has(*answer, "delete_time"));
  EXPECT_EQ(Integer(*answer, "delete_seq"), HeadSeq());
  EXPECT_EQ(Integer(*answer, "seq"), Integer(*made, "seq"));
  Set(request.get(), "etag", std::string("\"1\""));
  EXPECT_THAT(Call("Undelete", *request, &answer), StatusIs(kAborted));
  Set(request.get(), "etag", Text(*made, "etag"));
  SetTrue(request.get(), "validate_only");
  ASSERT_THAT(Call("Undelete", *request, &answer), IsOk());
  EXPECT_TRUE(Has(**Get(NameOf(0)), "delete_time"));
  const MessagePtr real = Request("Undelete");
  Set(real.get(), "name", NameOf(0));
  Set(real.get(), "request_id", std::string(kRequestId));
  ASSERT_THAT(Call("Undelete", *real, &answer), IsOk());
  EXPECT_FALSE(Has(*answer, "delete_time"));
  EXPECT_EQ(Integer(*answer, "seq"), HeadSeq());
  MessagePtr replay;
  ASSERT_THAT(Call("Undelete", *real, &replay), IsOk());
  EXPECT_TRUE(MessageDifferencer::Equals(*answer, *replay));
  MessageDifferencer differencer;
  for (const char* ignored : {"etag", "seq", "update_time"}) {
    differencer.IgnoreField(GetParam().resource->FindFieldByName(ignored));
  }
  EXPECT_TRUE(differencer.Compare(*answer, *made));
  Set(real.get(), "name", NameOf(1));
  Set(real.get(), "request_id", std::string());
  EXPECT_THAT(Call("Undelete", *real, &replay), StatusIs(kNotFound));
}

// AIP-158.
TEST_P(ConformanceTest, PagesAreOfOneStateAndTokensOfOneRequest) {
  for (int n = 0; n < 5; ++n) Create(n);
  const std::vector<std::string> all = ListNames(*ListRequest());
  EXPECT_GE(all.size(), 5u);
  for (const int size : {1, 2, 5, 1'000'000'000}) {
    const MessagePtr request = ListRequest();
    Set(request.get(), "page_size", std::int64_t{size});
    EXPECT_THAT(ListNames(*request), ElementsAreArray(all)) << size;
  }
  const MessagePtr request = ListRequest();
  Set(request.get(), "page_size", std::int64_t{2});
  MessagePtr first, next;
  ASSERT_THAT(Call("List", *request, &first), IsOk());
  const std::string token = Text(*first, "next_page_token");
  Create(5);  // not of the state of the first page
  Set(request.get(), "page_token", token);
  std::vector<std::string> names;
  for (const MessagePtr& one : Repeated(*first, GetParam().resource)) {
    names.push_back(Text(*one, "name"));
  }
  for (const std::string& name : ListNames(*request)) names.push_back(name);
  EXPECT_THAT(names, ElementsAreArray(all));

  // Another filter, order, state, a changed byte.
  const auto refused = [&](const std::function<void(Message*)>& change) {
    const MessagePtr other(request->New());
    other->CopyFrom(*request);
    change(other.get());
    return Call("List", *other, &next);
  };
  const std::string key(
      table().columns[static_cast<std::size_t>(table().key_columns()[0])].name);
  EXPECT_THAT(refused([&](Message* m) { Set(m, "filter", key + ":*"); }),
              StatusIs(kInvalidArgument));
  EXPECT_THAT(refused([&](Message* m) { Set(m, "order_by", key); }),
              StatusIs(kInvalidArgument));
  EXPECT_THAT(refused([](Message* m) { Set(m, "read_seq", std::int64_t{1}); }),
              StatusIs(kInvalidArgument));
  for (const std::size_t at : {std::size_t{0}, token.size() / 2}) {
    EXPECT_THAT(refused([&](Message* m) {
                  std::string changed = token;
                  changed[at] = changed[at] == 'A' ? 'B' : 'A';
                  Set(m, "page_token", changed);
                }),
                StatusIs(kInvalidArgument));
  }
  Set(request.get(), "page_token", std::string());
  Set(request.get(), "page_size", std::int64_t{-1});
  EXPECT_THAT(Call("List", *request, &next), StatusIs(kInvalidArgument));
}

// AIP-231, 233 to 235.
TEST_P(ConformanceTest, BatchesAreAtomicAndInOrder) {
  const auto batch = [&](const char* verb, const char* one,
                         const std::vector<const Message*>& requests,
                         MessagePtr* answer) {
    (void)one;
    const MessagePtr request = Request(verb);
    for (const Message* each : requests) {
      Sub(request.get(), "requests")->CopyFrom(*each);
    }
    return Call(verb, *request, answer);
  };
  const MessagePtr zero = CreateRequest(0), first = CreateRequest(1),
                   second = CreateRequest(2);
  MessagePtr answer;
  ASSERT_THAT(
      batch("BatchCreate", "Create", {second.get(), zero.get()}, &answer),
      IsOk());
  EXPECT_EQ(Integer(*answer, "seq"), HeadSeq());
  const auto made = Repeated(*answer, GetParam().resource);
  ASSERT_EQ(made.size(), 2u);
  EXPECT_EQ(Text(*made[0], "name"), NameOf(2));
  EXPECT_EQ(Text(*made[1], "name"), NameOf(0));
  const std::int64_t head = HeadSeq();
  EXPECT_THAT(
      batch("BatchCreate", "Create", {first.get(), zero.get()}, &answer),
      StatusIs(kAlreadyExists));
  EXPECT_THAT(
      batch("BatchCreate", "Create", {first.get(), first.get()}, &answer),
      StatusIs(kInvalidArgument));
  EXPECT_THAT(batch("BatchCreate", "Create", {}, &answer),
              StatusIs(kInvalidArgument));
  EXPECT_THAT(Get(NameOf(1)), StatusIs(kNotFound));
  EXPECT_EQ(HeadSeq(), head);

  const MessagePtr update = UpdateRequest(0, 1);
  const MessagePtr missing = UpdateRequest(1, 2);
  EXPECT_THAT(
      batch("BatchUpdate", "Update", {update.get(), missing.get()}, &answer),
      StatusIs(kNotFound));
  ASSERT_THAT(batch("BatchUpdate", "Update", {update.get()}, &answer), IsOk());
  EXPECT_EQ(Text(*Repeated(*answer, GetParam().resource)[0], "name"),
            NameOf(0));

  const MessagePtr get = Request("BatchGet");
  Set(get.get(), "names", NameOf(2));
  Set(get.get(), "names", NameOf(0));
  ASSERT_THAT(Call("BatchGet", *get, &answer), IsOk());
  EXPECT_EQ(Text(*Repeated(*answer, GetParam().resource)[0], "name"),
            NameOf(2));
  Set(get.get(), "names", NameOf(1));
  EXPECT_THAT(Call("BatchGet", *get, &answer),
              StatusIs(kNotFound, HasSubstr("is not there")));
  for (int n = 0; n < 1000; ++n) Set(get.get(), "names", NameOf(0));
  EXPECT_THAT(Call("BatchGet", *get, &answer), StatusIs(kInvalidArgument));

  const MessagePtr gone = Request("Delete"), not_there = Request("Delete");
  Set(gone.get(), "name", NameOf(0));
  Set(not_there.get(), "name", NameOf(1));
  EXPECT_THAT(
      batch("BatchDelete", "Delete", {gone.get(), not_there.get()}, &answer),
      StatusIs(kNotFound));
  ASSERT_THAT(batch("BatchDelete", "Delete", {gone.get()}, &answer), IsOk());
  EXPECT_EQ(Integer(*answer, "seq"), HeadSeq());
  SetTrue(gone.get(), "validate_only");
  EXPECT_THAT(batch("BatchDelete", "Delete", {gone.get()}, &answer),
              StatusIs(kInvalidArgument));
}

TEST_P(ConformanceTest, HistoryHasEveryVersionNewestFirst) {
  Create(0);
  MessagePtr answer;
  ASSERT_THAT(Call("Update", *UpdateRequest(0, 1), &answer), IsOk());
  const MessagePtr remove = Request("Delete");
  Set(remove.get(), "name", NameOf(0));
  ASSERT_THAT(Call("Delete", *remove, &answer), IsOk());
  const MessagePtr request = Request("History");
  Set(request.get(), "name", NameOf(0));
  Set(request.get(), "page_size", std::int64_t{1});
  std::vector<std::int64_t> from;
  for (int page = 0; page < 3; ++page) {
    ASSERT_THAT(Call("History", *request, &answer), IsOk());
    const auto* versions = answer->GetDescriptor()->FindFieldByName("versions");
    ASSERT_EQ(answer->GetReflection()->FieldSize(*answer, versions), 1);
    const Message& version =
        answer->GetReflection()->GetRepeatedMessage(*answer, versions, 0);
    from.push_back(Integer(version, "seq_from"));
    EXPECT_EQ(version.GetReflection()->GetBool(
                  version, version.GetDescriptor()->FindFieldByName("deleted")),
              page == 0);
    if (Text(*answer, "next_page_token").empty()) break;
    Set(request.get(), "page_token", Text(*answer, "next_page_token"));
  }
  ASSERT_EQ(from.size(), 2u);
  EXPECT_GT(from[0], from[1]);
  Set(request.get(), "name", NameOf(1));
  Set(request.get(), "page_token", std::string());
  EXPECT_THAT(Call("History", *request, &answer), StatusIs(kNotFound));
}

}  // namespace
}  // namespace qiangji::testing
