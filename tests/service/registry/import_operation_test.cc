// Imports as operations: rows in columns, progress, cancellation, and what a
// request id settles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "qiangji/registry/v1/import_service.grpc.pb.h"
#include "services/domain/validate.h"
#include "services/registry/row_block.h"
#include "tests/contract/store_rows.h"
#include "tests/service/registry/registry_fixture.h"
#include "tests/support/status_matchers.h"

namespace qiangji::testing {
namespace {

namespace v1 = registry::v1;
namespace lro = google::longrunning;
using domain::TableId;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Requests = std::vector<v1::ImportRequest>;

Requests WithEnds(const std::string& request_id, Requests middle) {
  Requests all(1);
  all[0].mutable_start()->set_request_id(request_id);
  for (v1::ImportRequest& request : middle) all.push_back(std::move(request));
  all.emplace_back().mutable_finish();
  return all;
}

Requests Chunks(const std::string& name, const std::string& content,
                std::size_t size) {
  Requests requests;
  for (std::size_t at = 0; at < content.size(); at += size) {
    v1::FileChunk& chunk = *requests.emplace_back().mutable_chunk();
    chunk.set_file_name(name);
    chunk.set_data(content.substr(at, size));
    chunk.set_last(at + size >= content.size());
  }
  return requests;
}

std::string ItemsCsv(int rows, int version) {
  std::string items = "item_id,name_zh,category,sectors\n";
  for (int i = 0; i < rows; ++i) {
    absl::StrAppend(&items, "i", i, ",第", version, "版,component,nev\n");
  }
  return items;
}

// Rows packed in columns, as a client would send them.
Requests Packed(TableId id, const std::vector<domain::Row>& rows) {
  Requests requests;
  registry::RowBlockEncoder encoder([&](type::v1::RowBlock block) {
    block.clear_seq_from();
    block.clear_owners();
    block.clear_owner_index();
    *requests.emplace_back().mutable_rows() = std::move(block);
  });
  for (const domain::Row& row : rows) encoder.Add(Table(id), {row, "", 0, 0});
  encoder.Flush();
  return requests;
}

class ImportOperation : public ::testing::Test {
 protected:
  // Sends the first `most` messages, then gives up the call; all of them: the
  // operation.
  absl::StatusOr<lro::Operation> Start(const Requests& requests,
                                       std::size_t most = ~std::size_t{0}) {
    const auto stub = v1::ImportService::NewStub(registry_.channel());
    grpc::ClientContext context;
    lro::Operation operation;
    const auto stream = stub->StartImport(&context, &operation);
    for (std::size_t n = 0; n < requests.size() && n < most; ++n) {
      if (!stream->Write(requests[n])) break;
    }
    if (most < requests.size()) context.TryCancel();
    stream->WritesDone();
    const absl::Status status = client::FromGrpcStatus(stream->Finish());
    if (!status.ok()) return status;
    return operation;
  }
  absl::Status Cancel(const std::string& name) {
    lro::CancelOperationRequest request;
    request.set_name(name);
    google::protobuf::Empty none;
    return registry_.Call(*operations_, &lro::Operations::Stub::CancelOperation,
                          request, &none);
  }
  absl::StatusOr<lro::Operation> Get(const std::string& name) {
    lro::GetOperationRequest request;
    request.set_name(name);
    lro::Operation operation;
    const absl::Status status =
        registry_.Call(*operations_, &lro::Operations::Stub::GetOperation,
                       request, &operation);
    if (!status.ok()) return status;
    return operation;
  }
  lro::Operation Wait(const std::string& name) {
    lro::WaitOperationRequest request;
    request.set_name(name);
    lro::Operation operation;
    while (!operation.done()) {
      EXPECT_THAT(
          registry_.Call(*operations_, &lro::Operations::Stub::WaitOperation,
                         request, &operation),
          IsOk());
    }
    return operation;
  }
  // To the end; what the operation answered.
  v1::ImportResult Import(const Requests& requests) {
    const auto operation = Start(requests);
    EXPECT_THAT(operation, IsOk());
    const lro::Operation done = Wait(operation->name());
    EXPECT_FALSE(done.has_error()) << done.error().message();
    v1::ImportResult result;
    EXPECT_TRUE(done.response().UnpackTo(&result));
    return result;
  }

