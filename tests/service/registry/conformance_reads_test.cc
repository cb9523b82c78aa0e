// Filters, orders, read masks and earlier states of every resource: the reads
// of conformance_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/domain/condition.h"
#include "services/rpc/errors.h"
#include "tests/service/registry/conformance_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;
using enum absl::StatusCode;

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", text, "\"");
}

// AIP-160, each column of the table.
TEST_P(ConformanceTest, FiltersNarrowByEveryColumn) {
  for (int n = 0; n < 4; ++n) Create(n);
  const std::vector<std::string> all = ListNames(*ListRequest());
  const std::vector<std::string> cells = CellsOf(table(), 1);
  const auto listed = [&](const std::string& filter) {
    const MessagePtr request = ListRequest();
    Set(request.get(), "filter", filter);
    return ListNames(*request);
  };
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const domain::Column& column = table().columns[c];
    const std::string name(column.name);
    if (cells[c].empty()) {
      EXPECT_EQ(listed(absl::StrCat(name, ":*")).size() +
                    listed(absl::StrCat("NOT ", name, ":*")).size(),
                all.size())
          << name;
      continue;
    }
    const std::string value = Quoted(cells[c].substr(0, cells[c].find(';')));
    const auto with = listed(absl::StrCat(name, " = ", value));
    const auto without = listed(absl::StrCat(name, " != ", value));
    EXPECT_THAT(with, ::testing::Contains(NameOf(1))) << name;
    EXPECT_THAT(without, Not(::testing::Contains(NameOf(1)))) << name;
    EXPECT_EQ(with.size() + without.size(), all.size()) << name;
    EXPECT_THAT(listed(absl::StrCat("-", name, " = ", value)),
                ElementsAreArray(without));
    EXPECT_THAT(listed(absl::StrCat(name, ":", value)),
                ::testing::Contains(NameOf(1)));
    EXPECT_THAT(listed(absl::StrCat(name, " = ", value, " AND ", name, ":*")),
                ElementsAreArray(with));
    EXPECT_THAT(listed(absl::StrCat(name, " = ", value, " OR NOT ", name, " = ",
                                    value)),
                ElementsAreArray(all));
    const MessagePtr request = ListRequest();
    Set(request.get(), "filter", absl::StrCat(name, " >= ", value));
    MessagePtr answer;
    const bool ordered = !domain::IsList(column.kind) &&
                         column.kind != domain::Kind::kEnum &&
                         column.kind != domain::Kind::kBool;
    EXPECT_THAT(Call("List", *request, &answer),
                StatusIs(ordered ? kOk : kInvalidArgument))
        << name;
  }
}

TEST_P(ConformanceTest, AFilterOnNoColumnOffersTheNearest) {
  const std::string column(table().columns[0].name);
  const MessagePtr request = ListRequest();
  MessagePtr answer;
  for (const char* field : {"filter", "order_by"}) {
    const MessagePtr wrong(request->New());
    wrong->CopyFrom(*request);
    const std::string misspelt = column + "x";
    Set(wrong.get(), field,
        field == std::string("filter") ? misspelt + " = a" : misspelt);
    const absl::Status status = Call("List", *wrong, &answer);
    EXPECT_THAT(status, StatusIs(kInvalidArgument,
                                 HasSubstr("did you mean " + column + "?")));
    ASSERT_EQ(rpc::ViolationsOf(status).size(), 1u);
    EXPECT_EQ(rpc::ViolationsOf(status)[0].first, field);
  }
}

// AIP-132.
TEST_P(ConformanceTest, OrdersByEveryColumnInPages) {
  for (int n = 0; n < 5; ++n) Create(n);
  const MessagePtr request = ListRequest();
  const std::vector<std::string> by_key = ListNames(*request);
  for (std::size_t c = 0; c < table().columns.size(); ++c) {
    const domain::Column& column = table().columns[c];
    const std::string name(column.name);
    const MessagePtr ordered = ListRequest();
    Set(ordered.get(), "page_size", std::int64_t{2});
    Set(ordered.get(), "order_by", name);
    if (domain::IsList(column.kind)) {
      MessagePtr answer;
      EXPECT_THAT(Call("List", *ordered, &answer), StatusIs(kInvalidArgument));
      continue;
    }
    const auto up = ListNames(*ordered);
    Set(ordered.get(), "order_by", name + " desc");
    const auto down = ListNames(*ordered);
    EXPECT_EQ(up.size(), by_key.size()) << name;
    EXPECT_TRUE(std::is_permutation(up.begin(), up.end(), by_key.begin()));
    EXPECT_TRUE(std::is_permutation(down.begin(), down.end(), up.begin()));
    std::vector<domain::Value> values;
    for (const std::string& one : up) {
      const auto key = type().ParseName(one);
      ASSERT_THAT(key, IsOk());
      ASSERT_THAT(registry_.store().Read([&](store::Reader& reader) {
        const auto row = reader.Get(table(), *key, store::AccessScope::All());
        if (row.ok() && row->has_value()) values.push_back((*row)->row[c]);
        return row.status();
      }),
                  IsOk());
    }
    EXPECT_TRUE(
        std::is_sorted(values.begin(), values.end(),
                       [](const domain::Value& a, const domain::Value& b) {
                         return domain::CompareCells(a, b) < 0;
                       }))
        << name;
  }
}

// AIP-157.
TEST_P(ConformanceTest, ReadMasksKeepWhatTheyName) {
  Create(0);
  const MessagePtr get = Request("Get");
  Set(get.get(), "name", NameOf(0));
  MessagePtr answer;
  ASSERT_THAT(Call("Get", *get, &answer, "name,seq"), IsOk());
  EXPECT_EQ(Text(*answer, "name"), NameOf(0));
  EXPECT_EQ(Text(*answer, "etag"), "");
  EXPECT_GT(Integer(*answer, "seq"), 0);
  EXPECT_THAT(Call("Get", *get, &answer, "nmae"),
              StatusIs(kInvalidArgument, HasSubstr("did you mean name?")));
  std::string list;
  const auto* output = GetParam().Method("List")->output_type();
  for (int i = 0; i < output->field_count(); ++i) {
    if (output->field(i)->message_type() == GetParam().resource) {
      list = output->field(i)->name();
    }
  }
  ASSERT_THAT(Call("List", *ListRequest(), &answer, list + ".name"), IsOk());
  const auto rows = Repeated(*answer, GetParam().resource);
  ASSERT_FALSE(rows.empty());
  EXPECT_NE(Text(*rows[0], "name"), "");
  EXPECT_EQ(Text(*rows[0], "etag"), "");
  EXPECT_EQ(Integer(*answer, "read_seq"), 0);
}

TEST_P(ConformanceTest, ReadsShowAnEarlierState) {
  const MessagePtr made = Create(0);
  const std::int64_t then = HeadSeq();
  MessagePtr answer;
  ASSERT_THAT(Call("Update", *UpdateRequest(0, 1), &answer), IsOk());
  Create(1);
  const auto old = Get(NameOf(0), then);
  ASSERT_THAT(old, IsOk());
  EXPECT_EQ(Text(**old, "etag"), Text(*made, "etag"));
  EXPECT_EQ(Integer(**old, "read_seq"), then);
  EXPECT_THAT(Get(NameOf(0), then - 1), StatusIs(kNotFound));
  EXPECT_THAT(Get(NameOf(0), HeadSeq() + 1), StatusIs(kOutOfRange));
  EXPECT_THAT(Get(NameOf(0), -1), StatusIs(kOutOfRange));
  const MessagePtr both = Request("Get");
  Set(both.get(), "name", NameOf(0));
  Set(both.get(), "read_seq", then);
  Sub(both.get(), "read_time");
  EXPECT_THAT(Call("Get", *both, &answer), StatusIs(kInvalidArgument));

  const MessagePtr list = ListRequest();
  Set(list.get(), "read_seq", then);
  const auto names = ListNames(*list);
  EXPECT_THAT(names, ::testing::Contains(NameOf(0)));
  EXPECT_THAT(names, Not(::testing::Contains(NameOf(1))));

  const MessagePtr batch = Request("BatchGet");
  Set(batch.get(), "names", NameOf(0));
  Set(batch.get(), "read_seq", then);
  ASSERT_THAT(Call("BatchGet", *batch, &answer), IsOk());
  EXPECT_EQ(Integer(*answer, "read_seq"), then);
  EXPECT_EQ(Text(*Repeated(*answer, GetParam().resource)[0], "etag"),
            Text(*made, "etag"));
  // By time: that of the old version's change.
  const MessagePtr timed = Request("Get");
  Set(timed.get(), "name", NameOf(0));
  Sub(timed.get(), "read_time")->CopyFrom(*Sub((*old).get(), "update_time"));
  ASSERT_THAT(Call("Get", *timed, &answer), IsOk());
  EXPECT_EQ(Text(*answer, "etag"), Text(*made, "etag"));
}

}  // namespace
}  // namespace qiangji::testing