  TestRegistry registry_;
  const std::unique_ptr<lro::Operations::Stub> operations_ =
      lro::Operations::NewStub(registry_.channel());
};

TEST_F(ImportOperation, FilesAndPackedRowsGiveOneChange) {
  std::vector<domain::Row> supply;
  for (int year = 2015; year < 2025; ++year) {
    supply.push_back(SupplyRow("i1", year, "org", 0.1 * year));
  }
  Requests middle = Packed(TableId::kSupply, supply);
  for (auto& rows : Packed(TableId::kOrganizations, {OrganizationRow("org")})) {
    middle.push_back(rows);
  }
  for (auto& chunk : Chunks("items.csv", ItemsCsv(3, 1), 20)) {
    middle.push_back(chunk);
  }
  const v1::ImportResult result = Import(WithEnds("", middle));
  EXPECT_THAT(ErrorLines(result), IsEmpty());
  EXPECT_TRUE(result.changed());
  EXPECT_EQ(result.seq(), 2);
  const std::vector<store::Stored> stored =
      ScanAll(registry_.store(), TableId::kSupply);
  ASSERT_EQ(stored.size(), 10u);
  EXPECT_EQ(stored[4].row, supply[4]);
}

TEST_F(ImportOperation, BadPackedRowsAreReportedByTableAndNumber) {
  domain::Row good = ItemRow("a");
  domain::Row bad = ItemRow("b");
  bad[static_cast<std::size_t>(Table(TableId::kItems).Find("category"))] =
      std::string("gadget");
  const v1::ImportResult result =
      Import(WithEnds("", Packed(TableId::kItems, {good, bad, good})));
  EXPECT_THAT(ErrorLines(result),
              ElementsAre(HasSubstr("items:2: category: "),
                          HasSubstr("items:3: item_id: the key is that of")));
  EXPECT_EQ(registry_.Head().seq, 1);
}

TEST_F(ImportOperation, BrokenBlocksAreRefusedAsTheyCome) {
  const auto refuse =
      [&](const std::function<void(type::v1::RowBlock&)>& harm) {
        Requests middle = Packed(TableId::kItems, {ItemRow("a"), ItemRow("b")});
        harm(*middle[0].mutable_rows());
        EXPECT_THAT(Start(WithEnds("", middle)),
                    StatusIs(absl::StatusCode::kInvalidArgument));
      };
  refuse([](auto& block) { block.set_table("gadgets"); });
  refuse([](auto& block) { block.set_row_count(3); });
  refuse([](auto& block) { block.set_row_count(-1); });
  refuse([](auto& block) { block.set_deleted("\1"); });
  refuse([](auto& block) { block.add_owners("me"); });
  refuse([](auto& block) { block.mutable_columns(0)->set_name("colour"); });
  refuse([](auto& block) { *block.add_columns() = block.columns(0); });
  refuse([](auto& block) {
    block.mutable_columns(0)->mutable_texts()->set_index(0, 9);
  });
  refuse([](auto& block) { block.mutable_columns(0)->clear_texts(); });
  EXPECT_EQ(registry_.Head().seq, 1);
}

TEST_F(ImportOperation, Row11And12NumbersThatAreNoneAreBadRows) {
  const std::size_t weight =
      static_cast<std::size_t>(Table(TableId::kItems).Find("weight"));
  std::vector<domain::Row> rows;
  for (const double number : {0.0, -1.0}) {
    rows.push_back(ItemRow(absl::StrCat("n", rows.size())));
    rows.back()[weight] = number;
  }
  Requests middle = Packed(TableId::kItems, rows);
  for (auto& column : *middle[0].mutable_rows()->mutable_columns()) {
    if (column.has_doubles()) {
      column.mutable_doubles()->set_values(
          0, std::numeric_limits<double>::quiet_NaN());
    }
  }
  const v1::ImportResult result = Import(WithEnds("", middle));
  EXPECT_EQ(result.error_count(), 2);
}

// Eighty rounds: the call is given up at a random message, or the operation is
// cancelled at a random moment. Kills of the process: tests/fault.
TEST_F(ImportOperation, Row90CancelledAtAnyPointLeavesNothingOrEverything) {
  std::mt19937 random(5);
  int cancelled = 0;
  int completed = 0;
  for (int round = 0; round < 80; ++round) {
    const std::string id = absl::StrCat("round-", round);
    const int rows = 200 + static_cast<int>(random() % 5000);
    const Requests requests =
        WithEnds(id, Chunks("items.csv", ItemsCsv(rows, round), 50'000));
    const store::Change before = registry_.Head();
    if (round % 4 == 0) {
      EXPECT_THAT(Start(requests, random() % requests.size()),
                  StatusIs(absl::StatusCode::kCancelled));
      ++cancelled;
      EXPECT_EQ(registry_.Head().digest, before.digest);
    } else {
      const auto started = Start(requests);
      ASSERT_THAT(started, IsOk());
      for (std::size_t n = random() % 60; n > 0; --n) {
        ASSERT_THAT(Get(started->name()), IsOk());  // lets some time pass
      }
      ASSERT_THAT(Cancel(started->name()), IsOk());
      const lro::Operation done = Wait(started->name());
      if (done.has_error()) {
        EXPECT_EQ(done.error().code(), 1) << done.error().message();
        EXPECT_EQ(registry_.Head().digest, before.digest);
        ++cancelled;
      } else {
        EXPECT_EQ(registry_.Head().seq, before.seq + 1);
        ++completed;
      }
    }
    // Under the same id it is done once, whatever happened before.
    const v1::ImportResult first = Import(requests);
    EXPECT_TRUE(first.changed());
    EXPECT_EQ(first.seq(), before.seq + 1);
    EXPECT_EQ(registry_.Head().seq, before.seq + 1);
    // Without an id the same files change nothing.
    Requests again = requests;
    again[0].mutable_start()->clear_request_id();
    EXPECT_FALSE(Import(again).changed());
    EXPECT_EQ(registry_.Head().seq, before.seq + 1);
  }
  EXPECT_GT(cancelled, 20);
  EXPECT_EQ(registry_.Head().seq, 81);
}

TEST_F(ImportOperation, Row81ARepeatAnswersWithTheSameOperationAndOneChange) {
  const Requests requests =
      WithEnds("once", Chunks("items.csv", ItemsCsv(10, 1), 100));
  const auto first = Start(requests);
  ASSERT_THAT(first, IsOk());
  const auto second = Start(requests);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->name(), first->name());
  Wait(first->name());
  EXPECT_EQ(registry_.Head().seq, 2);
  // Forgotten, as after a restart: the store still knows the request id.
  lro::DeleteOperationRequest forget;
  forget.set_name(first->name());
  google::protobuf::Empty none;
  EXPECT_THAT(
      registry_.Call(*operations_, &lro::Operations::Stub::DeleteOperation,
                     forget, &none),
      IsOk());
  EXPECT_THAT(Get(first->name()), StatusIs(absl::StatusCode::kNotFound));
  const v1::ImportResult repeated = Import(requests);
  EXPECT_TRUE(repeated.replayed());
  EXPECT_EQ(repeated.seq(), 2);
  EXPECT_EQ(registry_.Head().seq, 2);
}

TEST_F(ImportOperation, Row82AnotherImportUnderTheSameIdIsRefused) {
  const Requests requests =
      WithEnds("once", Chunks("items.csv", ItemsCsv(10, 1), 1000));
  Import(requests);
  EXPECT_THAT(
      Start(WithEnds("once", Chunks("items.csv", ItemsCsv(10, 2), 1000))),
      StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ImportOperation, ProgressSaysPhaseRowsBytesAndErrors) {
  Requests requests = WithEnds(
      "",
      Chunks("items.csv", ItemsCsv(30000, 1) + "x,y,gadget,nev\n", 100'000));
  requests[0].mutable_start()->set_dry_run(true);
  const auto started = Start(requests);
  ASSERT_THAT(started, IsOk());
  v1::ImportProgress progress;
  ASSERT_TRUE(started->metadata().UnpackTo(&progress));
  EXPECT_EQ(progress.phase(), v1::IMPORT_PHASE_READING);
  EXPECT_GT(progress.bytes(), 500'000);
  const lro::Operation done = Wait(started->name());
  ASSERT_TRUE(done.metadata().UnpackTo(&progress));
  EXPECT_THAT(progress.phase(),
              AnyOf(v1::IMPORT_PHASE_WRITING, v1::IMPORT_PHASE_CHECKING));
  EXPECT_EQ(progress.errors(), 1);
}

TEST_F(ImportOperation, OperationsAreListedAndForgottenOnlyWhenEnded) {
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) {
    const auto started =
        Start(WithEnds("", Chunks("items.csv", ItemsCsv(5, i), 1000)));
    ASSERT_THAT(started, IsOk());
    names.push_back(Wait(started->name()).name());
  }
  std::sort(names.begin(), names.end());
  lro::ListOperationsRequest request;
  request.set_name("operations");
  request.set_filter("done = true");
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    lro::ListOperationsResponse page;
    ASSERT_THAT(
        registry_.Call(*operations_, &lro::Operations::Stub::ListOperations,
                       request, &page),
        IsOk());
    for (const auto& operation : page.operations()) {
      listed.push_back(operation.name());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, names);
  request.set_filter("colour = red");
  lro::ListOperationsResponse none;
  EXPECT_THAT(
      registry_.Call(*operations_, &lro::Operations::Stub::ListOperations,
                     request, &none),
      StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Cancel("operations/none"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ImportOperation, Row53To55NamesThatAreNoPlainFilesAreRefused) {
  for (const char* name : {"../items.csv", "/items.csv", "a/items.csv", "..",
                           "\\\\host\\items.csv", "file:///items.csv", ""}) {
    EXPECT_THAT(Start(WithEnds("", Chunks(name, ItemsCsv(1, 1), 1000))),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name;
  }
  EXPECT_EQ(registry_.Head().seq, 1);
}

TEST_F(ImportOperation, Row36AMessageAboveTheLimitIsRefused) {
  EXPECT_THAT(Start(WithEnds(
                  "", Chunks("items.csv", std::string(2 << 20, 'x'), 2 << 20))),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(ImportOperation, WithoutAFinishNothingIsImported) {
  Requests requests = WithEnds("", Chunks("items.csv", ItemsCsv(5, 1), 1000));
  requests.pop_back();
  EXPECT_THAT(Start(requests), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(registry_.Head().seq, 1);
}

}  // namespace
}  // namespace qiangji::testing
